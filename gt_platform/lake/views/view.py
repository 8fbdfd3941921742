"""What a view is, and the parts that queries of several are made of."""

from dataclasses import dataclass

from gt_platform.canonical import digest
from gt_platform.lake.tables import Column, Table

Z = 1.959964  # of a 95 % interval
JUDGED = (
    "coalesce((SELECT json_extract_string(declared, '$.ask') = 'about the output' FROM current_declaration), false)"
)
"""SQL for whether answers judge outputs; declarations of older versions do not say, and have none do."""


@dataclass(frozen=True, kw_only=True)
class View:
    """A view of a project's schema. Its query names tables and views of the same project without a schema.

    It names each of its columns too: where a table gains one, a view with a star would no longer be what it was made
    as, and DuckDB refuses to read it. `example` is a query over the project `sentiment` that the docs show.
    """

    name: str
    comment: str
    columns: tuple[Column, ...]
    query: str
    example: str = ""

    @property
    def told(self) -> str:
        """What DuckDB shows of it: the comment, and a line for each column, since those of a view take no comment.

        The last line tells definitions apart: DuckDB keeps a view's query in words of its own.
        """
        columns = (f"{column.name}: {column.comment}" for column in self.columns)
        return "\n".join([self.comment, *columns, f"(definition {digest(self.query, 16)})"])


def names(table: Table, alias: str = "") -> str:
    """A table's columns for a SELECT list."""
    return ", ".join(f'{alias + "." if alias else ""}"{name}"' for name in table.column_names())


def columns_of(table: Table, *wanted: str) -> tuple[Column, ...]:
    """Some of a table's columns, as it defines them."""
    defined = {column.name: column for column in table.columns}
    return tuple(defined[name] for name in wanted)


def text(column: str) -> str:
    """SQL for a JSON column as plain text: a string without its quotes. `->>` binds looser than AND, this does not."""
    return f"json_extract_string({column}, '$')"


def wilson(share: str, n: str) -> str:
    """SQL for `low` and `high`, Wilson's (1927) 95 % interval of a share of n; both are names of columns."""
    centre = f"({share} + {Z**2 / 2} / {n}) / (1 + {Z**2} / {n})"
    half = f"{Z} / (1 + {Z**2} / {n}) * sqrt({share} * (1 - {share}) / {n} + {Z**2 / 4} / ({n} * {n}))"
    return f"greatest({centre} - {half}, 0) AS low, least({centre} + {half}, 1) AS high"
