"""A release as plain files: Parquet, a changelog, a card, a signed manifest of digests. Readable without the lake."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from gt_platform.canonical import digest
from gt_platform.lake.storage import Storage
from gt_platform.project import Project
from gt_platform.signing import Signer

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CARD = "README.md"
CARDS = (CARD, "card.md")
"""What a card is called, and was in bundles of older versions."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What a release freezes: the truth, what changed since its parent, and what is said of both."""

    project: Project
    number: int
    digest: str
    digest_columns: Sequence[str]
    parent: str | None
    parent_manifest: str | None
    truth: pl.DataFrame
    changes: pl.DataFrame
    card: str
    changelog: str

    @property
    def folder(self) -> str:
        """Where it lies in the storage: equal content lies in the same place."""
        return folder_of(self.project.name, self.number, self.digest)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A bundle in its storage: where its manifest is, the manifest's digest, and whose signature it has."""

    url: str
    manifest_digest: str
    public_key: str | None


def folder_of(project: str, number: int, digest: str) -> str:
    """Where a release's bundle lies in the storage."""
    return f"{project}/releases/{number:05d}-{digest[:12]}"


def write_bundle(storage: Storage, bundle: Bundle, signer: Signer | None = None) -> Written:
    """Write the files, the manifest last. Equal releases give equal bytes: one written twice is none the worse."""
    contents = {
        "ground_truth.parquet": _parquet(bundle.truth),
        "changelog.parquet": _parquet(bundle.changes),
        "guidelines.md": bundle.project.guidelines.encode(),
        CARD: bundle.card.encode(),
        "CHANGELOG.md": bundle.changelog.encode(),
    }
    manifest = _manifest(bundle, contents)
    signature = signer.sign(manifest) if signer else None
    signed = {SIGNATURE: signature.content, "public_key.pem": signature.pem} if signature else {}
    for name, content in (contents | signed).items():
        storage.write(f"{bundle.folder}/{name}", content)
    return Written(
        url=storage.write(f"{bundle.folder}/{MANIFEST}", manifest),
        manifest_digest=digest(manifest),
        public_key=signature.public_key if signature else None,
    )


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _manifest(bundle: Bundle, contents: dict[str, bytes]) -> bytes:
    manifest = {
        "project": bundle.project.name,
        "release": bundle.number,
        "content_digest": bundle.digest,
        "content_columns": bundle.digest_columns,
        "parent_digest": bundle.parent,
        "parent_manifest": bundle.parent_manifest,
        "guideline_version": bundle.project.guideline_version,
        "schema_version": bundle.project.schema_version,
        "items": bundle.truth.height,
        "files": {
            name: {"bytes": len(content), "sha256": digest(content)} for name, content in sorted(contents.items())
        },
    }
    return (json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
