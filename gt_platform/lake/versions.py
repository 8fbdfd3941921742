"""Which schema version a lake has, and bringing an older one to this software's.

What each step does is in `migrations/`. Here is how they run: under the catalog's lock, after a copy of the catalog,
each step for all projects in one transaction with its version. So a run that dies anywhere is finished by the next.
"""

import logging
from dataclasses import dataclass
from importlib.metadata import version as installed

import duckdb

from gt_platform.lake import schema, statements
from gt_platform.lake.backup import keep
from gt_platform.lake.chain import Contents
from gt_platform.lake.connection import CATALOG
from gt_platform.lake.content import Content
from gt_platform.lake.migrations import MIGRATIONS, VERSION, Migration
from gt_platform.lake.outages import LakeError, UnreachableError
from gt_platform.lake.session import Session
from gt_platform.lake.tables import TABLES, Column, Table

LOG = logging.getLogger(__name__)
SOFTWARE = installed("gt-platform")

VERSIONS = Table(
    "schema_versions",
    "Which versions the tables of this lake have had; the highest is what they are now.",
    ("version",),
    (
        Column("version", "INTEGER", "The schema version; 1 is that of gt_platform 0.1.0, which kept no record of it"),
        Column("software", "VARCHAR", "The version of gt_platform that made or migrated it"),
        Column("migrated_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)
MAIN = "main"
NEWEST = f"SELECT version, software FROM {CATALOG}.{MAIN}.schema_versions ORDER BY version DESC LIMIT 1"  # noqa: S608
RECORD = f"INSERT INTO {CATALOG}.{MAIN}.schema_versions VALUES (?, ?, now())"  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Found:
    """The schema version of a lake, and the software that brought it there."""

    version: int
    software: str


def found(session: Session) -> Found | None:
    """The version of the lake; none where nothing was made in it yet."""
    with session.reading():
        cursor = session.cursor()
        cursor.execute("BEGIN")  # one moment for both questions: a lake that is made meanwhile is not an old one
        try:
            return _found(cursor)
        finally:
            cursor.execute("ROLLBACK")


def _found(cursor: duckdb.DuckDBPyConnection) -> Found | None:
    try:
        row = cursor.execute(NEWEST).fetchone()
    except duckdb.CatalogException:
        return Found(version=1, software="0.1.0") if schema.projects(cursor) else None
    return Found(version=row[0], software=row[1]) if row else None


def refuse_other(session: Session) -> None:
    """Raise LakeError where the lake is of another version: reading changes nothing, so it cannot be migrated."""
    lake = found(session)
    if lake is None or lake.version == VERSION:
        return
    _refuse_newer(lake)
    raise LakeError(
        f"this lake was last written by gt_platform {lake.software}, as schema version {lake.version} of {VERSION}; "
        "`gt refresh`, or whatever writes to it next, migrates it after a copy of its catalog"
    )


def bring_up(session: Session) -> None:
    """Make a new lake of this version, or migrate an older one, under the lock that the caller holds.

    Raises LakeError where the lake is newer, or where a step fails: it is then as the step before left it.
    """
    lake = found(session)
    if lake is None:
        with session.transaction(MAIN, f"schema version {VERSION}") as cursor:
            _refuse_outrun(cursor, None)
            _record(cursor, VERSION)
        return
    _refuse_newer(lake)
    if lake.version < VERSION:
        _migrate(session, lake)


def _migrate(session: Session, lake: Found) -> None:
    steps = [step for step in MIGRATIONS if step.version > lake.version]
    copy = keep(session.settings, lake.version)
    LOG.warning(
        "migrating the lake from schema version %s to %s (%s); its catalog as it was is kept as %s",
        lake.version, VERSION, "; ".join(step.said for step in steps), copy,
    )  # fmt: skip
    for step in steps:
        try:
            _run(session, step)
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise LakeError(
                f"the lake could not become schema version {step.version}: {why}; it is as version {step.version - 1}, "
                f"and its catalog from before is kept as {copy}"
            ) from error


def _run(session: Session, step: Migration) -> None:
    beginning = _contents if step.version == VERSION else None
    with session.transaction(MAIN, f"schema version {step.version}: {step.said}", beginning=beginning) as cursor:
        _refuse_outrun(cursor, step.version - 1)
        _record(cursor, step.version)
        for project in schema.projects(cursor):
            cursor.execute(f'USE {CATALOG}."{project}"')
            for sql in step.statements(schema.present(cursor, project).tables):
                cursor.execute(sql)
            if step.version == VERSION:
                for sql in schema.lacking(schema.present(cursor, project)):
                    cursor.execute(sql)


def _contents(cursor: duckdb.DuckDBPyConnection) -> Contents:
    """What every table of every project holds."""
    contents = {}
    for project in schema.projects(cursor):
        cursor.execute(f'USE {CATALOG}."{project}"')
        for table in TABLES:
            row = cursor.execute(statements.content(table)).fetchone() or ()
            contents[f"{project}.{table.name}"] = Content.of_row(row)
    return contents


def _refuse_outrun(cursor: duckdb.DuckDBPyConnection, version: int | None) -> None:
    """Raise UnreachableError unless the lake is still as it was found: who lost the lock is not alone with it."""
    lake = _found(cursor)
    if (lake and lake.version) != version:
        raise UnreachableError("another process made or migrated the lake at the same time")


def _record(cursor: duckdb.DuckDBPyConnection, version: int) -> None:
    if VERSIONS.name not in schema.present(cursor, MAIN).tables:
        for sql in statements.create(VERSIONS):
            cursor.execute(sql)
    cursor.execute(RECORD, [version, SOFTWARE])


def _refuse_newer(lake: Found) -> None:
    if lake.version > VERSION:
        raise LakeError(
            f"this lake was written by gt_platform {lake.software}, as schema version {lake.version}; this is "
            f"{SOFTWARE}, which knows none after {VERSION}: install gt_platform {lake.software} or newer"
        )
