"""The score watched night after night: quiet while it holds, an alarm soon after it falls."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from gt_platform import checks
from gt_platform.benchmark import Regression, regression
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import SCORES
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.stats.intervals import wilson
from tests.support.sentiment import declare

FIRST = date(2026, 1, 5)
LABELS = 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=tmp_path)) as lake:
        yield lake.store("sentiment")


def gated(folder: Path, **bound: float) -> Project:
    return declare(folder, gates={"score": {"metric": "accuracy", **bound}})


def put_nights(store: Store, right: "np.ndarray[Any, Any]") -> None:
    """Daily scores of LABELS answers each, with Wilson's bounds."""
    share = right / LABELS
    low, high = wilson(share, np.full(len(share), float(LABELS)))
    frame = pl.DataFrame(
        {
            "period": [(FIRST + timedelta(days=day)).isoformat() for day in range(len(right))],
            "estimate": share, "low": low, "high": high,
        }
    ).with_columns(
        release=pl.lit(1, pl.Int32), model=pl.lit("*"), metric=pl.lit("accuracy"), label=pl.lit("*"),
        scope=pl.lit("day"), slice=pl.lit("*"),
        estimand=pl.lit("production"), n=pl.lit(LABELS, pl.Int64),
        population=pl.lit(140, pl.Int64),
        method=pl.lit("stratified ratio"), verdict=pl.lit("none"),
    )  # fmt: skip
    store.commit("scores", lambda writer: writer.append(SCORES, frame))


def test_a_year_that_holds_raises_no_alarm(store: Store, tmp_path: Path) -> None:
    put_nights(store, np.random.default_rng(1).binomial(LABELS, 0.88, 365))
    assert regression(store, gated(tmp_path, at_least=0.85)) == Regression(
        nights=365, answers=365 * LABELS, day=None, since=None
    )


def test_a_fall_is_found_within_weeks_and_dated(store: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    put_nights(store, np.concatenate([rng.binomial(LABELS, 0.88, 100), rng.binomial(LABELS, 0.75, 60)]))
    project = gated(tmp_path, at_least=0.85)
    found = regression(store, project)
    assert found is not None
    assert found.day is not None
    assert found.since is not None
    assert 100 <= (found.day - FIRST).days < 115
    assert abs((found.since - FIRST).days - 100) < 10
    told = checks.regression(project, found)
    assert told.verdict == "fail"
    assert told.said.endswith(f"alarm on {found.day}, by evidence since {found.since}")


def test_an_upper_bound_is_watched_from_above(store: Store, tmp_path: Path) -> None:
    put_nights(store, np.random.default_rng(3).binomial(LABELS, 0.30, 60))
    rising = regression(store, gated(tmp_path, at_most=0.15))
    assert rising is not None
    assert rising.day is not None
    holding = regression(store, gated(tmp_path, at_most=0.35))
    assert holding is not None
    assert holding.day is None


def test_without_a_gate_or_a_score_nothing_is_said(store: Store, tmp_path: Path) -> None:
    assert regression(store, declare(tmp_path)) is None
    project = gated(tmp_path, at_least=0.85)
    found = regression(store, project)
    assert found == Regression(nights=0, answers=0, day=None, since=None)
    assert checks.regression(project, found).verdict == "insufficient_evidence"
    assert checks.regression(project, None).verdict == "pass"
