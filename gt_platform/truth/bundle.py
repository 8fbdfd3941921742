"""A release as plain files: Parquet, a changelog, a manifest of digests and a card. Readable without the lake."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from gt_platform.canonical import digest
from gt_platform.lake.storage import Storage
from gt_platform.project import Project


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What a release freezes: the truth and what changed since its parent."""

    project: Project
    number: int
    digest: str
    digest_columns: Sequence[str]
    parent: str | None
    truth: pl.DataFrame
    changes: pl.DataFrame

    @property
    def folder(self) -> str:
        """Where it lies in the storage: equal content lies in the same place."""
        return f"{self.project.name}/releases/{self.number:05d}-{self.digest[:12]}"


def write_bundle(storage: Storage, bundle: Bundle) -> str:
    """Write the files, the manifest last, and return where the manifest is."""
    contents = {
        "ground_truth.parquet": _parquet(bundle.truth),
        "changelog.parquet": _parquet(bundle.changes),
        "guidelines.md": bundle.project.guidelines.encode(),
        "card.md": _card(bundle).encode(),
    }
    for name, content in contents.items():
        storage.write(f"{bundle.folder}/{name}", content)
    return storage.write(f"{bundle.folder}/manifest.json", _manifest(bundle, contents))


def broken_files(storage: Storage, folder: str) -> list[str]:
    """Files of a bundle that are missing or differ from its manifest; the manifest itself when unreadable."""
    try:
        listed = json.loads(storage.read(f"{folder}/manifest.json"))["files"]
    except (OSError, ValueError, KeyError):
        return ["manifest.json"]
    return [name for name, said in listed.items() if _sha256_of(storage, f"{folder}/{name}") != said["sha256"]]


def _sha256_of(storage: Storage, path: str) -> str | None:
    return digest(storage.read(path)) if storage.exists(path) else None


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
        "guideline_version": bundle.project.guideline_version,
        "schema_version": bundle.project.schema_version,
        "items": bundle.truth.height,
        "files": {
            name: {"bytes": len(content), "sha256": digest(content)} for name, content in sorted(contents.items())
        },
    }
    return (json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _card(bundle: Bundle) -> str:
    counted = dict(bundle.changes.group_by("change").len().iter_rows())
    changes = ", ".join(f"{counted.get(change, 0)} {change}" for change in ("added", "changed", "retired"))
    methods = bundle.truth.group_by("status", "method").len().sort("status", "method")
    settled = "\n".join(f"| {status} | {method} | {count} |" for status, method, count in methods.iter_rows())
    return f"""# {bundle.project.name}, release {bundle.number}

{bundle.project.question}

- Items: {bundle.truth.height} ({changes} since the release before)
- Content digest: `{bundle.digest}`
- Parent digest: `{bundle.parent or "none: this is the first"}`
- Guidelines `{bundle.project.guideline_version}`, question and answer schema `{bundle.project.schema_version}`

| settled by | method | items |
|---|---|---:|
{settled}

Items were drawn with known, unequal probabilities. The plain share of right answers on them says little about
production; the `scores` table holds the estimate that does, with its interval.
"""
