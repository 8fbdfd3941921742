"""Hashes of passwords (argon2id), and which passwords are refused."""

import re
import unicodedata
from collections.abc import Callable
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gt_platform.errors import GroundTruthError

SHORTEST = 12
LONGEST = 1024
AT_ONCE = 2  # each hash takes 64 MiB and 0.1 to 0.2 s of a core
PATIENCE = 5.0  # seconds a sign-in waits for its turn

COMMON = """
    password passphrase passwort motdepasse contrasena qwerty qwertz azerty letmein welcome iloveyou admin administrator
    changeme secret default login master monkey dragon football baseball sunshine princess superman batman trustno
    correcthorsebatterystaple groundtruth labeling annotator reviewer workbench
"""
WORDS = tuple(COMMON.split())
ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
DISGUISES = str.maketrans("013457@$!", "oieastasi")

_hasher = PasswordHasher()
_turn = BoundedSemaphore(AT_ONCE)
_nobody = _hasher.hash("the password of nobody")


class PasswordError(GroundTruthError):
    """A password that cannot be used; the message says why."""


class BusyError(GroundTruthError):
    """Too many passwords are being checked at this moment."""


def hashed(password: str) -> str:
    """The hash to keep."""
    with _Turn():
        return _hasher.hash(_normal(password))


def matches(kept: str | None, password: str, *, first: Callable[[], None] = lambda: None) -> bool:
    """Whether the password is the one kept; takes the same time where there is none.

    `first` is called when its turn has come, so that an attempt nobody had time for is not counted. Raises BusyError.
    """
    with _Turn():
        first()
        try:
            _hasher.verify(kept or _nobody, _normal(password)[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def check_strength(password: str, name: str) -> None:
    """Refuse what is guessed first. Raises PasswordError."""
    password = _normal(password)
    if len(password) < SHORTEST:
        raise PasswordError(f"a password has at least {SHORTEST} characters, this one has {len(password)}")
    if len(password) > LONGEST:
        raise PasswordError(f"a password has at most {LONGEST} characters, this one has {len(password)}")
    if _trivial(password.casefold(), name.casefold()):
        raise PasswordError("this password is among the first to be guessed; take several unrelated words")


def _trivial(password: str, name: str) -> bool:
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)
    candidates = {_letters(password), _letters(core.translate(DISGUISES))}
    return (
        any(_only(word, text) for word in (*WORDS, _letters(name)) for text in candidates)
        or len(set(password)) < 5
        or _repeats(password)
        or any(password in row * 2 or password[::-1] in row * 2 for row in ROWS)
        or (name in password and len(password) - len(name) < SHORTEST - 4)
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _only(word: str, text: str) -> bool:
    return bool(word and text) and text == word * (len(text) // len(word))


def _repeats(password: str) -> bool:
    return any(len(password) >= 2 * size and password in password[:size] * len(password) for size in range(1, 7))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)  # the same keys give other code points on other systems


class _Turn:
    """One of the few hashes computed at once, so that guesses exhaust neither cores nor memory."""

    def __enter__(self) -> None:
        if not _turn.acquire(timeout=PATIENCE):
            raise BusyError("too many people are signing in at this moment; try again in a few seconds")

    def __exit__(self, *_: object) -> None:
        _turn.release()
