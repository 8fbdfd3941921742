"""What a budget buys where labels err: new items, further answers about open ones, or experts' checks.

The arithmetic is that of `two_phase` on what is expected, so it is as good as the expectations; whom experts check
belongs in `checking`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from gt_platform.stats.allocation import allocate
from gt_platform.stats.intervals import MINIMUM_UNITS, student_half_width, wilson_half_width
from gt_platform.stats.label_error.checking import EVEN, FLOOR
from gt_platform.stats.label_error.corrections import PRIOR_CHECKS
from gt_platform.stats.label_error.outlook import Outlook

STEPS = 20
"""Into how many parts a budget is split to find where each is spent best; half-widths are flat around the best."""
MOST_BUDGET = 100_000_000.0


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What an annotator's and an expert's answer cost, in any unit."""

    annotator: float = 1.0
    expert: float = 8.0


@dataclass(frozen=True, kw_only=True)
class Spending:
    """New items, each answered `overlap` times; further answers about open ones; items that experts check."""

    items: int
    answers: int
    checks: int

    def cost(self, outlook: Outlook, prices: Prices) -> float:
        """In the prices' unit."""
        return (self.items * outlook.overlap + self.answers) * prices.annotator + self.checks * prices.expert


def half_width(cells: Outlook, spending: Spending, *, floor: int = FLOOR) -> float | None:
    """Half the width of the 95 % interval to be expected; None with fewer checks than `floor` a cell, or than make one.

    Wilson's as of any score; Student's where the metric has no bounds.
    """
    if spending.items < MINIMUM_UNITS:
        return None
    sizes = np.floor(spending.items * cells.share).astype(np.int64)
    least = np.minimum(np.maximum(sizes, 1), floor)
    if spending.checks < max(int(least.sum()), MINIMUM_UNITS):
        return None
    asked = min(spending.answers / max(spending.items * float(cells.share[cells.open].sum()), 1e-9), 1.0)
    variance = np.where(cells.open, (1 - asked) * cells.variance + asked * cells.asked, cells.variance)
    counts = allocate(np.maximum(sizes, 1), np.sqrt(variance), spending.checks, floor=EVEN, minimum=least)
    left = np.maximum(1 - counts / np.maximum(spending.items * cells.share, 1e-9), 0)
    labels = cells.share**2 * variance / counts * left
    sampling = cells.scatter / spending.items
    total = sampling + float(labels.sum())
    freedom = total**2 / (sampling**2 / (spending.items - 1) + float((labels**2 / (counts - 1 + PRIOR_CHECKS)).sum()))
    if not 0 < cells.rate < 1:
        return student_half_width(total, freedom)
    return wilson_half_width(cells.rate, cells.rate * (1 - cells.rate) / total, freedom)


def best(cells: Outlook, prices: Prices, budget: float) -> Spending | None:
    """The spending of a budget by which the interval is narrowest; None where no interval can be had for it."""
    found = [(width, at) for at in _ways(cells, prices, budget) if (width := half_width(cells, at)) is not None]
    return min(found, key=lambda each: each[0])[1] if found else None


def least_budget(cells: Outlook, prices: Prices, wanted: float) -> float | None:
    """The least budget by which the interval is at most `wanted` either side, to one part in a thousand."""
    low, high = 0.0, MOST_BUDGET
    if not _reached(cells, prices, high, wanted):
        return None
    while high - low > max(high / 1000, prices.annotator):
        middle = (low + high) / 2 if low > high / 4 else high / 2
        low, high = (low, middle) if _reached(cells, prices, middle, wanted) else (middle, high)
    return high


def buys(
    cells: Outlook, prices: Prices, spent: Spending, more: float, *, floor: int = FLOOR
) -> dict[str, float | None]:
    """The half-width if `more` of the budget went to new items, further answers, or expert checks alone."""
    added = {
        "new items": replace(spent, items=spent.items + int(more / prices.annotator / cells.overlap)),
        "further answers": replace(spent, answers=spent.answers + int(more / prices.annotator)),
        "expert checks": replace(spent, checks=min(spent.checks + int(more / prices.expert), spent.items)),
    }
    return {name: half_width(cells, at, floor=floor) for name, at in added.items()}


def _reached(cells: Outlook, prices: Prices, budget: float, wanted: float) -> bool:
    found = best(cells, prices, budget)
    width = None if found is None else half_width(cells, found)
    return width is not None and width <= wanted


def _ways(cells: Outlook, prices: Prices, budget: float) -> Iterator[Spending]:
    """Ways to spend a budget: a part on items, further answers for some of those that are open, the rest on checks."""
    may_ask = float(cells.share[cells.open].sum())
    for part in range(1, STEPS):
        items = int(part / STEPS * budget / prices.annotator / cells.overlap)
        for asked in (0.0, 0.5, 1.0):
            answers = int(asked * may_ask * items)
            left = budget - (items * cells.overlap + answers) * prices.annotator
            if left >= 0:
                yield Spending(items=items, answers=answers, checks=min(int(left / prices.expert), items))
