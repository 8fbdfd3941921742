"""How a night splits its budget between new items, further answers and expert checks.

What is expected of items belongs in `outlook` and `taught`; which of them are drawn, elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gt_platform.stats.label_error.budget import Prices, Spending, buys, half_width
from gt_platform.stats.label_error.outlook import Outlook

HORIZON = 7
"""Nights ahead at least that a split is judged by, as if all were like it: one night checks hardly any cell twice."""
MOST_HORIZON = 64 * HORIZON
STEPS = 10
"""Numbers of checks that are looked at, evenly spread; half-widths are flat around the best."""
MORE = 0.1
"""The share of a night's budget whose further worth is told."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """A night's `budget` in the prices' unit, and what it keeps to; `floor` is the least checks of a cell."""

    budget: float
    most_items: int
    least_items: int
    least_checks: int
    floor: int


@dataclass(frozen=True, kw_only=True)
class Split:
    """What a night is to buy, and the half-width of the 95 % interval to be expected of all nights with those ahead.

    `more` is the half-width if MORE of the budgets ahead went to each share alone. None: too few checks for one, or
    no item may be asked further.
    """

    tonight: Spending
    half_width: float | None
    more: dict[str, float | None]


def split(cells: Outlook, prices: Prices, bounds: Bounds, past: Spending, nights: int) -> Split:
    """The split that would make the interval narrowest if as many nights as have been, HORIZON at least, were like it.

    So what earlier nights have too little of is made good within as many again, and no night goes from one extreme to
    the other. Where no split makes an interval by then, more nights are looked ahead.
    """
    ahead = max(nights, HORIZON)
    ways = list(_ways(cells, prices, bounds))
    while ahead <= max(nights, MOST_HORIZON):
        found = [(width, at) for at in ways if (width := _width(cells, bounds, past, at, ahead)) is not None]
        if found:
            width, tonight = min(found, key=lambda each: each[0])
            then = _after(past, tonight, ahead)
            more = buys(cells, prices, then, MORE * bounds.budget * ahead, floor=bounds.floor)
            more |= {} if cells.open.any() else {"further answers": None}
            return Split(tonight=tonight, half_width=width, more=more)
        ahead *= 2
    return Split(tonight=max(ways, key=lambda at: at.checks), half_width=None, more={})


def _width(cells: Outlook, bounds: Bounds, past: Spending, tonight: Spending, ahead: int) -> float | None:
    return half_width(cells, _after(past, tonight, ahead), floor=bounds.floor)


def _after(past: Spending, tonight: Spending, nights: int) -> Spending:
    items = past.items + nights * tonight.items
    return Spending(
        items=items,
        answers=past.answers + nights * tonight.answers,
        checks=min(past.checks + nights * tonight.checks, items),
    )


def _ways(cells: Outlook, prices: Prices, bounds: Bounds) -> Iterator[Spending]:
    """Splits within the bounds: some checks, further answers for none, half or all that are open, the rest on items."""
    an_item = cells.overlap * prices.annotator
    most = int((bounds.budget - bounds.least_items * an_item) / prices.expert)
    may_ask = float(cells.share[cells.open].sum())
    for checks in sorted({bounds.least_checks, *range(bounds.least_checks, most + 1, max(1, most // STEPS))}):
        left = bounds.budget - checks * prices.expert
        for asked in (0.0, 0.5, 1.0) if may_ask else (0.0,):
            items = min(int(left / (an_item + asked * may_ask * prices.annotator)), bounds.most_items)
            yield Spending(items=max(items, 1), answers=int(asked * may_ask * items), checks=checks)
