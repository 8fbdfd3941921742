"""Grades the platform after the fact: its scores beside the hidden gold it never saw.

Reads the lake and `hidden_gold.jsonl`, the only reader of that file. Turning a report into files or a table
belongs in `report` and `terminal`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from gt_platform import labeling
from gt_platform.demo.candidates import Tried
from gt_platform.demo.dataset import DatasetError
from gt_platform.demo.figures import ALL, Drift, DriftCell, Figure, Funnel, Report, Trial
from gt_platform.demo.world import HIDDEN_GOLD
from gt_platform.lake import Store
from gt_platform.project import Project

WEEK = timedelta(days=7)
Key = tuple[str, str, str]

EVENTS = """
    SELECT event_id, frame_day AS day, input ->> '$' AS input, output ->> '$' AS output,
           'channel=' || (attributes ->> '$.channel') AS slice
    FROM events ORDER BY frame_day, event_id
"""
LABELED = """
    SELECT event_id, answer ->> '$' AS truth
    FROM sample JOIN ground_truth USING (item_id)
"""
SCORES = """
    SELECT scope, period, slice, estimate, low, high, n, verdict, checked, sampling_share FROM current_scores
    WHERE model = '*' AND metric = 'accuracy' AND label = '*' AND estimand = 'production'
"""
DRIFT = """
    SELECT frame_day AS day, column_name, verdict, value, threshold, q_value
    FROM drift ORDER BY frame_day, column_name
"""
FUNNEL = """
    SELECT (SELECT count(*) FROM events) AS events,
           (SELECT count(*) FROM feedback) AS feedback,
           (SELECT count(*) FROM sample) AS sampled,
           (SELECT count(DISTINCT item_id) FROM assignments) AS asked,
           (SELECT count(*) FROM annotations) AS annotations,
           (SELECT count(answer) FROM expert_answers) AS checked,
           (SELECT count(*) FROM current_decisions WHERE status = 'adjudicate') AS tied,
           (SELECT count(*) FROM ground_truth) AS settled,
           (SELECT coalesce(arg_max(items, release), 0) FROM releases) AS released,
           (SELECT count(*) FROM releases) AS releases
"""


def grade(store: Store, project: Project, home: Path, tried: Sequence[Tried] = ()) -> Report:
    """Compare what the lake published, of candidates too, with the hidden gold below `home`. Raises DatasetError."""
    frame = _frame(store, home)
    scores = {(row["scope"], row["period"], row["slice"]): row for row in store.read(SCORES).iter_rows(named=True)}
    cells = tuple(DriftCell(*row) for row in store.read(DRIFT).iter_rows())
    weeks = tuple(_figures(frame, ["week"], "week", scores, cells))
    return Report(
        overall=next(_figures(frame, [], "all", scores, cells)),
        days=tuple(_figures(frame, ["day"], "day", scores, cells)),
        weeks=weeks,
        slices=(*_figures(frame, ["slice"], "all", scores, ()), *_weekly_slices(frame, scores, weeks)),
        drift=cells,
        traffic=_traffic(frame),
        funnel=Funnel(**store.read(FUNNEL).row(0, named=True)),
        kappa=labeling.coefficient(store, project, "fleiss_kappa"),
        trials=tuple(_trial(frame, one) for one in tried),
    )


def _trial(frame: pl.DataFrame, tried: Tried) -> Trial:
    row = tried.gated.held[0].row
    others = frame.filter(~pl.col("input").is_in(tried.contender.seen))
    output = pl.col("input").replace_strict(tried.outputs, return_dtype=pl.String)
    gold = others.select((output == pl.col("gold")).mean() - pl.col("right").mean()).item()
    return Trial(
        candidate=tried.contender.name,
        what=tried.contender.what,
        verdict=tried.gated.verdict,
        difference=row["difference"],
        low=row["low"],
        high=row["high"],
        gold=float(gold),
    )


def _frame(store: Store, home: Path) -> pl.DataFrame:
    """Every event with its day, week and slice, whether it is `right` by gold and, where sampled, `hit` by truth."""
    gold = pl.read_ndjson(home / HIDDEN_GOLD).select("input", gold="answer")
    events = store.read(EVENTS)
    graded = events.join(gold, on="input", how="left").join(store.read(LABELED), on="event_id", how="left")
    if graded.is_empty():
        raise DatasetError("the lake holds no event to grade; refresh the demo's days first")
    if graded["gold"].null_count():
        stray = graded.filter(pl.col("gold").is_null())["event_id"][0]
        raise DatasetError(f"{home / HIDDEN_GOLD} and the lake do not belong together: {stray} has no gold there")
    return graded.select(
        "day",
        "slice",
        "input",
        "gold",
        week=pl.col("day").dt.truncate("1w"),
        right=pl.col("output") == pl.col("gold"),
        hit=pl.col("output") == pl.col("truth"),
    )


def _figures(
    frame: pl.DataFrame,
    by: list[str],
    scope: str,
    scores: Mapping[Key, Mapping[str, Any]],
    cells: tuple[DriftCell, ...],
) -> Iterator[Figure]:
    """One figure for each combination of the columns `by`, in order; one for everything without columns."""
    totals = (pl.len().alias("events"), pl.count("hit").alias("labels"), pl.mean("right", "hit"))
    grouped = frame.group_by(by).agg(*totals).sort(by) if by else frame.select(*totals)
    for row in grouped.iter_rows(named=True):
        start = row.get("week", row.get("day"))
        part = row.get("slice", ALL)
        published = scores.get((scope, start.isoformat() if start else ALL, part), {})
        length = timedelta(days=1) if scope == "day" else WEEK
        yield Figure(
            day=start,
            slice=part,
            events=row["events"],
            drift=_drift(cells, start, length) if part == ALL else Drift(None),
            labels=published.get("n", row["labels"]),
            score=published.get("estimate"),
            low=published.get("low"),
            high=published.get("high"),
            gold=row["right"],
            naive=row["hit"],
            verdict=published.get("verdict"),
            checked=published.get("checked") or 0,
            sampling=published.get("sampling_share"),
        )


def _weekly_slices(
    frame: pl.DataFrame, scores: Mapping[Key, Mapping[str, Any]], weeks: tuple[Figure, ...]
) -> Iterator[Figure]:
    """Slices of a week where there is evidence; a slice that is the whole week would only count that week twice."""
    whole = {(week.day, week.events) for week in weeks}
    for figure in _figures(frame, ["slice", "week"], "week", scores, ()):
        if figure.score is not None and (figure.day, figure.events) not in whole:
            yield figure


def _drift(cells: tuple[DriftCell, ...], start: date | None, length: timedelta) -> Drift:
    found = {
        cell.column
        for cell in cells
        if cell.verdict == "drift" and (start is None or start <= cell.day < start + length)
    }
    return Drift(bool(found), tuple(sorted(found - {ALL})))


def _traffic(frame: pl.DataFrame) -> dict[date, dict[str, int]]:
    counted: dict[date, dict[str, int]] = {}
    for day, part, events in frame.group_by("day", "slice").len().sort("day", "slice").iter_rows():
        counted.setdefault(day, {})[part] = events
    return counted
