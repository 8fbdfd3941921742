"""A home in which two people wrote, and where everything has been that can be: asked, answered, released, merged."""

import gzip
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import psycopg2

from gt_platform.canonical import canonical
from gt_platform.erasure import Places
from gt_platform.feedback import ingest
from gt_platform.feedback.inbox import inbox_root
from gt_platform.labeling.assign import assign
from gt_platform.lake import Lake
from gt_platform.lake.tables import ANNOTATIONS, AUDIT, PREDICTIONS
from gt_platform.lake.urls import open_storage
from gt_platform.likeness.duplicates import find_duplicates
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.signing import Signer
from gt_platform.truth import fold, release, settle
from gt_platform.workbench.exchange.backend import Workbench, WorkbenchBackend
from tests.support.rows import rows as rows_of
from tests.support.sentiment import DAY, declare, item_of, put_sample

ANN, BOB = "ann.zyzzogeton@example.org", "bob@example.org"
MARK = "Zyzzogeton"
"""What only Ann ever wrote, and her user's id."""
HERS = (f"{MARK} is my name and the parcel was late", f"I, {MARK}, am delighted with the lamp")
SHARED, HIS = "a text that both of them wrote", "nothing of note happened on Tuesday"
ITEM = item_of(HERS[0])


@dataclass(frozen=True)
class Home:
    """The installation, and how it is opened."""

    settings: Settings
    project: Project

    @property
    def places(self) -> Places:
        """Where content lies besides the lake."""
        others = [Path(f"{self.settings.home}/lake"), *self.settings.home.glob("workbench.sqlite*")]
        return Places(
            settings=self.settings,
            inbox=open_storage(inbox_root(self.project.inbox), self.settings),
            backend=self.backend,
            others=[*others, self.settings.home / "keys", self.settings.home / "inbox"],
        )

    @property
    def backend(self) -> WorkbenchBackend:
        """The workbench."""
        return Workbench(webhook=None, images=()).open(self.project, self.settings)

    def ingest(self, day: date = DAY) -> Any:
        """Take in what lies in the inbox."""
        with Lake.open(self.settings) as lake:
            inbox = open_storage(inbox_root(self.project.inbox), self.settings)
            return ingest(lake.store(self.project.name), self.project, day, inbox=inbox, today=day)

    def write(self, name: str, records: list[dict[str, Any]], *, day: date = DAY) -> None:
        """Put a file into the inbox."""
        content = "".join(json.dumps(one) + "\n" for one in records).encode()
        inbox = open_storage(inbox_root(self.project.inbox), self.settings)
        inbox.write(f"dt={day}/{name}", gzip.compress(content, mtime=0) if name.endswith(".gz") else content)


def made(settings: Settings) -> Home:
    """The home, after two releases and a merge of files."""
    project = declared(settings)
    home = Home(settings, project)
    home.write("events.jsonl", events())
    home.write("feedback.jsonl.gz", [thumb("e-ann-0", comment=f"{MARK} said so", kind="expert"), broken()])
    home.ingest()
    with Lake.open(settings) as lake:
        store = lake.store(project.name)
        rows = store.read("SELECT event_id, frame_day, item_id FROM events").to_dicts()
        put_sample(store, rows)
        assign(store, project, DAY, backend=home.backend)
        find_duplicates(store, project)
        _answer(lake, project, {HERS[0]: "negative", HIS: "neutral"})
        said = [{"item_id": item_of(text), "output": canonical(f"about: {text}")} for text in (*HERS, HIS)]
        store.commit("predictions", lambda writer: writer.append(PREDICTIONS, rows_of(PREDICTIONS, *said)))
        _publish(lake, project)
        lake.compact()
        _answer(lake, project, {HERS[1]: "positive", SHARED: "neutral"})
        _publish(lake, project)
        lake.files.write(f"{project.name}/drift/report.html", f"<p>{HERS[0]}</p><p>{HIS}</p>".encode())
    _history(settings.home / "dagster" / "history.sqlite")
    (settings.home / "sheet.csv").write_text(f'line,raw\n3,"{HERS[0][:60]}"\n4,"{HIS}"\n')
    return home


def declared(settings: Settings) -> Project:
    """The project."""
    return declare(settings.home, labeling={"backend": "workbench", "overlap": 3}, inbox="inbox/dt={day}")


