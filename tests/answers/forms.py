"""One of every kind, and answers made up from what a form says."""

from typing import Any

from hypothesis import strategies as st

from gt_platform.answers import AnswerKind, Form
from gt_platform.answers.boxes import Boxes
from gt_platform.answers.choice import Choice
from gt_platform.answers.choices import Choices
from gt_platform.answers.compound import Compound
from gt_platform.answers.form import (
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
from gt_platform.answers.normal import seen
from gt_platform.answers.number import Number
from gt_platform.answers.ordinal import Ordinal
from gt_platform.answers.preference import Preference
from gt_platform.answers.ranking import Ranking
from gt_platform.answers.rubric import Rubric
from gt_platform.answers.spans import Spans
from gt_platform.answers.text import Text
from gt_platform.answers.tree import Tree

SECOND, GLAD = "<b>&\"'", "🙂 glad"
LABELS = {"neg": "unhappy", "<b>&\"'": "", "🙂 glad": "a smile, \nor two"}
SCALE = {"1": "poor", "2": "", "3": "good"}
TREE = {"mood": LABELS, "<thing>": {"\U0001f642": {"a $ b": "", "c": "&"}, "none": "of all"}}
FORM = Compound.model_validate(
    {
        "parts": {
            "topic": {"kind": "choice", "labels": LABELS},
            "tone": {"kind": "ordinal", "scale": SCALE, "question": "<b>How</b> does it sound?"},
            "amount": {
                "kind": "number",
                "minimum": 0,
                "maximum": 10,
                "unit": "EUR",
                "when": {"topic": [SECOND, GLAD]},
            },
            "words": {"kind": "text", "longest": 50, "when": {"topic": GLAD, "tone": ["2", "3"]}},
        },
    }
)
KINDS: dict[str, AnswerKind] = {
    "choice": Choice(labels=LABELS),
    "choices": Choices(labels=LABELS, minimum=1, maximum=2),
    "number": Number(minimum=-1.5, maximum=10, unit="stars"),
    "ordinal": Ordinal(scale=SCALE),
    "preference": Preference(names={"first": "A", "second": "B", "tie": "no difference"}),
    "ranking": Ranking(options=LABELS),
    "rubric": Rubric(criteria={"clear": Ordinal(scale=SCALE), "<polite> 🙂": Ordinal(scale=LABELS)}),
    "form": FORM,
    "spans": Spans(labels=LABELS, most=3),
    "boxes": Boxes(labels=LABELS, most=3, width=640, height=480),
    "text": Text(longest=50),
    "tree": Tree(labels=TREE),
}


class Unheard(Form):
    """A form that no front end has heard of."""


def answers_of(form: Form) -> st.SearchStrategy[Any]:
    """Answers a form describes, the smallest and largest among them."""
    match form:
        case Pick(options):
            return _values(options)
        case PickSeveral(options, minimum, maximum):
            return st.lists(_values(options), min_size=minimum, max_size=maximum, unique=True)
        case Order(options):
            return st.permutations([option.value for option in options])
        case Quantity(minimum, maximum):
            return st.floats(minimum, maximum)
        case Prose(longest, _):
            text = st.text(min_size=1, max_size=longest).filter(seen)
            return text | st.lists(text, min_size=1, max_size=3)
        case MarkText(options, most):
            return st.lists(_stretch(options), max_size=most, unique_by=lambda place: str(sorted(place.items())))
        case MarkImage(options, most, width, height):
            box = _box(options, width or 1000, height or 1000)
            return st.lists(box, max_size=most, unique_by=lambda place: str(sorted(place.items())))
        case Several(parts=parts):
            return st.fixed_dictionaries({name: answers_of(part) for name, part in parts}).map(
                lambda said: asked_of(form, said)
            )
        case _:
            return st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=2))


def asked_of(form: Several, said: dict[str, Any]) -> dict[str, Any]:
    """Those parts that are asked."""
    asked: dict[str, Any] = {}
    for name, _ in form.parts:
        if form.asks(name, asked):
            asked[name] = said[name]
    return asked


def _values(options: tuple[Option, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from([option.value for option in options])


def _stretch(options: tuple[Option, ...]) -> st.SearchStrategy[dict[str, Any]]:
    def placed(start: int, length: int, label: str) -> dict[str, Any]:
        return {"start": start, "end": start + length, "label": label}

    return st.builds(placed, st.integers(0, 20), st.integers(1, 20), _values(options))


def _box(options: tuple[Option, ...], width: float, height: float) -> st.SearchStrategy[dict[str, Any]]:
    """On a grid of 64ths, so that sums of coordinates are exact."""

    def placed(across: tuple[float, float], down: tuple[float, float], label: str) -> dict[str, Any]:
        (x, right), (y, bottom) = across, down
        return {"x": x, "y": y, "width": right - x, "height": bottom - y, "label": label}

    return st.builds(placed, _stretch_to(width), _stretch_to(height), _values(options))


def _stretch_to(limit: float) -> st.SearchStrategy[tuple[float, float]]:
    cells = st.integers(0, int(limit * 64))
    pairs = st.tuples(cells, cells).filter(lambda pair: pair[0] != pair[1])
    return pairs.map(lambda pair: (min(pair) / 64, max(pair) / 64))
