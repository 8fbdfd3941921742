"""How like two items are: the share of words that need no change to make one the other, in order.

Near is what a fifth of the words may differ in, of short texts one word, of the shortest none: "yes" and "no" are one
word apart.
"""

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from gt_platform.likeness.texts import Text, Words
from gt_platform.likeness.words import is_number

DIFFERING = 0.2
"""The share of words that may differ. Real texts of one subject lie below half; see tests/bench/contamination.py."""
SHORT = 6
"""Texts of fewer words are near none but themselves."""
LEAST = 0.5
"""How like each text of an item must be, where it has several."""
BITS = 5
"""Of 64 that may differ between pictures that look the same."""


def differing(longer: int) -> int:
    """How many words may differ between near texts, of which the longer has so many."""
    return max(1, int(DIFFERING * longer)) if longer >= SHORT else 0


def similarity(one: Text, other: Text) -> float:
    """From 0 to 1, the share of words that are the same in order; of items of unlike make, and other pictures, 0."""
    if len(one.parts) != len(other.parts) or not _look_alike(one, other):
        return 0.0
    edits, longest = 0, 0
    for mine, theirs in zip(one.parts, other.parts, strict=True):
        longer = max(len(mine), len(theirs))
        apart = 0 if mine == theirs else OSA.distance(mine, theirs)
        if apart > longer * LEAST or (apart and longer < SHORT):
            return 0.0
        edits, longest = edits + apart, longest + longer
    return 1 - edits / longest if longest else 1.0


def near(one: Text, other: Text) -> float | None:
    """How like near ones are; None where they are not near, or differ in numbers alone."""
    found = similarity(one, other)
    longest = sum(max(len(mine), len(theirs)) for mine, theirs in zip(one.parts, other.parts, strict=False))
    if not longest:
        return found if one.pictures and found else None
    edits = round((1 - found) * longest)
    if edits > differing(longest) or (edits and _but_for_numbers(one.parts) == _but_for_numbers(other.parts)):
        return None
    return found


def _look_alike(one: Text, other: Text) -> bool:
    if len(one.pictures) != len(other.pictures):
        return False
    return all(
        mine is not None and theirs is not None and (mine ^ theirs).bit_count() <= BITS
        for mine, theirs in zip(one.pictures, other.pictures, strict=True)
    )


def _but_for_numbers(parts: Sequence[Words]) -> list[list[str]]:
    return [[word for word in part if not is_number(word)] for part in parts]
