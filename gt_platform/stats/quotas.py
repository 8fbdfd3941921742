"""How many units to draw from each cell of a table, so that its margins come to what was asked of them.

Sizes and margins in, whole counts out: what attributes and cells mean is the caller's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gt_platform.stats.allocation import Counts, Floats, filled, rounded, scale_of

ROUNDS = 200
"""Of fitting: a table of 12 cells takes about 10 where it can be fitted; where it cannot, rounding decides."""
CLOSE = 1e-6
TRACE = 1e-9
"""Of what is not asked for, so that it takes what others cannot give; weights that cannot be fitted stop there."""
TIE = 1e-3  # what makes of two roundings that are as near the one with more of the earlier cells


@dataclass(frozen=True, kw_only=True)
class Margin:
    """An attribute of C cells: the `code` (C,) of each cell's value, and how many units of each of V are `asked`."""

    code: Counts
    asked: Counts

    def sums(self, cells: Counts | Floats) -> Floats:
        """What the cells (C,) come to for each value, (V,)."""
        found: Floats = np.bincount(self.code, cells, len(self.asked)).astype(np.float64)
        return found


def whole(shares: Sequence[float], total: int) -> Counts:
    """Whole numbers of such shares, which add up to at most 1, of a total; what is left has the last place.

    By largest remainders, so that they add up to the total.
    """
    wanted = np.append(np.asarray(shares, dtype=np.float64), max(1 - sum(shares), 0.0)) * total
    return rounded(wanted, total)


def fit(sizes: Counts, least: Counts, total: int, margins: Sequence[Margin]) -> Counts:
    """Whole counts (C,) that sum to `total`, at least `least` and at most `sizes` (C,), with the margins asked for.

    In proportion to the sizes as far as margins leave it open: by iterative proportional fitting (Deming & Stephan
    1940) held within bounds, then controlled rounding (Cox 1987) as an integer program, which also finds the whole
    counts whose margins are nearest where nothing meets them. What a value lacks goes to the others of its attribute
    as they were asked for. `total` must lie between the sums of `least` and of `sizes`.
    """
    near = [_reached(margin, least, sizes, total) for margin in margins]
    fitted = _fitted(sizes, least, near, total)
    counts = rounded(fitted, total)
    if all((margin.sums(counts) == margin.asked).all() for margin in near):
        return counts
    return _nearest(fitted, least, sizes, near, total)


def _reached(margin: Margin, least: Counts, most: Counts, total: int) -> Margin:
    """The margin as near to what is asked as its own cells allow."""
    low, high = margin.sums(least).astype(np.int64), margin.sums(most).astype(np.int64)
    reached = rounded(filled(margin.asked + TRACE * high, low, high, total), total)
    return Margin(code=margin.code, asked=reached)


def _fitted(sizes: Counts, least: Counts, margins: Sequence[Margin], total: int) -> Floats:
    weight = sizes / sizes.sum()
    for _ in range(ROUNDS):
        for margin in margins:
            for value, asked in enumerate(margin.asked):
                mine = margin.code == value
                if mine.any():
                    scale = scale_of(weight[mine], least[mine], sizes[mine], int(asked))
                    weight[mine] = np.clip(weight[mine] * scale, TRACE, 1 / TRACE)
        found = np.clip(weight, least, sizes)
        if all(np.abs(margin.sums(found) - margin.asked).max() < CLOSE for margin in margins):
            break
    return filled(found, least, sizes, total)


def _nearest(fitted: Floats, least: Counts, most: Counts, margins: Sequence[Margin], total: int) -> Counts:
    """Of the counts within bounds whose margins are off by the least, those nearest to what was `fitted`."""
    # a tenth of a second, and most quotas are of one attribute
    from scipy.optimize import Bounds, LinearConstraint, milp

    cells = len(fitted)
    rows = np.vstack([margin.code == np.arange(len(margin.asked))[:, None] for margin in margins]).astype(np.float64)
    asked = np.concatenate([margin.asked for margin in margins])
    # counts; how far each is from what was fitted; how far each margin is below and above what is asked
    one, off, none = np.eye(cells), np.eye(len(asked)), np.zeros((cells, len(asked)))
    away = np.block([[one, -one, none, none], [-one, -one, none, none]])
    met = np.block([rows, np.zeros_like(rows), off, -off])
    sum_ = np.append(np.ones(cells), np.zeros(cells + 2 * len(asked)))
    near = 1 + TIE * np.arange(cells) / cells
    found = milp(
        np.concatenate([np.zeros(cells), near, np.full(2 * len(asked), 4.0 * total + 1)]),
        integrality=np.append(np.ones(cells), np.zeros(cells + 2 * len(asked))),
        bounds=Bounds(
            np.append(least, np.zeros(cells + 2 * len(asked))), np.append(most, np.full(cells + 2 * len(asked), np.inf))
        ),
        constraints=[
            LinearConstraint(away, -np.inf, np.append(fitted, -fitted)),
            LinearConstraint(met, asked, asked),
            LinearConstraint(sum_[None, :], total, total),
        ],
        options={"mip_rel_gap": 0.0},
    )
    return np.asarray(np.rint(found.x[:cells]), dtype=np.int64)
