"""Parts of a sample that are worse than the rest, found on one half of it and measured on the other.

How a part is measured belongs to the caller: whoever looks for the worst part and measures it on the same units finds
one in pure noise. Source: honest splitting, Athey & Imbens (2016).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Values = Sequence[str | float | None]
DEPTH, MOST_LEAVES = 3, 8
LEAST_UNITS, LEAST_SHARE = 25, 0.03
"""Units, and share of them, below which no part is made: a smaller one's interval says nothing."""
MOST_LEVELS = 30
"""Levels of a property of which each is a candidate; the commonest where there are more."""


@dataclass(frozen=True)
class Question:
    """What each unit answers with yes or no: about which property, in words both ways, and who says yes, (n,)."""

    of: str
    yes: str
    no: str
    holds: Flags


@dataclass(frozen=True)
class Part:
    """Units that answer some questions alike: in words, and which they are, (n,)."""

    words: tuple[str, ...]
    member: Flags


def questions(properties: Mapping[str, Values], seen: Flags) -> list[Question]:
    """What may be asked of n units: is a text property this level, is a number above a decile of those `seen` (n,)."""
    found: list[Question] = []
    for name, values in properties.items():
        numbers = [value for value in values if isinstance(value, int | float)]
        given = sum(value is not None for value in values)
        found += _of_numbers(name, values, seen) if numbers and len(numbers) == given else _of_levels(name, values)
    return found


def _of_numbers(name: str, values: Values, seen: Flags) -> list[Question]:
    value = np.array([np.nan if one is None else float(one) for one in values], dtype=np.float64)
    known = value[seen & ~np.isnan(value)]
    cuts = np.unique(np.quantile(known, np.linspace(0.1, 0.9, 9))) if len(known) else known
    # what is missing is above nothing
    return [
        Question(name, f"{name} > {cut:.4g}", f"{name} ≤ {cut:.4g}", np.nan_to_num(value, nan=-np.inf) > cut)
        for cut in cuts
    ]


def _of_levels(name: str, values: Values) -> list[Question]:
    told = np.array(["" if one is None else str(one) for one in values])
    levels, counts = np.unique(told, return_counts=True)
    common = sorted(levels[np.argsort(-counts, kind="stable")][:MOST_LEVELS])
    return [
        Question(
            name, f"{name} = {level}" if level else f"no {name}", f"{name} ≠ {level}" if level else name, told == level
        )
        for level in common
    ]


def least_units(seen: Flags) -> int:
    """How many of the units `seen` (n,) a part has at least."""
    return max(LEAST_UNITS, int(np.ceil(LEAST_SHARE * seen.sum())))


def parts(asked: Sequence[Question], value: Floats, weight: Floats, seen: Flags) -> list[Part]:
    """Leaves of a small regression tree grown on the `seen` (n,) of n units, each `value` (n,) at its `weight` (n,).

    Nothing is told of their values: measure them on the others. No part at all where no question parts them.
    """
    from sklearn.tree import DecisionTreeRegressor

    if not asked or not seen.any():
        return []
    features = np.column_stack([one.holds for one in asked])
    least = least_units(seen)
    tree = DecisionTreeRegressor(
        max_depth=DEPTH, max_leaf_nodes=MOST_LEAVES, min_samples_leaf=least, random_state=0
    ).fit(features[seen], value[seen], sample_weight=weight[seen])
    grown = tree.tree_
    leaves: list[Part] = []

    def walk(node: int, words: Mapping[tuple[str, bool], str], member: Flags) -> None:
        at = int(grown.feature[node])
        if at < 0:
            leaves.append(Part(tuple(words.values()), member))
            return
        one = asked[at]
        # of two bounds of a number the later is the tighter
        walk(int(grown.children_left[node]), {**words, (_bound(one, no=True)): one.no}, member & ~one.holds)
        walk(int(grown.children_right[node]), {**words, (_bound(one, no=False)): one.yes}, member & one.holds)

    walk(0, {}, np.ones(len(value), dtype=np.bool_))
    return leaves if len(leaves) > 1 else []


def _bound(asked: Question, *, no: bool) -> tuple[str, bool]:
    """Which words this answer takes the place of: those of another bound of a number on the same side."""
    return (asked.of, no) if "≤" in asked.no else (asked.no if no else asked.yes, no)
