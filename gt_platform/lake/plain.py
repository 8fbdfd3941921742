"""A plain DuckDB file of what the lake holds at one moment: any DuckDB reads it, nothing done to the lake alters it.

What a project's tables and views are is in `tables/` and `views/`; a copy that one can go on from is a backup.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from gt_platform.lake import schema, statements, versions
from gt_platform.lake.connection import CATALOG, SNAPSHOT_ID, only, quoted
from gt_platform.lake.migrations import VERSION
from gt_platform.lake.outages import LakeError, UnreachableError, in_words, passing
from gt_platform.lake.session import Session
from gt_platform.lake.tables import TABLES, Column, Table
from gt_platform.lake.views import VIEWS, View, labels_flat
from gt_platform.settings import Settings

FILE = "plain"
TAKEN = Table(
    "taken",
    "Which moment of the lake this file has. The lake goes on from there, the file does not.",
    ("snapshot_id",),
    (
        Column("snapshot_id", "BIGINT", "The lake's snapshot"),
        Column("taken_at", "TIMESTAMPTZ", "When it was copied", volatile=True),
        Column("schema_version", "INTEGER", "The version that its tables have"),
        Column("software", "VARCHAR", "The version of gt_platform that copied it"),
    ),
)
RECORD = f"INSERT INTO {TAKEN.name} VALUES (?, ?, ?, ?)"  # noqa: S608 - a constant
ATTRIBUTES = "SELECT attributes FROM current_declaration"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a file holds: the lake's snapshot, its projects, and how many rows all their tables have."""

    snapshot_id: int
    projects: list[str]
    rows: int


def take(settings: Settings, target: Path, projects: Sequence[str] = ()) -> Taken:
    """Copy tables and views of some projects, or of all, into a DuckDB file that nobody but its owner may read.

    It is written beside `target` and takes its place when it is whole. Raises LakeError for a project that the lake
    does not hold and for a place that takes no file, UnreachableError where the lake is out of reach.
    """
    if not target.parent.is_dir():
        raise LakeError(f"{target.parent} is no folder; make it, or choose another place for {target.name}")
    session = Session(settings, read_only=True)
    try:
        versions.refuse_other(session)
        return session.patiently(partial(_taken, session, target, projects))
    except duckdb.Error as error:
        raise (UnreachableError if passing(error) else LakeError)(f"{target}: {in_words(error)}") from None
    finally:
        session.close()


def _taken(session: Session, target: Path, projects: Sequence[str]) -> Taken:
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as private:
        file = Path(private) / target.name
        with session.reading(), _written(session, file) as cursor:
            copied = _copied(cursor, projects)
        file.chmod(0o600)
        file.replace(target)
    return copied


@contextmanager
def _written(session: Session, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A transaction that sees one moment of the lake and writes into a new file, which is whole when it has ended."""
    with session.cursor() as cursor:
        cursor.execute(f"ATTACH {quoted(str(file))} AS {FILE}")
        try:
            cursor.execute("BEGIN")
            yield cursor
            cursor.execute("COMMIT")
        finally:
            with suppress(duckdb.Error):  # after a commit there is nothing to roll back
                cursor.execute("ROLLBACK")
            cursor.execute("USE memory")
            cursor.execute(f"DETACH {FILE}")


def _copied(cursor: duckdb.DuckDBPyConnection, wanted: Sequence[str]) -> Taken:
    snapshot_id = int(only(cursor.execute(SNAPSHOT_ID)))
    projects = _chosen(schema.projects(cursor), wanted)
    rows = sum(_project(cursor, project) for project in projects)
    cursor.execute(f"USE {FILE}.main")
    _run(cursor, statements.create(TAKEN))
    cursor.execute(RECORD, [snapshot_id, datetime.now(UTC), VERSION, versions.SOFTWARE])
    return Taken(snapshot_id=snapshot_id, projects=projects, rows=rows)


def _chosen(there: list[str], wanted: Sequence[str]) -> list[str]:
    if unknown := [project for project in wanted if project not in there]:
        held = f"it holds {', '.join(there)}" if there else "it holds none yet: `gt refresh` makes them"
        raise LakeError(f"the lake holds no project {unknown[0]!r}; {held}")
    return [project for project in there if not wanted or project in wanted]


def _project(cursor: duckdb.DuckDBPyConnection, project: str) -> int:
    """Make a project's tables and views; returns how many rows they took."""
    cursor.execute(f'CREATE SCHEMA {FILE}."{project}"')
    cursor.execute(f'USE {FILE}."{project}"')
    rows = 0
    for table in TABLES:
        _run(cursor, statements.create(table))
        rows += int(only(cursor.execute(statements.copy(table, f'{CATALOG}."{project}"'))))
    for view in VIEWS:
        _run(cursor, statements.create_view(view))
    for view in _declared(cursor):
        _run(cursor, statements.create_view(view))
    return rows


def _declared(cursor: duckdb.DuckDBPyConnection) -> list[View]:
    """The views that follow the project's declaration; none before its first night."""
    attributes = only(cursor.execute(ATTRIBUTES))
    return [] if attributes is None else [labels_flat(json.loads(attributes))]


def _run(cursor: duckdb.DuckDBPyConnection, asked: Sequence[str]) -> None:
    for statement in asked:
        cursor.execute(statement)
