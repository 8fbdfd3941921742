"""Drawing frames of a real lake."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import ROW_SCORES
from gt_platform.sampling import draw
from gt_platform.settings import Settings
from tests.sampling.rows import MONDAY, add_events, add_feedback, project

FRAME = [{"event_id": f"e{at}", "confidence": 0.5 + at / 300} for at in range(140)]


@pytest.fixture
def stores(settings_for: Callable[[str], Settings]) -> Iterator[Callable[[], Store]]:
    """Makes the tables of one more project in one empty lake."""
    with Lake.open(settings_for("sqlite+folder")) as lake:
        names = iter("abcdefgh")
        yield lambda: lake.store(f"project_{next(names)}")


def rows(store: Store) -> list[dict[str, Any]]:
    """The sample."""
    return store.read("SELECT * FROM sample ORDER BY event_id").rows(named=True)


def test_a_frame_is_drawn_with_known_probabilities(stores: Callable[[], Store]) -> None:
    store = stores()
    add_events(store, MONDAY, FRAME)
    drawn = draw(store, project(), MONDAY)
    sample = rows(store)
    assert (drawn.population, drawn.drawn, drawn.written) == (140, 40, 40)
    assert len(sample) == 40
    assert {row["item_id"] for row in sample} == {f"item of {row['event_id']}" for row in sample}
    for row in sample:
        assert row["inclusion_probability"] == row["stratum_drawn"] / row["stratum_size"]
        assert 0 < row["inclusion_probability"] <= 1
    for stratum in drawn.strata:
        weights = [1 / row["inclusion_probability"] for row in sample if row["stratum"] == stratum.name]
        assert len(weights) == stratum.drawn
        assert sum(weights) == pytest.approx(stratum.size)
    assert len({(row["design"], row["seed"], row["phase"]) for row in sample}) == 1


def test_what_was_drawn_stands(stores: Callable[[], Store]) -> None:
    store = stores()
    add_events(store, MONDAY, FRAME)
    first = draw(store, project(), MONDAY)
    before, digests = rows(store), store.digests()
    again = draw(store, project(sampling={"budget": 90, "floor": 0.1}), MONDAY)
    assert again.written == 0
    assert (again.population, again.drawn, again.strata) == (140, 40, first.strata)
    assert rows(store) == before
    assert store.digests() == digests


def test_the_order_of_events_changes_nothing(stores: Callable[[], Store]) -> None:
    forwards, backwards = stores(), stores()
    add_events(forwards, MONDAY, FRAME)
    for half in (FRAME[:69:-1], FRAME[69::-1]):
        add_events(backwards, MONDAY, half)
    draw(forwards, project(), MONDAY)
    draw(backwards, project(), MONDAY)
    assert rows(forwards) == rows(backwards)


@pytest.mark.slow
def test_another_day_or_design_is_another_draw(stores: Callable[[], Store]) -> None:
    store, other = stores(), stores()
    tuesday = MONDAY + timedelta(days=1)
    add_events(store, MONDAY, FRAME)
    add_events(store, tuesday, [event | {"event_id": f"t{event['event_id']}"} for event in FRAME])
    add_events(other, MONDAY, FRAME)
    draw(store, project(), MONDAY)
    draw(store, project(), tuesday)
    draw(other, project(sampling={"budget": 40, "floor": 0.4}), MONDAY)
    monday = {row["event_id"] for row in rows(store) if row["frame_day"] == MONDAY}
    assert monday != {row["event_id"].removeprefix("t") for row in rows(store) if row["frame_day"] == tuesday}
    assert rows(other)[0]["design"] != rows(store)[0]["design"]
    assert monday != {row["event_id"] for row in rows(other)}


def test_a_frame_within_the_budget_is_drawn_whole(stores: Callable[[], Store]) -> None:
    store = stores()
    add_events(store, MONDAY, FRAME[:25])
    assert draw(store, project(), MONDAY).drawn == 25
    assert {row["inclusion_probability"] for row in rows(store)} == {1.0}


def test_an_empty_frame_is_fine(stores: Callable[[], Store]) -> None:
    drawn = draw(stores(), project(), MONDAY)
    assert (drawn.population, drawn.drawn, drawn.strata, drawn.written) == (0, 0, (), 0)


def test_drifted_events_are_drawn_more_often(stores: Callable[[], Store]) -> None:
    store = stores()
    add_events(store, MONDAY, [{"event_id": f"e{at}", "confidence": 0.95} for at in range(140)])
    scores = pl.DataFrame({"event_id": [f"e{at}" for at in range(140)], "drift_score": [0.3] * 110 + [0.95] * 30})
    scores = scores.with_columns(frame_day=pl.lit(MONDAY))
    store.commit("scores", lambda writer: writer.append(ROW_SCORES, scores))
    draw(store, project(), MONDAY)
    probability = {row["stratum"].split(",")[0]: row["inclusion_probability"] for row in rows(store)}
    assert probability["drift high"] > 1.5 * probability["drift low"]


@pytest.mark.slow
def test_a_drifted_slice_with_its_own_scores_is_drawn_more_often(stores: Callable[[], Store]) -> None:
    events = [
        {"event_id": f"e{at}", "attributes": {"channel": "new" if at < 40 else "old"} if at % 10 else {}}
        for at in range(200)
    ]
    scores = pl.DataFrame(
        {"event_id": [f"e{at}" for at in range(200)], "drift_score": [0.4 + (at % 7) / 50 for at in range(200)]}
    ).with_columns(pl.col("drift_score") + (pl.int_range(200) < 40) * 0.1, frame_day=pl.lit(MONDAY))
    shares = []
    for slices in ([], ["channel"]):
        store = stores()
        add_events(store, MONDAY, events)
        store.commit("scores", lambda writer: writer.append(ROW_SCORES, scores))
        draw(store, project(benchmark={"metrics": ["accuracy"], "slices": slices}), MONDAY)
        shares.append(sum(int(row["event_id"][1:]) < 40 for row in rows(store)))
    # 36 of 200 are a fair 7 of 40
    assert shares[0] <= 11
    assert shares[1] >= 14


def test_what_people_flagged_is_a_stratum_that_is_drawn_whole(stores: Callable[[], Store]) -> None:
    store = stores()
    given: list[tuple[str, list[Any], int]] = [
        ("thumb", ["down"] * 6 + ["up"] * 6, 6),
        ("rating", [1] * 5 + [2] + [4] * 2 + [5] * 4, 6),
        ("rating", [3] * 12, 0),
        ("correction", ["bad"] * 6 + ["good"] * 6, 6),
        ("correction", ["nonsense"] * 12, 0),
        ("outcome", ["down"] * 12, 0),
    ]
    for at, (signal, values, negative) in enumerate(given):
        day = MONDAY + timedelta(days=at)
        add_events(store, day, [{"event_id": f"{day} {event}"} for event in range(140)])
        add_feedback(store, day, [(f"{day} {event}", signal, value) for event, value in enumerate(values)])
        drawn = draw(store, project(), day)
        strata = {stratum.name: (stratum.size, stratum.drawn) for stratum in drawn.strata}
        assert strata.get("flagged by people", (0, 0)) == (negative, negative), signal
        assert (drawn.population, drawn.drawn) == (140, 40)


def test_later_feedback_does_not_count(stores: Callable[[], Store]) -> None:
    store = stores()
    add_events(store, MONDAY, [{"event_id": f"e{at}"} for at in range(140)])
    add_feedback(store, MONDAY + timedelta(days=1), [(f"e{at}", "thumb", "down") for at in range(20)])
    assert len(draw(store, project(), MONDAY).strata) == 1
