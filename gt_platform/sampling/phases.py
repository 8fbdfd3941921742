"""Further phases: what a frame that was drawn waits for since people flagged more of it, and adding that.

The arithmetic belongs in `later`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import PHASES, SAMPLE
from gt_platform.project import Project
from gt_platform.sampling.design import design_of, seed_of
from gt_platform.sampling.flags import PEOPLE, flags_of
from gt_platform.sampling.frame import Cut, cut, events_of
from gt_platform.sampling.later import FURTHER, Flags, Further, further, rows

ITEMS = "SELECT items FROM spending WHERE frame_day = ?"
STOOD = "SELECT * FROM sample WHERE frame_day = ? ORDER BY event_id"
OPENED = "SELECT phase, cells, waiting > drawn AS spent FROM phases WHERE frame_day = ? ORDER BY phase DESC LIMIT 1"
LATE = """
    SELECT e.frame_day, count(DISTINCT f.event_id) AS events
    FROM feedback f JOIN events e ON e.event_id = f.event_id
    WHERE f.frame_day <> e.frame_day AND list_contains($people, f.annotator_kind) AND f.signal <> 'outcome'
      AND NOT (f.signal = 'thumb' AND (f.value ->> '$') = 'up')
      AND e.frame_day IN (SELECT frame_day FROM sample WHERE inclusion_probability < 1)
    GROUP BY e.frame_day HAVING events >= $least AND NOT bool_and(f.event_id IN (SELECT event_id FROM sample))
    ORDER BY e.frame_day
"""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What a further draw of a frame adds for those flagged since: the sample it comes to, and its row of `phases`."""

    sample: pl.DataFrame
    phase: dict[str, Any]
    stood: pl.DataFrame

    @property
    def said(self) -> str:
        """In words."""
        return (
            f"phase {self.phase['phase']} of {self.phase['frame_day']}: {self.phase['waiting']} late flags, "
            f"{self.phase['drawn']} events drawn for them"
        )


def waiting(store: Store, project: Project, day: date) -> Waiting | None:
    """What would be added to a frame that was drawn; None where nothing waits, too few are flagged, or nothing can be.

    Nothing can be added where its strata are not what they were when it was drawn, since the declaration or the drift
    scores have changed: of whom was not drawn, nobody knows then for whom they stand.
    """
    stood, opened = store.read(STOOD, [day]), store.read(OPENED, [day]).rows(named=True)
    if stood["inclusion_probability"].min() == 1 or stood["design"][0] != design_of(project):
        return None
    flags = flags_of(store, project, day, late=True)
    few = len(flags.later) < project.sampling.flagged.later
    if few or flags.later <= set(stood["event_id"]) or (opened and opened[0]["spent"]):
        return None
    budget = store.read(ITEMS, [day])["items"].to_list() or [project.sampling.budget]
    parts = cut(store, project, day, events_of(store, day), flags, budget[0])
    if not _as_drawn(parts, stood, opened):
        return None
    seed = seed_of(project, day, design_of(project), FURTHER)
    found = further(
        parts,
        later=_among(parts, flags.later),
        drawn=_among(parts, frozenset(stood["event_id"])),
        most=project.sampling.most_flagged(budget[0]),
        least=project.sampling.minimum_per_stratum,
        seed=seed,
    )
    sample = rows(found, stood, parts.events, seed=seed)
    phase = opened[0]["phase"] + 1 if opened else FURTHER
    return Waiting(sample=sample, phase=_phase(found, parts, stood, day, phase), stood=stood)


def late(store: Store, project: Project) -> list[Waiting]:
    """The frames that have late flags enough, of which some wait, with what a further draw would add to each."""
    with store.snapshot():
        of = {"people": list(PEOPLE), "least": project.sampling.flagged.later}
        found = (waiting(store, project, day) for day in store.read(LATE, of)["frame_day"].to_list())
        return [one for one in found if one is not None]


def add(writer: Writer, more: Waiting) -> int:
    """Make the frame's sample what it comes to; returns the rows that changed, 0 where somebody added meanwhile."""
    day = more.phase["frame_day"]
    if not writer.read(STOOD, [day]).equals(more.stood):
        return 0
    writer.append(PHASES, PHASES.frame([more.phase | {"opened_at": datetime.now(UTC)}]))
    return writer.replace(SAMPLE, more.sample, day=day)


def _phase(found: Further, parts: Cut, stood: pl.DataFrame, day: date, phase: int) -> dict[str, Any]:
    return {
        "frame_day": day,
        "phase": phase,
        "flagged": found.flagged,
        "waiting": found.waiting,
        "drawn": int(found.drawn.sum()) - stood.height,
        "cells": parts.digest,
    }


def _as_drawn(parts: Cut, stood: pl.DataFrame, opened: list[dict[str, Any]]) -> bool:
    """Whether the frame is cut as it was when it was drawn first."""
    if opened:
        return bool(opened[0]["cells"] == parts.digest)
    sizes = dict(stood.select("stratum", "stratum_size").unique().iter_rows())
    return sizes == dict(zip(parts.strata.names, parts.strata.sizes.tolist(), strict=True))


def _among(parts: Cut, events: frozenset[str]) -> Flags:
    return parts.events["event_id"].is_in(events).to_numpy()
