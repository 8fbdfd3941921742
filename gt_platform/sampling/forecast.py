"""What the declared design asks of the next night, and what more nights of it make of the scores' intervals.

The arithmetic belongs in `gt_platform.stats.planning`; how a night's budget is split in `spending`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.sampling.events import events_of
from gt_platform.sampling.flags import flagged_of
from gt_platform.sampling.frame import FLAGGED, cut
from gt_platform.sampling.quotas import composed_of
from gt_platform.sampling.spending import rate, spend
from gt_platform.stats.planning import variance_ratio

WEEK, RECENT = 7, 28
LAST = "SELECT DISTINCT frame_day FROM events ORDER BY frame_day DESC LIMIT ?"
# What was asked first, whatever was asked again or more of it since; what later phases drew is asked of other nights.
ASKED = """
    WITH recent AS (FROM sample WHERE frame_day IN (SELECT unnest($days::DATE[])))
    SELECT (SELECT count(*) FROM events ANTI JOIN left_out USING (event_id)
            WHERE frame_day IN (SELECT unnest($week::DATE[]))) AS events,
           (SELECT count(*) FROM recent WHERE phase = 1) AS drawn,
           (SELECT count(DISTINCT item_id) FROM recent JOIN first_frames USING (item_id, frame_day)
            SEMI JOIN assignments USING (item_id) WHERE phase = 1) AS items,
           (SELECT count(*) FROM recent WHERE phase > 1) AS late,
           (SELECT coalesce(sum(greatest(asked - $overlap, 0)), 0) FROM rounds
            JOIN first_frames USING (item_id) WHERE frame_day IN (SELECT unnest($days::DATE[])))::BIGINT AS further
"""
STOOD = """
    SELECT metric, label, slice, estimate, (high - low) / 2 AS half_width, n,
           coalesce(sampling_share, 1) AS of_sampling, coalesce(checked, 0) AS checked
    FROM scores
    WHERE estimand = 'production' AND scope = 'all' AND model = '*' AND estimate IS NOT NULL
      AND (slice = '*' OR metric = ?)
    ORDER BY slice <> '*', metric, label, slice
"""
MEASURED = """
    SELECT metric, label, numerator, denominator, weight, attributes, output, starts_with(stratum, $flagged) AS flagged
    FROM measurements JOIN sample USING (event_id) JOIN (SELECT event_id, attributes, output FROM events)
    USING (event_id) ORDER BY event_id
"""


ADDED = """
    SELECT count(*) FROM live_assignments SEMI JOIN (FROM added_items WHERE origin <> 'active_learning') USING (item_id)
    ANTI JOIN annotations USING (assignment_id)