def events() -> list[dict[str, Any]]:
    """What was sent."""
    texts = [*((ANN, f"e-ann-{n}", text) for n, text in enumerate(HERS)), (ANN, "e-ann-2", SHARED)]
    texts += [(BOB, "e-bob-0", HIS), (BOB, "e-bob-1", SHARED)]
    return [
        {
            "type": "event", "id": event, "occurred_at": "2026-01-05T12:00:00Z", "model": "m-1", "input": text,
            "output": "positive", "confidence": 0.9, "user_id": user, "attributes": {"channel": "web"},
        }
        for user, event, text in texts
    ]  # fmt: skip


def thumb(event: str, *, comment: str, kind: str = "end_user") -> dict[str, Any]:
    """Feedback on an event."""
    return {
        "type": "feedback", "id": f"f-{event}", "event_id": event, "occurred_at": "2026-01-05T13:00:00Z",
        "annotator_kind": kind, "signal": "thumb", "value": "down", "comment": comment,
    }  # fmt: skip


def broken() -> dict[str, Any]:
    """A record of Ann's that cannot be taken in."""
    return {"type": "event", "id": "e-ann-9", "user_id": ANN, "model": "m-1", "output": "positive", "note": MARK}


def _answer(lake: Lake, project: Project, truths: dict[str, str]) -> None:
    store = lake.store(project.name)
    asked = "SELECT assignment_id, item_id, slot FROM assignments WHERE item_id = ? ORDER BY slot"
    rows = [
        {
            "assignment_id": assignment, "item_id": item, "annotator": f"a{slot}", "answer": canonical(answer),
            "comment": f"by {text[:12]}", "guideline_version": project.guideline_version,
            "schema_version": project.schema_version, "collected_at": datetime.now(UTC),
        }
        for text, answer in truths.items()
        for assignment, item, slot in store.read(asked, [item_of(text)]).iter_rows()
    ]  # fmt: skip
    store.commit("annotations", lambda writer: writer.append(ANNOTATIONS, pl.DataFrame(rows)))
    number = int(store.read("SELECT count(*) FROM audit").item()) + 1
    note = {"backend": "gt", "number": number, "at": datetime.now(UTC), "who": "lee", "did": "noted"}
    entry = AUDIT.frame([note | {"about": None, "detail": canonical({"said": next(iter(truths))})}])
    store.commit("audit", lambda writer: writer.append(AUDIT, entry))


def _publish(lake: Lake, project: Project) -> None:
    store = lake.store(project.name)
    settle(store, project)
    fold(store, project)
    release(store, project, bundles=lake.files, signer=Signer(lake.settings))


def _history(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE event_logs (id INTEGER PRIMARY KEY, event TEXT)")
        told = [json.dumps({"md": json.dumps({"examples": [text]})}) for text in (HERS[0], HIS)]
        database.executemany("INSERT INTO event_logs (event) VALUES (?)", [[one] for one in told])
        database.commit()


def lying_about(home: Home, mark: str = MARK) -> list[str]:
    """Every place that still holds a text: files of home and bucket as they lie and unpacked, and the catalog."""
    found = [name for name, content in _contents(home) if mark.encode() in content]
    kind, _, target = home.settings.catalog_url.partition(":")
    if kind == "postgres":
        found += [f"{target}: {name}" for name, content in _rows(target) if mark in content]
    return found


def _contents(home: Home) -> Iterator[tuple[str, bytes]]:
    for file in sorted(home.settings.home.rglob("*")):
        if file.is_file():
            yield from _unpacked(str(file), file.read_bytes())
    if home.settings.data_url.startswith("s3://"):
        storage = open_storage(home.settings.data_url, home.settings)
        for one in storage.list():
            yield from _unpacked(one.path, storage.read(one.path))


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if name.endswith(".parquet"):
        frame = pl.read_parquet(io.BytesIO(content))
        yield f"{name} unpacked", json.dumps(frame.to_dicts(), default=_shown, ensure_ascii=False).encode()
    if name.endswith(".gz"):
        yield f"{name} unpacked", gzip.decompress(content)


def _shown(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _rows(target: str) -> Iterator[tuple[str, str]]:
    with closing(psycopg2.connect(target)) as session, session.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{name}" t')  # noqa: S608 - a name of the catalog
            yield name, "\n".join(row for (row,) in cursor.fetchall())
