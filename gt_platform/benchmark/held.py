"""What a benchmark is made of: the items of the held-out split, each once, whether an event ever asked them or not; and
so of each set that somebody added, which is whole and fixed, and no sample of production.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np
import polars as pl

from gt_platform.benchmark.columns import statistics
from gt_platform.benchmark.evidence import Cut, Evidence, shares_table
from gt_platform.benchmark.known import AUXILIARIES
from gt_platform.benchmark.reads import Reads
from gt_platform.benchmark.systems import MISSING, System
from gt_platform.project import Project, held_out

SPLIT = "test"
"""The split that is the benchmark, where it is declared; else all that is held out is, and without splits all truth."""
ONCE = date(1970, 1, 1)
UNITS = """
    SELECT t.item_id AS event_id, t.item_id, CASE WHEN a.origin IS NULL THEN e.output END AS output,
           [t.answer] AS answers, i.attributes,
           coalesce(t.duplicate_group, t.item_id) AS cluster,
           t.status = 'adjudicated' OR t.method IN ('adjudication', 'import', 'correction', 'outcome') AS given
    FROM ground_truth t LEFT JOIN items i ON i.item_id = t.item_id LEFT JOIN events e ON e.event_id = i.event_id
    LEFT JOIN added_items a ON a.item_id = t.item_id
    WHERE a.origin IS NOT DISTINCT FROM $added
      AND ($every OR a.origin IS NOT NULL OR t.split IN (SELECT unnest($splits::VARCHAR[])))
      AND ($until::TIMESTAMPTZ IS NULL OR i.first_seen IS NULL OR i.first_seen <= $until)
    ORDER BY t.item_id
"""


def gather_held(
    store: Reads, project: Project, metrics: Iterable[str], system: System, added: str | None = None
) -> tuple[Evidence, bool]:
    """The evidence of the benchmark's items, or of a set that was `added`, and whether people who know gave the truth
    of every one.

    An item that no event had was never put to production: for that it is left out, not taken for wrong. So is all of a
    set that was added: what production was asked of it would be chance.
    """
    splits = [SPLIT] if SPLIT in project.splits else [name for name in project.splits if held_out(name)]
    rows = store.read(UNITS, {"every": not splits, "splits": splits, "until": system.until, "added": added})
    asked = rows["output"].is_not_null().to_numpy() | (not system.of_events)
    units = system.read(rows.with_columns(pl.col("output").fill_null(MISSING)))
    measuring = system.measuring
    sure: list[float | None] = [None] * units.height
    columns, shares = shares_table(measuring, units, sure, set(metrics))
    count, nothing = units.height, np.zeros(units.height, dtype=np.int64)
    evidence = Evidence(
        events=units["event_id"].to_list(),
        measuring=measuring,
        columns=columns,
        statistics=statistics(measuring, columns),
        numerator=shares.numerator * asked[:, None],
        denominator=shares.denominator * asked[:, None],
        answered=asked,
        outside=nothing.astype(np.bool_),
        labeled=asked,
        outputs=units.select("read", "invalid"),
        auxiliary=np.ones((count, 1 + len(AUXILIARIES))),
        cluster=(units["cluster"].rank("dense").cast(pl.Int64) - 1).to_numpy(),
        sampled=False,
        stratum=nothing,
        frame=nothing,
        sizes=np.array([count]),
        frame_of=nothing[:1],
        days=[ONCE],
        cuts=_cuts(project, units),
    )
    return evidence, bool(units["given"].all())


def _cuts(project: Project, units: pl.DataFrame) -> list[Cut]:
    every = [_cut("*", pl.repeat(value=True, n=units.height, eager=True))]
    for attribute in project.benchmark.slices:
        value = units["attributes"].str.json_path_match(f'$["{attribute}"]')
        every += [
            _cut(f"{attribute}={each}", (value == each).fill_null(value=False))
            for each in value.unique().drop_nulls().sort()
        ]
    return every


def _cut(slice_: str, member: pl.Series) -> Cut:
    count = np.array([member.sum()], dtype=np.int64)
    totals = np.ones((1, 1 + len(AUXILIARIES))) * count
    return Cut(model="*", slice=slice_, member=member.to_numpy(), population=count, totals=totals)
