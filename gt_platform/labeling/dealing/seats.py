"""Annotators as the deal sees them: what each holds, and what each may still be given."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

from gt_platform.labeling.dealing.refs import Ref, item_digest
from gt_platform.labeling.messages import Assignment, Honeypot

State = Literal["open", "answered", "given up"]
Key = tuple[int, int]
EVER = 10**9


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A task somebody was given; `key` is its queue's number and its own, the older the smaller.

    Skipped or unusably answered, it is given up.
    """

    key: Key
    ref: Ref
    state: State


@dataclass(frozen=True, kw_only=True)
class Annotator:
    """An annotator. Paused ones get nothing and keep nothing open; absent ones may lose what they leave open."""

    name: str
    abilities: frozenset[str] = frozenset()
    holdings: tuple[Holding, ...] = ()
    paused: bool = False
    absent: bool = False


@dataclass
class Seat:
    """An annotator while the deal is made: `rounds` has each item's last round , `open` how many tasks wait."""

    annotator: Annotator
    rounds: dict[str, int]
    open: int
    work: list[Assignment] = field(default_factory=list)

    def may_answer(self, one: Assignment, round_: int) -> bool:
        """Whether it can be given: never an item twice in a round, nor one that was a honeypot."""
        return self._able(one.requires) and self.rounds.get(item_digest(one.item_id), 0) < round_

    def may_check(self, one: Honeypot) -> bool:
        """Whether the honeypot's item was never given before."""
        return self._able(one.requires) and item_digest(one.item_id) not in self.rounds

    def answer(self, one: Assignment, round_: int) -> None:
        """Give it."""
        self.work.append(one)
        self.rounds[item_digest(one.item_id)] = round_
        self.open += 1

    def check(self, one: Honeypot) -> None:
        """Give it, too."""
        self.rounds[item_digest(one.item_id)] = EVER

    def _able(self, requires: Iterable[str]) -> bool:
        return not self.annotator.paused and set(requires) <= self.annotator.abilities


def seat(annotator: Annotator, rounds: dict[str, int], taken_back: Collection[Key]) -> Seat:
    """The seat of an annotator who keeps what is not taken back; `rounds` is that of each assignment."""
    last: dict[str, int] = {}
    kept = [held for held in annotator.holdings if held.key not in taken_back]
    for held in kept:
        of = rounds[held.ref.id] if held.ref.what == "work" else EVER
        last[held.ref.item] = max(of, last.get(held.ref.item, 0))
    waits = sum(held.state == "open" for held in kept)
    return Seat(annotator, last, waits)


def rounds(annotators: Iterable[Annotator], assignments: Iterable[Assignment]) -> dict[str, int]:
    """The round of every assignment held or waiting: one whose slot was asked before asks its item anew, from all."""
    held = sorted(
        (held.key[1], held.ref.item, held.ref.slot, held.ref.id)
        for annotator in annotators
        for held in annotator.holdings
        if held.ref.what == "work"
    )
    known = [(item, slot, name) for _, item, slot, name in held]
    known += [(item_digest(one.item_id), one.slot, one.assignment_id) for one in sorted(assignments, key=_by_slot)]
    found: dict[str, int] = {}
    slots: dict[str, tuple[int, set[int]]] = {}
    for item, slot, name in known:
        if name not in found:
            round_, taken = slots.setdefault(item, (1, set()))
            if slot in taken:
                round_, taken = slots[item] = (round_ + 1, set())
            taken.add(slot)
            found[name] = round_
    return found


def _by_slot(one: Assignment) -> tuple[int, str]:
    return one.slot, one.assignment_id
