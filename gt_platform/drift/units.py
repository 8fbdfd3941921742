"""The days and clusters that rows come in, as codes."""

import numpy as np
import polars as pl

from gt_platform.drift.against import Against
from gt_platform.drift.columns import Rows
from gt_platform.stats.units import Codes, Units


def units_of(reference: pl.DataFrame, current: pl.DataFrame, against: Against) -> Units:
    """What the rows of both sides come in; neither side may be empty."""
    days = reference["frame_day"].unique().sort()
    code = reference["frame_day"].replace_strict(days, range(len(days)), return_dtype=pl.Int64).to_numpy()
    groups, held = against.grouped(days)
    return Units(day=code, groups=groups, alike=held, clusters=_clusters(reference, current))


def compared(rows: Rows, against: Against) -> Rows:
    """The rows without those of days that the frame is not compared with."""
    days = rows.reference["frame_day"].unique().sort()
    kept = against.alike(days)
    if kept.all():
        return rows
    return Rows(
        names=rows.names,
        reference=rows.reference.filter(pl.col("frame_day").is_in(days.filter(pl.Series(kept)).to_list())),
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
