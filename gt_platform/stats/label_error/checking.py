"""How many units of each cell experts check, and which: Neyman allocation drawn with permanent random numbers.

Every unit keeps one random number for good. It is checked in the first night in which its chance reaches that number:
its cell's rate, times its weight over the cell's mean weight. So its inclusion probability is the highest chance over
all nights in which it could be drawn, later ones too. Within a cell units are wrong about equally often, and what they
do to a score goes by their weight: chances in proportion to it make the variance least (Hansen & Hurwitz 1943).
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.allocation import allocate
from gt_platform.stats.label_error.cells import Codes, Flags, Floats

FLOOR = 3
"""Checks a cell gets at least, or all it has: fewer would not tell that it has errors at all."""
EVEN = 0.1
"""The share of the checks that is spread by size alone, because the guessed deviations may be wrong."""
GUESSED_CHECKS = 40.0
"""Checks' worth of the guess that a cell's deviation among its checks is mixed with.

Cells whose first checks happen to show no error get fewer further ones, and keep the luck: with 4 or 12 scores were 1
point too high after four weeks of 4 checks a night, with 40 .4 points (tests/bench/label_error.py)."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """C cells as they are tonight: units that can be checked or were, `size` (C,); how many were, `checked` (C,).

    `deviation` (C,) is the standard deviation of what the truth adds to the headline metric beyond what is expected
    of the cell, a unit's; `first` (C,) marks cells that are asked before all others, such as undecided units.
    """

    size: Codes
    checked: Codes
    deviation: Floats
    first: Flags


def deviations(guess: Floats, squares: Floats, checks: Codes) -> Floats:
    """The deviation of each cell that `wanted` takes, (C,): a guessed variance mixed with what its checks showed.

    `squares` (C,) are the summed squares around their mean of what `checks` (C,) units were found to add to the metric.
    """
    return np.asarray(np.sqrt((squares + GUESSED_CHECKS * guess) / (np.maximum(checks - 1, 0) + GUESSED_CHECKS)))


def wanted(pool: Pool, budget: int, *, floor: int = FLOOR) -> Codes:
    """How many units of each cell should have been checked after `budget` more checks, (C,).

    Neyman (1934): n_c in proportion to N_c sigma_c, with at least `floor` a cell and never fewer than already are.
    Where the budget is less than the floors still need, each cell in turn gets one: those marked `first`, then those
    with the largest N_c sigma_c. Raises ValueError for a negative budget, and for more checks than a cell has units.
    """
    if budget < 0 or (pool.checked > pool.size).any():
        raise ValueError(
            f"budget {budget}, checked {pool.checked} of {pool.size}: need none below 0, none above its size"
        )
    least = np.maximum(pool.checked, np.minimum(pool.size, floor))
    short = least - pool.checked
    if int(short.sum()) >= budget:
        return np.asarray(pool.checked + _in_turn(pool, short, budget))
    open_ = pool.size > 0
    counts = least.copy()
    counts[open_] = allocate(
        pool.size[open_],
        pool.deviation[open_],
        int(pool.checked.sum()) + budget,
        floor=EVEN,
        minimum=np.maximum(least[open_], 1),
    )
    return counts


def heavier(weight: Floats, cell: Codes, cells: int) -> Floats:
    """How many times the mean weight of its cell each of n units weighs, (n,); 1 in a cell without any weight."""
    mean = np.bincount(cell, weight, cells) / np.maximum(np.bincount(cell, minlength=cells), 1)
    return np.divide(weight, mean[cell], out=np.ones(len(weight)), where=mean[cell] > 0)


def rates(number: Floats, cell: Codes, checked: Flags, counts: Codes) -> Floats:
    """Tonight's rate of each cell, (C,): as many of its units are checked by it as `counts` (C,) wants.

    `number` (n,) is from which rate on a unit is due: its permanent random number, 0 to 1, over what `heavier` says
    of it. `cell` (n,) are the codes and `checked` (n,) the state of all units that can be drawn or were. The rate lies
    half way between the numbers of the last unit that is due and the first that is not, so that the budget is met to
    the unit; a cell that is taken whole has an infinite one. Where nothing is due it is half the least number of those
    unchecked. It may be lower than last night's: earlier units keep the highest chance they had, or a small cell of
    the first nights would be checked at its high rate for ever.
    """
    size = len(counts)
    more = counts - np.bincount(cell[checked], minlength=size)
    open_ = np.flatnonzero(~checked)
    order = open_[np.lexsort((number[open_], cell[open_]))]
    first = np.searchsorted(cell[order], np.arange(size + 1))
    found = np.full(size, np.inf)
    for at in range(size):
        numbers = number[order[first[at] : first[at + 1]]]
        if more[at] < len(numbers):
            last = max(int(more[at]), 0)
            found[at] = (numbers[last] + (numbers[last - 1] if last else 0.0)) / 2
    return found


def due(number: Floats, cell: Codes, rate: Floats) -> Flags:
    """Which of n units are to be checked, or were, at these rates (C,); `number` as `rates` has it."""
    return np.asarray(number <= rate[cell])


def chances(heavy: Floats, cell: Codes, rate: Floats) -> Floats:
    """Each unit's chance of being due at these rates (C,), by what `heavier` says of it; (n,), at most 1."""
    return np.minimum(rate[cell] * heavy, 1.0)


def _in_turn(pool: Pool, short: Codes, budget: int) -> Codes:
    cell = np.repeat(np.arange(len(short)), short)
    turn = np.concatenate([np.arange(each) for each in short]) if len(cell) else cell
    importance = (pool.size * pool.deviation)[cell]
    order = np.lexsort((cell, -importance, turn, ~pool.first[cell]))
    return np.bincount(cell[order[:budget]], minlength=len(short)).astype(np.int64)
