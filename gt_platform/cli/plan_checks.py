"""`gt plan --annotators-right`: how to split a budget where labels may be wrong, and what each part of it buys.

How labels that are right are planned belongs in `plan`.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from gt_platform.cli.app import UsageError, out
from gt_platform.cli.show import show
from gt_platform.stats.intervals import MINIMUM_UNITS, wilson_half_width
from gt_platform.stats.label_error.budget import (
    Prices,
    Spending,
    best,
    buys,
    least_budget,
)
from gt_platform.stats.label_error.budget import (
    half_width as width_of,
)
from gt_platform.stats.label_error.outlook import Assumed, Outlook, outlook

TENTH = 0.1
"""The share of the budget whose further worth is shown."""


def plan_checks(assumed: Assumed, cost: str, *, half_width: float | None, budget: float | None, layout: str) -> None:
    """Print the best split of a budget, or of the least one for a half-width. Raises UsageError."""
    prices = _prices(cost)
    try:
        cells = outlook(assumed)
    except ValueError as error:
        raise UsageError(str(error)) from None
    means = budget if half_width is None else least_budget(cells, prices, half_width)
    if means is None:
        raise UsageError(f"no budget narrows the interval to {half_width:g}: ask for more")
    spent = best(cells, prices, means)
    show(_table(cells, prices, means, spent), layout, title=f"95 % interval of a rate of {cells.rate:g}")
    if layout == "table":
        for line in _notes(cells, prices, means, spent):
            out.print(line, style="dim", markup=False, highlight=False, soft_wrap=True)


def _prices(cost: str) -> Prices:
    try:
        annotator, expert = (float(part) for part in cost.split(":"))
    except ValueError:
        raise UsageError(f"--cost is {cost!r}; write it as ANNOTATOR:EXPERT, such as 1:8") from None
    if annotator <= 0 or expert <= 0:
        raise UsageError(f"--cost is {cost!r}; both must be above 0")
    return Prices(annotator=annotator, expert=expert)


def _table(cells: Outlook, prices: Prices, means: float, spent: Spending | None) -> pl.DataFrame:
    alone, asked = int(means / prices.expert), int(means / prices.annotator / cells.overlap)
    wrong = f"seems to be {cells.stated:.3f}, whatever the number of labels; that is no interval"
    rows: list[Mapping[str, Any]] = [
        {"design": "annotators alone", "items": asked, "checks": 0, "half_width": None, "how": wrong},
        {
            "design": "experts alone",
            "items": alone,
            "checks": alone,
            "half_width": wilson_half_width(cells.rate, alone, alone - 1) if alone >= MINIMUM_UNITS else None,
            "how": "each item by one expert",
        },
    ]
    if spent is not None:
        how = "expert checks in cells of votes and output, by Neyman"
        made = {"items": spent.items, "further_answers": spent.answers, "checks": spent.checks}
        width = width_of(cells, spent)
        rows = [{"design": "annotators and expert checks", **made, "half_width": width, "how": how}, *rows]
    numbers = {"items": pl.Int64, "further_answers": pl.Int64, "checks": pl.Int64, "half_width": pl.Float64}
    table = pl.DataFrame(rows, schema={"design": pl.String, **numbers, "how": pl.String})
    return table.with_columns(pl.col("further_answers").fill_null(0), pl.col("half_width").round(4))


def _notes(cells: Outlook, prices: Prices, means: float, spent: Spending | None) -> list[str]:
    width = None if spent is None else width_of(cells, spent)
    if spent is None or width is None:
        return [
            f"{means:g} is too little for checks in every cell of votes and output: ask for more, or experts alone."
        ]
    more = max(TENTH * means, prices.expert)
    notes = [f"The budget is {means:.0f}. {more:.0f} more of it narrows ±{width:.4f}"]
    notes += [
        f"  to ±{then:.4f} by {name}" for name, then in buys(cells, prices, spent, more).items() if then is not None
    ]
    return [*notes, "It is spent as if annotators were equally good; what experts find tells in the end."]
