"""What people flag after a frame was drawn: every event's probability over both draws, and every row of the lake."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.canonical import digest
from gt_platform.lake import Store
from gt_platform.lake.tables import ROW_SCORES
from gt_platform.sampling import draw, late
from gt_platform.sampling.frame import Cut
from gt_platform.sampling.later import LATER, further
from gt_platform.sampling.strata import Strata
from gt_platform.stats.allocation import draw as draw_units
from tests.sampling.rows import MONDAY, add_events, add_feedback, project

TUESDAY, FRIDAY = (MONDAY + timedelta(days=days) for days in (1, 4))
FRAME = [{"event_id": f"e{at:03}", "confidence": 0.5 + at / 300} for at in range(140)]
FLAGGED = [f"e{at:03}" for at in range(0, 140, 14)]


def parts(code: list[int]) -> Cut:
    sizes = np.bincount(code)
    names = tuple(f"stratum {at}" for at in range(len(sizes)))
    return Cut(
        events=pl.DataFrame({"event_id": [f"e{at:03}" for at in range(len(code))]}),
        strata=Strata(names, np.array(code), sizes, np.ones(len(sizes))),
        counts=np.ones(len(sizes), dtype=np.int64),
        composed=[],
    )


@given(st.integers(2, 60), st.integers(1, 4), st.integers(0, 12), st.data())
def test_probabilities_are_shares_and_everybody_stands_for_somebody(
    events: int, strata: int, most: int, data: st.DataObject
) -> None:
    code = sorted(data.draw(st.lists(st.integers(0, strata - 1), min_size=events, max_size=events)))
    code = np.unique(code, return_inverse=True)[1].tolist()
    cut = parts(code)
    later = np.array(data.draw(st.lists(st.booleans(), min_size=events, max_size=events)))
    counts = np.maximum(1, cut.strata.sizes // 3)
    drawn = draw_units(cut.events["event_id"].to_list(), cut.strata.code, counts, 7)
    found = further(cut, later=later, drawn=drawn, most=most, least=2, seed=8)
    assert (found.drawn >= drawn).all()  # what was drawn stands
    assert (np.bincount(found.code[found.drawn], minlength=len(found.names)) == found.counts).all()
    assert (np.bincount(found.code) == found.sizes).all()
    assert (found.counts > 0).all()
    assert (found.counts <= found.sizes).all()
    if found.waiting <= most:
        assert found.drawn[later].all()
        assert (LATER in found.names) == later.any()


def test_a_share_of_too_many_is_drawn_part_by_part() -> None:
    cut = parts([0] * 40 + [1] * 40)
    later = np.arange(80) % 40 < 20
    drawn = np.arange(80) % 4 == 0
    found = further(cut, later=later, drawn=drawn, most=10, least=2, seed=8)
    assert (found.flagged, found.waiting, int(found.drawn.sum()) - 20) == (40, 30, 10)
    assert found.names == ("stratum 0", "stratum 1", f"{LATER}: stratum 0", f"{LATER}: stratum 1")
    assert (found.sizes.tolist(), found.counts.tolist()) == ([20, 20, 20, 20], [5, 5, 10, 10])


def rows(store: Store) -> list[dict[str, Any]]:
    return store.read("SELECT * FROM sample ORDER BY event_id").rows(named=True)


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    made = new_store()
    add_events(made, MONDAY, FRAME)
    return made


def flag(store: Store, events: list[str], day: Any = TUESDAY) -> None:
    add_feedback(store, day, [(event, "thumb", "down") for event in events])


def test_late_flags_open_a_further_phase_once(store: Store) -> None:
    draw(store, project(), MONDAY)
    before = {row["event_id"]: row for row in rows(store)}
    flag(store, FLAGGED)
    (waits,) = late(store, project())
    new = [event for event in FLAGGED if event not in before]
    assert waits.said == f"phase 2 of 2026-01-05: {len(new)} late flags, {len(new)} events drawn for them"
    drawn = draw(store, project(), MONDAY)
    assert drawn.opened == waits.said
    after = {row["event_id"]: row for row in rows(store)}
    assert set(after) == set(before) | set(FLAGGED)
    assert {event for event, row in after.items() if row["phase"] == 2} == set(new)
    assert all(after[event]["inclusion_probability"] == 1 for event in FLAGGED)
    assert all(after[event]["seed"] == row["seed"] for event, row in before.items())
    assert sum({row["stratum"]: row["stratum_size"] for row in after.values()}.values()) == 140
    digests = store.digests()
    assert (draw(store, project(), MONDAY).opened, late(store, project())) == (None, [])
    assert store.digests() == digests
    assert store.read("SELECT phase, flagged, waiting, drawn FROM phases").rows() == [(2, 10, len(new), len(new))]


def test_nothing_is_added_where_nobody_knows_for_whom_it_would_stand(store: Store) -> None:
    draw(store, project(), MONDAY)
    flag(store, FLAGGED)
    other = project(sampling={"budget": 60})
    assert late(store, other) == []
    assert draw(store, other, MONDAY).opened is None
    scores = pl.DataFrame({"event_id": [row["event_id"] for row in FRAME], "drift_score": np.linspace(0, 1, 140)})
    scored = scores.with_columns(frame_day=pl.lit(MONDAY))
    store.commit("row scores", lambda writer: writer.append(ROW_SCORES, scored))
    assert late(store, project()) == []  # its strata would be others


def test_a_flood_of_one_user_is_looked_at_no_more_than_others(store: Store) -> None:
    flooded = [f"e{at:03}" for at in range(60)]
    add_feedback(store, MONDAY, [(event, "thumb", "down") for event in flooded], by="a bot")
    add_feedback(store, MONDAY, [(event, "thumb", "down") for event in ("e100", "e101")], by="a user")
    strata = {stratum.name: stratum.size for stratum in draw(store, project(), MONDAY).strata}
    assert strata["flagged by people"] == 5


def test_a_frame_whose_late_flags_are_beyond_the_budget_has_one_further_phase(store: Store) -> None:
    draw(store, project(), MONDAY)
    flag(store, [f"e{at:03}" for at in range(60)])
    (waits,) = late(store, project())
    assert (waits.flagged, waits.waiting > 10, waits.drawn >= 10) == (60, True, True)
    draw(store, project(), MONDAY)
    assert {row["stratum"].startswith(LATER) for row in rows(store)} == {True, False}
    flag(store, [f"e{at:03}" for at in range(60, 90)], FRIDAY)
    assert (late(store, project()), draw(store, project(), MONDAY).opened) == ([], None)


def test_few_late_flags_wait_for_more(store: Store) -> None:
    draw(store, project(), MONDAY)
    drawn = {row["event_id"] for row in rows(store)}
    undrawn = [event for event in (f"e{at:03}" for at in range(140)) if event not in drawn]
    flag(store, undrawn[:3])
    assert (late(store, project()), draw(store, project(), MONDAY).written) == ([], 0)
    flag(store, undrawn[3:5], FRIDAY)
    assert [one.waiting for one in late(store, project())] == [5]


def test_who_was_drawn_for_being_flagged_stands_for_nobody_else(store: Store) -> None:
    """Of a user's flags only so many count, and those that did go on to, whichever come later."""
    few = project(sampling={"budget": 40, "flagged": {"later": 2}})
    draw(store, few, MONDAY)
    drawn = {row["event_id"] for row in rows(store)}
    undrawn = sorted({str(row["event_id"]) for row in FRAME} - drawn, key=lambda event: digest(event, 16))
    for day, events in ((TUESDAY, undrawn[-3:]), (FRIDAY, undrawn[:2])):
        add_feedback(store, day, [(event, "thumb", "down") for event in events], by="a user")
        draw(store, few, MONDAY)
    later = {row["event_id"]: row["stratum"] for row in rows(store) if row["phase"] == 2}
    assert later == dict.fromkeys(undrawn[-3:], LATER)
