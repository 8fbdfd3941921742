"""Items to which a rule narrows whom it touches: those like its examples, and those that a query finds."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb

from gt_platform.labeling.touched import Changes, Reach
from gt_platform.lake import LakeError, Store, Writer
from gt_platform.lake.reading import refuse_all_but_reading
from gt_platform.likeness.texts import text_in, text_of
from gt_platform.likeness.topics import nearest, weights_of
from gt_platform.project import Mistake, Project
from gt_platform.project.guidelines import Rule

# Items' ids are digests: so many of them are drawn by chance, and remain so when others come.
COMMON = "SELECT input FROM items ORDER BY item_id LIMIT 2000"
"""Texts that tell how rare a word is."""
TABLE = re.compile(r"\bgt\s*\.\s*\w+\s*\.\s*(\w+)", re.IGNORECASE)
SENT = {"events", "added_items", "row_scores"}
INPUTS = "SELECT item_id, input FROM items WHERE item_id IN (SELECT unnest($items::VARCHAR[]))"


def narrowed(tables: Store | Writer, project: Project, changed: Changes, items: Sequence[str]) -> Changes:
    """The same changes, held to the items that are like a rule's examples or that its query finds, of those given.

    Raises LakeError for a query that fails or does more than read.
    """
    rules = {rule.id: rule for rule in project.rules}
    found = {
        name: replace(reach, items=_items(tables, project, rules[name], items)) if _narrows(reach) else reach
        for name, reach in changed.rules.items()
    }
    return replace(changed, rules=found)


def items_found(tables: Store | Writer, query: str) -> frozenset[str]:
    """The ids that a query finds; raises LakeError for one that fails, does more than read or finds other columns."""
    refuse_all_but_reading(query)
    try:
        frame = tables.read(query)
    except duckdb.Error as error:
        raise LakeError(" ".join(str(error).split())) from None
    if frame.columns != ["item_id"]:
        raise LakeError(f"finds {', '.join(frame.columns)}; SELECT item_id and nothing else")
    return frozenset(frame["item_id"].drop_nulls())


def misread(project: Project, store: Store | None = None) -> Iterator[Mistake]:
    """Queries of rules that do more than read; with a store, those that fail there, too."""
    for at, rule in enumerate(project.rules):
        if rule.touches and (query := rule.touches.query):
            try:
                items_found(store, query) if store else refuse_all_but_reading(query)
            except LakeError as error:
                yield Mistake(path=("rules", at, "touches", "query"), said=str(error))


def reads_answers(query: str) -> bool:
    """Whether a query reads other tables than those of what was sent, so that what it finds may follow from answers."""
    return not {table.lower() for table in TABLE.findall(query)} <= SENT


def _narrows(reach: Reach) -> bool:
    return reach.touches.similar is not None or reach.touches.query is not None


def _items(tables: Store | Writer, project: Project, rule: Rule, items: Sequence[str]) -> frozenset[str]:
    found, touches = frozenset(items), rule.touches
    if touches and touches.query is not None:
        try:
            found &= items_found(tables, touches.query)
        except LakeError as error:
            raise LakeError(f"guidelines.yaml: rule {rule.id}: touches.query: {error}") from None
    if touches and touches.similar is not None:
        found = _like(tables, project, rule.examples, sorted(found), touches.similar)
    return found


def _like(
    tables: Store | Writer, project: Project, examples: Sequence[str], items: Sequence[str], least: float
) -> frozenset[str]:
    common = [_text(project, row) for row in tables.read(COMMON).iter_rows(named=True)]
    rows = tables.read(INPUTS, {"items": list(items)}).rows(named=True)
    near = nearest([_text(project, row) for row in rows], [text_in(one) for one in examples], weights_of(common))
    return frozenset(row["item_id"] for row, like in zip(rows, near.tolist(), strict=True) if like >= least)


def _text(project: Project, row: Mapping[str, Any]) -> Any:
    return text_of(json.loads(row["input"]), project)
