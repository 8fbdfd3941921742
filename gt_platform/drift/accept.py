"""Accepting a drift: from then on, what it has come to is what frames are compared with."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from gt_platform.drift.changes import tell
from gt_platform.drift.verdicts import FRAME
from gt_platform.errors import GroundTruthError
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ACCEPTANCES
from gt_platform.project import Project

VERDICT = "SELECT verdict FROM drift WHERE frame_day = ? AND column_name = ?"
JUDGED = "SELECT max(frame_day) FROM drift WHERE column_name = ?"
STANDING = "SELECT accepted_by FROM acceptances WHERE frame_day = ? AND applies_after = ?"


class AcceptanceError(GroundTruthError):
    """A drift that cannot be accepted; the message says why, and what can be."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """An accepted drift: frames after `applies_after` are compared with days from `since` on."""

    frame_day: date
    since: date
    applies_after: date


def accept(store: Store, project: Project, day: date, *, why: str, who: str) -> Accepted:
    """Record that the drift of `day` is how things are now.

    The reference begins where the last of its columns' levels moved, and with `day` itself where one is still moving.
    Frames that are judged already keep their verdicts, run again or not. Raises AcceptanceError.
    """
    if not why.strip():
        raise AcceptanceError("say why the drift is accepted, for those who ask later")
    told = [one for one in tell(store, project, day, day) if one.drifts]

    def write(writer: Writer) -> Accepted:
        verdict = writer.read(VERDICT, [day, FRAME])
        if verdict.is_empty() or verdict.item() != "drift":
            found = "was not judged" if verdict.is_empty() else f"has the verdict {verdict.item().replace('_', ' ')}"
            raise AcceptanceError(f"{day} {found}: there is no drift to accept; `gt drift list` shows where there is")
        after = writer.read(JUDGED, [FRAME]).item()
        known = writer.read(STANDING, [day, after])
        if not known.is_empty():
            raise AcceptanceError(f"the drift of {day} was accepted already, by {known.item()}")
        since = max((one.since if one.kind in ("level", "back") else day for one in told), default=day)
        row = {"frame_day": day, "since": since, "applies_after": after, "why": why.strip(), "accepted_by": who}
        writer.append(ACCEPTANCES, ACCEPTANCES.frame([row | {"accepted_at": datetime.now(UTC)}]))
        return Accepted(frame_day=day, since=since, applies_after=after)

    return store.commit(f"drift of {day} accepted", write)
