"""What people write differently and mean alike: labels and names of tasks, as keys under which they meet.

What is done about it belongs in `guard`.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping

MARKS = frozenset({
    "na", "n/a", "#n/a", "<na>", "n.a.", "nan", "none", "null", "nil", "-", "--", "–", "—", "*", "?", ".", "…",
})  # fmt: skip
"""What programs and people write where there is no answer."""
WRITTEN_SMALL = "none"  # a label of many a scheme; `None` is what a program makes of nothing
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
QUOTES = "\"'`“”‘’«»"
INVISIBLE = "Cf"


def label_key(label: str) -> str:
    """The same for labels that differ in case, space, quotes around them, width of letters, or as 1 and 1.0."""
    text = label.casefold()
    if not text.isascii():
        wide = unicodedata.normalize("NFKC", text)
        text = "".join(letter for letter in wide if unicodedata.category(letter) != INVISIBLE)
    text = " ".join(text.split()).strip(QUOTES).strip() or label
    return repr(float(text) + 0.0) if NUMBER.fullmatch(text) else text


def task_key(task: str) -> str:
    """The same for names that differ in case, space, zeros before a number, or as 7 and 7.0."""
    text = "".join(unicodedata.normalize("NFKC", task).casefold().split()).strip(QUOTES)
    return re.sub(r"\d+", lambda digits: digits[0].lstrip("0") or "0", re.sub(r"^(\d+)\.0+$", r"\1", text))


def alike(names: Iterable[str], key: Callable[[str], str]) -> list[list[str]]:
    """Groups of two or more under one key, in the order of the alphabet."""
    return [group for group in _by_key(names, key).values() if len(group) > 1]


def marks(labels: Iterable[str]) -> list[str]:
    """The labels that look as if there was no answer."""
    return sorted(label for label in labels if label.strip().casefold() in MARKS and label.strip() != WRITTEN_SMALL)


def lists(labels: Collection[str]) -> list[str]:
    """The labels that hold several: lists and objects, of JSON or Python, and labels with a mark between them."""
    return sorted(label for label in labels if _is_list(label) or joins(label, labels, all))


def joins(label: str, labels: Collection[str], known: Callable[[Iterable[bool]], bool]) -> bool:
    """Whether a label has parts with a mark between them of which `any`, or `all`, are labels."""
    for mark in ("|", ";", ","):
        parts = [part.strip() for part in label.split(mark)]
        if len(parts) > 1 and len(set(parts)) == len(parts) and known(part in labels for part in parts):
            return True
    return False


def matched(tasks: Collection[str], others: Collection[str]) -> Mapping[str, str]:
    """Tasks that are not among the others, with the only one that is written alike."""
    places = _by_key(set(others) - set(tasks), task_key)
    claims = _by_key(set(tasks) - set(others), task_key)
    pairs = ((claims[key], places.get(key, [])) for key in claims)
    return {mine[0]: theirs[0] for mine, theirs in pairs if len(mine) == len(theirs) == 1}


def number(label: str) -> float | None:
    """The number a label is, if it is one."""
    return float(label) if NUMBER.fullmatch(label.strip().casefold()) else None


def _by_key(names: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        groups.setdefault(key(name), []).append(name)
    return groups


def _is_list(label: str) -> bool:
    text = label.strip()
    if text[:1] + text[-1:] not in ("[]", "{}"):
        return False
    try:
        return isinstance(json.loads(text.replace("'", '"')), list | dict)
    except (ValueError, RecursionError):
        return False
