"""What makes the audit append-only on each database, whoever asks it to change."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

REFUSAL = "the audit is append-only"
SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS audit_keeps_{what.lower()} BEFORE {what} ON audit
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
    for what in ("UPDATE", "DELETE")
]
POSTGRES = [
    f"""CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE OR REPLACE TRIGGER audit_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""",
]
LOOSENED_SQLITE = ["DROP TRIGGER IF EXISTS audit_keeps_update"]
LOOSENED_POSTGRES = ["ALTER TABLE audit DISABLE TRIGGER audit_keeps"]


def guard_audit(connection: Connection) -> None:
    """Make the triggers, if they are not there."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRES:
        connection.exec_driver_sql(statement)


@contextmanager
def loosened(connection: Connection) -> Iterator[None]:
    """Let the audit be changed within a transaction, for what the law wants erased; nobody else sees it loosened."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in LOOSENED_SQLITE if sqlite else LOOSENED_POSTGRES:
        connection.exec_driver_sql(statement)
    yield
    if sqlite:
        guard_audit(connection)
    else:
        connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER audit_keeps")
