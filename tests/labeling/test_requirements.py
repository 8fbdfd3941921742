"""What an item asks of its annotator, how soon it is asked, and when the model's answer is shown."""

import json
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from gt_platform.labeling.asking import waiting_assignments
from gt_platform.labeling.messages import Assignment
from gt_platform.lake import Store
from gt_platform.lake.tables import ASSIGNMENTS, SCORES
from gt_platform.project import Project
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import People
from tests.support.sentiment import DAY

GATED = {"gates": {"score": {"metric": "accuracy", "at_least": 0.8}}, "benchmark": {"metrics": ["accuracy"]}}


def put_scores(store: Store, *rows: tuple[str, str, str, float, float]) -> None:
    """Scores by (scope, period, slice, low, high)."""
    plain = {"release": 1, "model": "*", "metric": "accuracy", "label": "*", "estimand": "production", "n": 50,
             "population": 500, "method": "m", "verdict": "none"}  # fmt: skip
    frame = [
        plain
        | {"scope": scope, "period": period, "slice": slice_, "estimate": (low + high) / 2, "low": low, "high": high}
        for scope, period, slice_, low, high in rows
    ]
    store.commit("scores", lambda writer: writer.append(SCORES, pl.DataFrame(frame)))


def only(store: Store, project: Project) -> Assignment:
    """The one there is; its slots are equal but for their numbers."""
    waiting = waiting_assignments(store, project)
    assert len({(one.priority, one.requires, json.dumps(one.suggestion)) for one in waiting}) == 1
    return waiting[0]


@pytest.mark.parametrize(
    ("attributes", "requires"),
    [
        ({"lang": "de", "topic": "tax"}, ("language:de", "skill:tax")),
        ({"lang": "de"}, ("language:de",)),
        ({"topic": 7}, ("skill:7",)),
        ({"lang": None}, ()),
        ({}, ()),
    ],
)
@pytest.mark.slow
def test_an_event_says_what_its_item_takes(
    attributes: dict[str, Any], requires: tuple[str, ...], store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by(language="attributes.lang", skill="attributes.topic")
    people = People({})
    ask(project, people, ["text"], attributes=json.dumps(attributes))
    assert only(store, project).requires == requires
    assert {one.requires for one in people.sent.values()} == {requires}


@pytest.mark.parametrize(
    ("suggestions", "output", "suggestion"),
    [(True, "positive", "positive"), (True, "made up", None), (False, "positive", None)],
)
@pytest.mark.slow
def test_a_valid_answer_of_the_model_is_suggested_where_the_project_shows_it(
    suggestions: bool, output: str, suggestion: str | None, store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by(suggestions=suggestions)
    ask(project, People({}), ["text"], output=json.dumps(output))
    assert only(store, project).suggestion == suggestion


@pytest.mark.parametrize(
    ("attributes", "priority"),
    [
        ({"channel": "web"}, 2),  # surely below the gate
        ({"channel": "app"}, 0),
        ({"tier": "free"}, 1),  # the lowest of its attribute, and not surely below
        ({"tier": "paid"}, 0),
        ({"tier": "free", "channel": "web"}, 2),
        ({"only": "one"}, 0),  # with nothing to be lower than
        ({}, 0),
    ],
)
@pytest.mark.slow
def test_what_fails_is_asked_first(
    attributes: dict[str, Any], priority: int, store: Store, labeled_by: Declare, ask: Sample
) -> None:
    put_scores(
        store,
        ("all", "*", "*", 0.7, 0.75),
        ("all", "*", "channel=web", 0.5, 0.7),
        ("all", "*", "channel=app", 0.85, 0.95),
        ("all", "*", "tier=free", 0.7, 0.9),
        ("all", "*", "tier=paid", 0.9, 0.95),
        ("all", "*", "only=one", 0.7, 0.9),
        ("day", str(DAY - timedelta(days=1)), "*", 0.2, 0.4),
    )
    project = labeled_by(GATED)
    ask(project, People({}), ["text"], attributes=json.dumps(attributes))
    assert only(store, project).priority == priority


@pytest.mark.slow
def test_a_day_that_fails_is_asked_first_and_without_a_gate_nothing_is(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    put_scores(store, ("day", str(DAY), "*", 0.2, 0.4))
    project = labeled_by(GATED)
    ask(project, People({}), ["text"])
    assert only(store, project).priority == 2
    ask(labeled_by(), People({}), ["other"])
    rows = store.read("SELECT DISTINCT input, priority FROM assignments ORDER BY ALL").rows()
    assert rows == [('"other"', 0), ('"text"', 2)]


@pytest.mark.slow
def test_how_it_is_asked_is_no_part_of_what_is_asked(store: Store, labeled_by: Declare, ask: Sample) -> None:
    ask(labeled_by(GATED), People({}), ["text"])
    before = store.digests([ASSIGNMENTS])
    ranked = store.read("SELECT * FROM assignments").with_columns(priority=pl.lit(2, pl.Int32), suggestion=pl.lit("1"))
    store.commit("ranked", lambda writer: writer.append(ASSIGNMENTS, ranked))
    assert store.digests([ASSIGNMENTS]) == before
