"""What labels cost so far, and how many more a declared budget lets be asked.

How a night's budget is split is in `gt_platform.sampling.spending`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.project import Project

REQUIRED = "SELECT DISTINCT requires FROM assignments"
# Whatever was answered was paid for, whether it counts or was set aside, and honeypots as well.
PAID = """
    WITH priced AS (
        SELECT s.assignment_id, s.item_id, p.price
        FROM assignments s JOIN price_rows p ON p.requires IS NOT DISTINCT FROM s.requires
    ),
    paid AS (
        SELECT a.item_id, coalesce(a.submitted_at, a.collected_at) AS moment, priced.price, false AS expert
        FROM annotations a JOIN priced ON priced.assignment_id = a.assignment_id
        UNION ALL SELECT NULL, coalesce(submitted_at, collected_at), $annotator, false FROM honeypot_answers
        UNION ALL SELECT item_id, ruled_at, $expert, true FROM adjudications
    )
"""
# What was asked and is not answered will be paid for: of what is asked no more nothing comes.
COSTS = f"""
    {PAID},
    asked AS (SELECT assignment_id FROM live_assignments UNION ALL SELECT assignment_id FROM retests)
    SELECT coalesce(sum(price) FILTER (NOT expert), 0)::DOUBLE AS annotators,
           coalesce(sum(price) FILTER (expert), 0)::DOUBLE AS experts,
           coalesce(sum(price) FILTER (moment >= $month), 0)::DOUBLE AS month,
           (SELECT coalesce(sum(price), 0)::DOUBLE FROM priced SEMI JOIN asked USING (assignment_id)
            ANTI JOIN annotations USING (assignment_id) ANTI JOIN retired_items USING (item_id)
            ANTI JOIN outcome_items USING (item_id)) AS waiting,
           (SELECT count(*) FROM live_annotations) AS labels,
           (SELECT count(*) FROM ground_truth SEMI JOIN annotations USING (item_id)) AS truths
    FROM paid
"""  # noqa: S608 - of the part above
PER_TRUTH = f"""
    {PAID},
    spent AS (
        SELECT item_id, date_trunc('week', any_value(f.frame_day)) AS week, sum(price) AS price,
               (item_id IN (SELECT item_id FROM ground_truth))::INTEGER AS settled
        FROM paid JOIN first_frames f USING (item_id) GROUP BY item_id
    )
    SELECT week::VARCHAR, ratio, ratio - 1.96 * error, ratio + 1.96 * error FROM (
        SELECT week, any_value(ratio) AS ratio, sqrt(sum((price - ratio * settled) ** 2)) / sum(settled) AS error
        FROM spent JOIN (SELECT week, sum(price) / sum(settled) AS ratio FROM spent GROUP BY week
                         HAVING sum(settled) >= $least) USING (week)
        GROUP BY week
    ) ORDER BY week
"""  # noqa: S608 - of the part above
POINT = 0.01
LEAST_SETTLED = 20
"""As for agreement by week: with fewer, a week's mean says nothing."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """In the declared unit: what was paid for answers, since when the `month` began, and what is `waiting` to be.

    `labels` are answers that count, `truths` items that answers settled. `left` is what may be asked for yet, None
    where no budget is declared.
    """

    annotators: float
    experts: float
    month: float
    waiting: float
    labels: int
    truths: int
    left: float | None

    @property
    def paid(self) -> float:
        """For all answers so far, annotators' and experts'."""
        return self.annotators + self.experts

    @property
    def per_label(self) -> float | None:
        """Annotators' cost of an answer that counts."""
        return self.annotators / self.labels if self.labels else None

    @property
    def per_truth(self) -> float | None:
        """The cost of an item that has truth."""
        return self.paid / self.truths if self.truths else None

    def next_point(self, half_width: float | None) -> float | None:
        """What narrowing an interval by a point takes, where its half-width falls with the root of what is paid.

        None where it is no wider than that.
        """
        if half_width is None or half_width <= POINT:
            return None
        return self.paid * ((half_width / (half_width - POINT)) ** 2 - 1)


def costs(tables: Store | Writer, project: Project, now: datetime | None = None) -> Costs:
    """What labels have cost at the rates that are declared now."""
    declared = project.labeling.cost
    month = (now or datetime.now(UTC)).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = tables.read(COSTS, _rates(project) | {"month": month}, frames=_prices(tables, project))
    row = found.row(0, named=True)
    paid = row["annotators"] + row["experts"]
    budgets = ((declared.month, row["month"]), (declared.total, paid))
    left = [budget - spent - row["waiting"] for budget, spent in budgets if budget is not None]
    return Costs(**row, left=min(left, default=None))


def per_truth_by_week(store: Store, project: Project) -> Sequence[tuple[Any, ...]]:
    """What an item with truth cost, by the week it was first drawn in, with its interval over items."""
    return store.read(PER_TRUTH, _rates(project) | {"least": LEAST_SETTLED}, frames=_prices(store, project)).rows()


def is_spent(tables: Store | Writer, project: Project) -> bool:
    """Whether what is left of a declared budget is less than an item costs to ask."""
    if not project.labeling.cost.limited:
        return False
    left = costs(tables, project).left
    return left is not None and left < project.labeling.overlap * project.labeling.cost.annotator


def within_budget(tables: Store | Writer, project: Project, asked: pl.DataFrame) -> pl.DataFrame:
    """Of rows of `assignments` to be, those of the first items that what is left of a budget pays for."""
    left = costs(tables, project).left if project.labeling.cost.limited and asked.height else None
    if left is None:
        return asked
    price = pl.col("requires").map_elements(project.labeling.cost.of, pl.Float64, skip_nulls=False)
    items = asked.group_by("item_id", maintain_order=True).agg(price.sum().alias("price"))
    return asked.join(items.filter(pl.col("price").cum_sum() <= left), on="item_id", how="semi", maintain_order="left")


def _rates(project: Project) -> dict[str, float]:
    return {"annotator": project.labeling.cost.annotator, "expert": project.labeling.cost.expert}


def _prices(tables: Store | Writer, project: Project) -> dict[str, pl.DataFrame]:
    required = tables.read(REQUIRED)["requires"].to_list()
    rows = {"requires": required, "price": [project.labeling.cost.of(one) for one in required]}
    return {"price_rows": pl.DataFrame(rows, schema={"requires": pl.String, "price": pl.Float64})}
