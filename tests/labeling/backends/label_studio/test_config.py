"""Configurations: XML for every form, whatever words it has; the real server's opinion of them is in test_kinds."""

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import form_of
from gt_platform.answers.choice import Choice
from gt_platform.answers.rubric import Rubric
from gt_platform.labeling import BackendError
from gt_platform.labeling.backends.label_studio.config import label_config, may_be_empty, parts, task_data
from gt_platform.labeling.backends.label_studio.elements import stored
from gt_platform.labeling.backends.label_studio.showing import Rows
from gt_platform.project.show import Show, ShowForm, rows, shown
from tests.answers.forms import KINDS, LABELS, Unheard

FORMS = {name: form_of(kind) for name, kind in KINDS.items()} | {"anything": Unheard()}
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@pytest.mark.parametrize("review", [False, True])
@pytest.mark.parametrize("name", FORMS)
def test_every_form_has_a_configuration_whose_names_fit(name: str, review: bool) -> None:
    view = fromstring(label_config(FORMS[name], "Why <so> $many?", review=review))  # noqa: S314  -- our own
    names = [tag.get("name") for tag in view.iter() if tag.get("name")]
    assert len(names) == len(set(names))
    assert {tag.get("toName") for tag in view.iter() if tag.get("toName")} <= set(names)
    assert {one for one, _ in parts(FORMS[name])} <= set(names)
    assert ("reasoning" in names, "comment" in names) == (review, not review)


@given(labels=st.lists(WORDS, min_size=2, max_size=5, unique=True), question=WORDS)
def test_whatever_a_label_is_called_it_is_what_comes_back(labels: list[str], question: str) -> None:
    form = form_of(Choice(labels={label: f"{label}?" for label in labels}))
    view = fromstring(label_config(form, question))  # noqa: S314
    assert [tag.get("alias") for tag in view.iter("Choice")] == labels
    shown = [tag.get("value", "") for tag in view.iter("Choice")]
    assert [text.replace("\u200b", "") for text in shown] == [label.replace("\u200b", "") for label in labels]
    assert not any(text.startswith("$") for text in shown)


def test_parts_keep_their_names_in_another_order() -> None:
    scale = {"scale": {"1": "", "2": ""}}
    one, other = (form_of(Rubric.model_validate({"criteria": criteria}))
                  for criteria in ({"a": scale, "b": scale}, {"b": scale, "a": scale}))  # fmt: skip
    assert dict(parts(one)) == dict(parts(other))


@pytest.mark.parametrize("bad", ["a\x00", "a\x1b", "a\ufffe"])
def test_what_xml_cannot_hold_is_named(bad: str) -> None:
    with pytest.raises(BackendError, match="which Label Studio cannot hold"):
        label_config(form_of(Choice(labels={"good": "", bad: ""})), "?")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("plain", "plain"),
        ({"b": [1, "é"]}, '{\n  "b": [\n    1,\n    "é"\n  ]\n}'),
        (None, "null"),
        ("a\ud83d\0b", "a��b"),
    ],
)
def test_inputs_are_shown_as_text(content: Any, shown: str) -> None:
    assert task_data(FORMS["choice"], content) == {"input": shown}


@given(st.text(st.characters()))
def test_what_is_stored_is_as_long_and_can_be_encoded(text: str) -> None:
    assert len(stored(text)) == len(text)
    stored(text).encode()


def test_pictures_are_shown_by_their_address() -> None:
    good: list[Any] = ["https://x/1.png", {"image": "https://x/1.png"}, {"url": "https://x/1.png", "more": 1}]
    for content in good:
        assert task_data(FORMS["boxes"], content) == {"input": "https://x/1.png"}
    assert task_data(FORMS["choice"], "/data/1.png", shows="image") == {"input": "/data/1.png"}
    bad: list[Any] = ["no address", {"text": "https://x"}, 3, None]
    for content in bad:
        with pytest.raises(BackendError, match="as a picture"):
            task_data(FORMS["boxes"], content)


