"""What stands on a task instead of our ids: a reference that tells nobody anything, and that nobody can make up.

Honeypots and other work look alike in it, and what stands for an item in one annotator's place is different in
another's. It is sealed as in RFC 5297 (a synthetic IV), with HMAC-SHA256 as the only primitive.
"""

import contextlib
import hashlib
import hmac
import os
import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from gt_platform.canonical import digest
from gt_platform.labeling.base import BackendError
from gt_platform.labeling.messages import Assignment, Case, Honeypot

What = Literal["work", "honeypot", "case"]
LETTERS: dict[What, bytes] = {"work": b"w", "honeypot": b"h", "case": b"c"}
WHATS = {letter: what for what, letter in LETTERS.items()}
TAG, ITEM, LONGEST = 16, 16, 64
LENGTH = 3 + ITEM + LONGEST
CHANCES = 1 << 53


@dataclass(frozen=True, kw_only=True)
class Ref:
    """What a task is: work with its assignment's id and slot, a honeypot or a case with theirs; `item` is a digest."""

    what: What
    id: str
    item: str
    slot: int = 0


def ref_of(one: Assignment | Honeypot | Case) -> Ref:
    """What stands for it on a task."""
    item = item_digest(one.item_id)
    if isinstance(one, Assignment):
        return Ref(what="work", id=one.assignment_id, item=item, slot=one.slot)
    if isinstance(one, Honeypot):
        return Ref(what="honeypot", id=one.honeypot_id, item=item)
    # a case that is to be answered blind is another task than one that shows what annotators said
    parts = (one.item_id, one.answers_digest, *(["blind"] if one.blind else []))
    return Ref(what="case", id=digest("\n".join(parts).encode("utf-8", "surrogatepass"), 32), item=item)


def item_digest(item_id: str) -> str:
    """What is kept of an item's id, in hexadecimal."""
    return digest(item_id, 2 * ITEM)


@dataclass(frozen=True)
class Sealer:
    """Makes references and opens them, with a secret key."""

    key: bytes

    @property
    def fingerprint(self) -> str:
        """Tells keys apart without telling them."""
        return self.digest("fingerprint")[:12]

    def digest(self, text: str) -> str:
        """A digest nobody without the key can compute."""
        return hmac.new(self._keys[0], text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def chance(self, text: str) -> float:
        """A number in [0, 1) that nobody without the key can foresee."""
        return int(self.digest(text)[:16], 16) % CHANCES / CHANCES

    def seal(self, ref: Ref, place: str) -> str:
        """The reference of a task in one place, that is one annotator's queue."""
        name = ref.id.encode("utf-8", "surrogatepass")
        if not 0 < len(name) <= LONGEST or b"\0" in name:
            raise BackendError(f"{ref.id!r} is no id of 1 to {LONGEST} bytes")
        plain = LETTERS[ref.what] + ref.slot.to_bytes(2) + bytes.fromhex(ref.item) + name.ljust(LONGEST, b"\0")
        tag = self._tag(plain, place)
        return urlsafe_b64encode(tag + self._crypted(plain, tag)).decode()

    def open(self, sealed: object, place: str) -> Ref | None:
        """What a reference stands for; None if it was not made with this key for this place."""
        plain, tag = self._plain(sealed)
        if len(plain) != LENGTH or not hmac.compare_digest(self._tag(plain, place), tag):
            return None
        name = plain[3 + ITEM :].rstrip(b"\0").decode("utf-8", "surrogatepass")
        return Ref(what=WHATS[plain[:1]], id=name, item=plain[3 : 3 + ITEM].hex(), slot=int.from_bytes(plain[1:3]))

    def item(self, sealed: object) -> str | None:
        """The digest of the item that a reference seems to stand for, in any place; nothing proves that it does."""
        plain, _ = self._plain(sealed)
        return plain[3 : 3 + ITEM].hex() if len(plain) == LENGTH else None

    def _plain(self, sealed: object) -> tuple[bytes, bytes]:
        """What a reference says, and its tag; of one that is none, something of another length."""
        try:
            content = urlsafe_b64decode(sealed) if isinstance(sealed, str) else b""
        except (Error, ValueError):
            content = b""
        return self._crypted(content[TAG:], content[:TAG]), content[:TAG]

    @cached_property
    def _keys(self) -> tuple[bytes, ...]:
        return tuple(hmac.new(self.key, use, hashlib.sha256).digest() for use in (b"digest", b"tag", b"stream"))

    def _tag(self, plain: bytes, place: str) -> bytes:
        about = hashlib.sha256(place.encode("utf-8", "surrogatepass")).digest()
        return hmac.new(self._keys[1], about + plain, hashlib.sha256).digest()[:TAG]

    def _crypted(self, content: bytes, tag: bytes) -> bytes:
        key = self._keys[2]
        blocks = (len(content) + 31) // 32
        stream = b"".join(hmac.new(key, tag + bytes([at]), hashlib.sha256).digest() for at in range(blocks))
        return bytes(one ^ other for one, other in zip(content, stream, strict=False))


def sealer(file: Path) -> Sealer:
    """The sealer whose key a file holds; the file is made if there is none. Raises BackendError."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".key-") as new:
            new.write(os.urandom(32).hex() + "\n")
            new.flush()
            os.fsync(new.fileno())
            with contextlib.suppress(FileExistsError):  # another process was faster, and its key counts
                os.link(new.name, file)
    return Sealer(_key(file))


def _key(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text("ascii"))
    except (OSError, ValueError) as error:
        raise BackendError(f"{file}: cannot read the key of references: {error}") from None
    if len(key) != 32:
        raise BackendError(f"{file}: the key of references must be 64 hexadecimal digits")
    return key
