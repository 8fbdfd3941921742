"""Mistakes of a declaration in the words of whoever declares: pydantic's findings said without its jargon."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from gt_platform.project.declared import Mistake, MistakesError, Path

NAME = "lower-case letters, digits and _, beginning with a letter, 48 at most"
LOOKS = {  # what a pattern asks for, said; the patterns stand beside their fields
    r"^[a-z][a-z0-9_]{0,47}$": NAME,
    r"^[0-9a-f]{6,64}$": "a case as `gt agenda` names it, or six digits and more that it begins with",
    r"^(user_id|session_id|attributes\.[A-Za-z0-9_]+)$": "user_id, session_id or attributes.customer",
    r"^attributes\.[A-Za-z0-9_]+$": "attributes.language: the name of an attribute behind attributes.",
    r"^([01]\d|2[0-3]):[0-5]\d$": 'a time in quotes, such as "02:00"',
    r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$": "the code of a language, such as en, de or pt-BR",
    r"^[A-Za-z0-9_]+$": "the name of an attribute: letters, digits and _",
}
WHOLE = "must be a whole number, not {input}"
NUMBER = "must be a number, not {input}"
DATE = "must be a date such as 2026-01-31, not {input}"
LIST = "must be a list, such as [a, b], not {input}"
KEYS = "must be keys with values, not {input}"
TEXT = "must be text, not {input}; YAML reads yes, no, on, off, numbers, dates and 02:00 as something else: use quotes"
SAID = {
    "missing": "is missing",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": "must be a finite number, not {input}",
    "bool_type": "must be true or false, not {input}",
    "bool_parsing": "must be true or false, not {input}",
    "string_type": TEXT,
    "invalid_key": "is a key that is no text; YAML reads yes, no, on, off and numbers as something else: use quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "is longer than {max_length} characters",
    "too_short": "has {actual_length}, and needs at least {min_length}",
    "too_long": "has {actual_length}, and may have {max_length} at most",
    "greater_than": "must be above {gt}, and is {input}",
    "greater_than_equal": "must be at least {ge}, and is {input}",
    "less_than": "must be below {lt}, and is {input}",
    "less_than_equal": "must be at most {le}, and is {input}",
    "literal_error": "must be {expected}, not {input}",
    "date_type": DATE,
    "date_parsing": DATE,
    "date_from_datetime_parsing": DATE,
    "date_from_datetime_inexact": DATE,
    "dict_type": KEYS,
    "model_type": KEYS,
    "model_attributes_type": KEYS,
    "mapping_type": KEYS,
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "path_type": "must be the path of a file or folder, not {input}",
    "url_type": "must be an address, not {input}",
    "recursion_loop": "refers to itself",
}
LONGEST = 60  # characters of a value that are repeated to whoever wrote it


def mistakes(error: ValidationError, model: type[BaseModel]) -> list[Mistake]:
    """What pydantic found wrong with a model, each with its path and in words."""
    found: list[Mistake] = []
    for one in error.errors():
        raised = one.get("ctx", {}).get("error")
        path = _path(one)
        if isinstance(raised, MistakesError):
            found += [Mistake(path=(*path, *mistake.path), said=mistake.said) for mistake in raised.found]
        else:
            found.append(Mistake(path=path, said=_said(one, model)))
    below = {one.path[:-1] for one in found}  # a list of which pydantic dropped all that is wrong is not short
    short = {_path(one) for one in error.errors() if one["type"] == "too_short"} & below
    return [one for one in found if one.path not in short]


def named(path: Iterable[object]) -> str:
    """A path as it is written in messages."""
    return ".".join(str(part) for part in path)


def _path(error: Mapping[str, Any]) -> Path:
    return tuple(part for part in error["loc"] if part != "[key]")


def _said(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    kind, given = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key; allowed here: {', '.join(_allowed(model, error['loc'][:-1]))}"
    if kind == "string_pattern_mismatch":
        wanted = LOOKS.get(given["pattern"], f"what {given['pattern']} allows")
        return f"{_short(error['input'])} is not {wanted}"
    if kind in SAID:
        return SAID[kind].format(**{**given, "input": _short(error["input"])})
    return str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _allowed(model: Any, path: Iterable[object]) -> list[str]:
    for part in path:
        if isinstance(part, str):
            field = model.model_fields.get(part) if model is not None else None
            model = None if field is None else _model_of(field.annotation)
    return [] if model is None else sorted(name for name, field in model.model_fields.items() if not field.exclude)


def _model_of(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in getattr(annotation, "__args__", ()) if (found := _model_of(one)) is not None), None)
