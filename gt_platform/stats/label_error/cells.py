"""Cells of units whose leading answers are about as often wrong: how the votes fell, and what the model put out.

How many of each cell experts check belongs in `checking`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

PATTERNS = ("undecided", "split", "strong", "unanimous")
STRONG = 0.75
"""The leading share from which votes are strong: 2 of 3 and 3 of 5 are split, 3 of 4 and 4 of 5 strong."""
LEAST_UNITS = 8
"""A cell with fewer units joins the others of its pattern that agree, or disagree, with the output as it does."""
MOST_SIGNATURES = 64
KIN = ("disagrees", "agrees")


@dataclass(frozen=True)
class Cells:
    """Each unit's `code` (n,) into `names` (C,), ascending; `kin` (C,) is equal for cells that may lend to each other.

    A cell's name does not depend on how many units there are, so it can be kept from night to night.
    """

    code: Codes
    names: tuple[str, ...]
    kin: Codes

    @property
    def undecided(self) -> Flags:
        """Which cells hold units without a settled answer, (C,)."""
        return np.array([name.startswith(PATTERNS[0]) for name in self.names], dtype=np.bool_)


def patterns(leading: Floats, decided: Flags) -> Codes:
    """How the votes of n units fell, codes into PATTERNS, from the leading answer's share of them, 0 to 1.

    Units not `decided`, such as ties, skipped items and those that wait for a ruling, are undecided whatever the share.
    """
    bins = np.where(leading >= 1, 3, np.where(leading >= STRONG, 2, 1))
    return np.where(decided, bins, 0).astype(np.int64)


def signatures(numerator: Floats, denominator: Floats) -> list[str]:
    """What n units add to the metrics under their leading answer, (n, m) each, as short equal texts for equal rows.

    For answers that are labels this is the output together with the leading label. Where more than MOST_SIGNATURES rows
    are distinct, as those of numbers are, it is the quarter of the units that the first metric's share falls in.
    """
    rows = np.round(np.hstack([numerator, denominator]), 6) + 0.0
    distinct, code = np.unique(rows, axis=0, return_inverse=True)
    if len(distinct) > MOST_SIGNATURES:
        quarters = np.quantile(numerator[:, 0], [0.25, 0.5, 0.75])
        code = np.searchsorted(quarters, numerator[:, 0], side="left")
    return [f"{each}" for each in code.ravel()]


def cells(pattern: Codes, signature: Sequence[str], agrees: Flags, *, least: int = LEAST_UNITS) -> Cells:
    """The cells of n units: pattern by signature; those of fewer than `least` units only by whether the output agrees.

    `signature` is any text that is equal for units whose errors would do the same to the score; `agrees` (n,) says
    whether the output is right if the leading answer is. Raises ValueError where the lengths differ.
    """
    if not len(pattern) == len(signature) == len(agrees):
        raise ValueError(f"{len(pattern)} patterns, {len(signature)} signatures, {len(agrees)} agreements: one a unit")
    texts = {text: at for at, text in enumerate(dict.fromkeys(signature))}
    told = np.array([texts[text] for text in signature], dtype=np.int64)
    kind = (told * len(PATTERNS) + pattern) * 2 + agrees
    units = np.bincount(kind, minlength=2 * len(PATTERNS) * len(texts))
    fine = np.repeat(units.reshape(-1, 2).sum(axis=1), 2) >= least
    name = {
        at: f"{PATTERNS[at // 2 % len(PATTERNS)]}: {text if fine[at] else KIN[at % 2]}"
        for at, text in zip(range(len(units)), np.repeat(list(texts), 2 * len(PATTERNS)).tolist(), strict=True)
        if units[at]
    }
    names = sorted(set(name.values()))
    place = np.zeros(len(units), dtype=np.int64)
    place[list(name)] = [names.index(text) for text in name.values()]
    kinship = np.zeros(len(names), dtype=np.int64)
    kinship[place[kind]] = np.asarray(agrees)
    code = place[kind]
    return Cells(code, tuple(names), kinship)
