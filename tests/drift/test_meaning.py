"""What texts say, watched: another topic is found in words, in scripts without spaces, and in vectors."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from gt_platform.drift import measure
from gt_platform.drift.evidently.methods import quietly
from gt_platform.drift.meaning import compare_meaning
from gt_platform.embeddings import embeddings
from gt_platform.lake import Lake, Store
from gt_platform.project import DriftColumn
from gt_platform.stats.permutation import Chance, TwoSample
from gt_platform.stats.units import Units
from tests.drift.events import FIRST, add, drift, events, project

COLUMN = DriftColumn(name="text", of="input", measure="meaning")
HOW = Chance(permutations=999, alpha=0.01, seed=1)
HOME, AWAY = [f"cat{n}" for n in range(30)], [f"ship{n}" for n in range(30)]


def said(rng: np.random.Generator, rows: int, *, away: float = 0.0, joint: str = " ") -> list[str]:
    """Texts of eight words, a share of them about something else."""
    return [joint.join(rng.choice(AWAY if rng.random() < away else HOME, 8)) for _ in range(rows)]


def compared(
    reference: list[str | None], current: list[str | None], *, days: int = 1, column: DriftColumn = COLUMN
) -> TwoSample:
    day = np.arange(len(reference)) % days
    units = Units(day=day, groups=np.zeros(days, np.int64), alike=np.ones(days, np.bool_))
    texts = pl.Series("text", reference, pl.String), pl.Series("text", current, pl.String)
    return compare_meaning(*texts, HOW, units=units, column=column)


@pytest.mark.slow
def test_another_topic_is_found_and_the_same_one_is_not() -> None:
    rng = np.random.default_rng(1)
    same = compared([*said(rng, 600)], [*said(rng, 200)])
    assert abs(same.value - 0.5) < 0.06
    assert same.p_value > 0.05
    other = compared([*said(rng, 600)], [*said(rng, 200, away=0.5)])
    assert 0.7 < other.value < 0.8  # half of the texts are told from all others, the rest from none
    assert other.value > other.threshold
    assert other.p_value <= 0.002


@pytest.mark.slow
def test_days_with_topics_of_their_own_are_no_news() -> None:
    rng = np.random.default_rng(2)
    shares = rng.random(8) * 0.4
    days = [said(rng, 120, away=share) for share in shares]
    dealt = [text for texts in zip(*days, strict=True) for text in texts]
    usual = compared([*dealt], [*said(rng, 120, away=0.4)], days=8)
    assert compared([*dealt], [*said(rng, 120, away=0.4)]).p_value < 0.01 < usual.p_value
    assert compared([*dealt], [*said(rng, 120, away=1.0)], days=8).p_value < 0.01


@pytest.mark.slow
def test_scripts_without_spaces_are_read_by_their_characters() -> None:
    rng = np.random.default_rng(3)
    one, other = ([chr(start + n) for n in range(40)] for start in (0x4E00, 0x5E00))
    texts = [["".join(rng.choice(signs, 8)) for _ in range(200)] for signs in (one, one, other)]
    assert compared([*texts[0]], [*texts[1]]).p_value > 0.01
    assert compared([*texts[0]], [*texts[2]]).value > 0.99


@pytest.mark.slow
def test_vectors_that_events_carry_are_compared_as_they_are() -> None:
    rng = np.random.default_rng(4)
    sides = [[json.dumps(row) for row in rng.normal(mean, 1, (300, 4)).tolist()] for mean in (0, 0, 1.5)]
    assert compared([*sides[0]], [*sides[1]]).p_value > 0.05
    assert compared([*sides[0]], [*sides[2]]).value > 0.9


def test_missing_texts_are_a_finding_of_their_own_and_few_texts_none() -> None:
    rng = np.random.default_rng(5)
    gone = compared([*said(rng, 300)], [None] * 100 + said(rng, 100))
    assert [(one.name, one.current) for one in gone.aspects] == [("missing", 0.5)]
    assert gone.p_value < 0.001
    assert compared(["a b"] * 3, ["c d"] * 3).p_value == 1.0


def test_a_registered_embedding_takes_the_place_of_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lengths.py").write_text("def lengths(texts):\n    return [[len(text)] for text in texts]\n")
    about = tmp_path / "lengths-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: lengths\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[gt_platform.embeddings]\nlengths = lengths:lengths\n")
    monkeypatch.syspath_prepend(tmp_path)
    embeddings.cache_clear()
    declared = drift({"name": "text", "of": "input", "measure": "meaning", "embedding": "lengths"})
    short, long = [f"{one} b" for one in "abcdefghij"] * 10, [f"{one} b c d" for one in "abcdefghij"] * 10
    assert compared([*short], [*long], column=declared.meanings["text"]).value == pytest.approx(1.0)
    embeddings.cache_clear()
    with pytest.raises(ValueError, match="'words2' is not registered"):
        drift({"name": "text", "of": "input", "measure": "meaning", "embedding": "words2"})


@pytest.mark.slow
def test_a_night_judges_what_texts_say(lake: Lake, store: Store) -> None:
    rng = np.random.default_rng(6)
    days = [FIRST + timedelta(days=number) for number in range(4)]
    frames = [events(day, input=said(rng, 80, away=away)) for day, away in zip(days, (0, 0, 0, 0.6), strict=True)]
    add(store, *frames)
    watched = project(drift({"name": "text", "of": "input", "measure": "meaning"}))
    same, other = (measure(store, watched, day, reports=lake.files) for day in days[2:])
    assert (same.verdict, other.verdict, other.drifted) == ("no_drift", "drift", ("text",))
    rows = store.read("SELECT statistic, value > 0.7, value > threshold FROM drift WHERE column_name = 'text'").rows()
    assert rows[-1] == ("domain_classifier_auc", True, True)
    assert measure(store, watched, days[3], reports=lake.files).written == 0


def test_evidentlys_methods_of_texts_are_its_own_and_calibrated(lake: Lake, store: Store) -> None:
    from evidently.legacy.utils.data_drift_utils import calculate_text_drift_score

    rng = np.random.default_rng(7)
    texts = said(rng, 300), said(rng, 200, away=0.5)
    named = DriftColumn.model_validate({"name": "text", "of": "input", "method": "abs_text_content_drift"})
    with quietly():
        theirs, _ = calculate_text_drift_score(pd.Series(texts[0]), pd.Series(texts[1]), bootstrap=False)
    found = compared([*texts[0]], [*texts[1]], column=named)
    assert found.value == pytest.approx(theirs)
    assert found.p_value < 0.01
    assert compared([*texts[0]], [*said(rng, 200)], column=named).p_value > 0.01

    days = [FIRST + timedelta(days=number) for number in range(3)]
    add(store, *[events(day, input=said(rng, 150, away=away)) for day, away in zip(days, (0, 0, 0.6), strict=True)])
    watched = project(drift(named.model_dump(include={"name", "of", "method"})))
    assert measure(store, watched, days[2], reports=lake.files).drifted == ("text",)
    (row,) = store.read("SELECT * FROM drift WHERE statistic IS NOT NULL").rows(named=True)
    assert (row["statistic"], row["evidently_method"]) == ("abs_text_content_drift",) * 2
    assert (row["evidently_drift"], row["value"] > 0.55) == (True, True)
