"""Importing truth: what is new becomes decisions of its own, what is known stays, and of what stands otherwise whoever
imports says what to do. All of it in one transaction, and the same again is nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.pseudonyms import key_of
from gt_platform.lake.tables import IMPORTS, ITEMS
from gt_platform.project import Project
from gt_platform.truth.by_hand import append, note
from gt_platform.truth.fold import fold_within
from gt_platform.truth.import_records import Records

OnConflict = Literal["keep", "replace", "ask"]
ON_CONFLICT: tuple[str, ...] = get_args(OnConflict)
Ask = Callable[[Writer, Sequence[str]], int]
"""Makes assignments of items and returns how many; what asks people is no business of truth's."""

ERASED_ITEMS = "SELECT id FROM erased WHERE kind = 'item'"
# An item that waits, for answers or for a ruling, has no truth that could be another. What outcomes decided, or leave
# to a reviewer, stays as it is: else it would depend on which came first.
COMPARED = """
    SELECT g.item_id, any_value(g.input) AS input, any_value(g.answer) AS answer,
           any_value(coalesce(d.status, 'none')) AS status, any_value(d.answer::VARCHAR) AS standing,
           CASE WHEN any_value(d.answer::VARCHAR) = any_value(g.answer) THEN 'equal'
                WHEN any_value(d.method) = 'outcome' THEN 'by_outcome'
                WHEN any_value(d.status) IS NULL OR any_value(d.status) = 'adjudicate' THEN 'new' ELSE 'conflict'
                END AS how
    FROM given_rows g LEFT JOIN current_decisions d ON d.item_id = g.item_id GROUP BY g.item_id ORDER BY g.item_id
"""
# What was imported first says where an item is from; what is known of it since is added to that.
KNOWN_ITEMS = """
    SELECT g.item_id, coalesce(any_value(i.input)::VARCHAR, any_value(g.input)) AS input,
           coalesce(any_value(i.origin), 'import') AS origin, coalesce(any_value(i.source), $source) AS source,
           CASE WHEN any_value(i.attributes) IS NULL THEN any_value(g.metadata)
                WHEN any_value(g.metadata) IS NULL THEN any_value(i.attributes)::VARCHAR
                ELSE json_merge_patch(any_value(i.attributes), any_value(g.metadata)::JSON)::VARCHAR END AS attributes,
           any_value(i.event_id) AS event_id, any_value(i.first_frame) AS first_frame,
           coalesce(any_value(i.first_seen), now()) AS first_seen
    FROM given_rows g LEFT JOIN items i ON i.item_id = g.item_id GROUP BY g.item_id ORDER BY g.item_id
"""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did, or would do: items that are new, known with the same answer, and known with another one.

    `conflicts` has item_id, input, status, standing and answer of the last. `replaced` and `asked` are what became of
    them and, where all were to be asked, of the others. `by_outcome` have outcomes that say otherwise, which stand.
    """

    new: int
    equal: int
    conflicts: pl.DataFrame
    by_outcome: int = 0
    replaced: int = 0
    assignments: int = 0


def unerased(store: Store, records: Records) -> Records:
    """Without items that were erased: these are rejected, and nothing of them is kept. Raises LakeError."""
    gone = set(store.read(ERASED_ITEMS)["id"])
    if not gone:
        return records
    key = key_of(store.settings)
    theirs = pl.Series([item for item in records.rows["item_id"].unique() if key.of(item) in gone], dtype=pl.String)
    refused = records.rows.filter(pl.col("item_id").is_in(theirs.implode())).select(
        "line", reason=pl.lit("erased"), detail=pl.lit("the item was erased"), raw=pl.lit(None, pl.String)
    )
    return replace(
        records,
        rows=records.rows.filter(~pl.col("item_id").is_in(theirs.implode())),
        rejected=pl.concat([records.rejected, refused]).sort("line", "reason"),
    )


def compare(tables: Store | Writer, records: Records) -> Imported:
    """What an import would do; nothing is written."""
    return _counted(_compared(tables, records))


def take_in(
    store: Store,
    project: Project,
    records: Records,
    *,
    actor: str,
    on_conflict: OnConflict = "keep",
    ask: Ask,
    ask_all: bool = False,
) -> Imported:
    """Take in what a file gave. `ask` asks the items that conflict, where that is what to do, or with `ask_all` all."""
    records = unerased(store, records)

    def work(writer: Writer) -> Imported:
        found = _compared(writer, records)
        decided = found.filter(how="new")
        if on_conflict == "replace":
            decided = pl.concat([decided, found.filter(how="conflict")])
        known = {"source": records.source}
        changed = writer.put(ITEMS, writer.read(KNOWN_ITEMS, known, frames={"given_rows": records.rows}))
        _keep(writer, records, actor)
        rows = decided.select("item_id", "answer").with_columns(
            reason=pl.lit(f"imported from {records.source}"), category=pl.lit(None, pl.String)
        )
        append(writer, project, rows.rows(named=True), status="imported", method="import", actor=actor)
        wanted = found if ask_all else found.filter(how="conflict") if on_conflict == "ask" else found.clear()
        asked = ask(writer, wanted["item_id"].to_list()) if wanted.height else 0
        told = _counted(found, replaced=decided.height - found.filter(how="new").height, assignments=asked)
        if decided.height or asked:
            note(writer, actor, "imported", _noted(records, told))
        if decided.height or changed:
            fold_within(writer)
        return told

    return store.commit(f"truth of {project.name} imported", work)


def _compared(tables: Store | Writer, records: Records) -> pl.DataFrame:
    return tables.read(COMPARED, frames={"given_rows": records.rows})


def _keep(writer: Writer, records: Records, actor: str) -> None:
    writer.append(IMPORTS, records.rows.drop("input").with_columns(imported_by=pl.lit(actor), imported_at=_now()))


def _now() -> pl.Expr:
    return pl.lit(datetime.now(UTC)).dt.cast_time_unit("us")


def _counted(found: pl.DataFrame, *, replaced: int = 0, assignments: int = 0) -> Imported:
    counts: Mapping[str, int] = dict(found.group_by("how").len().iter_rows())
    return Imported(
        new=counts.get("new", 0),
        equal=counts.get("equal", 0),
        by_outcome=counts.get("by_outcome", 0),
        conflicts=found.filter(how="conflict").select("item_id", "input", "status", "standing", "answer"),
        replaced=replaced,
        assignments=assignments,
    )


def _noted(records: Records, told: Imported) -> dict[str, Any]:
    counts = {"new": told.new, "replaced": told.replaced, "assignments": told.assignments}
    return {"source": records.source, "rejected": records.rejected.height} | counts