"""


@dataclass(frozen=True, kw_only=True)
class Night:
    """What the next night is expected to ask: `answers` of `items` of the events `drawn`, and the rest.

    `further` are answers that open items take later, `late` those to events that people flag later, `training` those to
    items to train on, `added` those that items wait for which somebody added; `checks` are experts'. `cost` is of all
    of it together, in the unit that is declared; None where none is.
    """

    events: float
    drawn: int
    items: float
    answers: float
    further: float
    late: float
    training: float
    added: int
    checks: int
    cost: float | None


@dataclass(frozen=True, kw_only=True)
class Bought:
    """A score as it stands, and the half-widths expected of a week and of four weeks of such nights by themselves."""

    metric: str
    label: str
    slice: str
    estimate: float
    n: int
    half_width: float
    week: float
    month: float


def next_night(store: Store, project: Project) -> Night | None:
    """What the night after the last frame asks for; None where there is no frame to learn from.

    Traffic is that of the last week's frames; which share of what is drawn is asked, and how much more open items and
    late flags take, is that of the last four weeks'.
    """
    days = store.read(LAST, [RECENT])["frame_day"].to_list()
    if not days:
        return None
    declared, week = project.labeling, days[:WEEK]
    seen = store.read(ASKED, {"days": days, "week": week, "overlap": declared.overlap}).row(0, named=True)
    events = seen["events"] / len(week)
    following = days[0] + timedelta(days=1)
    spent = spend(store, project, following, events=round(events))
    drawn = min(spent.get("items", project.sampling.most_of(round(events))), round(events))
    asked = seen["items"] / seen["drawn"] if seen["drawn"] else 1.0
    items = drawn * asked
    further = float(spent["answers"]) if spent else seen["further"] / len(days) if declared.maximum else 0.0
    late = seen["late"] / len(days) * declared.overlap
    checks = spent.get("checks", declared.expert_check.budget if declared.expert_check else 0)
    answers = items * declared.overlap
    told = "cost" in declared.model_fields_set
    added = int(store.read(ADDED).item())
    chosen = project.sampling.active_learning
    training = min(chosen.budget, round(events) - drawn) * declared.overlap if chosen else 0
    cost = (answers + further + late + training + added) * rate(
        store, project, following
    ) + checks * declared.cost.expert
    return Night(
        events=events,
        drawn=drawn,
        items=items,
        answers=answers,
        further=further,
        late=late,
        training=training,
        added=added,
        checks=checks,
        cost=cost if told else None,
    )


def bought(store: Store, project: Project, checks: int) -> list[Bought]:
    """What nights with so many expert checks make of the scores' intervals, from the variance within each cell.

    The standing interval, times the root of how much more or less variance that many nights leave than the labels it
    rests on; what strata within cells and regression gain is taken to be as it was. Of the variance that wrong labels
    make, checks of all nights take their part, those that are in already and those that come.
    """
    stood = store.read(STOOD, [project.headline])
    planned = _planned(store, project)
    if stood.is_empty() or not planned:
        return []
    measured = store.read(MEASURED, {"flagged": FLAGGED})
    cells = pl.Series("cell", composed_of(project, measured["attributes"], measured["output"]), dtype=pl.String)
    measured = measured.with_columns(cell=pl.when("flagged").then(pl.lit(FLAGGED)).otherwise(cells))
    found = []
    for row in stood.iter_rows(named=True):
        mine = measured.filter(metric=row["metric"], label=row["label"])
        inside = _inside(mine, row["slice"])
        of = mine["denominator"].to_numpy() * inside
        value = mine["numerator"].to_numpy() * inside - row["estimate"] * of
        names, weight = mine["cell"].to_list(), mine["weight"].to_numpy()
        ratio = variance_ratio(value, weight, names, planned)
        of_sampling, checked = row.pop("of_sampling"), max(row.pop("checked"), 1)
        week, month = (
            row["half_width"]
            * float(np.sqrt(of_sampling * ratio / nights + (1 - of_sampling) * checked / (checked + checks * nights)))
            for nights in (WEEK, RECENT)
        )
        found.append(Bought(**row, week=week, month=month))
    return found


def _inside(measured: pl.DataFrame, slice_: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if slice_ == "*":
        return np.ones(measured.height)
    name, _, value = slice_.partition("=")
    found = measured["attributes"].str.json_path_match(f"$['{name}']")
    return (found == value).fill_null(value=False).cast(pl.Float64).to_numpy()


def _planned(store: Store, project: Project) -> dict[str, float]:
    """How many events of each cell a night draws, on average over the last week's frames."""
    days: list[date] = store.read(LAST, [WEEK])["frame_day"].to_list()
    found: Counter[str] = Counter()
    for day in days:
        events = events_of(store, project, day)
        budget = spend(store, project, day, events=events.height).get("items", project.sampling.most_of(events.height))
        parts = cut(store, project, day, events, flagged_of(store, project, day, events, late=False), budget)
        design = project.sampling.design
        parted = design is not None and bool(design.quotas)
        for name, count in zip(parts.strata.names, parts.counts.tolist(), strict=True):
            found[name if name == FLAGGED else name.partition(": ")[0] if parted else ""] += count
    return {cell: count / len(days) for cell, count in found.items()}
