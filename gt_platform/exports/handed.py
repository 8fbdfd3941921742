"""What is handed out of a release: its truth, row by row, with what is known of the items and their events."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from gt_platform.errors import GroundTruthError
from gt_platform.held_out.exporting import exported
from gt_platform.lake import Store
from gt_platform.lake.forgetting import UNERASED
from gt_platform.lake.storage import Storage
from gt_platform.project import Project
from gt_platform.truth.changelog import changelog_of
from gt_platform.truth.published import card_of
from gt_platform.truth.tags import release_named

RELEASE = """
    SELECT r.release, r.snapshot_id, r.digest, r.bundle, t.tags FROM releases r LEFT JOIN release_tags t USING (release)
    WHERE r.release = ?
"""
TRUTH = f"SELECT * FROM ground_truth AT (VERSION => ?) WHERE {UNERASED} ORDER BY item_id"  # noqa: S608
# of the events that were drawn with their chances: those are what a score is estimated from
EVENTS = """
    SELECT s.item_id, to_json(list({
        'event_id': s.event_id, 'model': e.model, 'output': e.output, 'attributes': e.attributes,
        'stratum': s.stratum, 'inclusion_probability': s.inclusion_probability, 'frame_day': s.frame_day
    } ORDER BY s.event_id))::VARCHAR AS events
    FROM sample s JOIN events e USING (event_id) GROUP BY s.item_id
"""
NESTED = ("input", "answer", "soft", "attributes", "events")
"""Columns of JSON."""


class ExportError(GroundTruthError):
    """An export that cannot be made as asked; the message says why, and what can be."""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A release as it is handed out; `rows` by item, JSON as text, of the `items` that it has."""

    project: Project
    release: int
    digest: str
    tags: tuple[str, ...]
    rows: pl.DataFrame
    items: int
    card: str
    changelog: str

    @property
    def name(self) -> str:
        """What it is called where it needs one name: its first tag, or its number."""
        return self.tags[0] if self.tags else f"release-{self.release}"

    def records(self) -> Iterator[dict[str, Any]]:
        """Its rows with JSON as values."""
        for row in self.rows.iter_rows(named=True):
            yield {
                name: json.loads(value) if name in NESTED and value is not None else value
                for name, value in row.items()
            }


def handed(
    store: Store,
    project: Project,
    name: str,
    *,
    bundles: Storage,
    events: bool = False,
    splits: Collection[str] = (),
    benchmark: bool = False,
) -> Handed:
    """A release by its number, tag or role, but what of it is held out, unless for a `benchmark`.

    With `events` comes what was drawn of each item. Raises ReleaseError, and SplitError for splits that cannot go out.
    """
    with store.snapshot():
        found = store.read(RELEASE, [release_named(store, name)]).row(0, named=True)
        truth = store.read(TRUTH, [found["snapshot_id"]])
        rows = exported(store, truth, splits=splits, benchmark=benchmark)
        if events:
            rows = rows.join(store.read(EVENTS), on="item_id", how="left", maintain_order="left")
        changes = changelog_of(store)
    return Handed(
        project=project,
        release=found["release"],
        digest=found["digest"],
        tags=tuple((found["tags"] or "").split(", ")) if found["tags"] else (),
        rows=rows,
        items=truth.height,
        card=card_of(bundles, project, found["release"], found["digest"]),
        changelog=changes,
    )
