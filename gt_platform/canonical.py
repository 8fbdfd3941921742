"""One text for equal values and one digest of a text: what things are known by, in every lake there is.

Never change what these give: ids, versions and releases are digests, and lakes hold them.
"""

import hashlib
import json
import math
from json.encoder import encode_basestring
from typing import Any

_FORM: dict[str, Any] = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
_ENCODER = json.JSONEncoder(**_FORM, allow_nan=False)
_AS_IT_CAME = json.JSONEncoder(**_FORM | {"sort_keys": False}, allow_nan=False)


def canonical(value: Any) -> str:
    """The one text of a JSON value: keys sorted, no spaces, nothing escaped that need not be. Raises ValueError."""
    return encode_basestring(value) if type(value) is str else _ENCODER.encode(value)


def in_order(value: Any) -> str:
    """A JSON value's text with its keys in the order they came in: for what is shown; things are known by `canonical`.

    Raises ValueError.
    """
    return encode_basestring(value) if type(value) is str else _AS_IT_CAME.encode(value)


def as_json(value: Any) -> str:
    """Canonical text of whatever came: NaN as it is, and what is no JSON value (a time) as its text."""
    return json.dumps(value, **_FORM, default=str)


def digest(content: str | bytes, length: int = 64) -> str:
    """The first `length` hex digits of the SHA-256 of bytes, or of a text in UTF-8; halves of characters pass."""
    return hashlib.sha256(_bytes(content)).hexdigest()[:length]


def number(text: str) -> int:
    """The first 64 bits of a text's SHA-256: a seed, or a place on a ring."""
    return int(digest(text, 16), 16)


def double(text: str) -> float:
    """The number a text is. Raises ValueError for what is none, NaN, and what a double makes infinite or 0."""
    if "_" in text:
        raise ValueError(f"{text[:80]} is a number to Python alone")
    value = float(text)
    if not math.isfinite(value) or (value == 0 and text.lower().partition("e")[0].strip().strip("+-.0")):
        raise ValueError(f"{text[:80]} is beyond what a double holds")
    return value


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
