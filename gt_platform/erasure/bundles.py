"""Erasing from bundles of releases: rows are emptied in their files, and a signed notice says which files are others.

The manifest and its signature stay, so that the chain of manifests does, and whoever has kept one.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from gt_platform.canonical import digest
from gt_platform.erasure.texts import without
from gt_platform.lake import Lake, Store
from gt_platform.lake.pseudonyms import Key
from gt_platform.lake.redaction import Redaction
from gt_platform.lake.storage import Storage
from gt_platform.lake.tables import CHANGELOG, ERASED, GROUND_TRUTH
from gt_platform.project import Project
from gt_platform.signing import Signer
from gt_platform.truth.bundle import MANIFEST, folder_of
from gt_platform.truth.redactions import NOTED, NOTICE, NOTICE_SIGNATURE

RELEASES = "SELECT release, digest FROM releases ORDER BY release"
KNOWN = "SELECT count(*) FROM erased WHERE kind = ? AND id = ? AND release = ?"
ANY = "SELECT erasure_id FROM erasures ORDER BY erased_at DESC LIMIT 1"
TABLES = {"ground_truth.parquet": GROUND_TRUTH, "changelog.parquet": CHANGELOG}
TEXTS = ("README.md", "card.md", "CHANGELOG.md")


def empty(lake: Lake, project: Project, key: Key, written: Sequence[str], signer: Signer) -> int:
    """Empty every bundle; returns in how many there was anything. What was done before is found done."""
    store = lake.store(project.name)
    redaction = lake.redaction(project.name, key)
    changed = 0
    for release, of in store.read(RELEASES).iter_rows():
        folder = folder_of(project.name, release, of)
        anew = _emptied(lake.files, folder, redaction, written)
        if anew:
            _write(store, lake.files, folder, release, anew, signer)
            changed += 1
    return changed


def _emptied(files: Storage, folder: str, redaction: Redaction, written: Sequence[str]) -> dict[str, bytes]:
    """By name, the files of a bundle that become others."""
    anew: dict[str, bytes] = {}
    for name, table in TABLES.items():
        if files.exists(path := f"{folder}/{name}"):
            rows = pl.read_parquet(io.BytesIO(files.read(path)))
            emptied = redaction.frame(table, rows)
            if not emptied.equals(rows):
                buffer = io.BytesIO()
                emptied.cast(rows.schema).write_parquet(buffer, compression="zstd")
                anew[name] = buffer.getvalue()
    for name in TEXTS:
        if files.exists(path := f"{folder}/{name}"):
            content = files.read(path)
            if (emptied_text := without(content.decode(), written).encode()) != content:
                anew[name] = emptied_text
    return anew


def _write(store: Store, files: Storage, folder: str, release: int, anew: Mapping[str, bytes], signer: Signer) -> None:
    """The notice first, and the lake's word for it: a run that dies in between leaves files that the next empties."""
    notice = _notice(files, folder, release, anew)
    row = {"kind": NOTED, "id": digest(notice), "release": release}
    if not store.read(KNOWN, list(row.values())).item():
        row["erasure_id"] = store.read(ANY).item()
        store.commit("notice of an erasure", lambda writer: writer.append(ERASED, ERASED.frame([row])))
    files.write(f"{folder}/{NOTICE}", notice)
    files.write(f"{folder}/{NOTICE_SIGNATURE}", signer.sign(notice).content)
    for name, content in anew.items():
        files.write(f"{folder}/{name}", content)


def _notice(files: Storage, folder: str, release: int, anew: Mapping[str, bytes]) -> bytes:
    manifest = json.loads(files.read(f"{folder}/{MANIFEST}"))
    path = f"{folder}/{NOTICE}"
    said: dict[str, Any] = json.loads(files.read(path))["files"] if files.exists(path) else {}
    for name, content in anew.items():
        said[name] = {"was": manifest["files"].get(name, {}).get("sha256"), "sha256": digest(content)}
    told = {"release": release, "files": said, "manifest": digest(files.read(f"{folder}/{MANIFEST}"))}
    return (json.dumps(told, indent=2, sort_keys=True) + "\n").encode()
