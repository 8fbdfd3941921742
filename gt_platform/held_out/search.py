"""Finding a benchmark's items in somebody's texts: letter for letter, in the same words, or in nearly the same.

An item is looked for inside of longer texts, too, but for one of a few words, which has to be all of a field: "thank
you" is everywhere. What is looked at closer has two of an item's rarest pairs of neighbouring words; each changed word
takes two pairs away, and so many are kept of an item that two are left where a quarter of its words is changed.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rapidfuzz.distance import LCSseq

from gt_platform.likeness import Text, words

Kind = Literal["exact", "normalised", "near"]
Pair = tuple[str, str]
ALIKE = 0.75
"""The share of an item's words that are found in their order, from which on it is near."""
WHOLE, EMBEDDED = 4, 8
"""Words from which on an item is looked for in texts that differ, and inside of longer ones."""
IN_COMMON, MOST = 2, 24
TELLING = 14.0
"""What the words that a short item has in common with a text must come to: one in so many texts, as a logarithm."""
NAMES = frozenset({
    "answer", "category", "class", "id", "label", "labels", "lang", "language", "name", "output", "role", "source",
    "split", "tag", "target", "type",
})  # fmt: skip
"""Fields that hold a word or two by their nature: items as short are not looked for in them."""


@dataclass(frozen=True, order=True)
class Match:
    """An item found in a record: how much of it, and how."""

    line: int
    item_id: str
    similarity: float
    kind: Kind


@dataclass(frozen=True)
class _Part:
    item: int
    literal: str
    words: tuple[str, ...]

    @property
    def slack(self) -> int:
        return max(1, int((1 - ALIKE) * len(self.words)))