def test_a_ranking_brings_its_options_along() -> None:
    rows = task_data(FORMS["ranking"], "which?")["answer_options"]
    assert [row["id"] for row in rows] == list(LABELS)


def test_only_where_nothing_is_an_answer_may_nothing_be_handed_in() -> None:
    assert {name for name, form in FORMS.items() if may_be_empty(form)} == {"spans", "boxes"}


MARKED: dict[str, Any] = {"field": "input.body", "heading": "Letter", "mark": True}
BODY = {
    "body": "a <b>",
    "chat": [{"role": "user", "content": "hi"}],
    "link": "javascript:x",
    "photo": "https://x/1.png",
}


def laid(content: Any, *declared: dict[str, Any], swapped: bool | None = None) -> Rows:
    return rows(shown([Show.model_validate(one) for one in declared], content, judged=False), swapped=swapped)


def test_what_is_shown_becomes_elements_in_its_order_under_headings() -> None:
    forms: dict[str, ShowForm] = {"chat": "chat", "body": "markdown", "link": "link", "photo": "image", "gone": "code"}
    declared = [{"field": f"input.{name}", "form": form} for name, form in forms.items()]
    view = fromstring(label_config(FORMS["choice"], "?", rows=laid({}, *declared)))  # noqa: S314
    seen = [(tag.tag, tag.get("name") or tag.get("value")) for tag in view]
    assert seen[2:12] == [
        ("Header", "Chat"), ("Paragraphs", "input"), ("Header", "Body"), ("HyperText", "shown_1"),
        ("Header", "Link"), ("HyperText", "shown_2"), ("Header", "Photo"), ("Image", "shown_3"),
        ("Header", "Gone"), ("HyperText", "shown_4"),
    ]  # fmt: skip
    assert task_data(FORMS["choice"], BODY, rows=laid(BODY, *declared)) == {
        "input": [{"author": "user", "text": "hi"}],
        "shown_1": "<p>a &lt;b&gt;</p>\n",
        "shown_2": "<pre>javascript:x</pre>",
        "shown_3": "https://x/1.png",
        "shown_4": "There is no input.gone in this item.",
    }
    with pytest.raises(BackendError, match=r"would leave a gap here: There is no input\.photo"):
        task_data(FORMS["choice"], {}, rows=laid({}, *declared))


def test_what_is_marked_is_what_labels_refer_to() -> None:
    declared = [{"field": "input.chat", "form": "json"}, MARKED]
    view = fromstring(label_config(FORMS["spans"], "?", rows=laid({}, *declared)))  # noqa: S314
    names = [tag.get("name") or tag.get("value") for tag in view][2:7]
    assert names == ["Chat", "shown_0", "Letter", "answer", "input"]
    data = task_data(FORMS["spans"], BODY, rows=laid(BODY, *declared))
    assert (data["input"], data["shown_0"][:6]) == ("a <b>", "<pre>[")
    with pytest.raises(BackendError, match=r"There is no input\.body"):
        task_data(FORMS["spans"], {}, rows=laid({}, *declared))


def test_two_sides_stand_beside_each_other_in_either_order() -> None:
    declared = [{"field": f"input.{side}", "side": side} for side in ("first", "second")]
    view = fromstring(label_config(FORMS["preference"], "?", rows=laid({}, *declared)))  # noqa: S314
    pair = view.find("View[@style]")
    assert pair is not None
    assert [(side[0].get("value"), side[1].get("name")) for side in pair] == [("A", "input"), ("B", "shown_1")]
    content = {"first": "one", "second": "two"}
    orders = [
        task_data(FORMS["preference"], content, rows=laid(content, *declared, swapped=at)) for at in (False, True)
    ]
    assert [(data["input"], data["shown_1"]) for data in orders] == [("one", "two"), ("two", "one")]
