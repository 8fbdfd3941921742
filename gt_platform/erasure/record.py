"""Entering an erasure into the lake: its tombstones, and what is to be of it in the tables as they are now.

The content itself lies on in older versions until they are emptied (`Lake.redact`), which needs only what stands here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.erasure.errors import ErasureError
from gt_platform.erasure.subject import Found, Subject, find
from gt_platform.lake import Lake, Store, Writer
from gt_platform.lake.forgetting import RULES
from gt_platform.lake.pseudonyms import Key
from gt_platform.lake.tables import ERASED, ERASURES, FILES, TABLES
from gt_platform.project import Project
from gt_platform.truth.by_hand import append
from gt_platform.truth.fold import fold_within
from gt_platform.truth.redactions import ROW, place

RELEASES = "SELECT release, snapshot_id, digest_columns FROM releases ORDER BY release"
SEALED = "SELECT release, id, sealed FROM erased WHERE kind = 'row'"
ON_RECORD = "SELECT key_check FROM erasures WHERE erasure_id = ?"
OTHER_KEY = "SELECT count(*) FROM erasures WHERE key_check <> ?"
KNOWN_IDS = "SELECT kind, id, release FROM erased"
KNOWN_DECISIONS = "SELECT item_id FROM decisions SEMI JOIN wanted USING (item_id)"
KNOWN_FILES = "SELECT file_id FROM files"
IN_SAMPLE = "SELECT DISTINCT item_id FROM sample SEMI JOIN wanted USING (event_id)"


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What is entered: whose, why, by whom; audit entries that a backend emptied, and inbox files it was taken from."""

    subject: Subject
    why: str
    actor: str
    audit: Sequence[str] = ()
    files: Sequence[Mapping[str, Any]] = ()


def refuse_key(tables: Store | Writer, key: Key) -> None:
    """Raise ErasureError for another key than what was erased before is known by."""
    if tables.read(OTHER_KEY, [key.check]).item():
        raise ErasureError(
            "what was erased from this lake before is known by another key: bring keys/erasure.key back, or name it by "
            "GT_ERASURE_KEY; with two keys what was erased could come in again"
        )


def enter(lake: Lake, project: Project, key: Key, erasure: Erasure) -> Found:
    """Enter an erasure, with all that is found of it under the lock; the same again enters what is new of it."""
    store = lake.store(project.name)

    def work(writer: Writer) -> Found:
        refuse_key(writer, key)
        found = find(writer, erasure.subject)
        erasure_id = key.of(f"{erasure.subject.what} {erasure.subject.id}")
        ids = {**found.ids, "audit": sorted({*found.ids["audit"], *erasure.audit})}
        new = pl.DataFrame(
            [{"kind": kind, "id": key.of(one)} for kind, some in ids.items() for one in some],
            schema={"kind": pl.String, "id": pl.String},
        )
        rows = [
            *new.with_columns(release=pl.lit(0)).iter_rows(named=True),
            *_rows_of_releases(lake, project.name, writer, key, new),
        ]
        sampled = _sampled(writer, found)
        _note(writer, erasure, erasure_id, key, found)
        _append(writer, erasure_id, rows)
        for table in TABLES:
            _delete(writer, table.name, ids)
        _retire(writer, project, [key.of(one) for one in {*sampled, *ids["item"]}], erasure)
        _know_files(writer, erasure.files)
        fold_within(writer)
        return found

    return store.commit(f"erasure in {project.name}", work)


def _rows_of_releases(
    lake: Lake, project: str, writer: Writer, key: Key, new: pl.DataFrame
) -> Iterable[dict[str, Any]]:
    """The digests that rows of releases had, sealed: by these a release verifies when the rows are emptied."""
    redaction = lake.redaction(project, key, new)
    sealed = {(release, item): kept for release, item, kept in writer.read(SEALED).iter_rows()}
    for release, snapshot, columns in writer.read(RELEASES).iter_rows():
        for becomes, (was, digest) in redaction.released(snapshot, json.loads(columns)).items():
            if before := sealed.get((release, was)):
                digest = key.seal(before, place(release, was))
            yield {
                "kind": ROW,
                "id": becomes,
                "release": release,
                "sealed": key.seal(digest, place(release, becomes)),
            }


def _sampled(writer: Writer, found: Found) -> list[str]:
    """Items of their events that were drawn: what stands for them is never to be asked."""
    wanted = pl.DataFrame({"event_id": found.ids["event"]}, schema={"event_id": pl.String})
    return [str(one) for one in writer.read(IN_SAMPLE, frames={"wanted": wanted}).to_series()]


def _note(writer: Writer, erasure: Erasure, erasure_id: str, key: Key, found: Found) -> None:
    if writer.read(ON_RECORD, [erasure_id]).is_empty():
        row = {
            "erasure_id": erasure_id,
            "what": erasure.subject.what,
            "why": erasure.why,
            "items": len(found.ids["item"]),
            "events": len(found.ids["event"]),
            "key_check": key.check,
            "erased_by": erasure.actor,
            "erased_at": datetime.now(UTC),
        }
        writer.append(ERASURES, ERASURES.frame([row]))


def _append(writer: Writer, erasure_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """What stands there stays: of a row that was emptied before, the digest is another by now."""
    known = set(writer.read(KNOWN_IDS).iter_rows())
    new = [
        dict(row) | {"erasure_id": erasure_id} for row in rows if (row["kind"], row["id"], row["release"]) not in known
    ]
    writer.append(ERASED, ERASED.frame(new))


def _delete(writer: Writer, name: str, ids: Mapping[str, Sequence[str]]) -> None:
    rule = RULES.get(name)
    if rule is None or rule.stays:
        return
    table = next(one for one in TABLES if one.name == name)
    for column, kind in rule.told_by.items():
        if ids.get(kind):
            writer.remove(table, column, ids[kind])


def _retire(writer: Writer, project: Project, items: Sequence[str], erasure: Erasure) -> None:
    wanted = pl.DataFrame({"item_id": sorted(items)}, schema={"item_id": pl.String})
    known = set(writer.read(KNOWN_DECISIONS, frames={"wanted": wanted})["item_id"])
    said = {"answer": None, "reason": f"erased: {erasure.why}", "category": "private"}
    rows = [{"item_id": item, **said} for item in wanted["item_id"] if item not in known]
    append(writer, project, rows, status="retired", method="erasure", actor=erasure.actor)


def _know_files(writer: Writer, files: Sequence[Mapping[str, Any]]) -> None:
    """Inbox files without the lines of theirs are known: else the next night would read them as new."""
    known = set(writer.read(KNOWN_FILES)["file_id"])
    writer.append(FILES, FILES.frame(row for row in files if row["file_id"] not in known))
