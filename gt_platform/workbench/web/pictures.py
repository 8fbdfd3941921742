"""Which pictures, sounds and films may be shown, and which addresses be followed."""

import re
from urllib.parse import urlsplit

EMBEDDED = ("data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;")
LONGEST = 300
"""Characters of an address that are repeated to whoever cannot be shown what lies there."""
WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)


def is_picture(value: object, origins: tuple[str, ...] = ()) -> bool:
    """Whether a text is the address of a picture that may be shown: the picture itself, or one of these origins."""
    return _may_load(value, EMBEDDED, origins)


def is_sound(value: object, origins: tuple[str, ...] = ()) -> bool:
    """The same of a sound."""
    return _may_load(value, ("data:audio/",), origins)


def is_film(value: object, origins: tuple[str, ...] = ()) -> bool:
    """The same of a film."""
    return _may_load(value, ("data:video/",), origins)


def is_address(value: object) -> bool:
    """Whether a text is an address on the web, and nothing else."""
    if not isinstance(value, str) or not WEB.fullmatch(value):
        return False
    try:
        return bool(urlsplit(value).hostname)
    except ValueError:
        return False


def address(text: str) -> str:
    """An address as it is said: what is embedded would be very long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _may_load(value: object, embedded: tuple[str, ...], origins: tuple[str, ...]) -> bool:
    return isinstance(value, str) and value.startswith((*embedded, *(f"{origin}/" for origin in origins)))
