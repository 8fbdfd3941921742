"""Proving that truth and releases are what they say: by rebuilding, scanning and hashing, never by counting."""

import json

from gt_platform.lake import Store
from gt_platform.lake.storage import Storage
from gt_platform.lake.tables import GROUND_TRUTH
from gt_platform.project import Project
from gt_platform.truth.bundle import broken_files
from gt_platform.truth.fold import folded

RELEASES_MADE = "SELECT release, digest, digest_columns, snapshot_id FROM releases ORDER BY release"
STANDING = "SELECT * FROM ground_truth ORDER BY item_id"


def verify_fold(store: Store) -> list[str]:
    """Items whose standing truth is not what the decisions make it; empty when all is well."""
    rebuilt = folded(store)
    standing = store.read(STANDING).select(rebuilt.columns)
    ours, theirs = ({row[0]: row for row in frame.iter_rows()} for frame in (rebuilt, standing))
    return sorted(item for item in ours.keys() | theirs.keys() if ours.get(item) != theirs.get(item))


def verify_releases(store: Store, project: Project, *, bundles: Storage) -> list[str]:
    """What is wrong with each release, a sentence each: its snapshot's digest, or files of its bundle."""
    wrong: list[str] = []
    for number, digest, columns, snapshot_id in store.read(RELEASES_MADE).iter_rows():
        if store.digest_at(GROUND_TRUTH, snapshot_id, json.loads(columns)) != digest:
            wrong.append(f"release {number}: the lake's snapshot {snapshot_id} no longer has the released content")
        folder = f"{project.name}/releases/{number:05d}-{digest[:12]}"
        wrong += [
            f"release {number}: {name} in its bundle is missing or changed" for name in broken_files(bundles, folder)
        ]
    return wrong
