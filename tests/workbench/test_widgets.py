"""Answers as the fields of a page, and what a page is given to ask for them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import InvalidAnswerError, form_of
from gt_platform.answers.form import AnyJson, Form, MarkText, Option, Order, Pick, PickSeveral, Prose, Quantity, Several
from gt_platform.workbench.web import forms, render
from gt_platform.workbench.web.asking import answer_in
from gt_platform.workbench.web.forms import Fields, Widget, base, page_of, typed
from tests.answers.forms import KINDS, Unheard, answers_of


def read(form: Form, fields: Fields) -> Any:
    return page_of(form).read(form, fields, "a")


def fill(form: Form, answer: Any) -> dict[str, str]:
    return page_of(form).fill(form, answer, "a")


def asking(form: Form, fields: Fields) -> str:
    source = '{% from "_form.html" import ask %}{{ ask(widget, "some text") }}'
    return render.environment().from_string(source).render(widget=Widget(form=form, fields=fields))


def alone(form: Form, answer: Any) -> Any:
    """A single acceptable text is that text."""
    if isinstance(form, Several):
        return {name: alone(dict(form.parts)[name], said) for name, said in answer.items()}
    return answer[0] if isinstance(form, Prose) and isinstance(answer, list) and len(answer) == 1 else answer


OPTIONS = (Option("a", "A"), Option("b", "B"), Option("c", "C"))


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_an_answer_written_into_fields_is_read_back(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    form = form_of(kind)
    answer = data.draw(answers_of(form).map(kind.validate))
    fields = fill(form, answer)
    assert typed(fields) == fields
    back = kind.validate(read(form, fields))
    assert back == alone(form, answer)


@pytest.mark.parametrize("name", KINDS)
@given(answer=answers_of(AnyJson()))
def test_an_answer_of_another_form_fills_what_it_can_and_breaks_nothing(name: str, answer: Any) -> None:
    form = form_of(KINDS[name])
    fields = fill(form, answer)
    assert all(isinstance(text, str) for text in fields.values())
    assert asking(form, fields)


@pytest.mark.parametrize("name", KINDS)
@given(fields=st.dictionaries(st.sampled_from(["a", "a.0", "a.1", "a.2", "a.0.1", "a.x", "answer"]), st.text()))
def test_whatever_a_browser_sends_is_read_or_refused(name: str, fields: dict[str, str]) -> None:
    form = form_of(KINDS[name])
    with suppress(InvalidAnswerError):
        answer_in(form, fields)
    assert asking(form, fields)


def test_a_program_may_send_the_answer_as_json() -> None:
    assert answer_in(Pick(OPTIONS), {"answer": '"b"', "a": "0"}) == "b"
    with pytest.raises(InvalidAnswerError, match="not JSON"):
        answer_in(Pick(OPTIONS), {"answer": '{"a":'})
    with pytest.raises(InvalidAnswerError, match="not JSON"):
        answer_in(AnyJson(), {"a": "[" * 10_000})


@pytest.mark.parametrize(
    ("form", "fields", "message"),
    [
        (Pick(OPTIONS), {}, "Choose one"),
        (Pick(OPTIONS), {"a": "3"}, "Choose one"),
        (Pick(OPTIONS), {"a": "-1"}, "Choose one"),
        (Pick(OPTIONS), {"a": "²"}, "Choose one"),
        (Pick(OPTIONS), {"a": "9" * 5000}, "Choose one"),
        (Order(OPTIONS), {"a.0": "1", "a.1": "1", "a.2": "2"}, "place of its own"),
        (Order(OPTIONS), {"a.0": "1", "a.1": "2"}, "place of its own"),
        (Quantity(0, 9, "stars"), {"a": ""}, "in stars"),
        (Quantity(0, 9, "stars"), {"a": "1,5"}, "not a number"),
        (Quantity(0, 9, "stars"), {"a": "1_0"}, "not a number"),
        (Quantity(0, 9, "stars"), {"a": "nan"}, "not a number"),
        (Quantity(0, 9, "stars"), {"a": "٣"}, "not a number"),
        (Prose(10), {"a.0": "  \n"}, "Write an answer"),
        (Prose(10), {"a.0": "\u200b"}, "Write an answer"),
        (Prose(10), {"a.0": "", "a.none": "on"}, "Write an answer"),
        (Prose(10, may_be_empty=True), {"a.0": ""}, "Write an answer"),
        (Prose(10, may_be_empty=True), {"a.0": "x", "a.none": "on"}, "not both"),
        (MarkText(OPTIONS, 5), {}, "Nothing can be marked"),
        (Several((("clear", Pick(OPTIONS)), ("kind", Pick(OPTIONS)))), {"a.0": "1"}, "^kind: Choose one"),
    ],
)
def test_what_is_missing_or_cannot_be_read_is_said(form: Any, fields: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidAnswerError, match=message):
        read(form, fields)


def test_fields_are_read_as_people_mean_them() -> None:
    assert read(PickSeveral(OPTIONS, 0, 3), {"a.2": "on", "a.0": "on"}) == ["a", "c"]
    assert read(Order(OPTIONS), {"a.0": " 3", "a.1": "1", "a.2": "2"}) == ["b", "c", "a"]
    assert read(Quantity(0, 9, "stars"), {"a": " 4.5 "}) == 4.5
    assert read(Prose(10), {"a.0": "one"}) == "one"
    assert read(Prose(10), {"a.0": "one", "a.1": " ", "a.2": "two"}) == ["one", "two"]
    assert read(Prose(10, may_be_empty=True), {"a.0": " ", "a.none": "on"}) == ""
    assert fill(Prose(10, may_be_empty=True), "") == {"a.none": "on", "a.0": ""}
    assert read(MarkText(OPTIONS, 5), {"a": "[]"}) == []


def test_numbers_are_shown_as_they_would_be_typed() -> None:
    assert [fill(Quantity(0, 9, ""), number)["a"] for number in (3, 3.0, 0.1, 1e-7)] == ["3", "3", "0.1", "1e-07"]


def test_a_widget_knows_what_was_typed_into_its_parts() -> None:
    form = Several((("first", Prose(9)), ("second", Pick(OPTIONS))))
    made = Widget(form=form, fields={"a.0.0": "x", "a.0.1": "", "a.0.2": "y", "a.1": "2"})
    first, second = (made.part(at, title, part) for at, (title, part) in enumerate(form.parts))
    assert [(made.template, first.template, second.template)] == [("ask Several", "ask Prose", "ask Pick")]
    assert (first.title, first.name, first.listed()) == ("first", "a.0", ["x", "", "y"])
    assert second.typed() == "2"


@pytest.mark.parametrize("name", KINDS)
def test_every_form_has_a_page_and_one_nobody_heard_of_is_asked_for_as_json(name: str) -> None:
    form = form_of(KINDS[name])
    assert page_of(form).form is type(form)
    assert page_of(Unheard()).form is AnyJson
    assert read(Unheard(), {"a": "[1]"}) == [1]


STARS = """
from gt_platform.workbench.web.forms.base import FormPage
from tests.answers.forms import Unheard

