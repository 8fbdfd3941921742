"""Rows of a reference drawn again so that each of its days has the frame's mix of hours."""

import numpy as np
import polars as pl

from gt_platform.drift.columns import Rows

_DIE = 1_000_003  # a prime, so that what a row's place leaves of it has nothing to do with samples drawn by places


def at_same_hours(rows: Rows) -> Rows:
    """The reference with every row as often as makes the hours of its day those of the frame, in about as many rows.

    A row that is drawn more than once is a cluster: it tells no more than once. Hours that a day lacks are left to its
    others; a day that shares no hour with the frame is left out. Drawn for ever the same, in any order.
    """
    if rows.reference.is_empty() or rows.current.is_empty():
        return rows
    wanted = rows.current.group_by("hour").agg(wanted=pl.len() / rows.current.height)
    there = rows.reference.group_by("frame_day", "hour").agg(there=pl.len())
    cells = there.join(wanted, on="hour").with_columns(
        times=pl.col("wanted") / pl.col("there") / pl.col("wanted").sum().over("frame_day")
    )
    days = there.group_by("frame_day").agg(rows=pl.col("there").sum())
    cells = cells.join(days, on="frame_day").select("frame_day", "hour", times=pl.col("times") * pl.col("rows"))
    side = rows.reference.join(cells, on=["frame_day", "hour"], how="left", maintain_order="left")
    die = pl.col("position") % _DIE / _DIE
    times = side.select((pl.col("times").fill_null(0.0) + die).floor().cast(pl.Int64)).to_series()
    own = pl.when(times > 1).then(pl.coalesce("cluster", "position")).otherwise("cluster")
    drawn = rows.reference.with_columns(cluster=own)[np.repeat(np.arange(len(times)), times.to_numpy())]
    return Rows(names=rows.names, reference=drawn, current=rows.current)
