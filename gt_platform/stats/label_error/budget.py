"""What a budget buys where labels err: new items, further answers about open ones, or experts' checks.

The arithmetic is that of `two_phase` on what is expected, so it is as good as the expectations; whom experts check
belongs in `checking`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import comb

import numpy as np

from gt_platform.stats.allocation import allocate
from gt_platform.stats.intervals import MINIMUM_UNITS, wilson_half_width
from gt_platform.stats.label_error.cells import Flags, Floats
from gt_platform.stats.label_error.checking import EVEN, FLOOR
from gt_platform.stats.label_error.corrections import PRIOR_CHECKS

HARD_RIGHT = 0.6
"""How often annotators and model are right on items that are hard for all of them."""
STEPS = 20
"""Into how many parts a budget is split to find where each is spent best; half-widths are flat around the best."""
MOST_BUDGET = 100_000_000.0


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """What is expected of a yes-or-no question: how often model and annotators are right, how many answers an item has.

    `hard` is the share of items on which all of them are right only HARD_RIGHT of the time, together.
    """

    model: float
    annotators: float
    overlap: int = 3
    hard: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """C cells of items: their `share`, the `variance` of what the truth adds within each, and `asked`, after one answer
    more; each (C,). `open` marks those in which one answer more may turn the leading one. `rate` is the metric,
    `stated` what it would seem to be if the leading answers were the truth.
    """

    rate: float
    stated: float
    share: Floats
    variance: Floats
    asked: Floats
    open: Flags
    overlap: int


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


def outlook(assumed: Assumed) -> Outlook:
    """The cells of votes by output that these chances make, for accuracy. Raises ValueError for impossible chances."""
    if not (0.5 < assumed.annotators <= 1 and 0 < assumed.model < 1 and 0 <= assumed.hard < 1 and assumed.overlap >= 1):
        raise ValueError(
            f"annotators right on {assumed.annotators:g}, model on {assumed.model:g}, hard {assumed.hard:g}, overlap "
            f"{assumed.overlap}: annotators must be better than chance, the model between 0 and 1, hard below 1"
        )
    kinds = ((1 - assumed.hard, assumed.annotators, assumed.model), (assumed.hard, HARD_RIGHT, HARD_RIGHT))
    votes = range((assumed.overlap + 1) // 2, assumed.overlap + 1)
    mass = np.array(
        [[_mass(kind, assumed.overlap, for_, agrees) for kind in kinds] for for_ in votes for agrees in (0, 1)]
    )
    skill = np.array([kind[1] for kind in kinds])[:, None]
    # one answer more, for the leading answer or against it: of items where that is right, and where it is wrong
    more = mass * np.hstack([skill, 1 - skill]), mass * np.hstack([1 - skill, skill])
    share = mass.sum(axis=(1, 2))
    undecided = np.array([2 * for_ == assumed.overlap for for_ in votes for _ in (0, 1)])
    agrees = np.array([at for _ in votes for at in (0, 1)])
    return Outlook(
        rate=(1 - assumed.hard) * assumed.model + assumed.hard * HARD_RIGHT,
        stated=float((share * np.where(undecided, 0.5, agrees)).sum()),
        share=share,
        variance=_variances(mass),
        asked=sum((_variances(part) * part.sum(axis=(1, 2)) for part in more), np.zeros(1)) / share,
        open=np.array([2 * for_ - assumed.overlap <= 1 for for_ in votes for _ in (0, 1)]),
        overlap=assumed.overlap,
    )


def half_width(cells: Outlook, spending: Spending) -> float | None:
    """Half the width of the 95 % interval to be expected; None with fewer checks than make one."""
    if spending.items < MINIMUM_UNITS:
        return None
    sizes = np.floor(spending.items * cells.share).astype(np.int64)
    least = np.minimum(np.maximum(sizes, 1), FLOOR)
    if spending.checks < max(int(least.sum()), MINIMUM_UNITS):
        return None
    asked = min(spending.answers / max(spending.items * float(cells.share[cells.open].sum()), 1e-9), 1.0)
    variance = np.where(cells.open, (1 - asked) * cells.variance + asked * cells.asked, cells.variance)
    counts = allocate(np.maximum(sizes, 1), np.sqrt(variance), spending.checks, floor=EVEN, minimum=least)
    left = np.maximum(1 - counts / np.maximum(spending.items * cells.share, 1e-9), 0)
    labels = cells.share**2 * variance / counts * left
    scatter = cells.rate * (1 - cells.rate)
    sampling = scatter / spending.items
    total = sampling + float(labels.sum())
    freedom = total**2 / (sampling**2 / (spending.items - 1) + float((labels**2 / (counts - 1 + PRIOR_CHECKS)).sum()))
    return wilson_half_width(cells.rate, scatter / total, freedom)


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


def buys(cells: Outlook, prices: Prices, spent: Spending, more: float) -> dict[str, float | None]:
    """The half-width if `more` of the budget went to new items, further answers, or expert checks alone."""
    added = {
        "new items": replace(spent, items=spent.items + int(more / prices.annotator / cells.overlap)),
        "further answers": replace(spent, answers=spent.answers + int(more / prices.annotator)),
        "expert checks": replace(spent, checks=min(spent.checks + int(more / prices.expert), spent.items)),
    }
    return {name: half_width(cells, at) for name, at in added.items()}


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


def _mass(kind: tuple[float, float, float], overlap: int, for_: int, agrees: int) -> tuple[float, float]:
    """The share of items with `for_` votes for the leading answer, which the output agrees with or not: right, wrong.

    With as many votes for one answer as for the other, the leading one is right half of the time.
    """
    share, skill, model = kind
    ways = comb(overlap, for_) * (0.5 if 2 * for_ == overlap else 1.0)
    right, wrong = (ways * chance**for_ * (1 - chance) ** (overlap - for_) for chance in (skill, 1 - skill))
    with_output = (model, 1 - model) if agrees else (1 - model, model)
    return share * right * with_output[0], share * wrong * with_output[1]


def _variances(mass: Floats) -> Floats:
    """e (1 - e), e the share of wrong leading answers in each cell, from (C, kinds, right or wrong)."""
    by_truth = mass.sum(axis=1)
    wrong = by_truth[:, 1] / np.maximum(by_truth.sum(axis=1), 1e-300)
    return np.asarray(wrong * (1 - wrong))
