"""Which events of a frame somebody flagged: thumbed down, rated low, or corrected to something else.

What is drawn of them belongs in `draw` and `later`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from gt_platform.canonical import digest
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.corrected import differs

FLAGS = """
    SELECT f.event_id, f.annotator_kind, coalesce(f.annotator_id, e.user_id) AS annotator_id, f.value, e.output,
           f.frame_day = $day AS at_once, f.signal = 'correction' AS corrected,
           coalesce(p.polarity = 'negative', false) AS negative
    FROM feedback f JOIN events e ON e.event_id = f.event_id JOIN polarities p ON p.feedback_id = f.feedback_id
    WHERE e.frame_day = $day AND ($late OR (f.frame_day = $day AND p.frame_day = $day))
"""
PEOPLE = ("end_user", "expert")


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """Flagged events of a frame, by people with what came in its own files and `later`, and otherwise by machines.

    Of one end user's at most `sampling.flagged.per_user` count: a flood, or a bot, gets no more than that looked at
    first. `left_out` are those beyond, which are drawn like any other event.
    """

    at_once: frozenset[str]
    later: frozenset[str]
    machines: frozenset[str]
    left_out: int


def flagged_of(
    store: Store,
    project: Project,
    day: date,
    events: pl.DataFrame,
    *,
    late: bool,
    counted: frozenset[str] = frozenset(),
) -> Flagged:
    """Read them, of the frame's `events`; `late` also asks for what came with other days' files.

    `counted` are those that an earlier phase had as flagged later: they still are, since whoever was drawn for being
    flagged may stand for nobody else.
    """
    found = store.read(FLAGS, {"day": day, "late": late}).join(events, on="event_id", how="semi", maintain_order="left")
    found = found if project.judges_outputs else project.outputs.frame(found)
    flagged = [row for row in found.iter_rows(named=True) if _flags(project, row)]
    by_people = [row for row in flagged if row["annotator_kind"] in PEOPLE]
    most, kept = project.sampling.flagged.per_user, Counter[str]()
    at_once = _kept((row for row in by_people if row["at_once"]), most, kept, frozenset())
    others = (row for row in by_people if row["event_id"] not in at_once)
    later = counted | _kept(others, most, kept, counted) if late else frozenset()
    return Flagged(
        at_once=at_once,
        later=later,
        machines=frozenset(row["event_id"] for row in flagged if row["at_once"]) - at_once,
        left_out=len({row["event_id"] for row in by_people} - at_once - later),
    )


def _kept(rows: Iterable[dict[str, Any]], most: int, kept: Counter[str], first: frozenset[str]) -> frozenset[str]:
    """Events, these `first` and else by nothing they are, while those who flagged them have not had enough."""
    found: set[str] = set()
    for row in sorted(rows, key=lambda row: (row["event_id"] not in first, digest(row["event_id"], 16))):
        user = row["annotator_id"] if row["annotator_kind"] == "end_user" else None
        if row["event_id"] in found or (user is not None and kept[user] >= most):
            continue
        found.add(row["event_id"])
        if user is not None:
            kept[user] += 1
    return frozenset(found)


def _flags(project: Project, row: dict[str, Any]) -> bool:
    return bool(row["negative"] or (row["corrected"] and differs(project, row["value"], row["output"])))
