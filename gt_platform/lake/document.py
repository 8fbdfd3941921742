"""`python -m gt_platform.lake.document`: prints docs/tables.md, the tables as an analyst looks them up."""

import sys

from gt_platform.lake.tables import TABLES, Column, Table

INTRODUCTION = """\
# The tables

Every project has a schema of its own in the lake: `gt.<project>.<table>`. DuckDB shows the same words as comments
(`DESCRIBE`, `duckdb_columns()`). Any table can be read as it was:
`SELECT * FROM gt.<project>.<table> AT (VERSION => n)`.

This page is made from `gt_platform/lake/tables.py` by `python -m gt_platform.lake.document`. Columns marked *clock*
say when or where the platform worked; they are left out of content digests.
"""


def page() -> str:
    """The page as Markdown."""
    return "\n".join([INTRODUCTION, *(_section(table) for table in TABLES)])


def _section(table: Table) -> str:
    rows = "\n".join(_row(table, column) for column in table.columns)
    return f"## {table.name}\n\n{table.comment}\n\n| column | type | meaning |\n|---|---|---|\n{rows}\n"


def _row(table: Table, column: Column) -> str:
    marks = [
        mark
        for mark, holds in (
            ("key", column.name in table.key),
            ("may be empty", column.nullable),
            ("clock", column.volatile),
        )
        if holds
    ]
    meaning = column.comment + (f" *({', '.join(marks)})*" if marks else "")
    return f"| {column.name} | {column.type} | {meaning.replace('|', '&#124;')} |"


if __name__ == "__main__":
    sys.stdout.write(page())
