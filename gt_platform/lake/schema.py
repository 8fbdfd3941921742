"""A project's schema in the lake: what stands there, and the statements that make it what is defined here.

Tables are made where a project is new; what they have to hold afterwards changes by migrations alone. Comments and
views hold nothing, so they follow their definitions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from gt_platform.lake import statements
from gt_platform.lake.connection import CATALOG, METADATA
from gt_platform.lake.tables import TABLES, Column, Table
from gt_platform.lake.views import DECLARED, VIEWS, View

PROJECTS = "SELECT schema_name FROM duckdb_schemas() WHERE database_name = ? AND schema_name <> 'main' ORDER BY ALL"
TABLES_PRESENT = """
    SELECT table_name, any_value(t.comment), list({
        'name': column_name, 'type': data_type, 'comment': coalesce(c.comment, ''), 'nullable': c.is_nullable
    } ORDER BY column_index)
    FROM duckdb_tables() t JOIN duckdb_columns() c USING (database_name, schema_name, table_name)
    WHERE database_name = ? AND schema_name = ? GROUP BY table_name
"""
COMMITTED = f"""
    SELECT table_name, any_value(said.value), list({{
        'name': column_name, 'type': column_type, 'comment': coalesce(of_column.value, ''), 'nullable': nulls_allowed
    }} ORDER BY column_order)
    FROM {METADATA}.ducklake_schema s
    JOIN {METADATA}.ducklake_table t USING (schema_id)
    JOIN {METADATA}.ducklake_column c USING (table_id)
    LEFT JOIN {METADATA}.ducklake_tag said
        ON said.object_id = t.table_id AND said.key = 'comment' AND said.end_snapshot IS NULL
    LEFT JOIN {METADATA}.ducklake_column_tag of_column
        ON (of_column.table_id, of_column.column_id, of_column.key) = (c.table_id, c.column_id, 'comment')
        AND of_column.end_snapshot IS NULL
    WHERE s.end_snapshot IS NULL AND t.end_snapshot IS NULL AND c.end_snapshot IS NULL AND schema_name = ?
    GROUP BY table_name
"""  # noqa: S608 - constants
VIEWS_PRESENT = "SELECT view_name, comment FROM duckdb_views() WHERE database_name = ? AND schema_name = ?"
VIEW_STANDING = """
    SELECT comment FROM duckdb_views()
    WHERE database_name = ? AND schema_name = current_schema() AND view_name = ?
"""
VIEWS_SAID = "SELECT view_name, sql FROM duckdb_views() WHERE database_name = ? AND schema_name = current_schema()"
TEMPORARY_SAID = "SELECT sql FROM duckdb_views() WHERE temporary AND view_name = 'as_defined'"
SHORT_NAMES = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}


@dataclass(frozen=True, kw_only=True)
class Present:
    """A project's tables and views as the lake has them. It does not know keys, nor which columns are clocks."""

    tables: Mapping[str, Table]
    views: Mapping[str, str]
    """Each view's comment, which tells its definition."""


def projects(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Every project that has a schema."""
    return [str(name) for (name,) in cursor.execute(PROJECTS, [CATALOG]).fetchall()]


def present(cursor: duckdb.DuckDBPyConnection, project: str) -> Present:
    """What the lake has of a project, as the transaction of the cursor left it: nothing where it is new."""
    return _present(cursor, project, cursor.execute(TABLES_PRESENT, [CATALOG, project]).fetchall())


def committed(cursor: duckdb.DuckDBPyConnection, project: str) -> Present:
    """The same, outside of a transaction, with types as the catalog names them: in 15 ms, where `present` takes 220.

    DuckDB's own functions list every database there is, so they also ask the catalog for each of its own tables.
    """
    return _present(cursor, project, cursor.execute(COMMITTED, [project]).fetchall())


def _present(cursor: duckdb.DuckDBPyConnection, project: str, tables: list[Any]) -> Present:
    views = cursor.execute(VIEWS_PRESENT, [CATALOG, project]).fetchall()
    return Present(
        tables={name: Table(name, comment or "", (), tuple(map(_column, found))) for name, comment, found in tables},
        views=dict(views),
    )


def lacking(found: Present) -> list[str]:
    """Statements, for the project's schema in use, that make what is found what is defined."""
    tables = [sql for table in TABLES for sql in _table(table, found.tables.get(table.name))]
    views = [sql for view in VIEWS for sql in _view(view, found.views.get(view.name))]
    gone = found.views.keys() - {view.name for view in VIEWS} - set(DECLARED)
    return [*tables, *(statements.drop_view(name) for name in sorted(gone)), *views]


def lacking_of(cursor: duckdb.DuckDBPyConnection, view: View) -> list[str]:
    """The same for one view of the project's schema in use."""
    row = cursor.execute(VIEW_STANDING, [CATALOG, view.name]).fetchone()
    return _view(view, row[0] if row else None)


def redefined(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Views of the project's schema in use that answer something else than they are defined to, or are not there."""
    found = dict(cursor.execute(VIEWS_SAID, [CATALOG]).fetchall())
    wrong = []
    for view in VIEWS:  # DuckDB keeps a query in words of its own, so it is asked for its words
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW as_defined AS {view.query}")
        (defined,) = cursor.execute(TEMPORARY_SAID).fetchone() or ("",)
        if found.get(view.name, "").partition(" AS ")[2] != defined.partition(" AS ")[2]:
            wrong.append(view.name)
    cursor.execute("DROP VIEW temp.as_defined")
    return wrong


def _table(table: Table, found: Table | None) -> list[str]:
    if found is None:
        return statements.create(table)
    said = {(column.name, column.comment) for column in found.columns}
    same = table.comment == found.comment and said == {(column.name, column.comment) for column in table.columns}
    return [] if same else statements.comments(table)


def _view(view: View, found: str | None) -> list[str]:
    return [] if found == view.told else statements.create_view(view)


def _column(found: dict[str, Any]) -> Column:
    return Column(**(found | {"type": SHORT_NAMES.get(found["type"], found["type"])}))
