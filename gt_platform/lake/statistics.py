# ruff: noqa: S608  -- every name in these statements comes from tables/, every value is a parameter
"""Whether what catalog and files say of themselves is true of their rows: by it DuckDB decides what not to read.

A count is answered from it, and a file whose least and greatest values leave no room for what is asked is passed over.
So it can hide rows that are all there.
"""

from collections.abc import Iterator

from gt_platform.lake.connection import METADATA
from gt_platform.lake.store import Store
from gt_platform.lake.tables import Column, Table

# One question for both: the rows themselves are read once. Files of several row groups are left out of the footers:
# which rows are in which is not told.
TOLD = f"""
    SELECT 'the catalog' AS teller, f.path AS file, column_name AS name, min_value AS least, max_value AS greatest,
           s.null_count AS nulls
    FROM {METADATA}.ducklake_file_column_stats s
    JOIN {METADATA}.ducklake_data_file f USING (data_file_id)
    JOIN {METADATA}.ducklake_table t ON t.table_id = f.table_id AND t.end_snapshot IS NULL
    JOIN {METADATA}.ducklake_schema USING (schema_id)
    JOIN {METADATA}.ducklake_column c ON c.table_id = f.table_id AND c.column_id = s.column_id
    WHERE f.end_snapshot IS NULL AND c.end_snapshot IS NULL AND schema_name = $project AND table_name = $table
    UNION ALL
    SELECT 'the footer', parse_filename(file_name), path_in_schema, stats_min_value, stats_max_value, stats_null_count
    FROM parquet_metadata($files) QUALIFY count(*) OVER (PARTITION BY file_name, path_in_schema) = 1
"""
UNBORN = " UNION ALL ".join(
    f"SELECT '{what}', count(*) FROM {METADATA}.{kept} WHERE greatest(begin_snapshot, end_snapshot) > "
    f"(SELECT max(snapshot_id) FROM {METADATA}.ducklake_snapshot) HAVING count(*) > 0"
    for kept, what in (("ducklake_data_file", "files"), ("ducklake_delete_file", "lists of deleted rows"))
)
FILES = "SELECT DISTINCT filename FROM {table}"


def unborn(store: Store) -> Iterator[str]:
    """A sentence where files are to begin or end with a commit that is not there yet."""
    for what, count in store.read(UNBORN).iter_rows():
        yield f"the catalog has {count} {what} that begin or end with a commit that is not there"


def misleading(store: Store, table: Table) -> Iterator[str]:
    """A sentence for each file of a table of which catalog or footer say something that its rows belie."""
    files = store.read(FILES.format(table=table.name)).to_series().to_list()
    if not files:
        return
    asked = {"project": store.project, "table": table.name, "files": files}
    for teller, file, columns in store.read(_belied(table), asked).iter_rows():
        yield f"{table.name}: {teller} misstates what {file} holds of {columns}"


def _belied(table: Table) -> str:
    columns = [column for column in table.columns if column.type != "BLOB"]
    held = ", ".join(_bounds(column) for column in columns)
    each = " UNION ALL ".join(_of_column(column) for column in columns)
    return (
        f"WITH told AS ({TOLD}), held AS (SELECT parse_filename(filename) AS file, {held} FROM {table.name} GROUP BY "
        f"filename), wrong AS ({each}) SELECT teller, file, string_agg(DISTINCT name, ', ') FROM wrong GROUP BY ALL"
    )


def _bounds(column: Column) -> str:
    name, numbers = column.name, f' FILTER (NOT isnan("{column.name}"))' if column.type == "DOUBLE" else ""
    value = f'CAST("{name}" AS {_kind(column)})'
    return (
        f'min({value}){numbers} AS "least {name}", max({value}){numbers} AS "greatest {name}", '
        f'count(*) - count("{name}") AS "nulls of {name}"'
    )


def _of_column(column: Column) -> str:
    """Files whose rows go beyond what is told: of long texts, that is the beginning of the greatest."""
    name, kind = column.name, _kind(column)
    begins = f' AND NOT starts_with("greatest {name}", told.greatest)' if kind == "VARCHAR" else ""
    return (
        f"SELECT teller, file, name FROM told JOIN held USING (file) WHERE name = '{name}' AND ("
        f'TRY_CAST(told.least AS {kind}) > "least {name}" '
        f'OR (TRY_CAST(told.greatest AS {kind}) < "greatest {name}"{begins}) OR told.nulls < "nulls of {name}")'
    )


def _kind(column: Column) -> str:
    return "VARCHAR" if column.type == "JSON" else column.type
