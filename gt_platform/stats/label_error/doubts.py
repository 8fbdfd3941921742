"""What is to be expected of leading answers before many are checked: how often they are wrong, and what that changes.

A cell of four checks says little by itself. What it is taken to be meanwhile is guessed here by its votes and output,
and moved to what checks say of all cells in which errors would do the same; what experts found stays the estimate.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gt_platform.stats.label_error.cells import PATTERNS, Cells, Codes, Flags, Floats
from gt_platform.stats.label_error.shares import Shares

GUESSED = {"unanimous": 0.05, "strong": 0.15, "split": 0.3, "undecided": 0.5}
"""Share of items on which an expert would say something else, before any was asked: of three annotators right on 80 to
90 %, 1-2 % of the unanimous and 10-30 % of the split are wrong; more, because some items are hard for all."""
AGREED = 0.05
"""How much rarer that is where the output is what leads, for then the model must be wrong in the same way."""
PRIOR_ERRORS = 0.1
"""Wrong answers, and as many right ones, by which a guess holds against what was checked: more of them makes intervals
wider where annotators are good (tests/bench/label_error.py)."""
MOST_DOUBT = 0.99


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """Of each of C cells the guessed share of wrong leading answers, `wrong` (C,), and what these do to the metrics.

    `change` (2, C, m) is what the truth then adds on average to numerators and denominators; `squares` (3, C, m) are
    the mean squares of the numerators' change, its product with the denominators', and the squares of those.
    """

    wrong: Floats
    change: Floats
    squares: Floats


def guessed(pattern: Codes, agrees: Flags) -> Floats:
    """How likely each of n leading answers is wrong, by how the votes fell and whether the output `agrees`, (n,)."""
    by_votes = np.array([GUESSED[name] for name in PATTERNS])[pattern]
    return by_votes * np.where(agrees & (pattern > 0), AGREED, 1.0)


def doubts(cells: Cells, wrong: Floats, leading: Shares, others: Iterable[tuple[Floats, Shares]]) -> Doubts:
    """What to expect of each cell, from each unit's chance to be `wrong` (n,).

    `others` are the labels that may be true instead: how likely each is if the leading one is wrong (n,), and the
    units' shares if it is true.
    """
    count, shape = len(cells.names), leading.numerator.shape[1]
    change, squares = np.zeros((2, count, shape)), np.zeros((3, count, shape))
    for chance, other in others:
        weight = (wrong * chance)[:, None]
        n, d = other.numerator - leading.numerator, other.denominator - leading.denominator
        for sums, values in ((change, (n, d)), (squares, (n * n, n * d, d * d))):
            for at, value in enumerate(values):
                np.add.at(sums[at], cells.code, weight * value)
    total = np.bincount(cells.code, wrong, count)
    scale = np.maximum(total, 1e-300)[:, None]
    share = total / np.maximum(np.bincount(cells.code, minlength=count), 1)
    return Doubts(wrong=np.minimum(share, MOST_DOUBT), change=change / scale, squares=squares / scale)


def informed(cells: Cells, guess: Floats, wrong: Floats, checks: Floats) -> Floats:
    """The guessed shares of wrong answers (C,) moved by the share found `wrong` (C,) among the `checks` (C,).

    Cells of all patterns with one signature move by one odds ratio, Mantel and Haenszel's (1959) of what was found
    against what was guessed, after PRIOR_ERRORS of each that were as guessed.
    """
    told = {name: name.partition(": ")[2] for name in cells.names}
    alike = np.unique([told[name] for name in cells.names], return_inverse=True)[1]
    more, less = (
        np.bincount(alike, checks * part) + PRIOR_ERRORS for part in (wrong * (1 - guess), (1 - wrong) * guess)
    )
    odds = (more / less)[alike] * guess / (1 - guess)
    return np.asarray(odds / (1 + odds))
