"""`python -m gt_platform.lake.document`: prints docs/tables.md, tables and views as an analyst looks them up."""

import sys
from textwrap import dedent

from gt_platform.lake.tables import TABLES, Column, Table
from gt_platform.lake.views import VIEWS, View, labels_flat

INTRODUCTION = """\
# The tables

Every project has a schema of its own in the lake: `gt.<project>.<table>`. DuckDB shows the same words as comments
(`DESCRIBE`, `duckdb_columns()`). Any table can be read as it was:
`SELECT * FROM gt.<project>.<table> AT (VERSION => n)`, with the columns that it had then. Beside the projects,
`gt.main.schema_versions` says which versions the tables have had: [a lake through the years](lake_versions.md).

This page is made from `gt_platform/lake/tables` and `gt_platform/lake/views` by `python -m gt_platform.lake.document`.
Columns marked *clock* say when or where the platform worked; they are left out of content digests.
"""
VIEWS_INTRODUCTION = """\
# The views

Relations over the tables, said once: the platform reads them as you do. They are read like tables, in the same schema,
and DuckDB shows their columns' meanings in the view's comment (`duckdb_views()`). Nothing is stored in a view, so
`AT (VERSION => n)` is for tables: a view has no past of its own, and at a version that is older than the view it fails.
To see a view's answer as it was, attach the lake as it was: `ATTACH … AS gt (SNAPSHOT_VERSION n)`.
"""


def page() -> str:
    """The page as Markdown."""
    sections = [*map(_section, TABLES), VIEWS_INTRODUCTION, *map(_section, (*VIEWS, labels_flat(["channel"])))]
    return "\n".join([INTRODUCTION, *sections])


def _section(shown: Table | View) -> str:
    key = shown.key if isinstance(shown, Table) else ()
    rows = "\n".join(_row(column, key) for column in shown.columns)
    example = f"\n```sql\n{dedent(shown.example).strip()}\n```\n" if isinstance(shown, View) and shown.example else ""
    return f"## {shown.name}\n\n{shown.comment}\n\n| column | type | meaning |\n|---|---|---|\n{rows}\n{example}"


def _row(column: Column, key: tuple[str, ...]) -> str:
    marks = [
        mark
        for mark, holds in (
            ("key", column.name in key),
            ("may be empty", column.nullable),
            ("clock", column.volatile),
        )
        if holds
    ]
    meaning = column.comment + (f" *({', '.join(marks)})*" if marks else "")
    return f"| {column.name} | {column.type} | {meaning.replace('|', '&#124;')} |"


if __name__ == "__main__":
    sys.stdout.write(page())
