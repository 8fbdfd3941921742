"""Levels of a column counted by day, few enough to be dealt out a thousand times."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from gt_platform.drift.columns import MOST_LEVELS, NUMBER
from gt_platform.stats.aspects import Aspect, Name, unseen
from gt_platform.stats.distances import Counts
from gt_platform.stats.units import Flags, Floats, Units

NOW = -1
"""The day of the frame, the last row of a table by day."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How often each of L levels occurs: on each of D days (D, L), and in the frame (L,).

    `worth` is by how much clusters raise the variance; `named` are levels that are an aspect together, `unusual` says
    of levels that the reference lacks.
    """

    reference: Counts
    current: Counts
    worth: float
    named: Mapping[Name, Flags]
    unusual: Aspect | None


def counted(reference: pl.Series, current: pl.Series, units: Units) -> pl.DataFrame:
    """Rows by `level`, null being one, and `day`, a code of the reference's days or NOW; most frequent levels first.

    `code` is the level's place in that order.
    """
    counts = pl.concat([_by_day(reference, units), _of_day(current, NOW)])
    levels = counts.group_by("level").agg(all=pl.col("rows").sum()).sort(-pl.col("all"), "level")
    return counts.join(levels.with_columns(code=pl.int_range(pl.len())), on="level", nulls_equal=True)


def tally(counts: pl.DataFrame, sides: tuple[pl.Series, pl.Series], units: Units) -> Tally:
    """Both sides' `counts`; beyond MOST_LEVELS the rarest levels are one."""
    levels = counts.unique("code").sort("code")
    by_day = np.zeros((units.groups.size + 1, levels.height), np.int64)
    by_day[counts["day"].to_numpy(), counts["code"].to_numpy()] = counts["rows"].to_numpy()
    worth = _worth(sides, levels, units)
    known = units.reference(by_day[:NOW].sum(axis=1).astype(np.float64))
    unusual = unseen(by_day[:NOW].astype(np.float64), by_day[NOW], known, worth)
    kept = np.minimum(np.arange(levels.height), MOST_LEVELS)
    pooled = np.zeros((by_day.shape[0], int(kept.max()) + 1), np.int64)
    np.add.at(pooled.T, kept, by_day.T)
    return Tally(
        reference=pooled[:NOW],
        current=pooled[NOW],
        worth=worth,
        named=_named(levels["level"].head(MOST_LEVELS), pooled.shape[1]),
        unusual=unusual,
    )


def worth_of(sides: tuple[pl.Series, pl.Series], units: Units) -> float:
    """By how much clusters raise the variance of levels, each weighed by how rare it is."""
    return _worth(sides, counted(*sides, units).unique("code").sort("code"), units)


def _by_day(reference: pl.Series, units: Units) -> pl.DataFrame:
    if units.groups.size == 1:
        return _of_day(reference, 0)
    rows = pl.DataFrame({"level": reference, "day": units.day})
    return rows.group_by("level", "day").agg(rows=pl.len().cast(pl.Int64))


def _of_day(values: pl.Series, day: int) -> pl.DataFrame:
    counts = values.alias("level").value_counts(name="rows")
    return counts.select("level", day=pl.lit(day, pl.Int64), rows=pl.col("rows").cast(pl.Int64))


def _named(levels: pl.Series, count: int) -> dict[Name, Flags]:
    """Which levels are missing values, and which are text beside numbers, where there are both kinds."""
    missing = levels.is_null()
    number = (levels == NUMBER).fill_null(value=False) | levels.cast(pl.Float64, strict=False).is_not_null()
    text = ~number & ~missing
    found: dict[Name, pl.Series] = {}
    if missing.any() and not missing.all():
        found["missing"] = missing
    if text.any() and number.any():
        found["text"] = text
    return {name: np.append(flags.to_numpy(), np.zeros(count - len(levels), np.bool_)) for name, flags in found.items()}


def _worth(sides: tuple[pl.Series, pl.Series], levels: pl.DataFrame, units: Units) -> float:
    """Of levels weighed by how rare they are, as a distance of shares does; 1 where each row stands for itself."""
    if units.clusters is None or levels.height == 1:
        return 1.0
    rows, together = sum(len(side) for side in sides), 0.0
    share = levels.select("level", share=pl.col("all") / rows)
    for values, codes in zip(sides, units.clusters, strict=True):
        cells = pl.DataFrame({"level": values, "cluster": codes}).group_by("cluster", "level").len()
        sizes: Floats = np.bincount(codes).astype(np.float64)
        shared = cells.join(share, on="level", nulls_equal=True)
        together += float((shared["len"].cast(pl.Float64) ** 2 / shared["share"]).sum()) - float(sizes @ sizes)
    return max(together / (rows * (levels.height - 1)), 1.0)
