"""What a candidate may be called, and what may be said of a run."""

import re
from collections.abc import Iterable

from gt_platform.candidates.errors import CandidateError
from gt_platform.project.candidates import PRODUCTION

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*", re.ASCII)
LONGEST = 64
KEY = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


def candidate_name(name: str) -> str:
    """The name, where it is one. Raises CandidateError."""
    if name == PRODUCTION:
        raise CandidateError(f"{PRODUCTION!r} is what is in production, whose outputs come as events; name another")
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise CandidateError(
            f"{name!r} cannot name a candidate: letters, digits, - and _ with single dots between, at most {LONGEST} "
            "of them, such as v2 or gpt-4.1_p7"
        )
    return name


def meta_of(pairs: Iterable[str]) -> dict[str, str]:
    """What is said of a run by KEY=VALUE. Raises CandidateError."""
    meta: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not KEY.fullmatch(key):
            raise CandidateError(f"--meta {pair!r}: write it as KEY=VALUE, such as git=abc123 or prompt=p7")
        if meta.setdefault(key, value) != value:
            raise CandidateError(f"--meta {key} is given twice, as {meta[key]!r} and as {value!r}; give one")
    return meta
