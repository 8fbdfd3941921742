"""What stands for an id that was erased: a digest that only who has the installation's key can try names against.

A plain digest of a short text, or of a name, is found by trying. The key is never in the lake, nor in a bundle. Whoever
destroys it can never refuse what was erased when it comes again, and nobody can connect it any more.
"""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from gt_platform.keys import write_once
from gt_platform.lake.outages import LakeError
from gt_platform.settings import Settings

DIGITS = 64
CHECKED = "gt_platform erasure"
"""What `key_check` is made of."""
DIGEST = "sha256($outer || sha256($inner || {}))"


@dataclass(frozen=True, kw_only=True)
class Key:
    """The key of an installation, as the two that a keyed digest takes."""

    inner: str
    outer: str

    def of(self, value: str) -> str:
        """What stands for an id."""
        return _digest(self.outer + _digest(self.inner + value))

    @property
    def parameters(self) -> dict[str, str]:
        """For SQL with `DIGEST` in it, so that the key is in no text of a statement."""
        return {"inner": self.inner, "outer": self.outer}

    @property
    def check(self) -> str:
        """What tells it from another key."""
        return self.of(CHECKED)[:16]

    def seal(self, digest: str, place: str) -> str:
        """A digest that only who has the key can read; the same again for the same place unseals it."""
        pad = self.of(f"seal {place}")
        return f"{int(digest, 16) ^ int(pad, 16):064x}"


def key_file(settings: Settings) -> Path:
    """Where the home keeps its key."""
    return settings.home.resolve() / "keys" / "erasure.key"


def key_of(settings: Settings, *, make: bool = False) -> Key:
    """The installation's key, made where there is none and `make` says so. Raises LakeError."""
    file = key_file(settings)
    if settings.erasure_key is not None:
        given = settings.erasure_key.get_secret_value().strip()
        if _is_key(given):
            return _from(given)
        file = Path(given)
    elif make:
        write_once(file, f"{secrets.token_hex(DIGITS // 2)}\n".encode())
    try:
        text = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise LakeError(
            f"this lake has erasures, and their key is not at {file}: copy it from the home that erased, or name it "
            "by GT_ERASURE_KEY; without it nothing is taken in, since what was erased would come back"
        ) from None
    if not _is_key(text):
        raise LakeError(f"{file}: is no key of erasures, which is {DIGITS} hex digits")
    return _from(text)


def _from(secret: str) -> Key:
    return Key(inner=_digest(f"inner {secret}"), outer=_digest(f"outer {secret}"))


def _is_key(text: str) -> bool:
    return len(text) == DIGITS and all(digit in "0123456789abcdef" for digit in text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
