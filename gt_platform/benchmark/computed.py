"""Whether scores would come out as they stand: a night without news computes none of them anew."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path

from gt_platform.canonical import as_json, digest
from gt_platform.lake import Store, Writer
from gt_platform.lake.proof import commits_after
from gt_platform.lake.tables import (
    CANDIDATE_SCORES,
    COMPARISONS,
    COMPUTED,
    DAILY_COUNTS,
    MEASUREMENTS,
    PAST_SCORES,
    SCORES,
    SCORINGS,
    WATCHES,
)
from gt_platform.project import Project

STANDING = "SELECT as_of, computed_by FROM computed WHERE stage = ?"
MADE_OF_SCORES = {
    table.name
    for table in (
        *(SCORES, PAST_SCORES, SCORINGS, MEASUREMENTS, CANDIDATE_SCORES, COMPARISONS),
        *(DAILY_COUNTS, WATCHES, COMPUTED),
    )
}
"""No score follows from these; what is not named counts as read, so that nobody has to remember what is. What somebody
else put into the stage's own table is news, too."""
PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a stage is about to compute from: the lake as of a snapshot, the declaration, and the software."""

    stage: str
    """The table that it fills."""
    as_of: int
    computed_by: str

    @classmethod
    def now(cls, store: Store, project: Project, stage: str) -> "Basis":
        """Ask before anything else is read: what comes later is then news for the next time."""
        made_by = digest(as_json([project.model_dump(mode="json"), software()]), 32)
        return cls(stage=stage, as_of=store.snapshot_id, computed_by=made_by)

    def stands(self, store: Store) -> bool:
        """Whether the stage's tables were computed from the same."""
        for as_of, computed_by in store.read(STANDING, [self.stage]).iter_rows():
            return bool(computed_by == self.computed_by) and not self._news(store, as_of)
        return False

    def note(self, writer: Writer) -> None:
        """Say in the transaction of the tables what they were computed from."""
        writer.remove(COMPUTED, "stage", [self.stage])
        row = {"stage": self.stage, "as_of": self.as_of, "computed_by": self.computed_by}
        writer.append(COMPUTED, COMPUTED.frame([row | {"computed_at": datetime.now(UTC)}]))

    def _news(self, store: Store, as_of: int) -> bool:
        own = f"{store.project}."
        for commit in commits_after(store, as_of):
            if commit.link is None:
                if not commit.compaction:
                    return True
                continue
            wrote = {name.removeprefix(own) for name in commit.link.tables if name.startswith(own)}
            if wrote - MADE_OF_SCORES or (self.stage in wrote and COMPUTED.name not in wrote):
                return True
        return False


@cache
def software() -> str:
    """Digest of all code of this package, and of which others it finds its kinds and metrics in."""
    found = sha256()
    for file in sorted(PACKAGE.rglob("*.py")):
        found.update(file.read_bytes())
    groups = [group for group in entry_points().groups if group.startswith("gt_platform.")]
    points = [point for group in groups for point in entry_points(group=group)]
    others = sorted((one.group, one.name, one.value, one.dist.version if one.dist else "") for one in points)
    return digest(as_json([found.hexdigest(), others]), 32)
