"""What a view is."""

from dataclasses import dataclass

from gt_platform.lake.tables import Column, Table


@dataclass(frozen=True, kw_only=True)
class View:
    """A view of a project's schema. Its query names tables and views of the same project without a schema.

    It names each of its columns too: where a table gains one, a view with a star would no longer be what it was made
    as, and DuckDB refuses to read it.
    """

    name: str
    comment: str
    columns: tuple[Column, ...]
    query: str

    @property
    def told(self) -> str:
        """The comment with a line for each column, which is the only place DuckDB has for those of a view."""
        return "\n".join([self.comment, *(f"{column.name}: {column.comment}" for column in self.columns)])


def names(table: Table, alias: str = "") -> str:
    """A table's columns for a SELECT list."""
    return ", ".join(f'{alias + "." if alias else ""}"{name}"' for name in table.column_names())


def columns_of(table: Table, *wanted: str) -> tuple[Column, ...]:
    """Some of a table's columns, as it defines them."""
    defined = {column.name: column for column in table.columns}
    return tuple(defined[name] for name in wanted)
