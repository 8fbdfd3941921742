"""What each field of a record may hold, and the two forms it is kept in: a column's value and canonical JSON.

Every converter takes the field's name and a JSON value and returns both, or raises Rejected with a detail that
names the field, what it was and what is allowed.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

from gt_platform.canonical import canonical, in_order
from gt_platform.records.reasons import Rejected, shown

Kept = tuple[Any, str]
Converter = Callable[[str, Any], Kept]

MAX_NAME = 512  # characters of an id or a name; longer ones are content in the wrong field
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_TIME = re.compile(r"(\d{4})-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.(\d+))?)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 1970, 2200  # what is outside is a unit mistaken or a placeholder such as year 9999


def json_value(_name: str, value: Any) -> Kept:
    """Any JSON value."""
    text = encode_basestring(value) if type(value) is str else canonical(value)
    return text, text


def shown_value(_name: str, value: Any) -> Kept:
    """Any JSON value that people are shown: kept with its keys in the order they came in, known without."""
    if type(value) is str:
        return json_value(_name, value)
    return in_order(value), canonical(value)


def shown_object(name: str, value: Any) -> Kept:
    """A JSON object with what people are shown in it: kept with its keys in the order they came in."""
    if type(value) is not dict:
        raise Rejected("schema", f"the {name} is {shown(value)}; allowed is an object")
    return shown_value(name, value)


def json_object(name: str, value: Any) -> Kept:
    """A JSON object."""
    if type(value) is not dict:
        raise Rejected("schema", f"{name} is {shown(value)}; allowed is an object")
    text = canonical(value)
    return text, text


def identifier(name: str, value: Any) -> Kept:
    """A string or an integer, kept as its exact text."""
    if type(value) is str and 0 < len(value) <= MAX_NAME and value.isprintable():
        return value, encode_basestring(value)
    return label(name, str(value) if type(value) is int else value, "a string or an integer")


def label(name: str, value: Any, allowed: str = "a string") -> Kept:
    """A short string without control characters."""
    if type(value) is not str or not value:
        raise Rejected("schema", f"{name} is {shown(value)}; allowed is {allowed}, not empty")
    if len(value) > MAX_NAME:
        raise Rejected("schema", f"{name} has {len(value)} characters; at most {MAX_NAME} are allowed")
    if not value.isprintable() and (found := _CONTROL.search(value)):
        raise Rejected("schema", f"{name} holds the control character U+{ord(found[0]):04X} at {found.start()}")
    return value, encode_basestring(value)


def prose(name: str, value: Any) -> Kept:
    """Free text; only NUL is not allowed, which the lake's catalog cannot hold."""
    if type(value) is not str:
        raise Rejected("schema", f"{name} is {shown(value)}; allowed is a string")
    if "\0" in value:
        raise Rejected("schema", f"{name} holds NUL (U+0000) at {value.index(chr(0))}; no database column takes it")
    return value, encode_basestring(value)


def probability(name: str, value: Any) -> Kept:
    """A number from 0 to 1."""
    if type(value) not in (float, int) or not 0 <= value <= 1:
        raise Rejected("schema", f"{name} is {shown(value)}; allowed is a number from 0 to 1")
    value = float(value)
    return value, repr(value)


def instant(name: str, value: Any) -> Kept:
    """A point in time, kept as microseconds since 1970 UTC."""
    found = _TIME.fullmatch(value) if type(value) is str else None
    if not found:
        raise Rejected("time", f"{name} is {shown(value)}; allowed is ISO 8601 with a zone, as 2026-01-05T08:00:00Z")
    if not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise Rejected("time", f"{name} is {shown(value)}; allowed are the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        since = datetime.fromisoformat(value.upper()) - _EPOCH
    except ValueError as error:
        raise Rejected("time", f"{name} is {shown(value)}, no point in time: {error}") from None
    microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return microseconds, str(microseconds)


def finer_than_a_microsecond(value: str) -> bool:
    """Whether an instant says more than is kept of it."""
    if len(value) <= len("2026-01-05T08:00:00.123456Z"):
        return False
    found = _TIME.fullmatch(value)
    return bool(found and found[2] and found[2][6:].strip("0"))


def one_of(*allowed: str) -> Converter:
    """One of the given words."""

    def convert(name: str, value: Any) -> Kept:
        if value not in allowed:
            raise Rejected("schema", f"{name} is {shown(value)}; allowed is {', '.join(allowed)}")
        return value, encode_basestring(value)

    return convert
