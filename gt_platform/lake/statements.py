# ruff: noqa: S608  -- every name in these statements comes from tables/ or views/, every value is a parameter
"""SQL made from the definitions in tables/ and views/. Values never enter it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gt_platform.lake.connection import CATALOG
from gt_platform.lake.content import LANES, WIDTH
from gt_platform.lake.tables import Column, Table
from gt_platform.lake.views import View

NOTHING, EVERYTHING = "false", "true"
"""Which rows of a table incoming rows are to take the place of."""


def a_part(column: str) -> str:
    """The rows that have a value, which is a parameter, in a column."""
    return f'(t."{column}" = $1)'


def given(table: Table) -> str:
    """The rows that stand under the keys of the incoming ones."""
    same = " AND ".join(f'g."{name}" = t."{name}"' for name in table.key)
    return f"EXISTS (SELECT 1 FROM incoming_rows g WHERE {same})"


def create(table: Table) -> list[str]:
    """Statements that make the table with its comments."""
    columns = ", ".join(f'"{c.name}" {c.type}{"" if c.nullable else " NOT NULL"}' for c in table.columns)
    return [f"CREATE TABLE {table.name} ({columns})", *comments(table)]


def comments(table: Table) -> list[str]:
    """Statements that say of the table and its columns what they mean."""
    columns = [f'COMMENT ON COLUMN {table.name}."{c.name}" IS {_text(c.comment)}' for c in table.columns]
    return [f"COMMENT ON TABLE {table.name} IS {_text(table.comment)}", *columns]


def add_required(table: Table, column: Column, value: str) -> list[str]:
    """Statements that add a NOT NULL column, with a text for the rows there are.

    DuckLake adds none to a table that has rows, so the table is made anew; snapshots from before keep the old one.
    """
    old = f"{table.name}_before"
    return [
        f"ALTER TABLE {table.name} RENAME TO {old}",
        *create(replace(table, columns=(*table.columns, column))),
        f"INSERT INTO {table.name} SELECT *, {_text(value)} FROM {old}",
        f"DROP TABLE {old}",
    ]


def copy(table: Table, schema: str) -> str:
    """Insert all rows that the same table of another schema has."""
    columns = _names(table.column_names())
    return f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} FROM {schema}."{table.name}"'


def create_view(view: View) -> list[str]:
    """Statements that make the view, or make it anew, with its comment."""
    return [
        f'CREATE OR REPLACE VIEW "{view.name}" AS {view.query}',
        f'COMMENT ON VIEW "{view.name}" IS {_text(view.told)}',
    ]


def drop_view(name: str) -> str:
    """The statement that takes a view away."""
    return f'DROP VIEW "{name}"'


def incoming(table: Table, *, repeats: bool = True) -> str:
    """The registered frame `incoming_rows` with the table's types; of rows that differ in clocks only just one.

    Where nothing `repeats`, which takes a table of all of it to find out, that need not be seen to again.
    """
    casts = ", ".join(f'CAST("{c.name}" AS {c.type}) AS "{c.name}"' for c in table.columns)
    if not repeats:
        return f"incoming AS (SELECT {casts} FROM incoming_rows)"
    stable = table.column_names(stable_only=True)
    clocks = [name for name in table.column_names() if name not in stable]
    order = f" ORDER BY {_names(clocks)}" if clocks else ""  # of those, the same one in whatever statement asks
    return f"incoming AS (SELECT DISTINCT ON ({_names(stable)}) {casts} FROM incoming_rows{order})"


def compare(table: Table, scope: str) -> str:
    """One row about the incoming rows beside the table's: see `writer`. `scope` says which of these are to go."""
    matched, same = f'i."{table.key[0]}" IS NOT NULL', f"({_same_key(table)} AND {_same_content(table)})"
    return (
        f"WITH {incoming(table)}, twice AS (SELECT {_texts(table, 'i')} AS key FROM incoming i GROUP BY ALL "
        f"HAVING count(*) > 1) SELECT (SELECT count(*) FROM incoming), count(*) FILTER ({same}), "
        f"count(*) FILTER ({scope} AND {same} IS NOT TRUE), (SELECT list(key)[:3] FROM twice), "
        f"(list({_texts(table, 't')}) FILTER (NOT {scope} AND {matched} AND NOT {same}))[:3] "
        f"FROM {table.name} t LEFT JOIN incoming i ON {_same_key(table)} WHERE {scope} OR {matched}"
    )


def insert(table: Table, *, unless_there: bool, repeats: bool) -> str:
    """Insert the incoming rows; of those whose key the table may hold, only the others, which takes a look at it."""
    columns, given = _names(table.column_names()), incoming(table, repeats=repeats)
    return f"INSERT INTO {table.name} ({columns}) WITH {given} SELECT {columns} FROM {_new(table, unless_there)}"


def delete(table: Table, where: str) -> str:
    """Delete the rows of a scope, or those of it that are `stale`."""
    return f"DELETE FROM {table.name} t WHERE {where}"


def stale(table: Table, scope: str) -> str:
    """The rows of the scope that are not among the incoming ones with the same stable content."""
    return (
        f"{scope} AND NOT EXISTS (WITH {incoming(table)} "
        f"SELECT 1 FROM incoming i WHERE {_same_key(table)} AND {_same_content(table)})"
    )


def doubled_keys(table: Table) -> str:
    """Keys the table holds more than once."""
    return f"SELECT {_key(table)} FROM {table.name} GROUP BY ALL HAVING count(*) > 1 LIMIT 3"


def row_counts(tables: Iterable[Table]) -> str:
    """A row for each table: its name, and how many rows it has."""
    return " UNION ALL ".join(f"SELECT '{table.name}', count(*) FROM {table.name}" for table in tables)


