"""How a model's output is declared to be read: where in it the answer lies, and what its text stands for.

Reading one is in `outputs`.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from pydantic import Field, field_validator

from gt_platform.canonical import canonical
from gt_platform.project.declared import Declared

PART = re.compile(r'\.?(?:"(?P<quoted>[^"]+)"|(?P<key>[^\s."\[\]]+))|\[(?P<place>-?\d+)\]')
"""A key, bare or in quotes, or a place in a list; a bare key of digits alone is a place, too."""
FENCE = re.compile(r"\s*```[a-zA-Z]*\s*\n(.*)```\s*", re.DOTALL)
NOTHING = object()
"""What lies where nothing is: null is something."""


class Output(Declared):
    """How an output becomes an answer, in this order: path, trim, casefold, map, number."""

    path: str = Field(
        "", description="where the answer lies: label, choices[0].message.content, messages[-1]; the whole if empty"
    )
    trim: bool = Field(False, description="whether spaces and line ends around text are no part of it")
    casefold: bool = Field(False, description="whether capitals do not matter")
    map: dict[str, Any] = Field(
        default_factory=dict, description="what stands for another answer: {'yes': right, 1: right, null: wrong}"
    )
    number: bool = Field(False, description="whether text that is a number, such as '42', is that number")

    @field_validator("path")
    @classmethod
    def _can_be_followed(cls, value: str) -> str:
        steps(value)
        return value

    @field_validator("map", mode="before")
    @classmethod
    def _keys_as_text(cls, value: Any) -> Any:
        """YAML reads 1 and null as no text, and so may outputs be none. Of true it does not say what was written."""
        if not isinstance(value, dict):
            return value
        keys: dict[str, Any] = {}
        for key, target in value.items():
            told = scalar(key)
            if isinstance(key, bool):
                raise ValueError(
                    f"has the key {told}; YAML reads yes, no, on and off so: put it in quotes, 'yes' for the text and "
                    "'true' for what is true in JSON"
                )
            if told in keys:
                raise ValueError(f"{told!r} is said twice, as text and as what YAML reads it as")
            keys[told] = target
        return keys


def steps(path: str) -> tuple[str | int, ...]:
    """The keys and places of a path. Raises ValueError where it is none."""
    found: list[str | int] = []
    path = "" if path == "$" else re.sub(r"^\$(\.|(?=\[))", "", path)  # as JSONPath begins
    at = 0
    while at < len(path):
        part = PART.match(path, at)
        if part is None or (part[0].startswith(".") and not found) or (found and part[0][0] not in ".["):
            raise ValueError(
                f"{path!r} is no path: keys with dots between, places in brackets, odd keys in quotes, such as label, "
                'choices[0].message.content or "my key".value'
            )
        bare = part["key"]
        if part["place"] is not None or (bare is not None and re.fullmatch(r"-?\d+", bare, re.ASCII)):
            found.append(int(part["place"] or bare))
        else:
            found.append(str(part["quoted"] or bare))
        at = part.end()
    return tuple(found)


def at(value: Any, path: Sequence[str | int]) -> Any:
    """What lies at a path in a JSON value, also inside of text that is JSON; NOTHING where there is none."""
    for step in path:
        value = _opened(value) if isinstance(value, str) else value
        if isinstance(step, int):
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                return NOTHING
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return NOTHING
    return value


def _opened(text: str) -> Any:
    """The JSON that a text is, as models write it, in a Markdown fence or not; any other text as it is."""
    fenced = FENCE.fullmatch(text)
    try:
        value = json.loads(fenced[1] if fenced else text)
        canonical(value).encode()  # what cannot be written again, such as NaN, is no JSON
    except (ValueError, RecursionError):
        return text
    return value


def scalar(value: Any) -> str:
    """The text by which a map knows a value: a number, true, false and null as JSON has them, 1.0 as 1."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
