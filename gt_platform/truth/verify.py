"""Proving that truth and releases are what they say: by rebuilding, scanning and hashing, never by counting."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from gt_platform.canonical import digest
from gt_platform.errors import GroundTruthError
from gt_platform.lake import Store
from gt_platform.lake.storage import Storage
from gt_platform.lake.tables import GROUND_TRUTH
from gt_platform.project import Project
from gt_platform.signing import vouched_for
from gt_platform.truth.bundle import MANIFEST, SIGNATURE, folder_of
from gt_platform.truth.fold import folded
from gt_platform.truth.redactions import NOTICE, Redactions, instead

RELEASES_MADE = "SELECT * FROM releases ORDER BY release"
STANDING = "SELECT * FROM ground_truth ORDER BY item_id"
CHANGES = "SELECT item_id, change, before, after FROM changelog WHERE release = ? ORDER BY item_id"
FROZEN = ("ground_truth", "changelog")
"""Tables that a bundle has as Parquet."""
SAID_TWICE = {
    "release": "release",
    "content_digest": "digest",
    "parent_digest": "parent_digest",
    "guideline_version": "guideline_version",
    "schema_version": "schema_version",
    "items": "items",
}
"""What a bundle's manifest says, and which column of `releases` says it as well."""


def verify_fold(store: Store) -> list[str]:
    """Items whose standing truth is not what the decisions make it; empty when all is well."""
    rebuilt = folded(store)
    standing = store.read(STANDING).select(rebuilt.columns)
    ours, theirs = ({row[0]: row for row in frame.iter_rows()} for frame in (rebuilt, standing))
    return sorted(item for item in ours.keys() | theirs.keys() if ours.get(item) != theirs.get(item))


def verify_releases(store: Store, project: Project, *, bundles: Storage, public_key: str | None = None) -> list[str]:
    """What is wrong with each release, a sentence each: in the lake's snapshot, in `releases`, or in its bundle.

    With a public key (hex), also that each bundle is signed by it, or named in one that is, by its manifest's digest.
    """
    made = _made(store, project, bundles)
    found = {bundle.row["release"]: _problems(store, bundle, parent) for bundle, parent in made}
    wrong = [f"release {number}: {one}" for number, problems in found.items() for one in problems]
    return wrong + (_unsigned([bundle for bundle, _ in made], public_key) if public_key else [])


def verify_release(store: Store, project: Project, release: int, *, bundles: Storage) -> list[str]:
    """What is wrong with one release."""
    made = _made(store, project, bundles)
    return next(_problems(store, bundle, parent) for bundle, parent in made if bundle.row["release"] == release)


def _made(store: Store, project: Project, bundles: Storage) -> "list[tuple[_Frozen, str | None]]":
    """The bundle of every release, and the digest of the release before it."""
    rows = store.read(RELEASES_MADE).rows(named=True)
    parents = [None, *(row["digest"] for row in rows)]
    folders = (folder_of(project.name, row["release"], row["digest"]) for row in rows)
    redacted = Redactions(store)
    return [
        (_Frozen(bundles, row, folder, redacted), parent)
        for row, folder, parent in zip(rows, folders, parents, strict=False)
    ]


def _problems(store: Store, bundle: "_Frozen", parent: str | None) -> list[str]:
    return [*_in_lake(store, bundle.row, parent, bundle.redacted), *bundle.problems(store)]


def _in_lake(store: Store, row: Mapping[str, Any], parent: str | None, redacted: Redactions) -> Iterator[str]:
    if row["parent_digest"] != parent:
        yield "names another release before it than the lake has"
    try:
        found = store.digest_at(GROUND_TRUTH, row["snapshot_id"], json.loads(row["digest_columns"]))
    except (duckdb.Error, ValueError, TypeError):
        yield f"the lake's snapshot {row['snapshot_id']}, which holds it, cannot be read"
        return
    if found != row["digest"] and not _as_released(store, row, redacted):
        yield f"the lake's snapshot {row['snapshot_id']} no longer has the released content"


