"""Answers as the named fields of a page: written into them, and read from them.

A field holds text as it was typed, so that a page can be shown again with nothing lost. Whether an answer is allowed
is up to its kind.

Fields are named after the part of the answer they hold, `a` being the whole: `a.1` is the second part of several, or
the second option of a list. Text with places marked in it, pictures and answers without a form travel as JSON.
"""

import json
import re
from collections.abc import Mapping
from itertools import count, takewhile
from typing import Any

from gt_platform.answers import InvalidAnswerError
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
from gt_platform.records.reasons import Rejected
from gt_platform.records.strict_json import parse_json

Fields = Mapping[str, str]
WHOLE = "a"
JSON = "answer"
"""The field that a program may send instead: the answer as JSON text."""
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def typed(fields: Fields) -> dict[str, str]:
    """Those of a page's fields that hold the answer."""
    return {key: text for key, text in fields.items() if key == WHOLE or key.startswith(f"{WHOLE}.")}


def answer_in(form: Form, fields: Fields) -> Any:
    """The answer a page or a program sent, not yet validated. Raises InvalidAnswerError."""
    if text := fields.get(JSON):
        return _json(text)
    return read(form, fields)


def read(form: Form, fields: Fields, name: str = WHOLE) -> Any:
    """The answer these fields hold, not yet validated. Raises InvalidAnswerError where something is missing."""
    match form:
        case Pick(options):
            return _picked(options, fields.get(name, ""))
        case PickSeveral(options):
            return [option.value for at, option in enumerate(options) if f"{name}.{at}" in fields]
        case Order(options):
            return _ordered(options, [fields.get(f"{name}.{at}", "").strip() for at in range(len(options))])
        case Quantity(_, _, unit):
            return _number(fields.get(name, "").strip(), unit)
        case Prose():
            return _texts(fields, name)
        case Several(parts):
            return {title: _part(title, part, fields, f"{name}.{at}") for at, (title, part) in enumerate(parts)}
        case MarkText() | MarkImage():
            return _marks(fields.get(name, ""))
        case AnyJson():
            return _json(fields.get(name, ""))


def fill(form: Form, answer: Any, name: str = WHOLE) -> dict[str, str]:
    """The fields that hold this answer; those an answer of another form cannot fill stay empty."""
    match form, answer:
        case Pick(options), str():
            values = [option.value for option in options]
            return {name: str(values.index(answer))} if answer in values else {}
        case PickSeveral(options), list():
            return {f"{name}.{at}": "on" for at, option in enumerate(options) if option.value in answer}
        case Order(options), list():
            return {
                f"{name}.{at}": str(answer.index(option.value) + 1)
                for at, option in enumerate(options)
                if option.value in answer
            }
        case Quantity(), int() | float():
            return {name: repr(answer).removesuffix(".0")}
        case Prose(), str() | list():
            texts = answer if isinstance(answer, list) else [answer]
            return {f"{name}.{at}": text for at, text in enumerate(texts) if isinstance(text, str)}
        case Several(parts), dict():
            filled = [fill(part, answer.get(title), f"{name}.{at}") for at, (title, part) in enumerate(parts)]
            return {key: text for fields in filled for key, text in fields.items()}
        case ((MarkText() | MarkImage()), list()):
            return {name: json.dumps(answer)}
        case AnyJson(), _ if answer is not None:
            return {name: json.dumps(answer, ensure_ascii=False, indent=2)}
        case _:
            return {}


def _part(title: str, form: Form, fields: Fields, name: str) -> Any:
    try:
        return read(form, fields, name)
    except InvalidAnswerError as error:
        raise InvalidAnswerError(f"{title}: {error}") from None


def _picked(options: tuple[Option, ...], text: str) -> str:
    at = [str(at) for at in range(len(options))]
    if text in at:
        return options[at.index(text)].value
    raise InvalidAnswerError("Choose one of the answers.")


def _ordered(options: tuple[Option, ...], places: list[str]) -> list[str]:
    wanted = [str(place) for place in range(1, len(options) + 1)]
    if sorted(places) != sorted(wanted):
        raise InvalidAnswerError(f"Give every option a place of its own, 1 (the best) to {len(options)}.")
    return [options[places.index(place)].value for place in wanted]


def _number(text: str, unit: str) -> float:
    if not text:
        raise InvalidAnswerError(f"Write a number, in {unit}.")
    if not NUMBER.fullmatch(text):
        raise InvalidAnswerError(f"{text!r} is not a number; write it in digits, with a point: 1.5.")
    return float(text)


def _texts(fields: Fields, name: str) -> str | list[str]:
    written = [text for text in listed(fields, name) if text.strip()]
    if not written:
        raise InvalidAnswerError("Write an answer.")
    return written if len(written) > 1 else written[0]


def _marks(text: str) -> Any:
    # a page whose script never ran must not answer that there is nothing to mark
    if not text:
        raise InvalidAnswerError(
            "Nothing can be marked here: the input has nothing to mark, or the browser no scripts."
        )
    return _json(text)


def listed(fields: Fields, name: str) -> list[str]:
    """What the fields `name.0`, `name.1` and so on hold, up to the first that is missing."""
    names = (f"{name}.{at}" for at in count())
    return [fields[key] for key in takewhile(fields.__contains__, names)]


def _json(text: str) -> Any:
    try:
        return parse_json(text.encode(errors="replace"))
    except Rejected as error:
        raise InvalidAnswerError(f"This is not JSON: {error}.") from None
