"""The days and clusters that rows come in, as codes; which days of a reference a frame is compared with."""

from datetime import date

import numpy as np
import polars as pl

from gt_platform.drift.columns import Rows
from gt_platform.project import Reference
from gt_platform.stats.units import Codes, Flags, Units


def alike(days: pl.Series, day: date, reference: Reference) -> Flags:
    """Which of these days a frame is compared with: all, or those of its weekday where there are any."""
    everything = np.ones(len(days), dtype=np.bool_)
    if reference.like == "none":
        return everything
    same: Flags = (days.dt.weekday() == day.isoweekday()).to_numpy()
    return same if same.any() else everything


def units_of(reference: pl.DataFrame, current: pl.DataFrame, declared: Reference) -> Units:
    """What the rows of both sides come in; neither side may be empty."""
    days = reference["frame_day"].unique().sort()
    code = reference["frame_day"].replace_strict(days, range(len(days)), return_dtype=pl.Int64).to_numpy()
    groups = np.zeros(len(days), np.int64)
    if declared.like == "weekday":
        groups = np.unique(days.dt.weekday().to_numpy(), return_inverse=True)[1].astype(np.int64)
    held = alike(days, current["frame_day"][0], declared)
    if held.all():  # no day of its kind: all days are of one kind to it
        groups = np.zeros(len(days), np.int64)
    return Units(day=code, groups=groups, alike=held, clusters=_clusters(reference, current))


def compared(rows: Rows, declared: Reference) -> Rows:
    """The rows without those of days that the frame is not compared with."""
    if rows.reference.is_empty() or rows.current.is_empty() or declared.like == "none":
        return rows
    days = rows.reference["frame_day"].unique().sort()
    kept = days.filter(pl.Series(alike(days, rows.current["frame_day"][0], declared)))
    return Rows(
        names=rows.names,
        reference=rows.reference.filter(pl.col("frame_day").is_in(kept.to_list())),
        current=rows.current,
    )


def _clusters(reference: pl.DataFrame, current: pl.DataFrame) -> tuple[Codes, Codes] | None:
    """Codes of each day's clusters, an event of nobody being one of its own; None where each is."""
    if all(side["cluster"].is_null().all() for side in (reference, current)):
        return None
    first, second = (_coded(side) for side in (reference, current))
    return None if first.max() + 1 == first.size and second.max() + 1 == second.size else (first, second)


def _coded(side: pl.DataFrame) -> Codes:
    whose = pl.col("cluster").fill_null(pl.int_range(pl.len()))
    keys = side.select(pl.struct("frame_day", pl.col("cluster").is_null(), whose.alias("whose")).hash()).to_series()
    return np.unique(keys.to_numpy(), return_inverse=True)[1].astype(np.int64)
