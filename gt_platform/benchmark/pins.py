"""Items that every candidate must get right, whatever else it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from gt_platform.answers import agreeing
from gt_platform.benchmark.systems import MISSING, Production, System
from gt_platform.errors import GroundTruthError
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import PINS
from gt_platform.project import Project

STANDING = """
    SELECT item_id, why FROM (FROM pins QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY number DESC) = 1)
    WHERE pinned
"""
TRUTH = f"""
    SELECT p.item_id, p.why, t.answer, e.output, coalesce(i.event_id, p.item_id) AS event_id
    FROM ({STANDING}) p JOIN ground_truth t ON t.item_id = p.item_id LEFT JOIN items i ON i.item_id = p.item_id
    LEFT JOIN events e ON e.event_id = i.event_id ORDER BY p.item_id
"""  # noqa: S608
NAMED = "SELECT item_id FROM ground_truth WHERE starts_with(item_id, ?) LIMIT 2"
FAILURES = """
    SELECT t.item_id, t.answer, e.output, e.event_id FROM sample s JOIN events e ON e.event_id = s.event_id
    JOIN ground_truth t ON t.item_id = s.item_id ORDER BY s.frame_day DESC, s.event_id
"""


class PinError(GroundTruthError):
    """An item that cannot be pinned; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """An item that must be right, and whether it is; `said` is the output as it is compared with `truth`."""

    item_id: str
    why: str
    truth: str
    said: str
    right: bool


def pin(store: Store, items: Sequence[str], *, why: str, actor: str, pinned: bool = True) -> list[str]:
    """Pin items that have a truth, told by their ids or how those begin, or let them go again; returns their ids.

    What is pinned already stays so. Raises PinError.
    """
    if not why.strip():
        raise PinError('say why: --why "a customer\'s complaint of 3 May"')
    named = [_named(store, item) for item in items]
    standing = set(store.read(STANDING)["item_id"])
    new = [item for item in dict.fromkeys(named) if (item in standing) != pinned]

    def write(writer: Writer) -> int:
        last = writer.read("SELECT coalesce(max(number), 0) FROM pins").item()
        rows = [
            {"number": last + place, "item_id": item, "pinned": pinned, "why": why, "given_by": actor}
            | {"given_at": datetime.now(UTC)}
            for place, item in enumerate(new, 1)
        ]
        return writer.append(PINS, PINS.frame(rows))

    if new:
        store.commit("pins", write)
    return named


def pins(store: Store) -> pl.DataFrame:
    """What is pinned: item_id, why."""
    return store.read(f"{STANDING} ORDER BY item_id")


def pinned(store: Store, system: System) -> list[Pinned]:
    """How a system does on what is pinned; of repetitions more than half have to be right."""
    rows = store.read(TRUTH)
    said = system.read(rows.with_columns(pl.col("output").fill_null(MISSING)))
    return [
        Pinned(
            item_id=row["item_id"],
            why=row["why"],
            truth=row["answer"],
            said=row["output"],
            right=agreeing(system.kind, row["answer"], row["output"]),
        )
        for row in said.iter_rows(named=True)
    ]


def failures(store: Store, project: Project, count: int) -> list[str]:
    """The items of the last events that production got wrong, newest first, at most so many."""
    rows = Production(project).read(store.read(FAILURES)).select("item_id", "answer", "output").iter_rows()
    wrong = (item for item, answer, output in rows if not agreeing(project.answer_kind, answer, output))
    return list(dict.fromkeys(wrong))[:count]


def _named(store: Store, item: str) -> str:
    found = store.read(NAMED, [item])["item_id"].to_list()
    if len(found) != 1:
        told = "more than one item begins so; give more of its id" if found else "no item with a truth has that id"
        raise PinError(f"{item}: {told}")
    return str(found[0])
