"""Publishing: an immutable version of the ground truth, named in the lake and frozen as a bundle of files."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.canonical import canonical
from gt_platform.canonical import digest as digest_of
from gt_platform.lake import Store, Writer
from gt_platform.lake.storage import Storage
from gt_platform.lake.tables import CHANGELOG, GROUND_TRUTH, RELEASES
from gt_platform.project import Project
from gt_platform.signing import Signer
from gt_platform.truth.bundle import MANIFEST, Bundle, Written, folder_of, write_bundle
from gt_platform.truth.card import card, facts
from gt_platform.truth.changelog import changelog_with, changes_of, counted_of

LATEST = """
    SELECT release, digest, digest_columns, snapshot_id, manifest_digest FROM releases ORDER BY release DESC LIMIT 1
"""
STANDING = "SELECT * FROM ground_truth ORDER BY item_id"
COLUMNS = GROUND_TRUTH.column_names(stable_only=True)
DECIDED = """
    SELECT c.*, d.status, d.category FROM changed_rows c LEFT JOIN current_decisions d USING (item_id) ORDER BY item_id
"""
ANY = "SELECT 1 FROM ground_truth LIMIT 1"
STANDING_AT = "SELECT item_id, answer FROM ground_truth AT (VERSION => ?) ORDER BY item_id"


@dataclass(frozen=True, kw_only=True)
class Released:
    """The newest release; `new` tells whether this call made it."""

    release: int | None
    digest: str | None
    items: int
    added: int = 0
    changed: int = 0
    retired: int = 0
    bundle: str | None = None
    new: bool = False


def release(store: Store, project: Project, *, bundles: Storage, signer: Signer | None = None) -> Released:
    """Publish the ground truth if it differs from the latest release; an unchanged truth makes none.

    The bundle is written before the commit that names it, under a path made of its content, so that a run that
    dies in between leaves nothing but files that the next run writes again.
    """

    def work(writer: Writer) -> Released:
        truth = writer.read(STANDING)
        digest = writer.digest(GROUND_TRUTH)
        latest = next(writer.read(LATEST).iter_rows(named=True), None)
        if latest is None and truth.is_empty():
            return Released(release=None, digest=None, items=0)
        if latest is not None and _same(writer, latest, digest):
            return Released(release=latest["release"], digest=latest["digest"], items=truth.height)
        before = writer.read(STANDING_AT, [latest["snapshot_id"]]) if latest else _nothing()
        number = latest["release"] + 1 if latest else 1
        changes = _changes(writer, before, truth)
        writer.append(CHANGELOG, changes.with_columns(release=pl.lit(number)))
        counted = counted_of(writer)
        told = changes_of(counted.filter(release=number))
        bundle = Bundle(
            project=project,
            number=number,
            digest=digest,
            digest_columns=COLUMNS,
            parent=latest["digest"] if latest else None,
            parent_manifest=_manifest_of(latest, project, bundles) if latest else None,
            truth=truth,
            changes=changes,
            card=card(project, number, truth, facts(writer), digest=digest, changes=told),
            changelog=changelog_with(writer, number, truth.height, counted),
        )
        return _record(writer, bundle, write_bundle(bundles, bundle, signer))

    return store.commit(f"release of {project.name}", work)


def unreleased(store: Store) -> bool:
    """Whether `release` would publish anything."""
    latest = next(store.read(LATEST).iter_rows(named=True), None)
    if latest is None:
        return not store.read(ANY).is_empty()
    common = [name for name in json.loads(latest["digest_columns"]) if name in COLUMNS]
    at = (latest["snapshot_id"], store.snapshot_id)
    before, now = (store.digest_at(GROUND_TRUTH, snapshot_id, common) for snapshot_id in at)
    return before != now


def _same(writer: Writer, latest: dict[str, Any], digest: str) -> bool:
    """Whether the truth, of this digest, is the latest release's in all columns that both have."""
    covered = json.loads(latest["digest_columns"])
    if covered == COLUMNS:
        return bool(latest["digest"] == digest)
    common = [name for name in covered if name in COLUMNS]  # a column that came since says nothing of the truth
    return writer.digest(GROUND_TRUTH, common) == writer.digest(GROUND_TRUTH, common, at=latest["snapshot_id"])


def _manifest_of(latest: dict[str, Any], project: Project, bundles: Storage) -> str | None:
    """Digest of the latest release's manifest: a signature vouches for all releases before its own as well."""
    path = f"{folder_of(project.name, latest['release'], latest['digest'])}/{MANIFEST}"
    known: str | None = latest["manifest_digest"]
    if known is None and bundles.exists(path):  # it was made before releases said it
        return digest_of(bundles.read(path))
    return known


def _record(writer: Writer, bundle: Bundle, written: Written) -> Released:
    counted = dict(bundle.changes.group_by("change").len().iter_rows())
    added, changed, retired = (counted.get(change, 0) for change in ("added", "changed", "retired"))
    row = {
        "release": bundle.number,
        "digest": bundle.digest,
        "digest_columns": canonical(bundle.digest_columns),
        "parent_digest": bundle.parent,
        "items": bundle.truth.height,
        "added": added,
        "changed": changed,
        "retired": retired,
        "guideline_version": bundle.project.guideline_version,
        "schema_version": bundle.project.schema_version,
        "snapshot_id": writer.snapshot_id,
        "bundle": written.url,
        "manifest_digest": written.manifest_digest,
        "public_key": written.public_key,
        "released_at": datetime.now(UTC),
    }
    writer.append(RELEASES, RELEASES.frame([row]))
    return Released(
        release=bundle.number,
        digest=bundle.digest,
        items=bundle.truth.height,
        added=added,
        changed=changed,
        retired=retired,
        bundle=written.url,
        new=True,
    )


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={"item_id": pl.String, "answer": pl.String})


def _changes(writer: Writer, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    joined = before.rename({"answer": "before"}).join(
        after.select("item_id", pl.col("answer").alias("after")), on="item_id", how="full", coalesce=True
    )
    change = (
        pl.when(pl.col("before").is_null())
        .then(pl.lit("added"))
        .when(pl.col("after").is_null())
        .then(pl.lit("retired"))
        .otherwise(pl.lit("changed"))
    )
    differing = joined.filter(pl.col("before").ne_missing(pl.col("after")))
    changes = differing.select("item_id", change.alias("change"), "before", "after")
    return writer.read(DECIDED, frames={"changed_rows": changes})
