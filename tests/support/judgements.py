"""Answers for the tests of agreement and annotators: panels made up with a seed, and the shared data, if any."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from gt_platform.stats.agreement import Ratings, ratings
from gt_platform.stats.annotators import Answers, Levels, Profile, answers, profiles

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

DATA = Path(__file__).parents[3] / "shared" / "data"
SEVERITY = (1, 0, -1, -2, -3)


def of_matrix(matrix: Floats) -> Ratings:
    """Ratings of a (annotators, units) matrix with NaN where one is missing, as the reference libraries take them."""
    annotator, unit = np.indices(matrix.shape, dtype=np.int64)
    return ratings(unit.ravel(), annotator.ravel(), matrix.ravel())


def holes(rng: np.random.Generator, matrix: NDArray[np.generic], share: float = 0.3) -> Floats:
    """The matrix with a share of its cells missing."""
    numbers = matrix.astype(np.float64)
    numbers[rng.random(numbers.shape) < share] = np.nan
    return numbers


def panel(rng: np.random.Generator, *, annotators: int = 10, units: int = 200, labels: int = 4) -> tuple[Codes, Codes]:
    """Truth (units,) and honest answers (units, annotators), right on .6 to .95 and less on hard units, which tempt."""
    truth = rng.integers(0, labels, units)
    skill = rng.uniform(0.6, 0.95, annotators)
    right = 1 / (1 + np.exp(-(np.log(skill / (1 - skill)) + rng.normal(size=(units, 1)))))
    tempting = (truth + 1 + rng.integers(0, labels - 1, units)) % labels
    wrong = (truth[:, np.newaxis] + 1 + rng.integers(0, labels - 1, (units, annotators))) % labels
    wrong = np.where(rng.random((units, annotators)) < 0.5, tempting[:, np.newaxis], wrong)
    return truth, np.where(rng.random((units, annotators)) < right, truth[:, np.newaxis], wrong)


def as_answers(matrix: Codes, labels: int, kept: NDArray[np.bool_] | None = None) -> Answers:
    """Answers of a (units, annotators) matrix of label codes, or of some of its cells."""
    unit, annotator = (np.asarray(place) for place in np.indices(matrix.shape))
    some = np.ones(matrix.shape, dtype=np.bool_) if kept is None else kept
    return answers(
        unit[some], annotator[some], matrix[some], units=len(matrix), annotators=matrix.shape[1], labels=labels
    )


def profiled(
    matrix: Codes, labels: int, *, truth: Codes | None = None, kept: NDArray[np.bool_] | None = None
) -> list[Profile]:
    """The profiles of the annotators of a (units, annotators) matrix."""
    return profiles(as_answers(matrix, labels, kept), truth=truth, levels=Levels())


def read_pandalm() -> Ratings:
    """Three annotators' preferences for 999 pairs of answers: 0 for a tie, 1 or 2."""
    frame = _csv("pandalm/pandalm.csv").select("annotator1", "annotator2", "annotator3")
    return of_matrix(frame.cast(pl.Float64).to_numpy().T)


def read_convabuse() -> Ratings:
    """Eight annotators' severity of abuse, 1 to -3, of what users said; whoever saw one twice counts as first heard."""
    frame = _csv("convabuse/convabuse_full.csv")
    severity = pl.sum_horizontal(*(pl.col(f"is_abuse.{level}").cast(pl.Int64) * level for level in SEVERITY))
    said = pl.struct("conv_id", "prev_agent", "prev_user", "agent", "user").rank("dense").alias("unit")
    by = pl.col("annotator_id").rank("dense").alias("annotator")
    first = frame.select(said, by, severity.alias("value")).unique(
        ["unit", "annotator"], keep="first", maintain_order=True
    )
    return ratings(*(first[name].to_numpy().astype(np.int64) for name in ("unit", "annotator", "value")))


def _csv(name: str) -> pl.DataFrame:
    if not (DATA / name).is_file():
        pytest.skip(f"shared data {name} is not there")
    return pl.read_csv(DATA / name, infer_schema=False)
