"""A drift over days: what becomes of it in words, in any order, and what accepting it does."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from gt_platform.drift import AcceptanceError, Accepted, accept, measure, tell
from gt_platform.drift.profile import profiled
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import ACCEPTANCES, DRIFT
from gt_platform.project import Project
from tests.drift.events import FIRST, add, drift, events, project

REFERENCE = {"first": FIRST, "last": FIRST + timedelta(days=6)}
LEVELS = [0.0] * 10 + [1.0] * 4


def declared(**reference: Any) -> Project:
    options: dict[str, Any] = {"reference": REFERENCE | reference, "alpha": 0.01}
    return project(drift({"name": "sure", "of": "confidence"}, **options))


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def frame(number: int, level: float, rows: int = 80) -> pl.DataFrame:
    rng = np.random.default_rng([number, 5])
    return events(day(number), confidence=(rng.normal(size=rows) + level).tolist())


def put(store: Store, *days: tuple[int, float | None, str]) -> None:
    """What `measure` leaves of days in the table `drift`: number, level, verdict; no level is of before profiles."""
    rows: list[dict[str, Any]] = []
    for number, level, verdict in days:
        row = {"frame_day": day(number), "verdict": verdict, "n_reference": 560, "n_current": 80}
        profile = None if level is None else profiled(frame(number, level)["confidence"])
        rows += [row | {"column_name": "*"}, row | {"column_name": "sure", "profile": profile}]
    store.commit("drift", lambda writer: writer.append(DRIFT, DRIFT.frame(rows)))


def run(lake: Lake, store: Store, checked: Project, *numbers: int) -> list[str]:
    return [measure(store, checked, day(number), reports=lake.files).verdict for number in numbers]


def said(store: Store, checked: Project, first: int, last: int) -> list[tuple[date, str, str]]:
    return [(one.frame_day, one.column_name, one.said) for one in tell(store, checked, day(first), day(last))]


@pytest.mark.slow
def test_a_moved_level_is_dated_and_goes_back_to_normal_in_any_order_of_days(lake: Lake) -> None:
    verdicts = ["reference"] * 7 + ["no_drift"] * 3 + ["drift"] * 4 + ["no_drift"]
    told = []
    for name, order in (("one", range(15)), ("other", reversed(range(15)))):
        store = lake.store(name)
        put(store, *((number, [*LEVELS, 0.0][number], verdicts[number]) for number in order))
        told.append(said(store, declared(), 0, 14))
    first = (day(10), "sure", f"level moved on {day(10)}, so far on this day alone")
    moved = [(day(number), "sure", f"level moved on {day(10)}") for number in range(11, 14)]
    assert told[0] == [first, *moved, (day(14), "sure", f"back to normal on {day(14)}: as it was before it left that")]
    assert told[1] == told[0]


@pytest.mark.slow
def test_an_accepted_drift_is_the_reference_of_later_frames_and_changes_none_that_is_judged(
    lake: Lake, store: Store
) -> None:
    checked = declared()
    add(store, *(frame(number, level) for number, level in enumerate([*LEVELS, 1.0, 0.0])))
    verdicts = ["reference"] * 7 + ["no_drift"] * 3 + ["drift"] * 3
    put(store, *((number, LEVELS[number], verdict) for number, verdict in enumerate(verdicts)))
    assert run(lake, store, checked, 13) == ["drift"]
    before = store.digests([DRIFT])
    found = accept(store, checked, day(12), why=" the new model ", who="ann")
    assert found == Accepted(frame_day=day(12), since=day(10), applies_after=day(13))
    row = store.read("SELECT * EXCLUDE accepted_at FROM acceptances").row(0)
    assert row == (day(12), day(10), day(13), "the new model", "ann")
    assert run(lake, store, checked, 13) == ["drift"]
    assert store.digests([DRIFT]) == before
    assert run(lake, store, checked, 14, 15) == ["no_drift", "drift"]
    judged = "SELECT n_reference FROM drift WHERE frame_day = ? AND column_name = 'sure'"
    assert store.read(judged, [day(14)]).item() == 4 * 80  # four days since, whereas all eleven tell how days differ
    scores = store.read("SELECT avg(drift_score) AS mean FROM row_scores GROUP BY frame_day ORDER BY frame_day")["mean"]
    assert scores[-2] < 0.55 < 0.58 < scores[-1]  # nor is what was accepted new to the sampling


def test_what_cannot_be_accepted_is_refused_in_words(store: Store) -> None:
    checked = declared()
    put(store, (8, 0.0, "no_drift"), (11, 1.0, "drift"))
    with pytest.raises(AcceptanceError, match="2026-01-13 has the verdict no drift: there is no drift to accept"):
        accept(store, checked, day(8), why="so", who="ann")
    with pytest.raises(AcceptanceError, match="2026-01-14 was not judged"):
        accept(store, checked, day(9), why="so", who="ann")
    with pytest.raises(AcceptanceError, match="say why"):
        accept(store, checked, day(11), why=" ", who="ann")
    accept(store, checked, day(11), why="so", who="ann")
    with pytest.raises(AcceptanceError, match="accepted already, by ann"):
        accept(store, checked, day(11), why="so", who="bob")
    assert store.row_counts([ACCEPTANCES]) == {"acceptances": 1}


def test_a_rolling_reference_tells_that_a_column_is_back_as_it_was(store: Store) -> None:
    checked = project(drift({"name": "sure", "of": "confidence"}, reference={"rolling": 7}))
    drifts = {10, 11, 12, 22}
    levels = [1.5 * (10 <= number < 22) for number in range(23)]
    put(store, *((number, level, "drift" if number in drifts else "no_drift") for number, level in enumerate(levels)))
    assert said(store, checked, 10, 10) == [(day(10), "sure", f"level moved on {day(10)}, so far on this day alone")]
    back = f"back to normal on {day(22)}: as it was before it left that"
    assert said(store, checked, 22, 22) == [(day(22), "sure", back)]


def test_days_judged_before_profiles_were_kept_are_told_by_their_verdicts(store: Store) -> None:
    put(store, (0, None, "no_drift"), (1, None, "drift"), (2, None, "no_drift"), (3, None, "drift"))
    assert said(store, declared(), 3, 3) == [(day(3), "sure", f"drifts since {day(1)}")]


def test_weekends_unlike_a_reference_of_weekdays_are_told_as_a_season_once_there_were_others(store: Store) -> None:
    checked = project(drift({"name": "sure", "of": "confidence"}, reference={"first": FIRST, "last": day(4)}))
    weekend = [day(number).isoweekday() > 5 for number in range(27)]
    verdicts = ["reference"] * 5 + ["drift" if one else "no_drift" for one in weekend[5:]]
    put(store, *((number, 0.9 * weekend[number], verdict) for number, verdict in enumerate(verdicts)))
    assert said(store, checked, 5, 5) == [(day(5), "sure", f"level moved on {day(5)}, so far on this day alone")]
    (on_saturday, on_sunday) = said(store, checked, 26, 27), said(store, checked, 19, 19)
    assert on_saturday[0][2].startswith("season: its Saturdays were so before, other days were not;")
    assert on_sunday[0][2].startswith("season: its Saturdays were so before")


@pytest.mark.slow
def test_a_weekend_is_no_news_to_the_sampling_where_weekends_are_compared_with_their_own(
    lake: Lake, store: Store
) -> None:
    add(store, *(frame(number, 0.9 * (day(number).isoweekday() > 5), 300) for number in [*range(28), 33]))
    mean = []
    for like in ("none", "weekday"):
        run(lake, store, declared(last=day(27), like=like), 33)
        mean.append(store.read("SELECT avg(drift_score) FROM row_scores WHERE frame_day = ?", [day(33)]).item())
    assert mean[1] < 0.515 < 0.53 < mean[0]
