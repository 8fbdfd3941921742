"""The tables of a PostgreSQL catalog: copied beside themselves, into files, and from there back. All that is
needed is a connection, and no program of PostgreSQL's.

Columns, NOT NULL, defaults, keys and indexes are kept; there are no others where DuckLake makes tables.
"""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from gt_platform.lake.outages import LakeError, in_words
from gt_platform.lake.postgres import open_session

TABLES = (
    r"SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'ducklake\_%' ORDER BY 1"
)
COLUMNS = """
    SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
KEYS = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype <> 'n' ORDER BY 1"
FOUND = "tables.json"


def dump(conninfo: str, folder: Path, question: str) -> list[Any]:
    """Write the catalog's tables as they are at one moment, and return what they answer to a question at that moment.

    Raises LakeError.
    """
    import psycopg2  # needed by PostgreSQL catalogs only

    try:
        session = open_session(conninfo)
        session.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
        with closing(session), session, session.cursor() as cursor:
            cursor.execute(TABLES)
            names = [name for (name,) in cursor.fetchall()]
            (folder / FOUND).write_text(json.dumps({name: _definition(cursor, name) for name in names}, indent=1))
            for name in names:
                with (folder / f"{name}.copy").open("wb") as file:
                    cursor.copy_expert(_copy(name, "TO STDOUT"), file)
            cursor.execute(question)
            return list(cursor.fetchall())
    except psycopg2.Error as error:
        raise LakeError(f"the catalog cannot be copied: {in_words(error)}") from None


def load(conninfo: str, folder: Path) -> None:
    """Make the tables that `dump` wrote, all or none. Raises LakeError."""
    import psycopg2

    definitions: dict[str, Any] = json.loads((folder / FOUND).read_text())
    try:
        session = open_session(conninfo)
        session.autocommit = False
        with closing(session), session, session.cursor() as cursor:
            for name, definition in definitions.items():
                cursor.execute(_create(name, definition))
                with (folder / f"{name}.copy").open("rb") as file:
                    cursor.copy_expert(_copy(name, "FROM STDIN"), file)
    except psycopg2.Error as error:
        raise LakeError(f"the catalog cannot be brought back: {in_words(error)}") from None


def copy_beside(conninfo: str, schema: str) -> str:
    """Copy the catalog's tables into a new schema of their database, and say where they are. Raises LakeError."""
    import psycopg2
    from psycopg2 import sql

    try:
        session = open_session(conninfo)
        session.set_session(isolation_level="REPEATABLE READ", autocommit=False)
        with closing(session), session, session.cursor() as cursor:
            cursor.execute(TABLES)
            tables = [sql.Identifier(table) for (table,) in cursor.fetchall()]
            copy = sql.Identifier(schema)
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(copy))
            for table in tables:
                cursor.execute(sql.SQL("CREATE TABLE {}.{} (LIKE {} INCLUDING ALL)").format(copy, table, table))
                cursor.execute(sql.SQL("INSERT INTO {}.{} SELECT * FROM {}").format(copy, table, table))
    except psycopg2.Error as error:
        raise LakeError(f"the catalog cannot be copied before it is migrated: {error}") from None
    return f"the schema {schema} of its database"


def is_empty(conninfo: str) -> bool:
    """Whether the schema holds no table of a catalog. Raises LakeError."""
    with closing(open_session(conninfo)) as session, session.cursor() as cursor:
        cursor.execute(TABLES)
        return cursor.fetchone() is None


def _definition(cursor: Any, name: str) -> dict[str, Any]:
    cursor.execute(COLUMNS, (name,))
    columns = cursor.fetchall()
    cursor.execute(KEYS, (name,))
    return {"columns": columns, "keys": [key for (key,) in cursor.fetchall()]}


def _create(name: str, definition: dict[str, Any]) -> Any:
    from psycopg2 import sql

    parts = [_column(*column) for column in definition["columns"]] + [sql.SQL(key) for key in definition["keys"]]
    return sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(name), sql.SQL(", ").join(parts))


def _column(name: str, type_: str, not_null: bool, default: str | None) -> Any:
    from psycopg2 import sql

    rest = f"{type_}{' NOT NULL' if not_null else ''}{f' DEFAULT {default}' if default else ''}"
    return sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(rest))


def _copy(name: str, direction: str) -> Any:
    from psycopg2 import sql

    return sql.SQL("COPY {} {}").format(sql.Identifier(name), sql.SQL(direction))
