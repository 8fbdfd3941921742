"""Why a project's annotators disagree, from the lake, for every kind of answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gt_platform.answers import AnswerKind
from gt_platform.answers.choices import Choices
from gt_platform.answers.number import Number
from gt_platform.answers.questions import questions, usual
from gt_platform.answers.spans import Spans
from gt_platform.answers.text import Text
from gt_platform.answers.tree import Tree
from gt_platform.labeling.disagreement import EVERYTHING, reasons
from gt_platform.labeling.disagreement_words import why
from gt_platform.lake import Store
from gt_platform.lake.tables import ADJUDICATIONS, ANNOTATIONS, ITEMS, Table
from gt_platform.project import Project
from tests.support.sentiment import declare, item_of

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PLACE = [{"start": 0, "end": 4, "label": "who"}]
PEOPLE = [f"a{number}" for number in range(8)]


def text(number: int) -> str:
    return f"the parcel came late {number}" if number % 2 else f"a lamp {number}"


def put(store: Store, table: Table, rows: list[dict[str, Any]]) -> None:
    store.commit("rows", lambda writer: writer.append(table, table.frame(rows)))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return declare(tmp_path_factory.mktemp("home"))


@pytest.fixture
def store(new_store: Callable[[], Store], project: Project) -> Store:
    """Sixty items that four of eight say something of; a7 says negative wherever it is neutral, or so a ruling says."""
    store = new_store()
    asked = [(number, PEOPLE[(number * 3 + slot) % 8]) for number in range(60) for slot in range(4)]
    truth = {number: ("neutral", "positive")[number % 3 == 0] for number in range(60)}
    said = [
        (number, who, "negative" if (who, truth[number]) == ("a7", "neutral") else truth[number])
        for number, who in asked
    ]
    versions = {"guideline_version": project.guideline_version, "schema_version": project.schema_version}
    given = [
        {"assignment_id": f"{number}-{who}", "item_id": item_of(text(number)), "annotator": who, "answer": f'"{one}"',
         "submitted_at": NOW, "collected_at": NOW, **versions}
        for number, who, one in said
    ]  # fmt: skip
    ruled = [
        {"item_id": item_of(text(number)), "answers_digest": "d", "answer": f'"{truth[number]}"', "adjudicator": "rita",
         "ruled_at": NOW, **versions}
        for number in range(0, 60, 2)
    ]  # fmt: skip
    items = [
        {
            "item_id": item_of(text(number)),
            "input": f'"{text(number)}"',
            "origin": "event",
            "attributes": "{}",
            "first_seen": NOW,
        }
        for number in range(60)
    ]
    for table, rows in ((ANNOTATIONS, given), (ADJUDICATIONS, ruled), (ITEMS, items)):
        put(store, table, rows)
    return store


def test_somebodys_misunderstanding_is_named_with_whose_it_is_and_where(store: Store, project: Project) -> None:
    found = reasons(store, project)
    whole = [one for one in found if one.where == EVERYTHING]
    assert [(one.one, one.other, one.found.cause, one.departing) for one in whole] == [
        ("negative", "neutral", "misunderstanding", ("a7",))
    ]
    assert "a7 departs from what most others say in 100%" in why(whole[0])
    assert "where it is ruled on, truth is what the others say in 100%" in why(whole[0])
    assert set(whole[0].examples) <= {item_of(text(number)) for number in range(60)}
    assert len(whole[0].examples) == 5


ANSWERS: list[tuple[AnswerKind, list[Any], list[dict[str, str]]]] = [
    (Choices(labels={"x": "", "y": ""}), [["x"], ["x", "y"], ["x"]],
     [{"x": "there", "y": "not there"}, {"x": "there", "y": "there"}, {"x": "there", "y": "not there"}]),
    (Number(minimum=0, maximum=9, unit="m", tolerance=1), [1, 5, 6, 9],
     [{"": "below"}, {"": "as usual"}, {"": "as usual"}, {"": "above"}]),
    (Text(), ["yes", "yes", "no"], [{"": "as usual"}, {"": "as usual"}, {"": "apart"}]),
    (Tree(labels={"animal": {"dog": "", "cat": ""}, "thing": ""}), ["animal/dog", "thing"],
     [{"": "animal/dog", "first branch": "animal"}, {"": "thing", "first branch": "thing"}]),
    (Spans(labels={"who": "", "where": ""}), [PLACE, PLACE, []],
     [{"who": "there", "where": "not there", "places": "as usual"}] * 2
     + [{"who": "not there", "where": "not there", "places": "apart"}]),
]  # fmt: skip


def test_answers_of_every_kind_are_labels_of_their_questions() -> None:
    for kind, given, labels in ANSWERS:
        valid = [kind.validate(one) for one in given]
        among = usual(kind, valid)
        assert [questions(kind, one, among) for one in valid] == labels, kind
