"""Adding items by hand: adversarial ones, or others that production lacks. Each origin is a set of its own, to measure
by.

Nothing of them enters what is said of production: they are in no sample, their answers are settled apart, and neither
annotators nor splits are judged by them. All of it in one transaction, and the same again is nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ITEMS
from gt_platform.project import Project
from gt_platform.truth.by_hand import TruthError, note
from gt_platform.truth.import_records import Records
from gt_platform.truth.imports import Ask, unerased

# Of an item that a file has twice the first line stands. `open` is what was neither asked nor settled.
COMPARED = """
    SELECT g.item_id, g.input, g.attributes, g.answered, i.origin, g.n > 1 AS again,
           CASE WHEN i.item_id IS NULL THEN 'new' WHEN i.origin = $origin THEN 'known'
                WHEN a.item_id IS NOT NULL THEN 'elsewhere' ELSE 'production' END AS how,
           how IN ('new', 'known') AND g.item_id NOT IN (SELECT item_id FROM assignments)
               AND g.item_id NOT IN (SELECT item_id FROM ground_truth) AS open
    FROM (SELECT *, row_number() OVER (PARTITION BY item_id ORDER BY line) AS n FROM given_rows) g
    LEFT JOIN items i ON i.item_id = g.item_id LEFT JOIN added_items a ON a.item_id = g.item_id ORDER BY g.line
"""
NEW_ITEMS = """
    SELECT item_id, input, $origin AS origin, $source AS source, attributes, now() AS first_seen FROM added_rows
"""


@dataclass(frozen=True, kw_only=True)
class Added:
    """Items that are new to the set, that it has already, that a file gives again, and that stay what they are:
    production's, or another set's. `answered` of the lines came with an answer, which is not taken; `asked` items were
    asked, by so many assignments.
    """

    new: int
    known: int
    again: int
    production: tuple[str, ...]
    elsewhere: tuple[str, ...]
    answered: int
    asked: int = 0
    assignments: int = 0


def compare_items(tables: Store | Writer, records: Records, origin: str) -> Added:
    """What adding would do; nothing is written."""
    return _counted(_compared(tables, records, origin))


def add_items(store: Store, project: Project, records: Records, *, origin: str, actor: str, ask: Ask | None) -> Added:
    """Add the items of a file to the set of an origin, and `ask` people those that nobody was asked yet.

    Raises TruthError where the project has a split of that name.
    """
    if origin in project.splits:
        raise TruthError(f"the project declares a split {origin}, which is what the set is called; rename the split")
    records = unerased(store, records)

    def work(writer: Writer) -> Added:
        found = _compared(writer, records, origin)
        once = found.filter(~pl.col("again"))
        told = {"origin": origin, "source": records.source}
        added = writer.append(ITEMS, writer.read(NEW_ITEMS, told, frames={"added_rows": once.filter(how="new")}))
        wanted = once.filter("open")["item_id"].to_list() if ask else []
        made = ask(writer, wanted) if ask and wanted else 0
        if added or made:
            counts = {"items": added, "assignments": made, "rejected": records.rejected.height}
            note(writer, actor, "items added", told | counts)
        return _counted(found, asked=len(wanted), assignments=made)

    return store.commit(f"items of {project.name} added", work)


def _compared(tables: Store | Writer, records: Records, origin: str) -> pl.DataFrame:
    return tables.read(COMPARED, {"origin": origin}, frames={"given_rows": records.rows})


def _counted(found: pl.DataFrame, *, asked: int = 0, assignments: int = 0) -> Added:
    once = found.filter(~pl.col("again"))
    counts: Mapping[str, int] = dict(once.group_by("how").len().iter_rows())
    return Added(
        new=counts.get("new", 0),
        known=counts.get("known", 0),
        again=found.height - once.height,
        production=tuple(once.filter(how="production")["item_id"]),
        elsewhere=tuple(once.filter(how="elsewhere")["item_id"]),
        answered=int(found["answered"].sum()),
        asked=asked,
        assignments=assignments,
    )
