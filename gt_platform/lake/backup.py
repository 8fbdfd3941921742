"""A copy of the catalog from before a migration. `docs/lake_versions.md` says how to go back to one, and for how long.

The tables' own files need none: a migration writes new ones, and compaction removes no file within a day.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from gt_platform.lake.outages import LakeError
from gt_platform.lake.postgres import open_session
from gt_platform.settings import Settings

CATALOG_TABLES = r"SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'ducklake\_%'"


def keep(settings: Settings, version: int) -> str:
    """Copy the catalog under the lock that the caller holds, and return where to.

    A SQLite catalog goes into a file beside it, a PostgreSQL one into a schema of its own. Raises LakeError.
    """
    kind, _, target = settings.catalog_url.partition(":")
    moment = f"v{version}_{datetime.now(UTC):%Y%m%dt%H%M%S%f}"
    return _schema(target, f"gt_catalog_{moment}") if kind == "postgres" else _file(Path(target), moment)


def _file(catalog: Path, moment: str) -> str:
    copy = catalog.with_name(f"{catalog.stem}_{moment}{catalog.suffix}")
    unfinished = copy.with_suffix(".tmp")
    with closing(sqlite3.connect(catalog)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(copy)
    return str(copy)


def _schema(conninfo: str, name: str) -> str:
    import psycopg2  # needed by PostgreSQL catalogs only
    from psycopg2 import sql

    try:
        session = open_session(conninfo)
        session.set_session(isolation_level="REPEATABLE READ", autocommit=False)
        with closing(session), session, session.cursor() as cursor:
            cursor.execute(CATALOG_TABLES)
            tables = [sql.Identifier(table) for (table,) in cursor.fetchall()]
            copy = sql.Identifier(name)
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(copy))
            for table in tables:
                cursor.execute(sql.SQL("CREATE TABLE {}.{} (LIKE {} INCLUDING ALL)").format(copy, table, table))
                cursor.execute(sql.SQL("INSERT INTO {}.{} SELECT * FROM {}").format(copy, table, table))
    except psycopg2.Error as error:
        raise LakeError(f"the catalog cannot be copied before it is migrated: {error}") from None
    return f"the schema {name} of its database"
