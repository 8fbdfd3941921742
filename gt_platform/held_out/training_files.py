"""Searching files that somebody trains on for a project's benchmark, and remembering what was found."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from gt_platform.held_out.files import records, sha256_of
from gt_platform.held_out.search import Benchmark, Match
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import CONTAMINATIONS, TRAINING_FILES, Table
from gt_platform.likeness import text_of
from gt_platform.project import Project

KEPT = 20
"""Lines of an item in a file that are told one by one; of more, only how many."""
# what is held out where anything is split, else all truth
BENCHMARK = """
    SELECT item_id, input FROM ground_truth
    WHERE item_id IN (SELECT item_id FROM added_items
                      WHERE origin = coalesce($split, origin) AND origin <> 'active_learning')
       OR CASE WHEN EXISTS (FROM splits)
               THEN item_id IN (SELECT item_id FROM splits WHERE held_out AND split = coalesce($split, split))
               ELSE true END
    ORDER BY item_id
"""
SPLITS_THERE = """
    SELECT DISTINCT split FROM splits WHERE held_out
    UNION SELECT origin FROM added_items WHERE EXISTS (FROM splits) AND origin <> 'active_learning' ORDER BY split
"""
# what is no longer truth, or was never held out, is in nobody's way
STANDING = """
    SELECT f.path, f.searched_at, count(*) AS items, count(*) FILTER (c.kind = 'near') AS near
    FROM contaminations c JOIN training_files f ON f.path = c.path JOIN ground_truth t ON t.item_id = c.item_id
    WHERE CASE WHEN EXISTS (FROM splits) THEN c.item_id IN (SELECT item_id FROM splits WHERE held_out UNION
                                                            SELECT item_id FROM added_items
                                                            WHERE origin <> 'active_learning') ELSE true END
    GROUP BY f.path, f.searched_at ORDER BY items DESC, f.path
"""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The items that are looked for, and what they are."""

    benchmark: Benchmark
    items: int
    what: str


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A file, its size, and every item found in it: where it is most itself first; `lines` has in how many it is."""

    path: Path
    sha256: str
    records: int
    matches: dict[str, list[Match]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """Items found so at best."""
        return sum(found[0].kind == kind for found in self.matches.values())


def benchmark_of(store: Store, project: Project, split: str | None = None) -> Looked:
    """What must not be trained on: what is held out, or all truth where nothing is split."""
    with store.snapshot():
        rows = store.read(BENCHMARK, {"split": split})
        splits = [split] if split else store.read(SPLITS_THERE)["split"].to_list()
    items = {item: text_of(json.loads(content), project) for item, content in rows.iter_rows()}
    return Looked(benchmark=Benchmark(items), items=len(items), what=", ".join(splits) or "all truth")


def search(
    path: Path, looked: Looked, *, only: frozenset[str] = frozenset(), progress: Callable[[int], None] = lambda _: None
) -> Searched:
    """Look for the items in a file. Raises TrainingFileError."""
    found: defaultdict[str, list[Match]] = defaultdict(list)
    seen: defaultdict[str, set[int]] = defaultdict(set)
    count = 0
    for count, record in enumerate(records(path, only=only), 1):
        for match in looked.benchmark.search(record.line, record.fields):
            seen[match.item_id].add(match.line)
            found[match.item_id] = _best([*found[match.item_id], match])
        if count % 1_000 == 0:
            progress(count)
    return Searched(
        path=path,
        sha256=sha256_of(path),
        records=count,
        matches=dict(sorted(found.items())),
        lines={item: len(lines) for item, lines in seen.items()},
    )


def _best(found: list[Match]) -> list[Match]:
    by_line: dict[int, Match] = {}
    for match in sorted(found, key=_order):
        by_line.setdefault(match.line, match)
    return list(by_line.values())[:KEPT]


def _order(match: Match) -> tuple[int, float, int]:
    return ("exact", "normalised", "near").index(match.kind), -match.similarity, match.line


def remember(store: Store, searched: Searched, looked: Looked, *, by: str) -> None:
    """Keep what was found, in place of what was before in a file of that name."""
    path = str(searched.path.resolve())
    file = {
        "path": path,
        "sha256": searched.sha256,
        "bytes": searched.path.stat().st_size,
        "records": searched.records,
        "looked_for": looked.what,
        "items": looked.items,
        **{kind: searched.count(kind) for kind in ("exact", "normalised", "near")},
        "searched_by": by,
        "searched_at": datetime.now(UTC),
    }
    items = [
        {"path": path, "item_id": item, "line": best[0].line, "similarity": best[0].similarity, "kind": best[0].kind,
         "lines": searched.lines[item]}
        for item, best in searched.matches.items()
    ]  # fmt: skip

    def work(writer: Writer) -> None:
        _put(writer, TRAINING_FILES, path, TRAINING_FILES.frame([file]))
        _put(writer, CONTAMINATIONS, path, CONTAMINATIONS.frame(items))

    store.commit(f"training file {searched.path.name}", work)


def forget(store: Store, path: Path) -> bool:
    """Let go of a file that nobody trains on any more; whether it was known."""

    def work(writer: Writer) -> int:
        return sum(_put(writer, table, str(path.resolve())) for table in (TRAINING_FILES, CONTAMINATIONS))

    return store.commit(f"training file {path.name} forgotten", work) > 0


def blocking(store: Store) -> str | None:
    """Why no release may become the champion: training files that hold items of the benchmark; None where none does."""
    found = store.read(STANDING).rows(named=True)
    if not found:
        return None
    named = [f"{row['path']} holds {row['items']} of its items, {row['near']} of them nearly" for row in found[:3]]
    more = f", and {len(found) - 3} files more" if len(found) > 3 else ""
    return (
        f"the benchmark is trained on: {'; '.join(named)}{more}; take them out and run `gt contamination FILE` again, "
        "or --forget a file that is no longer used"
    )


def _put(writer: Writer, table: Table, path: str, rows: pl.DataFrame | None = None) -> int:
    """Have a table hold these rows of a file, or none."""
    others = writer.read(f"SELECT * FROM {table.name} WHERE path <> ?", [path])  # noqa: S608 - of a definition
    return writer.replace(table, others if rows is None else pl.concat([others, rows.select(others.columns)]))
