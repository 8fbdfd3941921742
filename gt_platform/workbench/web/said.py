"""An answer somebody gave, for a page that only shows it. Asking for one is in widgets.py."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gt_platform.answers.form import (
    AnyJson,
    Form,
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


@dataclass(frozen=True)
class Stretch:
    """A piece of a text with the numbers of the labels on it, innermost first, and the names of those that start."""

    text: str
    labels: tuple[int, ...]
    starts: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """An answer in words: `lines` as they are read, or stretches of a text, boxes as JSON, or parts with a title.

    `as_` is how to show it: words, order, texts, marks, boxes, parts or json.
    """

    as_: str
    lines: tuple[str, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    parts: tuple[tuple[str, "Said"], ...] = ()


def said(form: Form, answer: Any, seen: str = "") -> Said:
    """The answer as people read it; `seen` is the text or picture that places are marked in.

    An answer that is not of this form, given under an older schema, is shown as JSON.
    """
    try:
        return _said(form, answer, seen)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return _said(AnyJson(), answer, seen)


def _said(form: Form, answer: Any, seen: str) -> Said:
    match form:
        case Pick(options):
            return Said("words", (_read(options, answer),))
        case PickSeveral(options):
            return Said("words", tuple(_read(options, value) for value in answer) or ("none of them",))
        case Order(options):
            return Said("order", tuple(_read(options, value) for value in answer))
        case Quantity(_, _, unit):
            return Said("words", (f"{answer:.12g} {unit}",))
        case Prose():
            return Said("texts", tuple(answer) if isinstance(answer, list) else (str(answer),))
        case MarkText(options):
            lines = tuple(f"{mark['label']}: {seen[mark['start'] : mark['end']]}" for mark in answer)
            return Said("marks", lines or ("nothing marked",), tuple(stretches(seen, answer, options)))
        case MarkImage(options):
            values = [option.value for option in options]
            boxes = [{**box, "color": values.index(box["label"]) % 8} for box in answer]
            return Said("boxes", (json.dumps(boxes), "1 box" if len(boxes) == 1 else f"{len(boxes)} boxes"))
        case Several(parts):
            return Said("parts", parts=tuple((title, said(part, answer[title], seen)) for title, part in parts))
        case _:
            return Said("json", (json.dumps(answer, ensure_ascii=False, indent=2),))


def stretches(text: str, marks: Sequence[dict[str, Any]], options: Sequence[Option]) -> list[Stretch]:
    """The text cut wherever a mark starts or ends."""
    numbers = {option.value: at for at, option in enumerate(options)}
    cuts = sorted({0, len(text), *(mark[end] for mark in marks for end in ("start", "end") if mark[end] <= len(text))})
    return [
        Stretch(
            text[start:end],
            tuple(numbers[mark["label"]] % 8 for mark in marks if mark["start"] <= start and end <= mark["end"]),
            tuple(mark["label"] for mark in marks if mark["start"] == start),
        )
        for start, end in pairwise(cuts)
    ]


def _read(options: Sequence[Option], value: Any) -> str:
    return {option.value: option.text for option in options}[value]
