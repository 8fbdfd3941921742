"""Two versions of guidelines held against each other, rule by rule, as annotators read them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from gt_platform.markdown import unescaped
from gt_platform.project.guidelines import RULES

TEXT, ORDER = "(text)", "(order)"
"""The parts that are no rule: what stands above the rules, and the order in which they are read."""
WITH_RULES = re.compile(rf"(?:(?P<text>.*)\n\n)?{RULES}\n\n(?P<rules>(?:### \S+\n\n(?:- [^\n]+\n)+\n?)+)", re.DOTALL)
RULE = re.compile(r"### (?P<id>\S+)\n\n(?P<lines>(?:- [^\n]+\n)+)")


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A line that one of two versions has and the other has not; `part` is a rule's id, TEXT or ORDER."""

    part: str
    change: Literal["removed", "added"]
    line: str


def rules_in(text: str) -> dict[str, list[str]]:
    """The lines of each rule by its id, to the letter, in the order in which they are read."""
    found = WITH_RULES.fullmatch(text)
    rules = RULE.finditer(found["rules"]) if found else ()
    return {
        unescaped(rule["id"]): [unescaped(line.removeprefix("- ")) for line in rule["lines"].splitlines()]
        for rule in rules
    }


def revised(before: str, after: str) -> list[Revision]:
    """What another version changed: of the text above the rules, of each rule, and of their order."""
    old, new = rules_in(before), rules_in(after)
    kept, still = [name for name in old if name in new], [name for name in new if name in old]
    return [
        *_apart(TEXT, _above(before), _above(after)),
        *(one for name in {**old, **new} for one in _apart(name, old.get(name, ()), new.get(name, ()))),
        *_apart(ORDER, [", ".join(kept)], [", ".join(still)]),
    ]


def _above(text: str) -> list[str]:
    found = WITH_RULES.fullmatch(text)
    return ((found["text"] or "") if found else text).splitlines()


def _apart(part: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Revision]:
    for told, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if told != "equal":
            yield from (Revision(part=part, change="removed", line=line) for line in before[first:last])
            yield from (Revision(part=part, change="added", line=line) for line in after[start:end])
