"""What the page of conflicts costs on 100,000 items with three answers: `python -m tests.bench.conflicts`."""

import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from gt_platform.labeling.conflicts import conflicts
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import ANNOTATIONS, ASSIGNMENTS, ITEMS, Table
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.support.sentiment import LABELS, declare, item_of

ITEMS_ASKED, ANNOTATORS, SLOTS = 100_000, 40, 3
RIGHT = 0.85


def fill(store: Store, project: Project) -> None:
    """Ask them all; most answers are the item's own, the others anything."""
    chance = np.random.default_rng(1)
    texts = [f"text {number}" for number in range(ITEMS_ASKED)]
    items = pl.DataFrame({"item_id": list(map(item_of, texts)), "input": list(map(json.dumps, texts))})
    own = chance.integers(0, len(LABELS), ITEMS_ASKED)
    labels = np.array([json.dumps(label) for label in LABELS])
    given = []
    for slot in range(1, SLOTS + 1):
        said = np.where(chance.random(ITEMS_ASKED) < RIGHT, own, chance.integers(0, len(LABELS), ITEMS_ASKED))
        who = (np.arange(ITEMS_ASKED) * 7 + slot * 11) % ANNOTATORS
        names = pl.Series([f"ann-{one}" for one in who])
        given.append(items.with_columns(answer=labels[said], annotator=names, slot=pl.lit(slot, pl.Int32)))
    now, versions = pl.lit(datetime.now(UTC)), (project.guideline_version, project.schema_version)
    asked = pl.concat(given).with_columns(
        assignment_id=pl.format("{}-{}", "item_id", "slot"), guideline_version=pl.lit(versions[0]),
        schema_version=pl.lit(versions[1]), backend=pl.lit("workbench"), assigned_at=now, collected_at=now,
    )  # fmt: skip
    known = items.with_columns(origin=pl.lit("event"), first_seen=now)
    for table, rows in ((ITEMS, known), (ASSIGNMENTS, asked), (ANNOTATIONS, asked)):
        _put(store, table, rows)


def _put(store: Store, table: Table, rows: pl.DataFrame) -> None:
    kept = rows.select(name for name in table.column_names() if name in rows.columns)
    store.commit(f"bench: {table.name}", lambda writer: writer.append(table, kept))


def main() -> None:
    """Print it."""
    home = Path(tempfile.mkdtemp())
    project = declare(home)
    with Lake.open(Settings(home=home)) as lake:
        store = lake.store(project.name)
        fill(store, project)
        began = time.process_time()
        found = conflicts(store, project)
        spent = time.process_time() - began
    print(f"{found.answers['item_id'].n_unique():,} items in conflict, found in {spent:.1f} CPU s")


if __name__ == "__main__":
    main()
