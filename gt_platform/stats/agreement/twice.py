"""How agreement on units changed from one asking of them to the next, with paired intervals over units.

Units that were asked again for what was answered first agreed little the first time because of that, and would agree
more the second time whatever happened between. So a pair of answers tells of the first time only where the unit's other
answers would have had it asked again: given a unit, these say nothing of the pair, and pairs taken so agree as often as
all of the second time would if nothing changed. What pairs are taken, and how many, is up to the caller.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.chance import quotient
from gt_platform.stats.agreement.coefficient import Basis, Coefficient, Resampling, Scale, coefficients
from gt_platform.stats.resampling import Statistic

Floats = NDArray[np.float64]
NAMES = ("before", "after", "gain")


@dataclass(frozen=True, kw_only=True)
class Twice:
    """n units by the share of pairs taken of the first time, `weight` (n,) above 0, and how many of these agreed,
    `before` (n,), and of all pairs of the second time, `after` (n,). Of labels, `first` and `second` (n, K) are each
    one's share of the answers in those pairs.
    """

    weight: Floats
    before: Floats
    after: Floats
    first: Floats
    second: Floats


def pairs_twice(units: Twice, basis: Basis, resampling: Resampling) -> tuple[Coefficient, ...]:
    """The mean share of agreeing pairs `before` and `after`, and the `gain`, each with its 95 % interval over units."""
    columns = np.column_stack([np.ones_like(units.weight), units.before, units.after]) * units.weight[:, np.newaxis]

    def of(sums: Floats) -> Floats:
        return _with_gain(quotient(sums[:, 1], sums[:, 0]), quotient(sums[:, 2], sums[:, 0]))

    return _told(columns, of, basis, resampling, lowest=0.0)


def ac1_twice(units: Twice, basis: Basis, resampling: Resampling) -> tuple[Coefficient, ...]:
    """The same of Gwet's (2008) AC1, which corrects for chance and, unlike kappas, bears labels that nearly all give,
    as they do where a rule is about one label.
    """
    count = units.first.shape[1]
    parts = [np.ones((len(units.weight), 1)), units.before[:, np.newaxis], units.after[:, np.newaxis]]
    columns = np.hstack([*parts, units.first, units.second]) * units.weight[:, np.newaxis]

    def of(sums: Floats) -> Floats:
        share = quotient(sums[:, 1:], sums[:, :1])
        by_chance = [
            (part * (1 - part)).sum(axis=1) / max(1, count - 1)
            for part in (share[:, 2 : 2 + count], share[:, 2 + count :])
        ]
        found = [quotient(share[:, at] - chance, 1 - chance) for at, chance in enumerate(by_chance)]
        return _with_gain(*found)

    return _told(columns, of, basis, resampling, lowest=-1.0)


def _with_gain(before: Floats, after: Floats) -> Floats:
    return np.column_stack([before, after, after - before])


def _told(
    columns: Floats, of: Callable[[Floats], Floats], basis: Basis, resampling: Resampling, *, lowest: float
) -> tuple[Coefficient, ...]:
    distinct, frequency = np.unique(np.round(columns, 12), axis=0, return_counts=True)
    scale = Scale(lowest=(lowest, lowest, lowest - 1), size=(1.0,) * 3)
    return coefficients(NAMES, Statistic(distinct, frequency.astype(np.int64), of), basis, resampling, scale)
