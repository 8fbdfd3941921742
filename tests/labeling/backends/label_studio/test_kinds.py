"""The real server takes every kind's configuration, and an answer of every kind comes back through it."""

from pathlib import Path
from typing import Any

import pytest

from gt_platform.answers import form_of
from gt_platform.labeling import BackendError
from gt_platform.labeling.backends.label_studio.results import results
from gt_platform.labeling.messages import Assignment, Submission
from tests.answers.forms import FORM, LABELS, SCALE, TREE
from tests.labeling.backends.label_studio.conftest import Studio, declared

pytestmark = pytest.mark.slow
FIRST, SECOND, GLAD = LABELS
RUBRIC = {"clear": {"scale": SCALE}, "<polite> 🙂": {"scale": LABELS}}
KINDS: dict[str, tuple[dict[str, Any], str, Any]] = {
    "choice": ({"labels": LABELS}, "accuracy", GLAD),
    "choices": ({"labels": LABELS, "maximum": 2}, "jaccard", sorted([FIRST, GLAD])),
    "number": ({"minimum": -1.5, "maximum": 10, "unit": "stars"}, "absolute_error", 2.55),
    "ordinal": ({"scale": SCALE}, "accuracy", "2"),
    "preference": ({"names": {"first": "A", "second": "B", "tie": "none"}}, "accuracy", "tie"),
    "ranking": ({"options": LABELS}, "kendall", [GLAD, FIRST, SECOND]),
    "rubric": ({"criteria": RUBRIC}, "accuracy", {"clear": "3", "<polite> 🙂": SECOND}),
    "form": (FORM.model_dump(exclude_unset=True), "accuracy", {"topic": SECOND, "tone": "3", "amount": 2.5}),
    "spans": ({"labels": LABELS}, "f1",
              [{"start": 2, "end": 3, "label": GLAD}, {"start": 4, "end": 5, "label": FIRST}]),
    "boxes": ({"labels": LABELS, "width": 640, "height": 480}, "f1",
              [{"x": 1.5, "y": 2.25, "width": 100.0, "height": 50.0, "label": GLAD}]),
    "tree": ({"labels": TREE}, "accuracy", "<thing>/🙂/a $ b"),
    "text": ({}, "exact_match", ["two\nlines", " and more "]),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_of_each_kind_comes_back(studio: Studio, tmp_path: Path, kind: str) -> None:
    schema, metric, answer = KINDS[kind]
    project = declared(
        tmp_path,
        f"kind_{kind}",
        labeling={"overlap": 1, "suggestions": True},
        question='What "is" <this> for $5?',
        answer={"kind": kind, **schema},
        benchmark={"metrics": [metric]},
    )
    content = "https://example.test/picture.png" if kind == "boxes" else "a 🙂 b & <c>"
    backend = studio.backend(project, tmp_path)
    asked = [Assignment(assignment_id="a-1", item_id="item", slot=1, input=content, suggestion=answer)]
    backend.send(asked)
    ((who, number),) = studio.projects(project.name).items()
    (task,) = studio.tasks(number)
    form = form_of(project.answer_kind)
    assert [one["result"] for one in task["predictions"]] == [results(form, answer)]
    studio.annotate(who, task["id"], results(form, answer))
    (came,) = backend.collect(asked)
    assert isinstance(came, Submission)
    assert (came.assignment_id, came.annotator, came.answer, came.suggested) == ("a-1", who, answer, True)
    assert project.answer_kind.validate(came.answer) == project.answer_kind.validate(answer)


def test_a_label_no_configuration_can_hold_is_named_before_anything_is_made(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "unspeakable", answer={"kind": "choice", "labels": {"good": "", "b\x00d": ""}})
    with pytest.raises(BackendError, match=r"'b\\x00d' holds '\\x00', which Label Studio cannot hold"):
        studio.backend(project, tmp_path).send([Assignment(assignment_id="a-1", item_id="item", slot=1, input="x")])
    assert studio.projects(project.name) == {}


def test_everything_that_can_be_shown_is_taken_and_answered(studio: Studio, tmp_path: Path) -> None:
    media = {form: f"https://x.test/{form}" for form in ("link", "image", "audio", "video")}
    texts = {
        "text": "a",
        "markdown": "# b",
        "code": "\tc",
        "chat": [{"role": "user", "content": "d"}],
        "json": {"e": 1},
    }
    forms = {**texts, **media}
    shown = [{"field": f"input.{form}", "form": form} for form in forms]
    sides = [{"field": f"input.{side}", "side": side} for side in ("first", "second")]
    project = declared(
        tmp_path,
        "shown",
        labeling={"overlap": 1, "suggestions": True},
        answer={"kind": "preference"},
        show=[*shown, *sides],
    )
    content = {**forms, "first": "the first", "second": "the second"}
    backend = studio.backend(project, tmp_path)
    asked = [Assignment(assignment_id="a-1", item_id="item", slot=1, input=content, suggestion="first")]
    backend.send(asked)
    ((who, number),) = studio.projects(project.name).items()
    (task,) = studio.tasks(number)
    assert task["data"]["shown_3"] == [{"author": "user", "text": "d"}]
    (seen,) = task["predictions"][0]["result"]
    studio.annotate(who, task["id"], [seen])
    (came,) = backend.collect(asked)
    assert isinstance(came, Submission)
    assert (came.answer, came.swapped) == ("first", task["data"]["shown_9"] == "the second")
