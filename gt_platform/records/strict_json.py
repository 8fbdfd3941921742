"""JSON from strangers: one value or a reason, never a guess, and never a number or a key silently lost.

Python's own scanner does the work. What it forgives (NaN, repeated keys, halves of characters) or cannot
survive (nesting) is refused here; what a double would silently round is reported.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from gt_platform.canonical import canonical, double
from gt_platform.records.reasons import Rejected

MAX_DEPTH = 64  # the deepest trace export we know nests 11; recursion is safe to about 1,000
WHITESPACE = b" \t\r\n"

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)  # possessive: no backtracking over megabytes
_BRACKET = re.compile(rb"[\[\]{}]")
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")
# digits and points become 0, signs -, E e: one pass in C that shows long numbers and large exponents
_NUMERIC = bytes.maketrans(b"123456789.+E", b"0000000000-e")
_LONG = b"0" * 16  # a decimal of 15 digits survives a double, whatever they are; 16 characters may hold 16 digits


def parse_json(raw: bytes, *, unique_keys: bool = True) -> Any:
    """The value of a JSON text. Raises Rejected with a reason and where it lies.

    JSON itself allows a repeated key and leaves open what it means, so by default there is no guess.
    """
    return parse_exactly(raw, unique_keys=unique_keys)[0]


def parse_exactly(raw: bytes, *, unique_keys: bool = True) -> tuple[Any, bool]:
    """The value of a JSON text, and whether every number in it is exactly what was written.

    Integers of any size are exact; a decimal is when the double's shortest text has the same value.
    """
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _refuse_depth(raw)
    try:
        text = raw.strip(WHITESPACE).decode()
    except UnicodeDecodeError as error:
        raise Rejected("encoding", f"byte {error.start} is not UTF-8 ({error.reason})") from None
    if _may_round(raw) and _may_round(_STRING.sub(b'""', raw)):  # strings full of digits are common: look again
        value, exact = _scan_numbers(text, _unique if unique_keys else dict)
    else:
        value, exact = _scan(_UNIQUE if unique_keys else _LAST, text), True
    if b"\\u" in raw and _HALF_CHARACTER.search(raw):
        _refuse_half_characters(value)
    return value, exact


def _may_round(raw: bytes) -> bool:
    numeric = raw.translate(_NUMERIC)
    return _LONG in numeric or b"0e000" in numeric or b"0e-000" in numeric


def _refuse_depth(raw: bytes) -> None:
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", raw)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > MAX_DEPTH:
            raise Rejected("depth", f"nested deeper than {MAX_DEPTH} levels")


def _refuse_half_characters(value: Any) -> None:
    try:
        canonical(value).encode()
    except UnicodeEncodeError as error:
        half = ord(error.object[error.start])
        raise Rejected("encoding", f"\\u{half:04x} is half of a surrogate pair, not a character") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise Rejected("duplicate_key", f"the key {canonical(repeated)[:80]} is given twice in one object")
    return found


def _refuse_constant(name: str) -> Any:
    raise Rejected("json", f"{name} is not JSON; leave the field out or write null")


_UNIQUE = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)
_LAST = json.JSONDecoder(parse_constant=_refuse_constant)


def _scan(decoder: json.JSONDecoder, text: str) -> Any:
    try:
        value, end = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        raise Rejected("json", f"{error.msg} at character {error.pos}") from None
    except ValueError:  # CPython refuses integers beyond 4,300 digits, whose conversion is quadratic
        raise Rejected("number", "an integer of more than 4300 digits; send it as a string") from None
    if end != len(text):
        raise Rejected("json", f"more text after the value, at character {end}; one value a line")
    return value


def _scan_numbers(text: str, pairs: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> tuple[Any, bool]:
    exact = True

    def keep(written: str) -> float:
        nonlocal exact
        try:
            number = double(written)
        except ValueError as error:
            raise Rejected("number", f"{error}; send it as a string") from None
        exact = exact and _survives(written, number)
        return number

    decoder = json.JSONDecoder(object_pairs_hook=pairs, parse_constant=_refuse_constant, parse_float=keep)
    return _scan(decoder, text), exact


def _survives(written: str, number: float) -> bool:
    try:
        return Decimal(repr(number)) == Decimal(written)
    except InvalidOperation:  # a zero with an exponent beyond even decimal
        return False
