"""A release as tables of PostgreSQL, or as a collection of MongoDB: a mirror that is replaced as a whole."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gt_platform.exports.handed import NESTED, ExportError, Handed

if TYPE_CHECKING:
    import psycopg2

KINDS = {"Float64": "double precision", "Int32": "integer", "Int64": "bigint", "Boolean": "boolean"}
BATCH = 1_000
RELEASED = "CREATE TABLE {} (release integer, tags text, digest text, items bigint, mirrored_at timestamptz)"


def to_postgres(handed: Handed, target: str) -> str:
    """Mirror a release into `<project>.ground_truth` and `<project>.released`, in one transaction.

    Raises ExportError, which never holds the address: there may be a password in it.
    """
    import psycopg2

    try:
        connection = psycopg2.connect(target)
    except psycopg2.Error as error:
        raise ExportError(f"PostgreSQL: {_said(error)}") from None
    try:
        with connection, connection.cursor() as cursor:
            _mirror(cursor, handed)
    except psycopg2.Error as error:
        raise ExportError(f"PostgreSQL: {_said(error)}; nothing was changed") from None
    finally:
        connection.close()
    return f"PostgreSQL: {handed.rows.height} items of release {handed.release} in {handed.project.name}.ground_truth"


def _mirror(cursor: Any, handed: Handed) -> None:
    from psycopg2 import sql
    from psycopg2.extras import execute_values

    schema = sql.Identifier(handed.project.name)
    truth, released = (sql.SQL(".").join([schema, sql.Identifier(name)]) for name in ("ground_truth", "released"))
    columns = list(handed.rows.columns)
    kinds = [_kind(name, str(kind)) for name, kind in handed.rows.schema.items()]
    cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}, {}").format(truth, released))
    listed = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in zip(columns, kinds, strict=True)
    )
    cursor.execute(sql.SQL("CREATE TABLE {} ({}, PRIMARY KEY (item_id))").format(truth, listed))
    cursor.execute(sql.SQL(RELEASED).format(released))
    execute_values(cursor, sql.SQL("INSERT INTO {} VALUES %s").format(truth), handed.rows.rows(), page_size=BATCH)
    row = (handed.release, ", ".join(handed.tags) or None, handed.digest, handed.rows.height, datetime.now(UTC))
    cursor.execute(sql.SQL("INSERT INTO {} VALUES (%s, %s, %s, %s, %s)").format(released), row)


def _kind(name: str, kind: str) -> str:
    return "jsonb" if name in NESTED else KINDS.get(kind, "text")


def _said(error: "psycopg2.Error") -> str:
    """What the server said; what the client says of an address it cannot read would quote the address."""
    from psycopg2 import ProgrammingError

    if isinstance(error, ProgrammingError) and error.diag.message_primary is None:
        return "the address is none: write postgresql://user:password@host/database"
    return " ".join((error.diag.message_primary or str(error)).split()) or type(error).__name__


def to_mongodb(handed: Handed, target: str) -> str:
    """Mirror a release into the collection `<project>` of the database that the address names. Raises ExportError.

    The collection is made beside and renamed over the old one, so that readers see one release or the other.
    """
    try:
        from pymongo import MongoClient
        from pymongo.errors import PyMongoError
    except ImportError:
        raise ExportError("MongoDB's client is not installed here: pip install 'gt-platform[mongodb]'") from None
    name = handed.project.name
    try:
        with MongoClient(target, serverSelectionTimeoutMS=10_000) as client:
            beside = client.get_default_database(default="ground_truth")[f"{name}_{handed.digest[:12]}"]
            beside.drop()
            told = {"release": handed.release, "tags": list(handed.tags), "digest": handed.digest}
            documents = [{"_id": record["item_id"], **record, **told} for record in handed.records()]
            for start in range(0, len(documents), BATCH):
                beside.insert_many(documents[start : start + BATCH])
            beside.rename(name, dropTarget=True)
    except PyMongoError as error:
        raise ExportError(f"MongoDB: {type(error).__name__}: {json.dumps(str(error)[:200])}") from None
    return f"MongoDB: {handed.rows.height} items of release {handed.release} in the collection {name}"