def _as_released(store: Store, row: Mapping[str, Any], redacted: Redactions) -> bool:
    """Whether all is as it was released but what was erased since, of which digests were kept."""
    kept = redacted.kept(row["release"])
    columns = json.loads(row["digest_columns"])
    return (
        not kept.is_empty() and store.digest_with(GROUND_TRUTH, columns, kept, at=row["snapshot_id"]) == row["digest"]
    )


@dataclass(frozen=True)
class _Frozen:
    """A release's bundle as it lies in the storage, beside its row."""

    bundles: Storage
    row: Mapping[str, Any]
    folder: str
    redacted: Redactions

    def file(self, name: str) -> bytes | None:
        """A file of it; none where there is none that can be read."""
        try:
            return self.bundles.read(f"{self.folder}/{name}")
        except (OSError, GroundTruthError):
            return None

    @property
    def manifest(self) -> dict[str, Any]:
        """What its manifest says; nothing where it is none."""
        try:
            said = json.loads(self.file(MANIFEST) or b"")
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    def problems(self, store: Store) -> Iterator[str]:
        """What is wrong with it."""
        content, said = self.file(MANIFEST), self.manifest
        if not isinstance(said.get("files"), dict) or self.row["manifest_digest"] not in {None, digest(content or b"")}:
            yield f"{MANIFEST} in its bundle is missing or changed"
            return
        others = [name for name, column in SAID_TWICE.items() if said.get(name) != self.row[column]]
        if others:
            yield f"{MANIFEST} in its bundle says otherwise than the lake: {', '.join(others)}"
        broken = [name for name, told in said["files"].items() if not self._is(name, told)]
        yield from (f"{name} in its bundle is missing or changed" for name in broken)
        if self.row["manifest_digest"] is None and not broken:
            yield from self._unlike(store)
        if self.row["public_key"] and not self.signed_by(self.row["public_key"]):
            yield f"{SIGNATURE} in its bundle is missing or changed"

    def signed_by(self, public_key: str) -> bool:
        """Whether the manifest has a signature of that key."""
        return vouched_for(self.file(MANIFEST) or b"", self.file(SIGNATURE) or b"", public_key)

    def _is(self, name: str, told: object) -> bool:
        content = self.file(name)
        if content is None or not isinstance(told, dict):
            return False
        notice = self.redacted.notice(self.row["release"], self.file(NOTICE))
        return digest(content) in {told.get("sha256"), instead(notice, name, told.get("sha256"))}

    def _unlike(self, store: Store) -> Iterator[str]:
        """Of a bundle whose manifest the lake does not know, made by an older version: whether it has the content."""
        covered = json.loads(self.row["digest_columns"])
        try:
            truth, changes = (pl.read_parquet(io.BytesIO(self.file(f"{name}.parquet") or b"")) for name in FROZEN)
            kept = self.redacted.kept(self.row["release"])
            same = store.digest_of(GROUND_TRUTH, covered, truth.select(covered), kept) == self.row["digest"]
        except (pl.exceptions.PolarsError, duckdb.Error, OSError):
            yield "its bundle has not the released content"
            return
        if not same:
            yield "its bundle has not the released content"
        known = store.read(CHANGES, [self.row["release"]])
        if sorted(changes.select(known.columns).rows(), key=str) != sorted(known.rows(), key=str):
            yield "its bundle has not the changelog that the lake has"


def _unsigned(bundles: list[_Frozen], public_key: str) -> list[str]:
    """Bundles that nobody with that key vouches for, neither by a signature nor by naming them in a signed one."""
    wrong: list[str] = []
    named: str | None = None
    for bundle in reversed(bundles):
        if bundle.signed_by(public_key) or (named and digest(bundle.file(MANIFEST) or b"") == named):
            named = bundle.manifest.get("parent_manifest")
        else:
            wrong.append(f"release {bundle.row['release']}: its bundle is not signed by the given key")
            named = None
    return wrong[::-1]
