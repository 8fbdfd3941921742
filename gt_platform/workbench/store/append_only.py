"""What makes the audit, and what is said of cases, append-only on each database, whoever asks them to change."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

GUARDED = ("audit", "discussion")
SQLITE = [
    """CREATE TRIGGER IF NOT EXISTS {table}_keeps_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the {table} is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS {table}_keeps_delete BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the {table} is append-only'); END""",
]
POSTGRES = [
    """CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the {table} is append-only'
        USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE OR REPLACE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()""",
]
LOOSENED_SQLITE = ["DROP TRIGGER IF EXISTS {table}_keeps_update"]
LOOSENED_POSTGRES = ["ALTER TABLE {table} DISABLE TRIGGER {table}_keeps"]
TIGHTENED_POSTGRES = ["ALTER TABLE {table} ENABLE TRIGGER {table}_keeps"]


def guard(connection: Connection) -> None:
    """Make the triggers, if they are not there."""
    _run(connection, SQLITE if _is_sqlite(connection) else POSTGRES)


@contextmanager
def loosened(connection: Connection) -> Iterator[None]:
    """Let them be changed within a transaction, for what the law wants erased; nobody else sees them loosened."""
    sqlite = _is_sqlite(connection)
    _run(connection, LOOSENED_SQLITE if sqlite else LOOSENED_POSTGRES)
    yield
    _run(connection, SQLITE if sqlite else TIGHTENED_POSTGRES)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _run(connection: Connection, statements: list[str]) -> None:
    for table in GUARDED:
        for statement in statements:
            connection.exec_driver_sql(statement.format(table=table))