class Benchmark:
    """Items to look for."""

    def __init__(self, items: Mapping[str, Text]) -> None:
        self._items = sorted(items)
        self._texts = [items[item] for item in self._items]
        self._parts = [part for at, text in enumerate(self._texts) for part in _parts(at, text)]
        self._whole: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, part in enumerate(self._parts):
            self._whole[part.words or ("".join(part.literal.split()),)].append(number)
        self._needed, self._index = _index(self._parts)
        self._rarity = _rarity(self._parts)
        self._counted = [sum(len(part) for part in text.parts if len(part) >= WHOLE) for text in self._texts]

    @property
    def longest(self) -> int:
        """Words of the longest of its texts."""
        return max((len(part.words) for part in self._parts), default=0)

    def search(self, line: int, fields: Iterable[tuple[str, str]]) -> Iterator[Match]:
        """The items that lie in a record's texts, each given with the name of its field."""
        best: dict[int, tuple[float, Kind]] = {}
        for name, text in fields:
            for number, found in self._in_text(name, text):
                best[number] = max(best.get(number, found), found, key=lambda one: (one[0], one[1] == "exact"))
        by_item: defaultdict[int, dict[int, tuple[float, Kind]]] = defaultdict(dict)
        for number, found in best.items():
            by_item[self._parts[number].item][number] = found
        for item, parts in sorted(by_item.items()):
            if (judged := self._of_item(item, parts)) is not None:
                yield Match(line, self._items[item], *judged)

    def _of_item(self, item: int, found: Mapping[int, tuple[float, Kind]]) -> tuple[float, Kind] | None:
        """What its parts that were found come to."""
        text, counted = self._texts[item], self._counted[item]
        if not counted:
            return next(iter(found.values())) if len(found) == len(text.literal) else None
        long = {number: one for number, one in found.items() if len(self._parts[number].words) >= WHOLE}
        share = sum(one[0] * len(self._parts[number].words) for number, one in long.items()) / counted
        if share < ALIKE:
            return None
        kinds = {one[1] for one in long.values()}
        kind: Kind = "near" if share < 1 or "near" in kinds else "normalised" if "normalised" in kinds else "exact"
        return round(share, 4), kind

    def _in_text(self, name: str, text: str) -> Iterator[tuple[int, tuple[float, Kind]]]:
        said = words(text)
        for number in self._whole.get(tuple(said) or ("".join(text.split()),), ()):
            part = self._parts[number]
            if len(said) >= WHOLE or name.casefold() not in NAMES:
                yield number, (1.0, "exact" if part.literal.strip() == text.strip() else "normalised")
        if len(said) < WHOLE:
            return
        for number, offset in self._likely(said):
            part = self._parts[number]
            found = _compared(part, said, offset, text)
            if found is not None and (len(part.words) >= EMBEDDED or found[0] == 1 or self._telling(part, said)):
                yield number, found

    def _telling(self, part: _Part, said: Sequence[str]) -> bool:
        """Whether the words that a short text has in common with a part are too rare to meet by chance."""
        return sum(self._rarity[word] for word in (Counter(part.words) & Counter(said)).elements()) >= TELLING

    def _likely(self, said: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Parts with enough pairs in a text, each with where it would begin there."""
        offsets: defaultdict[int, list[int]] = defaultdict(list)
        for at, pair in enumerate(pairwise(said)):
            if pair in self._index:
                for number, place in self._index[pair]:
                    offsets[number].append(at - place)
        for number, found in offsets.items():
            if len(found) >= self._needed[number]:
                yield number, _densest(sorted(found), self._parts[number].slack)


def _parts(item: int, text: Text) -> Iterator[_Part]:
    """Its texts; of pictures the text they are inline."""
    said = [*text.parts, *[()] * (len(text.literal) - len(text.parts))]
    return (_Part(item, literal, one) for literal, one in zip(text.literal, said, strict=True))


def _index(parts: Sequence[_Part]) -> tuple[list[int], dict[Pair, list[tuple[int, int]]]]:
    """How many pairs a part must have in common with a text, and for each pair the parts and where they have it."""
    frequent = Counter(pair for part in parts for pair in set(pairwise(part.words)))
    index: defaultdict[Pair, list[tuple[int, int]]] = defaultdict(list)
    needed = []
    for number, part in enumerate(parts):
        places = {pair: at for at, pair in reversed(list(enumerate(pairwise(part.words))))}
        wanted = min(2 * part.slack + IN_COMMON, MOST)
        needed.append(IN_COMMON if len(places) >= wanted else 1)
        if len(part.words) >= WHOLE:
            for pair in sorted(places, key=lambda one: (frequent[one], -len(one[0]) - len(one[1]), one))[:wanted]:
                index[pair].append((number, places[pair]))
    return needed, dict(index)


def _rarity(parts: Sequence[_Part]) -> dict[str, float]:
    """How seldom each word is: the logarithm of one in how many texts has it."""
    frequent = Counter(word for part in parts for word in set(part.words))
    return {word: math.log((len(parts) + 1) / (count + 1)) for word, count in frequent.items()}


def _densest(offsets: list[int], slack: int) -> int:
    """The offset about which most of them lie, as far apart as changes can have moved them."""
    best, first = (0, 0), 0
    for last, offset in enumerate(offsets):
        while offsets[first] < offset - slack:
            first += 1
        best = max(best, (last - first + 1, -first))
    return offsets[-best[1] + (best[0] - 1) // 2]


def _compared(part: _Part, said: Sequence[str], offset: int, text: str) -> tuple[float, Kind] | None:
    """How much of a part is found in a text about a place, and how; None where that is too little."""
    length, slack = len(part.words), part.slack
    if length < EMBEDDED and abs(len(said) - length) > 1:
        return None
    window = said[max(0, offset - slack) : max(0, offset + length + slack)]
    share = LCSseq.similarity(part.words, window) / length
    if share < ALIKE:
        return None
    if share == 1 and any(tuple(window[at : at + length]) == part.words for at in range(len(window) - length + 1)):
        return 1.0, "exact" if part.literal.strip() in text else "normalised"
    return min(share, 1 - 1 / (2 * length)), "near"
