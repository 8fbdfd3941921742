"""What each kind says its answers consist of is what it accepts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import AnswerKind, InvalidAnswerError, form_of, kinds
from gt_platform.answers.boxes import LARGEST, Boxes
from gt_platform.answers.branches import Node
from gt_platform.answers.choices import Choices
from gt_platform.answers.form import (
    AnyJson,
    HasForm,
    MarkImage,
    MarkText,
    Option,
    Order,
    Pick,
    PickSeveral,
    Prose,
    Quantity,
    Several,
)
from gt_platform.answers.preference import Preference
from tests.answers.forms import KINDS, LABELS, SCALE, answers_of

OPTIONS = tuple(Option(label, label, meaning) for label, meaning in LABELS.items())
PATHS = (
    *(Option(f"mood/{label}", f"mood/{label}", meaning) for label, meaning in LABELS.items()),
    Option("<thing>/🙂/a $ b", "<thing>/🙂/a $ b"),
    Option("<thing>/🙂/c", "<thing>/🙂/c", "&"),
    Option("<thing>/none", "<thing>/none", "of all"),
)
STEPS = tuple(Option(label, label, meaning) for label, meaning in SCALE.items())


def accepts(kind: AnswerKind, answer: Any) -> bool:
    try:
        kind.validate(answer)
    except InvalidAnswerError:
        return False
    return True


def test_every_registered_kind_describes_its_answers() -> None:
    assert KINDS.keys() >= {name for name, kind in kinds().items() if kind.__module__.startswith("gt_platform.")}
    assert all(isinstance(kind, HasForm) for kind in KINDS.values())
    assert form_of(object()) == AnyJson()


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_what_a_form_describes_is_valid(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    answer = data.draw(answers_of(form_of(kind)))
    assert accepts(kind, answer), answer


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("choice", Pick(OPTIONS)),
        ("choices", PickSeveral(OPTIONS, 1, 2)),
        ("number", Quantity(-1.5, 10, "stars")),
        ("ordinal", Pick(STEPS, ordered=True)),
        ("preference", Pick((Option("first", "A"), Option("second", "B"), Option("tie", "no difference")))),
        ("ranking", Order(OPTIONS)),
        ("rubric", Several((("clear", Pick(STEPS, True)), ("<polite> 🙂", Pick(OPTIONS, True))))),
        ("spans", MarkText(OPTIONS, 3)),
        ("boxes", MarkImage(OPTIONS, 3, 640, 480)),
        ("text", Prose(50)),
        ("tree", Node(PATHS)),
    ],
)
def test_forms_carry_the_words_and_bounds_declared(name: str, form: Any) -> None:
    assert form_of(KINDS[name]) == form


@pytest.mark.parametrize(
    ("name", "beyond"),
    [
        ("choice", ["neg "]),
        ("choices", [[], list(LABELS), ["neg", "glad"]]),
        ("number", [-1.51, 10.01]),
        ("ordinal", ["4"]),
        ("preference", ["A", "third"]),
        ("ranking", [list(LABELS)[:2], [*LABELS, "neg"]]),
        ("rubric", [{"clear": "1"}, {"clear": "1", "<polite> 🙂": "1"}]),
        ("spans", [[{"start": at, "end": 9, "label": "neg"} for at in range(4)]]),
        ("boxes", [[{"x": 1, "y": 1, "width": 640, "height": 1, "label": "neg"}]]),
        ("text", ["x" * 51, " "]),
        ("tree", ["mood", "neg", "<thing>/none/a"]),
    ],
)
def test_what_lies_beyond_a_form_is_refused(name: str, beyond: list[Any]) -> None:
    assert [answer for answer in beyond if accepts(KINDS[name], answer)] == []


def test_defaults_leave_the_bounds_to_the_answer() -> None:
    assert form_of(Boxes(labels=LABELS)) == MarkImage(OPTIONS, 1000, None, None)
    assert form_of(Boxes(labels=LABELS, width=LARGEST, height=9)) == MarkImage(OPTIONS, 1000, None, 9)
    assert form_of(Choices(labels=LABELS, maximum=9)) == PickSeveral(OPTIONS, 0, 3)
    assert form_of(Preference(ties=False)) == Pick((Option("first", "first"), Option("second", "second")))
