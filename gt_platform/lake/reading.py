"""Which statements only read the lake: decided on DuckDB's own parse, by what it names, not by what it forbids.

A reading statement can still reach out: `FROM gt.merge_adjacent_files()` is a SELECT that rewrites files, `sqlite_scan`
opens any SQLite file beside the lake, and a table named like a file is that file.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from gt_platform.lake.connection import CATALOG
from gt_platform.lake.outages import LakeError

FUNCTIONS = frozenset(
    {
        "generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest",
        "duckdb_columns", "duckdb_constraints", "duckdb_functions", "duckdb_keywords", "duckdb_schemas",
        "duckdb_tables", "duckdb_types", "duckdb_views", "pragma_version",
        "ducklake_current_snapshot", "ducklake_last_committed_snapshot", "ducklake_list_files", "ducklake_snapshots",
        "ducklake_table_changes", "ducklake_table_deletions", "ducklake_table_info", "ducklake_table_insertions",
        "current_snapshot", "last_committed_snapshot", "snapshots", "table_changes", "table_deletions", "table_info",
        "table_insertions",
    }
)  # fmt: skip
"""Table functions that read the lake, its description, or nothing at all."""
DESCRIPTIONS = frozenset({"duckdb_columns", "duckdb_constraints", "duckdb_schemas", "duckdb_tables", "duckdb_views"})
"""Views of DuckDB that describe the lake; others show where the catalog is and how one signs in."""
DENIED = frozenset({"current_setting", "getenv", "getvariable", "nextval", "currval", "sleep_ms", "write_log"})
"""Scalar functions that tell of the session or act on it."""
PLAIN = re.compile(r"\w+")  # nothing DuckDB would take for the name of a file
EXPLAIN = re.compile(rb"explain\b", re.IGNORECASE)
ONE = "give exactly one SELECT (or FROM, DESCRIBE, EXPLAIN of one); the lake is written by the platform only"


def refuse_all_but_reading(sql: str) -> None:
    """Raise LakeError for anything but one statement that reads `gt.<project>.<table>` and what it makes itself."""
    for node, known in _nodes(_parsed(sql)):
        match node.get("type"):
            case "TABLE_FUNCTION":
                _refuse_function(node["function"]["function_name"])
            case "BASE_TABLE":
                _refuse_table(node, known)
            case "FUNCTION" if node["function_name"].lower() in DENIED:
                raise LakeError(f"{node['function_name']}() is not for reading the lake; leave it out")


def _parsed(sql: str) -> dict[str, Any]:
    """DuckDB's own tree of one SELECT; of an EXPLAIN, what it explains."""
    with _parser().cursor() as parser:
        try:
            if len(parser.extract_statements(sql)) != 1:
                raise LakeError(f"{ONE}. PIVOT is one where its values are named: ON column IN (…)")
            selected = _explained(sql)
            row = parser.execute("SELECT json_serialize_sql(?)", [selected]).fetchone()
            tree: dict[str, Any] = json.loads(row[0] if row else "{}")
        except duckdb.Error as error:
            raise LakeError(str(error)) from None
        except RecursionError:
            raise LakeError("the statement is nested too deeply; break it up with WITH") from None
    if tree["error"]:
        raise LakeError(tree["error_message"] if tree["error_type"] == "parser" and selected is sql else ONE)
    return tree


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    # even to split statements, DuckDB would open the files that IMPORT DATABASE names
    return duckdb.connect(config={"enable_external_access": False})


def _explained(sql: str) -> str:
    """What an EXPLAIN explains; any other statement as it is."""
    raw, starts = sql.encode(), [start for start, _ in duckdb.tokenize(sql)]
    if len(starts) > 1 and EXPLAIN.match(raw, starts[0]):
        return raw[starts[1] :].decode()
    return sql


def _nodes(tree: dict[str, Any]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every object of the tree, with the names that WITH gives around it."""
    waiting: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, known = waiting.pop()
        if isinstance(node, dict):
            known |= {_plain(entry["key"]) for entry in (node.get("cte_map") or {}).get("map", ())}
            yield node, known
        children = node.values() if isinstance(node, dict) else node
        waiting += [(child, known) for child in children if isinstance(child, dict | list)]


def _plain(name: str) -> str:
    if not PLAIN.fullmatch(name) or name.lower().startswith(("duckdb_", "pragma_", "sqlite_", "pg_")):
        raise LakeError(f"WITH cannot name a table {name!r} here; use a word of letters, digits and _")
    return name.lower()


def _refuse_function(name: str) -> None:
    if name.lower() not in FUNCTIONS:
        raise LakeError(
            f"{name}() reaches beyond the lake; read gt.<project>.<table>, `gt sql 'SHOW ALL TABLES'` lists them"
        )


def _refuse_table(node: dict[str, Any], known: frozenset[str]) -> None:
    catalog, schema, table = (node[key].lower() for key in ("catalog_name", "schema_name", "table_name"))
    if CATALOG in {catalog, schema if not catalog else ""} or schema == "information_schema":
        return
    if not catalog and not schema and (table in known or table in DESCRIPTIONS):
        return
    raise LakeError(f"{node['table_name']!r} is no table of the lake; name it in full, as gt.<project>.<table>")