class UnheardPage(FormPage[Unheard]):
    form = Unheard
    ask = '<input name="{{ widget.name }}" value="{{ widget.typed() }}">{{ key(3) }}'
    show = "<p>{{ said.value|visible }}</p>"
    def read(self, form, fields, name): return len(fields[name])
    def fill(self, form, answer, name): return {name: "*" * answer}
    def said(self, form, answer, seen): return f"{answer} stars"
"""


@pytest.fixture
def unheard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Form]:
    """A form whose page is a file more in the folder of forms."""
    (tmp_path / "unheard.py").write_text(STARS)
    monkeypatch.setattr(forms, "__path__", [*forms.__path__, str(tmp_path)])
    base._pages.cache_clear()
    render.environment.cache_clear()
    yield Unheard()
    base._pages.cache_clear()
    render.environment.cache_clear()


def test_a_page_for_a_form_of_ones_own_takes_one_file(unheard: Form) -> None:
    assert "<input" in (page := asking(unheard, {"a": "**"}))
    assert 'value="**"' in page
    assert "<kbd" in page
    assert fill(unheard, 3) == {"a": "***"}
    assert read(unheard, {"a": "***"}) == 3
    source = '{% from "_form.html" import show %}{{ show(said) }}'
    shown = render.environment().from_string(source).render(said=forms.said(unheard, 3))
    assert shown.strip() == "<p>3 stars</p>"
