"""Bringing `splits` up to date with truth, groups of near-duplicates and declaration; and freezing it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.errors import GroundTruthError
from gt_platform.held_out.draw import Candidate, draw
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import SPLITS
from gt_platform.project import Project, held_out

MOST_LABELS = 20
"""Different answers up to which each is a stratum: of free texts none is."""
ITEMS = """
    SELECT i.item_id, coalesce(d.duplicate_group, i.item_id) AS "group", t.answer, i.attributes,
           t.item_id IS NOT NULL AS counts, s.split AS frozen, s.since, s.frozen_at
    FROM items i LEFT JOIN duplicates d ON d.item_id = i.item_id LEFT JOIN standing_truth t ON t.item_id = i.item_id
    LEFT JOIN (FROM splits WHERE since IS NOT NULL) s ON s.item_id = i.item_id
    WHERE (t.item_id IS NOT NULL OR s.item_id IS NOT NULL) AND i.item_id NOT IN (SELECT item_id FROM added_items)
    ORDER BY i.item_id
"""
STANDING = "SELECT * FROM splits ORDER BY item_id"
LATEST = "SELECT max(release) FROM releases"
COUNTS = """
    SELECT count(*) AS items, count(since) AS frozen, count(withheld_for) AS withheld FROM splits
"""


class SplitError(GroundTruthError):
    """Splits that cannot be frozen or given away as asked; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Split:
    """Items in a split, of these frozen and withheld ones, and how many changed: rows, or what is frozen newly."""

    items: int
    frozen: int
    withheld: int
    changed: int


def draw_splits(store: Store, project: Project) -> Split:
    """Put every item that has truth into a split, where any are declared; what is frozen stays."""
    if not project.splits:
        return Split(items=0, frozen=0, withheld=0, changed=0)
    changed = 0
    if unsplit(store, project):
        changed = store.commit("splits", lambda writer: writer.replace(SPLITS, splits_of(writer, project)))
    return Split(**store.read(COUNTS).row(0, named=True), changed=changed)


def unsplit(store: Store, project: Project) -> bool:
    """Whether `draw_splits` would change anything."""
    if not project.splits:
        return False
    with store.snapshot():
        rows = splits_of(store, project)
        return not rows.equals(store.read(STANDING).select(rows.columns))


def freeze(store: Store, project: Project) -> Split:
    """Have every item stay in its split for ever, as of the latest release. Raises SplitError."""
    if not project.splits:
        raise SplitError("the project declares no splits; write splits: {evaluation: 300, test: 1000, train: rest}")

    def work(writer: Writer) -> int:
        release, before = writer.read(LATEST).item(), int(writer.read(COUNTS)["frozen"].item())
        if release is None:
            raise SplitError("there is no release to freeze splits at; `gt refresh` makes one once items are settled")
        now = pl.lit(datetime.now(UTC), pl.Datetime("us", "UTC"))
        rows = splits_of(writer, project).with_columns(
            frozen_at=pl.when(pl.col("since").is_null()).then(now).otherwise(pl.col("frozen_at")),
            since=pl.col("since").fill_null(pl.lit(release, pl.Int32)),
        )
        writer.replace(SPLITS, rows)
        return rows.height - before

    changed = store.commit("splits frozen", work)
    return Split(**store.read(COUNTS).row(0, named=True), changed=changed)


def splits_of(tables: Store | Writer, project: Project) -> pl.DataFrame:
    """The table as it is to be."""
    items = tables.read(ITEMS).rows(named=True)
    strata = _strata(items, project.benchmark.slices)
    candidates = [
        Candidate(item_id=row["item_id"], group=row["group"], stratum=strata[row["item_id"]], frozen=row["frozen"],
                  counts=row["counts"])
        for row in items
    ]  # fmt: skip
    sizes = {name: size for name, size in project.splits.items() if isinstance(size, int)}
    rest = next((name for name, size in project.splits.items() if size == "rest"), None)
    found = draw(candidates, sizes, rest, seed=f"splits of {project.name}")
    withheld = _withheld(candidates, found)
    return SPLITS.frame(
        {"item_id": row["item_id"], "split": found[row["item_id"]], "held_out": held_out(found[row["item_id"]]),
         "withheld_for": withheld.get(row["item_id"]), "since": row["since"], "frozen_at": row["frozen_at"]}
        for row in items if row["item_id"] in found
    )  # fmt: skip


def _strata(items: Iterable[Mapping[str, Any]], slices: Iterable[str]) -> dict[str, str]:
    """What each item's share of every split is to be kept by: its answer, where there are few, and its slices."""
    frame = pl.DataFrame(items, schema={"item_id": pl.String, "answer": pl.String, "attributes": pl.String})
    labels = pl.col("answer") if frame["answer"].n_unique() <= MOST_LABELS else pl.lit("")
    parts = [pl.col("attributes").str.json_path_match(f"$.{name}") for name in slices]
    named = frame.select("item_id", pl.concat_str([labels, *parts], separator="\n", ignore_nulls=True).fill_null(""))
    return dict(named.iter_rows())


def _withheld(items: Iterable[Candidate], found: Mapping[str, str]) -> dict[str, str]:
    """Items to train on of which a near-duplicate is held out, each with the split it is in."""
    splits: defaultdict[str, set[str]] = defaultdict(set)
    listed = [one for one in items if one.item_id in found]
    for one in listed:
        splits[one.group].add(found[one.item_id])
    outside = {group: min((one for one in within if held_out(one)), default=None) for group, within in splits.items()}
    return {
        one.item_id: split
        for one in listed
        if not held_out(found[one.item_id]) and (split := outside[one.group]) is not None
    }