def digest(
    table: Table, columns: Sequence[str] | None = None, *, at_snapshot: bool = False, where: str = EVERYTHING
) -> str:
    """SHA-256 over the given columns of every row (all stable ones), whatever their order or the layout of files."""
    row = row_digest(table.column_names(stable_only=True) if columns is None else columns)
    source = f"{table.name} AT (VERSION => ?)" if at_snapshot else table.name
    rows = f"SELECT {row} AS row FROM {source} WHERE {where}"
    return f"SELECT sha256(coalesce(string_agg(row, '' ORDER BY row), '')) FROM ({rows})"


def digest_with_kept(columns: Sequence[str], source: str) -> str:
    """The same, but of rows that were emptied the digest that the registered frame `kept_rows` has by their item."""
    row = f"coalesce(kept.row, {row_digest(columns)}) AS row"
    kept = f"SELECT {row} FROM {source} LEFT JOIN kept_rows kept USING (item_id)"
    return f"SELECT sha256(coalesce(string_agg(row, '' ORDER BY row), '')) FROM ({kept})"


def row_digest(columns: Sequence[str]) -> str:
    """SHA-256 over some columns of a row."""
    packed = ", ".join(f'"{name}" := "{name}"' for name in columns)
    return f"sha256(CAST(to_json(struct_pack({packed})) AS VARCHAR))"


def incoming_as(table: Table, columns: Sequence[str]) -> str:
    """The registered frame `incoming_rows`, with the table's types of some columns, as a source."""
    types = {column.name: column.type for column in table.columns}
    casts = ", ".join(f'CAST("{name}" AS {types[name]}) AS "{name}"' for name in columns)
    return f"(SELECT {casts} FROM incoming_rows)"


def content(table: Table, where: str = EVERYTHING, *, at_snapshot: bool = False) -> str:
    """Of a table's rows, or some of them: how many, and the sums of their hashes, for `content.Content`."""
    source = f"{table.name} t AT (VERSION => ?)" if at_snapshot else f"{table.name} t"
    return f"SELECT {_sums('1')} FROM (SELECT {_hash(table)} AS hash FROM {source} WHERE {where})"


def content_with(table: Table, columns: str, where: str) -> str:
    """The same of some rows as they were at a snapshot, with columns put otherwise."""
    rows = f"SELECT {columns} FROM {table.name} t AT (VERSION => ?) WHERE {where}"
    return f"SELECT {_sums('1')} FROM (SELECT {_hash(table)} AS hash FROM ({rows}))"


def content_of_incoming(table: Table, *, unless_there: bool, repeats: bool) -> str:
    """The same of the rows that `insert` inserts."""
    given, new = incoming(table, repeats=repeats), _new(table, unless_there)
    return f"WITH {given} SELECT {_sums('1')} FROM (SELECT {_hash(table)} AS hash FROM {new})"


def content_by_commit(table: Table, project: str) -> str:
    """The same of what each commit of a span made of a table, from DuckLake's own feed of changes."""
    sign = "CASE WHEN change_type IN ('insert', 'update_postimage') THEN 1 ELSE -1 END"
    feed = f"ducklake_table_changes('{CATALOG}', {_text(project)}, '{table.name}', ?::BIGINT, ?::BIGINT)"
    return (
        f"SELECT snapshot_id, {_sums('sign')} "
        f"FROM (SELECT snapshot_id, {sign} AS sign, {_hash(table)} AS hash FROM {feed}) GROUP BY snapshot_id"
    )


def added(table: Table, columns: Sequence[str], project: str) -> str:
    """Some columns of the rows that a span of commits put into a table."""
    feed = f"ducklake_table_insertions('{CATALOG}', {_text(project)}, '{table.name}', ?::BIGINT, ?::BIGINT)"
    return f"SELECT {_names(columns)} FROM {feed}"


def _hash(table: Table) -> str:
    """SHA-256 over the text of every column, clocks too: JSON keeps apart what is in quotes, and NULL."""
    # -0.0 equals 0.0, so that one may stand where the other was to be written
    values = (f'"{c.name}"' + (" + 0.0" if c.type == "DOUBLE" else "") for c in table.columns)
    texts = ", ".join(f"CAST({value} AS VARCHAR)" for value in values)
    return f"sha256(CAST(to_json([{texts}]) AS VARCHAR))"


def _sums(sign: str) -> str:
    step = WIDTH // 4
    lanes = (f"('0x' || hash[{at + 1}:{at + step}])::UBIGINT::HUGEINT" for at in range(0, LANES * step, step))
    sums = ", ".join(f"coalesce(sum({sign} * {lane}), 0)::HUGEINT" for lane in lanes)
    return f"coalesce(sum({sign}), 0)::BIGINT, {sums}"


def _key(table: Table, alias: str = "") -> str:
    prefix = f"{alias}." if alias else ""
    return ", ".join(f'{prefix}"{name}"' for name in table.key)


def _texts(table: Table, alias: str) -> str:
    texts = ", ".join(f'{alias}."{name}"::VARCHAR' for name in table.key)
    return f"[{texts}]"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _new(table: Table, unless_there: bool) -> str:
    others = f" WHERE NOT EXISTS (SELECT 1 FROM {table.name} t WHERE {_same_key(table)})" if unless_there else ""
    return f"incoming i{others}"


def _same_key(table: Table) -> str:
    return " AND ".join(f'i."{name}" = t."{name}"' for name in table.key)


def _same_content(table: Table) -> str:
    others = [name for name in table.column_names(stable_only=True) if name not in table.key]
    return " AND ".join(f'i."{name}" IS NOT DISTINCT FROM t."{name}"' for name in others) or "true"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
