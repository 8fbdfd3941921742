"""Results become answers and answers results; whatever is neither says what it is."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import form_of
from gt_platform.answers.boxes import Boxes
from gt_platform.answers.form import Form
from gt_platform.labeling.backends.label_studio.config import part_name
from gt_platform.labeling.backends.label_studio.controls.base import MalformedError
from gt_platform.labeling.backends.label_studio.results import read, results
from tests.answers.forms import KINDS, LABELS, Unheard, answers_of

FORMS: dict[str, Form] = {name: form_of(kind) for name, kind in KINDS.items()} | {"anything": Unheard()}
TEXT = "a 🙂 b 👨‍👩‍👧 dear\r\nline $neg two"


def alone(answer: Any) -> Any:
    """A single acceptable text is that text."""
    if isinstance(answer, dict):
        return {part: alone(said) for part, said in answer.items()}
    return answer[0] if isinstance(answer, list) and len(answer) == 1 and isinstance(answer[0], str) else answer


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
def test_an_answer_comes_back_from_its_results(name: str, data: st.DataObject) -> None:
    answer = data.draw(answers_of(FORMS[name]))
    back = read(FORMS[name], results(FORMS[name], answer)).answer
    assert back == (alone(answer) if name in {"text", "form"} else answer)


@given(data=st.data())
def test_boxes_in_pixels_come_back_by_the_picture_s_size(data: st.DataObject) -> None:
    form = form_of(Boxes(labels=LABELS))
    answer = data.draw(answers_of(form))
    assert read(form, results(form, answer, size=(1000.0, 1000.0))).answer == answer


def given_as(name: str, kind: str, **value: Any) -> dict[str, Any]:
    return {"from_name": name, "to_name": "input", "type": kind, "value": value}


def test_what_the_browser_sends() -> None:
    box = {
        "original_width": 640,
        "original_height": 480,
        "image_rotation": 0,
        "value": {
            "x": 24.66091245376079,
            "y": 26.243321002877106,
            "width": 75.33908754623921,
            "height": 73.75667899712289,
            "rotation": 0,
            "rectanglelabels": ["neg"],
        },
        "from_name": "answer",
        "type": "rectanglelabels",
        "origin": "manual",
    }
    (found,) = read(FORMS["boxes"], [box]).answer
    assert found == {"x": 157.82984, "y": 125.967941, "width": 482.17016, "height": 354.032059, "label": "neg"}
    assert KINDS["boxes"].validate([found]) == [found]
    ranked = given_as("answer", "ranker", ranker={"answer": list(LABELS)})
    assert read(FORMS["ranking"], [ranked]).answer == list(LABELS)
    texts = [given_as("answer", "textarea", text=[" hello ", "second\nline"])]
    assert read(FORMS["text"], texts).answer == [" hello ", "second\nline"]


def test_comments_and_accepted_suggestions_are_told() -> None:
    chosen = given_as("answer", "choices", choices=["neg"])
    comment = given_as("comment", "textarea", text=["one", "two"])
    found = read(FORMS["choice"], [chosen, comment])
    assert (found.answer, found.texts, found.suggested) == ("neg", {"comment": "one\ntwo"}, False)
    for origin in ("prediction", "prediction-changed"):
        assert read(FORMS["choice"], [chosen | {"origin": origin}]).suggested
    assert not read(FORMS["choice"], [chosen | {"origin": "manual"}]).suggested


def marked(start: int, end: int, text: str | None = None) -> list[dict[str, Any]]:
    said = {} if text is None else {"text": text}
    return [given_as("answer", "labels", start=start, end=end, labels=["neg"], **said)]


@pytest.mark.parametrize(
    "given",
    [
        marked(12, 16, "dear"),  # as the server's own page counts, in characters
        marked(12, 16),
        marked(
            len("a 🙂 b 👨‍👩‍👧 ".encode("utf-16-le")) // 2, len("a 🙂 b 👨‍👩‍👧 dear".encode("utf-16-le")) // 2, "dear"
        ),
    ],
)
def test_offsets_are_characters_whoever_counted(given: list[dict[str, Any]]) -> None:
    (span,) = read(FORMS["spans"], given, TEXT).answer
    assert TEXT[span["start"] : span["end"]] == "dear"


def test_a_quoted_end_of_line_is_no_contradiction() -> None:
    assert read(FORMS["spans"], marked(12, 22, r"dear\n\nline"), TEXT).answer[0]["end"] == 22


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("choice", None, "result"),
        ("choice", [{"x": 1}], "result"),
        ("choice", [{"from_name": "answer", "value": []}], "result"),
        ("choice", [], "incomplete"),
        ("choice", [given_as("other", "choices", choices=["neg"])], "from_name"),
        ("choice", [given_as("answer", "rating", rating=3)], "type"),
        ("choice", [given_as("answer", "choices", choices=["neg", "pos"])], "several"),
        ("choice", [given_as("answer", "choices", choices=["neg"])] * 2, "several"),
        ("choice", [given_as("answer", "choices")], "several"),
        ("rubric", [given_as("answer", "choices", choices=["1"])], "from_name"),
        ("tree", [given_as("answer", "taxonomy", taxonomy=[["mood"], ["<thing>"]])], "several"),
        ("tree", [given_as("answer", "taxonomy", taxonomy=["mood"])], "path"),
        ("form", [given_as(part_name("answer", "topic"), "choices", choices=["neg"])], "incomplete"),
        ("text", [given_as("answer", "textarea", text=[3])], "text"),
        ("anything", [given_as("answer", "textarea", text=["{"])], "json"),
        ("spans", marked(12, 16, "something else"), "offsets"),
        ("spans", [given_as("answer", "labels", start="1", end=2, labels=["neg"])], "offsets"),
        ("spans", [given_as("answer", "labels", start=1, end=2, labels=["neg", "pos"])], "several"),
        ("boxes", [given_as("answer", "rectanglelabels", x=1, y=1, width=2, height="2")], "box"),
        ("boxes", [given_as("answer", "rectanglelabels", x=1, y=1, width=2, height=2, rotation=9)], "rotation"),
    ],
)
def test_what_is_no_answer_says_why(kind: str, given: Any, reason: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(FORMS[kind], given, TEXT)
    assert caught.value.reason == reason


def test_pixels_need_the_size_of_the_picture() -> None:
    box = given_as("answer", "rectanglelabels", x=1, y=1, width=2, height=2, rectanglelabels=["neg"])
    with pytest.raises(MalformedError, match="the picture's size is missing"):
        read(form_of(Boxes(labels=LABELS)), [box])


@pytest.mark.parametrize("name", FORMS)
@given(junk=st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
       | st.dictionaries(st.sampled_from(["from_name", "type", "value", "text", "choices"]), inner)))  # fmt: skip
def test_junk_never_breaks_the_reading(name: str, junk: Any) -> None:
    with contextlib.suppress(MalformedError):
        read(FORMS[name], junk, TEXT)
