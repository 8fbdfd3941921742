"""How annotators differ on items: in the words of each form of answer, and who with whom."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest

from gt_platform.answers.apart import Apart, apart
from gt_platform.labeling.conflicts import conflicts
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.project import answer_kind_of
from gt_platform.truth import fold, retire, settle
from tests.support.sentiment import declare, item_of
from tests.truth.answered import answer

LABELS = {"cat": "", "dog": ""}
TREE = {"kind": "tree", "labels": {"animal": LABELS, "plant": {"oak": ""}}, "inner": True}
SPANS, BOXES = {"kind": "spans", "labels": LABELS}, {"kind": "boxes", "labels": LABELS}


def span(start: int, end: int, label: str = "cat") -> dict[str, Any]:
    return {"start": start, "end": end, "label": label}


def box(x: float, side: float, label: str = "cat") -> dict[str, Any]:
    return {"x": x, "y": 0.0, "width": side, "height": side, "label": label}


@pytest.mark.parametrize(
    ("declared", "truth", "said", "found"),
    [
        (SPANS, [span(0, 5)], [span(0, 5)], []),
        (SPANS, [span(0, 5)], [], [Apart("missing", "cat", None)]),
        (SPANS, [], [span(0, 5, "dog")], [Apart("extra", None, "dog")]),
        (SPANS, [span(0, 5)], [span(0, 5, "dog")], [Apart("other label", "cat", "dog")]),
        (SPANS, [span(0, 10)], [span(0, 3)], [Apart("low overlap", "cat", "cat")]),
        (SPANS, [span(0, 5)], [span(9, 12)], [Apart("missing", "cat", None), Apart("extra", None, "cat")]),
        # the same pair first, so that what is near it is not taken for it
        (
            SPANS,
            [span(0, 5), span(20, 25, "dog")],
            [span(0, 5), span(0, 4, "dog"), span(24, 30, "dog")],
            [Apart("low overlap", "dog", "dog"), Apart("extra", None, "dog")],
        ),
        (BOXES, [box(0, 10)], [box(1, 10)], []),
        (BOXES, [box(0, 10)], [box(7, 10)], [Apart("low overlap", "cat", "cat")]),
        (BOXES, [box(0, 10)], [box(1, 10, "dog")], [Apart("other label", "cat", "dog")]),
        ({"kind": "choice", "labels": LABELS}, "cat", "dog", [Apart("other label", "cat", "dog")]),
        (
            {"kind": "choices", "labels": {**LABELS, "owl": ""}},
            ["cat", "dog"],
            ["dog", "owl"],
            [Apart("missing", "cat", None), Apart("extra", None, "owl")],
        ),
        ({"kind": "number", "minimum": 0, "maximum": 9, "unit": "m", "tolerance": 1}, 3, 4, []),
        ({"kind": "number", "minimum": 0, "maximum": 9, "unit": "m", "tolerance": 1}, 3, 5, [Apart("far apart")]),
        ({"kind": "ranking", "options": LABELS}, ["cat", "dog"], ["dog", "cat"], [Apart("other answer")]),
        (TREE, "animal/dog", "animal/cat", [Apart("other label", "animal/dog", "animal/cat")]),
        (TREE, "animal/dog", "plant/oak", [Apart("other label", "animal", "plant")]),
        (TREE, "animal", "animal/dog", [Apart("other label", "animal", "animal/dog")]),
        ({"kind": "choice", "labels": LABELS}, "cat", "cow", [Apart("other answer")]),  # of an older schema
    ],
)
def test_an_answer_differs_in_the_words_of_its_form(
    declared: Mapping[str, Any], truth: Any, said: Any, found: list[Apart]
) -> None:
    assert apart(answer_kind_of(dict(declared)), truth, said) == found


def answered(store: Store, project: Project, given: Mapping[str, list[str]]) -> None:
    for text, answers in given.items():
        answer(store, project, text, answers)


def test_who_differs_from_the_truth_and_from_whom(new_store: Callable[[], Store], tmp_path: Any) -> None:
    store, project = new_store(), declare(tmp_path)
    given = {
        "same": ["positive"] * 3,
        "odd": ["positive", "positive", "negative"],
        "tie": ["positive", "negative", "neutral"],
        "gone": ["positive", "positive", "neutral"],
    }
    answered(store, project, given)
    settle(store, project)
    fold(store, project)
    retire(store, project, [item_of("gone")], why="old", category="outdated", actor="lee")
    found = conflicts(store, project)
    names = {item_of(text): text for text in given}
    told = found.differing.with_columns(pl.col("item_id").replace(names)).sort("item_id", "annotator").rows()
    assert told == [
        ("odd", "a3", '"negative"', True, "other label", "positive", "negative"),
        ("tie", "a1", '"positive"', False, "other label", "negative", "positive"),
        ("tie", "a3", '"neutral"', False, "other label", "negative", "neutral"),
    ]
    counted = found.pairs.group_by("annotator", "other").len().sort("annotator", "other").rows()
    assert counted == [("a1", "a2", 1), ("a1", "a3", 2), ("a2", "a3", 2)]
    assert set(found.together.rows()) == {("a1", "a2", 3), ("a1", "a3", 3), ("a2", "a3", 3)}
    assert found.answers.height == 6


def test_without_answers_there_is_no_conflict(new_store: Callable[[], Store], tmp_path: Any) -> None:
    found = conflicts(new_store(), declare(tmp_path))
    assert (found.differing.height, found.answers.height, found.pairs.height) == (0, 0, 0)
