"""One sequence from several by aligning them and voting slot by slot: ROVER (Fiscus 1997)."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Word = TypeVar("Word", bound=Hashable)
Slots = list[Counter[Word | None]]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Voted(Generic[Word]):
    """The winning words, and the mean over slots of the share of sequences that say what won, 1 without slots.

    In a slot where nothing wins against the words a sequence leaves the slot empty, which counts too.
    """

    words: tuple[Word, ...]
    agreement: float


def rover(sequences: Sequence[Sequence[Word]]) -> Voted[Word]:
    """Align n sequences one after the other and let each slot vote.

    The order decides: begin with the sequence most like the rest, which also wins ties. An alignment costs, in each
    slot, the number of earlier sequences that say something else; Fiscus counts any word already there as a match.
    Raises ValueError without sequences, and for the word None, which stands for an empty slot.
    """
    if not sequences:
        raise ValueError("no sequences to align")
    if any(word is None for sequence in sequences for word in sequence):
        raise ValueError("None is no word: it stands for an empty slot")
    slots: Slots[Word] = [Counter({word: 1}) for word in sequences[0]]
    firsts: list[Word | None] = list(sequences[0])
    for said, sequence in enumerate(sequences[1:], start=1):
        slots, firsts = _align(slots, firsts, sequence, said)
    winners = [_winner(slot, first) for slot, first in zip(slots, firsts, strict=True)]
    shares = [slot[word] / len(sequences) for slot, word in zip(slots, winners, strict=True)]
    return Voted(tuple(word for word in winners if word is not None), sum(shares) / len(shares) if shares else 1.0)


def _winner(slot: Counter[Word | None], first: Word | None) -> Word | None:
    """The commonest word; of equally common ones what the first sequence says, else what was said first."""
    most = max(slot.values())
    return first if slot[first] == most else next(word for word, count in slot.items() if count == most)


def _align(
    slots: Slots[Word], firsts: list[Word | None], sequence: Sequence[Word], said: int
) -> tuple[Slots[Word], list[Word | None]]:
    """Join one more sequence to `said` earlier ones; new slots open where it says something between two of them."""
    skip = np.array([said - slot[None] for slot in slots], dtype=np.int64)
    differ = _differences(slots, sequence, said)
    cost = _costs(differ, skip, said)
    joined: Slots[Word] = []
    leads: list[Word | None] = []
    at, word = len(slots), len(sequence)
    while at or word:
        if at and word and cost[word, at] == cost[word - 1, at - 1] + differ[word - 1, at - 1]:
            at, word = at - 1, word - 1
            joined.append(_with(slots[at], sequence[word]))
            leads.append(firsts[at])
        elif at and cost[word, at] == cost[word, at - 1] + skip[at - 1]:
            at -= 1
            joined.append(_with(slots[at], None))
            leads.append(firsts[at])
        else:
            word -= 1
            joined.append(_with(Counter([None] * said), sequence[word]))
            leads.append(None)
    return joined[::-1], leads[::-1]


def _with(slot: Counter[Word | None], word: Word | None) -> Counter[Word | None]:
    joined = slot.copy()
    joined[word] += 1
    return joined


def _differences(slots: Slots[Word], sequence: Sequence[Word], said: int) -> Counts:
    """How many earlier sequences say something else than each word, in each slot."""
    differ = np.full((len(sequence), len(slots)), said, dtype=np.int64)
    places: dict[Word, list[int]] = {}
    for place, word in enumerate(sequence):
        places.setdefault(word, []).append(place)
    for at, slot in enumerate(slots):
        for said_word, count in slot.items():
            if said_word is not None and said_word in places:
                differ[places[said_word], at] = said - count
    return differ


def _costs(differ: Counts, skip: Counts, said: int) -> Counts:
    """Least cost of aligning the first words with the first slots; a word between slots costs `said`.

    Skips along a row are a running minimum, once their running sum is taken off.
    """
    words, slots = differ.shape
    passed = np.concatenate([[0], np.cumsum(skip)])
    cost = np.empty((words + 1, slots + 1), dtype=np.int64)
    cost[0] = passed
    for word in range(words):
        reached = cost[word] + said
        reached[1:] = np.minimum(reached[1:], cost[word, :-1] + differ[word])
        cost[word + 1] = np.minimum.accumulate(reached - passed) + passed
    return cost
