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
from gt_platform.sampling.events import events_of
from gt_platform.sampling.flags import PEOPLE, flagged_of
from gt_platform.sampling.frame import Cut, cut
from gt_platform.sampling.later import FURTHER, LATER, PART, further, rows
from gt_platform.sampling.novelty import Flags

ITEMS = "SELECT items FROM spending WHERE frame_day = ?"
STOOD = "SELECT * FROM sample WHERE frame_day = ? ORDER BY event_id"
OPENED = "SELECT phase, cells FROM phases WHERE frame_day = ? ORDER BY phase DESC LIMIT 1"
LATE = """
    SELECT e.frame_day, count(DISTINCT f.event_id) AS events
    FROM feedback f JOIN events e ON e.event_id = f.event_id LEFT JOIN sample s ON s.event_id = f.event_id
    ANTI JOIN left_out l ON l.event_id = f.event_id
    WHERE f.frame_day <> e.frame_day AND list_contains($people, f.annotator_kind) AND f.signal <> 'outcome'
      AND NOT (f.signal = 'thumb' AND (f.value ->> '$') = 'up')
      AND e.frame_day IN (SELECT frame_day FROM sample WHERE inclusion_probability < 1)
    GROUP BY e.frame_day HAVING events >= $least AND (bool_or(s.event_id IS NULL) OR (
        e.frame_day IN (SELECT frame_day FROM phases) AND NOT bool_and(starts_with(s.stratum, 'flagged by people'))))
    ORDER BY e.frame_day
"""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What a further draw of a frame adds: `waiting` of the events `flagged` since, and what its sample comes to.

    `stood` is the sample before, `cells` a digest of the strata of the first draw.
    """

    day: date
    phase: int
    flagged: int
    waiting: int
    cells: str
    stood: pl.DataFrame
    sample: pl.DataFrame

    @property
    def drawn(self) -> int:
        """Events that are in the sample then, and were not."""
        return self.sample.height - self.stood.height

    @property
    def said(self) -> str:
        """In words."""
        if not self.waiting:
            return f"phase {self.phase} of {self.day}: late flags on events that are drawn already"
        return f"phase {self.phase} of {self.day}: {self.waiting} late flags, {self.drawn} events drawn for them"


def waiting(store: Store, project: Project, day: date) -> Waiting | None:
    """What would be added to a frame that was drawn; None where nothing waits, too few are flagged, or nothing can be.

    Nothing can be added where its strata are not what they were when it was drawn, since the declaration or the drift
    scores have changed: of whom was not drawn, nobody knows then for whom they stand.
    """
    stood, opened = store.read(STOOD, [day]), store.read(OPENED, [day]).rows(named=True)
    if stood["inclusion_probability"].min() == 1 or stood["design"][0] != design_of(project):
        return None
    counted = frozenset(stood.filter(pl.col("stratum").str.starts_with(LATER))["event_id"])
    events = events_of(store, project, day)
    flags = flagged_of(store, project, day, events, late=True, counted=counted)
    few = len(flags.later) < project.sampling.flagged.later
    spent = stood["stratum"].str.starts_with(PART).any()  # the budget was, on a part of what waited
    # what was drawn before, and is flagged once a phase was opened, joins those that it was opened for
    known = flags.later == counted if opened else flags.later <= set(stood["event_id"])
    if few or spent or known:
        return None
    budget = store.read(ITEMS, [day])["items"].to_list() or [project.sampling.most_of(events.height)]
    parts = cut(store, project, day, events, flags, budget[0])
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
    return Waiting(
        day=day,
        phase=opened[0]["phase"] + 1 if opened else FURTHER,
        flagged=found.flagged,
        waiting=found.waiting,
        cells=parts.digest,
        stood=stood,
        sample=rows(found, stood, parts.events, seed=seed),
    )


def late(store: Store, project: Project) -> list[Waiting]:
    """The frames that have late flags enough, of which some wait, with what a further draw would add to each."""
    with store.snapshot():
        of = {"people": list(PEOPLE), "least": project.sampling.flagged.later}
        found = (waiting(store, project, day) for day in store.read(LATE, of)["frame_day"].to_list())
        return [one for one in found if one is not None]


def add(writer: Writer, more: Waiting) -> int:
    """Make the frame's sample what it comes to; returns the rows that changed, 0 where somebody added meanwhile."""
    if not writer.read(STOOD, [more.day]).equals(more.stood):
        return 0
    told = {name: getattr(more, name) for name in ("phase", "flagged", "waiting", "drawn", "cells")}
    writer.append(PHASES, PHASES.frame([told | {"frame_day": more.day, "opened_at": datetime.now(UTC)}]))
    return writer.replace(SAMPLE, more.sample, day=more.day)


def _as_drawn(parts: Cut, stood: pl.DataFrame, opened: list[dict[str, Any]]) -> bool:
    """Whether the frame is cut as it was when it was drawn first."""
    if opened:
        return bool(opened[0]["cells"] == parts.digest)
    sizes = dict(stood.select("stratum", "stratum_size").unique().iter_rows())
    return sizes == dict(zip(parts.strata.names, parts.strata.sizes.tolist(), strict=True))


def _among(parts: Cut, events: frozenset[str]) -> Flags:
    return parts.events["event_id"].is_in(events).to_numpy()
