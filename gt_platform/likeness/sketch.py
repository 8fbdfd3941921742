"""What items are found by without comparing each with each: of a text its pairs of neighbouring words, long ones first.

Every change of a word takes two such pairs away. So of two near texts, each has among its first pairs some of the
other's: no guess is made, as MinHash makes one, and short texts are found as surely as long ones. Long words are rare
words, whatever the language; no order by how often they occur would stay the same as items come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gt_platform.likeness.similarity import BITS, DIFFERING, SHORT
from gt_platform.likeness.texts import Text

Integers = NDArray[np.int64]
MOST = 24  # tokens of a long text, whose near ones have nearly all of them
BANDS = BITS + 1
"""Of pictures that differ in fewer bits, one band is the same."""


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """An item's tokens, of which a near one has one at least, its length in words, and a bit of 64 for each word."""

    tokens: Integers
    length: int
    bits: int

    @classmethod
    def of(cls, text: Text) -> "Sketch":
        """What an item is found by; without tokens, by nothing but its very words."""
        words = _numbers({word for part in text.parts for word in part})
        bits = int(np.bitwise_or.reduce(np.int64(1) << (words & 63))) if words.size else 0
        return cls(tokens=_numbers(_tokens(text)), length=text.length, bits=bits)

    def packed(self) -> bytes:
        """As bytes."""
        return np.concatenate([[self.length, self.bits], self.tokens]).astype("<i8").tobytes()

    @classmethod
    def unpacked(cls, packed: bytes) -> "Sketch":
        """From bytes."""
        found = np.frombuffer(packed, dtype="<i8")
        return cls(tokens=found[2:], length=int(found[0]), bits=int(found[1]))


def _tokens(text: Text) -> Iterable[str]:
    looks = [look for look in text.pictures if look is not None]
    if looks:
        return [f"picture {band} {bits}" for band, bits in enumerate(_bands(looks[0]))]
    if text.length < SHORT - 1:  # a word dropped of the shortest that is near another
        return []
    pairs = {pair for part in text.parts for pair in pairwise(part)}
    edits = max(1, int(DIFFERING / (1 - DIFFERING) * text.length))  # from the longest text that is near
    chosen = sorted(pairs, key=lambda pair: (-len(pair[0]) - len(pair[1]), pair))
    return [" ".join(pair) for pair in chosen[: min(2 * edits + 1, MOST)]]


def _bands(look: int) -> list[int]:
    width = -(-64 // BANDS)
    return [look >> width * band & (1 << width) - 1 for band in range(BANDS)]


def _numbers(tokens: Iterable[str]) -> Integers:
    digests = (blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest() for token in tokens)
    return np.sort(np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64))
