"""Cells of traffic that two scores are compared by: declared slices, and thirds of the drift score.

What a cell's share makes of a difference belongs in `gt_platform.stats.attribution`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.attribution import REST, common_cells

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
TRAFFIC = """
    SELECT e.frame_day, e.model, json_extract_string(e.attributes, $paths::VARCHAR[]) AS slices,
           round(100 * coalesce(r.drift_score, 0.5))::INTEGER AS hundredths, count(*) AS events
    FROM events e LEFT JOIN row_scores r ON r.event_id = e.event_id
    ANTI JOIN left_out l ON l.event_id = e.event_id
    WHERE e.frame_day IN (SELECT frame_day FROM wanted) GROUP BY ALL
"""
BANDS = 3
KEY = ("slices", "hundredths")


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Each unit's `cell` (n,), the `traffic` (2, C) of both sides, how many cells both can be compared in, and the
    share of the traffic that lies in others, which are the last one together.
    """

    cell: Codes
    traffic: Floats
    common: int
    rest: float


def paths(project: Project) -> list[str]:
    """Where the declared slices lie in an event's attributes."""
    return [f'$."{name}"' for name in project.benchmark.slices]


def traffic_of(store: Store, project: Project, days: Collection[date]) -> pl.DataFrame:
    """Events of frames by model, slices and hundredths of the drift score: frame_day, model, slices, hundredths, and
    their number (`events`)."""
    wanted = pl.DataFrame({"frame_day": sorted(days)}, schema={"frame_day": pl.Date})
    return store.read(TRAFFIC, {"paths": paths(project)}, frames={"wanted": wanted})


def cells_of(units: pl.DataFrame, member: Floats, events: tuple[pl.DataFrame, pl.DataFrame]) -> Cells:
    """The cells of n units; `member` (n, 2) says on which side each is, `events` are all that there were on both."""
    cuts = _cuts(pl.concat(events))
    known = [_keyed(one, cuts) for one in (units.select(KEY), *events)]
    named = pl.concat([one.select("key") for one in known])["key"].unique(maintain_order=True)
    code = {key: at for at, key in enumerate(named)}
    cell, *sides = (np.array([code[key] for key in one["key"]], dtype=np.int64) for one in known)
    counts = np.stack([np.bincount(cell[member[:, side] > 0], minlength=len(named)) for side in (0, 1)])
    group = common_cells(_codes([key.split("\n") for key in named]), counts)
    common = int(group.max(initial=REST)) + 1
    group = np.where(group == REST, common, group)
    totals = [one["events"].to_numpy().astype(np.float64) for one in events]
    by_group = [np.bincount(group[at], total, common + 1) for at, total in zip(sides, totals, strict=True)]
    traffic = np.stack(by_group).astype(np.float64)
    rest = float((traffic[:, -1] / traffic.sum(axis=1)).mean())
    found = Cells(cell=group[cell], traffic=traffic, common=common, rest=rest)
    return found if rest <= 1 / 2 else whole(len(units), rest)


def whole(units: int, rest: float = 0.0) -> Cells:
    """All traffic as one cell."""
    return Cells(cell=np.zeros(units, dtype=np.int64), traffic=np.ones((2, 1)), common=0, rest=rest)


def _cuts(events: pl.DataFrame) -> Floats:
    """The thirds of the drift score over both sides' events."""
    drift, count = events["hundredths"].to_numpy(), events["events"].to_numpy()
    order = np.argsort(drift)
    places = np.searchsorted(np.cumsum(count[order]), np.arange(1, BANDS) / BANDS * count.sum())
    return np.asarray(drift[order][np.minimum(places, len(drift) - 1)], dtype=np.float64)


def _keyed(rows: pl.DataFrame, cuts: Floats) -> pl.DataFrame:
    """The key of each row: a line for each slice, and one for the third of the drift score."""
    band = np.searchsorted(np.unique(cuts), rows["hundredths"].to_numpy().astype(np.float64))
    slices = rows["slices"].list.eval(pl.element().fill_null("").str.replace_all("\n", " ")).list.join("\n")
    lines = slices + pl.Series(["\n"] * rows.height, dtype=pl.String) if _any(rows) else pl.Series([""] * rows.height)
    return rows.with_columns(key=lines + pl.Series(band).cast(pl.String))


def _any(rows: pl.DataFrame) -> bool:
    return bool(rows.height) and rows["slices"].list.len().max() != 0


def _codes(keys: list[list[str]]) -> Codes:
    columns = [np.unique(np.array(column), return_inverse=True)[1] for column in zip(*keys, strict=True)]
    return np.stack(columns, axis=1).astype(np.int64)
