"""What a month leaves to be looked at, in counts: nothing of what people wrote, since a note stays for good."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from gt_platform import labeling
from gt_platform.checks import held_out
from gt_platform.lake import Store
from gt_platform.lake.tables import DUPLICATES
from gt_platform.monthly.months import Month
from gt_platform.project import Project

WAITING = "SELECT count(*) FROM current_decisions WHERE status = 'adjudicate' AND decided_at < $before"
PUBLISHED = """
    SELECT count(*) AS releases, coalesce(sum(added), 0)::BIGINT AS added, coalesce(sum(changed), 0)::BIGINT AS changed,
           coalesce(sum(retired), 0)::BIGINT AS retired
    FROM releases WHERE released_at >= $since AND released_at < $before
"""


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """Of a month: what its releases did, and items with old truth, other truth when asked again, answers in conflict,
    near-duplicates, and what of the benchmark is trained on.
    """

    releases: int
    added: int
    changed: int
    retired: int
    expired: int
    asked_again: int
    unstable: list[str]
    conflicts: int
    duplicate_groups: int
    duplicates_apart: int
    contaminated: bool

    def told(self) -> Iterator[str]:
        """In words, what there is none of left out."""
        yield f"releases: {self.releases} (+{self.added} ~{self.changed} -{self.retired})"
        if self.expired:
            yield f"too old: {self.expired}, of which {self.asked_again} are asked again"
        if self.unstable:
            yield f"another truth when asked again: {len(self.unstable)}, all asked anew"
        if self.conflicts:
            yield f"waiting for a ruling: {self.conflicts}"
        if self.duplicate_groups:
            yield f"groups of near-duplicates: {self.duplicate_groups}, of which {self.duplicates_apart} disagree"
        if self.contaminated:
            yield "a known training file holds items of the benchmark"


def flagged(store: Store, project: Project, month: Month) -> Flagged:
    """All of it, in one look at the lake."""
    with store.snapshot():
        old = labeling.expired(store, project, month.span["before"])
        alike = held_out.duplicates(store).facts if store.row_counts([DUPLICATES])[DUPLICATES.name] else {}
        published = store.read(PUBLISHED, month.span).row(0, named=True)
        return Flagged(
            **published,
            expired=old.height,
            asked_again=int(old.select(pl.col("asked").sum()).item()),
            unstable=labeling.unstable(store, project, **month.span),
            conflicts=int(store.read(WAITING, {"before": month.span["before"]}).item()),
            duplicate_groups=int(alike.get("groups", 0)),
            duplicates_apart=int(alike.get("of several truths", 0)) + int(alike.get("across splits", 0)),
            contaminated=held_out.contamination(store).verdict == "fail",
        )
