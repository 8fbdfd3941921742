# ruff: noqa: S608  -- every name in these statements comes from tables/ or views/, every value is a parameter
"""SQL made from the definitions in tables/ and views/. Values never enter it."""

from gt_platform.lake.tables import Table
from gt_platform.lake.views import View


def create(table: Table) -> list[str]:
    """Statements that make the table with its comments."""
    columns = ", ".join(f'"{c.name}" {c.type}{"" if c.nullable else " NOT NULL"}' for c in table.columns)
    return [f"CREATE TABLE {table.name} ({columns})", *comments(table)]


def comments(table: Table) -> list[str]:
    """Statements that say of the table and its columns what they mean."""
    columns = [f'COMMENT ON COLUMN {table.name}."{c.name}" IS {_text(c.comment)}' for c in table.columns]
    return [f"COMMENT ON TABLE {table.name} IS {_text(table.comment)}", *columns]


def create_view(view: View) -> list[str]:
    """Statements that make the view, or make it anew, with its comment."""
    return [
        f'CREATE OR REPLACE VIEW "{view.name}" AS {view.query}',
        f'COMMENT ON VIEW "{view.name}" IS {_text(view.told)}',
    ]


def drop_view(name: str) -> str:
    """The statement that takes a view away."""
    return f'DROP VIEW "{name}"'


def incoming(table: Table) -> str:
    """The registered frame `incoming_rows` with the table's types, rows that differ in clocks only just once."""
    casts = ", ".join(f'CAST("{c.name}" AS {c.type}) AS "{c.name}"' for c in table.columns)
    stable = ", ".join(f'"{name}"' for name in table.column_names(stable_only=True))
    return f"incoming AS (SELECT DISTINCT ON ({stable}) {casts} FROM incoming_rows)"


def repeated_keys(table: Table) -> str:
    """Keys that the incoming rows give more than once with different content."""
    return f"WITH {incoming(table)} SELECT {_key(table)} FROM incoming GROUP BY ALL HAVING count(*) > 1 LIMIT 3"


def conflicting_keys(table: Table) -> str:
    """Keys that the table already holds with other stable content."""
    return (
        f"WITH {incoming(table)} SELECT {_key(table, 'i')} FROM incoming i JOIN {table.name} t "
        f"ON {_same_key(table)} WHERE NOT ({_same_content(table)}) LIMIT 3"
    )


def insert_new(table: Table) -> str:
    """Insert the incoming rows whose key the table does not hold."""
    columns = ", ".join(f'"{c.name}"' for c in table.columns)
    return (
        f"INSERT INTO {table.name} ({columns}) WITH {incoming(table)} SELECT {columns} FROM incoming i "
        f"WHERE NOT EXISTS (SELECT 1 FROM {table.name} t WHERE {_same_key(table)})"
    )


def delete_stale(table: Table, *, by_day: bool) -> str:
    """Delete the rows (of one day) that are not among the incoming ones with the same stable content."""
    scope = "t.frame_day = ? AND" if by_day else ""
    return (
        f"DELETE FROM {table.name} t WHERE {scope} NOT EXISTS (WITH {incoming(table)} "
        f"SELECT 1 FROM incoming i WHERE {_same_key(table)} AND {_same_content(table)})"
    )


def doubled_keys(table: Table) -> str:
    """Keys the table holds more than once."""
    return f"SELECT {_key(table)} FROM {table.name} GROUP BY ALL HAVING count(*) > 1 LIMIT 3"


def digest(table: Table, *, at_snapshot: bool = False) -> str:
    """SHA-256 over the stable columns of every row, whatever their order or the layout of files."""
    columns = ", ".join(f'"{name}" := "{name}"' for name in table.column_names(stable_only=True))
    row = f"sha256(CAST(to_json(struct_pack({columns})) AS VARCHAR))"
    source = f"{table.name} AT (VERSION => ?)" if at_snapshot else table.name
    return f"SELECT sha256(coalesce(string_agg(row, '' ORDER BY row), '')) FROM (SELECT {row} AS row FROM {source})"


def _key(table: Table, alias: str = "") -> str:
    prefix = f"{alias}." if alias else ""
    return ", ".join(f'{prefix}"{name}"' for name in table.key)


def _same_key(table: Table) -> str:
    return " AND ".join(f'i."{name}" = t."{name}"' for name in table.key)


def _same_content(table: Table) -> str:
    others = [name for name in table.column_names(stable_only=True) if name not in table.key]
    return " AND ".join(f'i."{name}" IS NOT DISTINCT FROM t."{name}"' for name in others) or "true"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
