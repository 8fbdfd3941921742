"""Frames of a real lake drawn by a declared design."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from gt_platform.benchmark.known import population
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.sampling import design_of, draw, late
from tests.conftest import SettingsFor
from tests.sampling.rows import MONDAY, add_events, add_feedback, project

QUOTAS = {"difficulty": {"easy": 40, "medium": 40, "hard": 20}}
EVENTS = [
    {"event_id": f"e{at:03}", "attributes": {"difficulty": level}, "confidence": 0.5 + at / 900}
    for at, level in enumerate(["easy"] * 200 + ["medium"] * 93 + ["hard"] * 7)
]


@pytest.fixture
def store(settings_for: SettingsFor) -> Iterator[Store]:
    """An empty lake's tables of one project."""
    with Lake.open(settings_for("sqlite+folder")) as lake:
        yield lake.store("sentiment")


def by(quotas: dict[str, Any], budget: int = 50, **changes: Any) -> Project:
    return project(sampling={"budget": budget, "design": {"quotas": quotas}} | changes)


def drawn_by(store: Store, attribute: str) -> dict[str, int]:
    said = f"""
        SELECT coalesce(attributes ->> '{attribute}', '*') AS value, count(*) AS n
        FROM sample JOIN events USING (event_id) GROUP BY ALL
    """  # noqa: S608 - a name of this file
    return dict(store.read(said).iter_rows())


def composed(store: Store) -> dict[str, tuple[Any, ...]]:
    rows = store.read("SELECT attribute, value, asked, events, drawn, detail FROM composition").rows()
    return {f"{row[0]}={row[1]}": row[2:] for row in rows}


def test_a_quota_that_is_too_large_takes_all_there_are_and_says_so(store: Store) -> None:
    add_events(store, MONDAY, EVENTS)
    assert draw(store, by(QUOTAS), MONDAY).drawn == 50
    assert drawn_by(store, "difficulty") == {"easy": 22, "medium": 21, "hard": 7}
    found = composed(store)
    assert found["difficulty=hard"] == (10, 7, 7, "10 were asked for, and the frame has 7: all are drawn")
    assert found["difficulty=easy"][:3] == (20, 200, 22)
    assert "*" not in {value.partition("=")[2] for value in found}
    for row in store.read("SELECT * FROM sample").rows(named=True):
        assert row["inclusion_probability"] == row["stratum_drawn"] / row["stratum_size"]


def test_outputs_and_attributes_are_met_together_with_what_people_flagged(store: Store) -> None:
    events = [
        {
            "event_id": f"e{at:03}",
            "output": "good" if at % 5 else "bad",
            "attributes": {"language": ("en", "de", "fr")[at % 3]} if at % 7 else {},
        }
        for at in range(300)
    ]
    add_events(store, MONDAY, events)
    add_feedback(store, MONDAY, [(f"e{at:03}", "thumb", "down") for at in range(30)])
    quotas = {"language": {"en": 30, "de": 50}, "output": {"bad": 50}}
    drawn = draw(store, by(quotas, budget=60), MONDAY)
    assert drawn.drawn == 60
    assert [(one.size, one.drawn) for one in drawn.strata if one.name == "flagged by people"] == [(30, 15)]
    assert composed(store) == {
        "language=en": (18, 85, 18, None),
        "language=de": (30, 86, 30, None),
        "language=*": (12, 129, 12, None),
        "output=bad": (30, 60, 30, None),
        "output=*": (30, 240, 30, None),
    }
    by_output = store.read("SELECT output ->> '$', count(*) FROM sample JOIN events USING (event_id) GROUP BY 1")
    assert dict(by_output.iter_rows()) == {"good": 30, "bad": 30}
    assert {row.get("de", 0) for row in [drawn_by(store, "language")]} == {30}


def test_late_flags_open_a_phase_of_a_designed_frame(store: Store) -> None:
    add_events(store, MONDAY, EVENTS)
    add_feedback(store, MONDAY, [(f"e{at:03}", "thumb", "down") for at in range(0, 300, 60)])
    declared = by(QUOTAS)
    draw(store, declared, MONDAY)
    before = set(store.read("SELECT event_id FROM sample")["event_id"])
    add_feedback(store, MONDAY + timedelta(days=2), [(f"e{at:03}", "thumb", "down") for at in range(1, 300, 40)])
    assert [one.day for one in late(store, declared)] == [MONDAY]
    draw(store, declared, MONDAY)
    after = set(store.read("SELECT event_id FROM sample")["event_id"])
    assert before < after
    assert {f"e{at:03}" for at in range(1, 300, 40)} <= after


def test_a_frame_within_the_budget_is_drawn_whole_whatever_quotas_say(store: Store) -> None:
    add_events(store, MONDAY, EVENTS[180:220])
    assert draw(store, by(QUOTAS), MONDAY).drawn == 40
    assert composed(store)["difficulty=easy"] == (20, 20, 20, None)
    assert composed(store)["difficulty=hard"][:3] == (10, 0, 0)


def test_what_is_not_eligible_is_left_out_counted_and_not_spoken_of(store: Store) -> None:
    channels = ["web", "app", "test", None]
    events = [{"event_id": f"e{at:03}", "attributes": {"channel": channels[at % 4]}} for at in range(240)]
    add_events(store, MONDAY, events)
    add_feedback(store, MONDAY, [(f"e{at:03}", "thumb", "down") for at in range(8)])
    declared = project(sampling={"budget": 80, "share": 0.25, "design": {"eligible": {"channel": ["web", "app"]}}})
    drawn = draw(store, declared, MONDAY)
    assert (drawn.population, drawn.drawn) == (120, 30)
    assert [one.size for one in drawn.strata if one.name == "flagged by people"] == [4]
    assert set(drawn_by(store, "channel")) == {"web", "app"}
    assert composed(store)["channel=not eligible"][:3] == (0, 120, 0)
    assert store.read("SELECT count(*) FROM left_out").item() == 120
    (of_all,) = population(store).select("events").to_series().to_list()
    assert of_all == 120
    add_feedback(store, MONDAY + timedelta(days=1), [(f"e{at:03}", "thumb", "down") for at in range(2, 240, 4)])
    assert late(store, declared) == []  # flags on what was left out open nothing


def test_a_declaration_without_a_design_draws_as_before() -> None:
    assert design_of(project()) == "stratified-neyman:9cc4ee5d7de94826"
    assert design_of(project(sampling={"budget": 40, "active_learning": {"budget": 5}})) == design_of(project())
    assert design_of(by(QUOTAS)) != design_of(project(sampling={"budget": 50}))
