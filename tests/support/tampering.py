# ruff: noqa: S608  -- whoever tampers writes statements of their own
"""Nine kinds of tampering with a home, each as whoever may write to its files and its catalog would do it.

A tampering changes what somebody could read: whoever chose an empty table or a byte that nothing reads chooses again.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gt_platform.canonical import canonical, digest
from gt_platform.lake import Lake, LakeError
from gt_platform.lake.connection import connect
from gt_platform.lake.tables import TABLES, Table
from gt_platform.settings import Settings
from tests.support.world import NAME

Tampering = Callable[[Path, Random], str]
"""Tampers with a home, and says with what."""
TEXTS = ("VARCHAR", "JSON")


class UntouchedError(Exception):
    """What was tried changes nothing that anybody could read."""


def byte_flipped(home: Path, rng: Random) -> str:
    """A bit of a byte in a data file: of those only that change what a table holds, or whether it can be read."""
    file = rng.choice(data_files(home))
    content = bytearray(file.read_bytes())
    at = rng.randrange(len(content))
    table = next(table for table in TABLES if table.name == file.parent.name)
    before = read_anew(home, table)
    content[at] ^= 1 << rng.randrange(8)
    file.write_bytes(content)
    if read_anew(home, table) == before:
        raise UntouchedError
    return f"byte {at} of {file.parent.name}"


def row_edited(home: Path, rng: Random) -> str:
    """A value of a row, with DuckDB."""
    table = rng.choice(filled(home))
    column = rng.choice([one for one in table.columns if one.type in {*TEXTS, "DOUBLE", "BIGINT", "INTEGER"}])
    other = {"VARCHAR": "'x'", "JSON": "'\"x\"'"}.get(column.type, f'coalesce("{column.name}", 0) + 1')
    statement(home, f'UPDATE {table.name} SET "{column.name}" = {other} WHERE {a_row(home, table, rng)}')
    return f"{table.name}.{column.name}"


def row_deleted(home: Path, rng: Random) -> str:
    """A row, with DuckDB."""
    table = rng.choice(filled(home))
    statement(home, f"DELETE FROM {table.name} WHERE {a_row(home, table, rng)}")
    return table.name


def row_added(home: Path, rng: Random) -> str:
    """A copy of a row under another key or, one time in three, the very same."""
    table = rng.choice(filled(home))
    key = next(column for column in table.columns if column.name == table.key[0])
    other = {"VARCHAR": "'x'", "DATE": "DATE '2026-01-09'"}.get(key.type, f'"{key.name}" + 100')
    replaced = f'REPLACE ({other} AS "{key.name}")' if rng.random() < 2 / 3 else ""
    statement(home, f"INSERT INTO {table.name} SELECT * {replaced} FROM {table.name} WHERE {a_row(home, table, rng)}")
    return table.name


def file_replaced(home: Path, rng: Random) -> str:
    """A data file by another that is as good: without its last row, twice as long, or with another value."""
    file = rng.choice(data_files(home))
    table = pq.read_table(file)
    texts = [name for name in table.column_names if pa.types.is_string(table.schema.field(name).type)]
    how = rng.choice(["shorter", "longer", "edited"] if texts else ["shorter", "longer"])
    if how == "edited":
        name = rng.choice(texts)
        values = ['"other"', *table[name].to_pylist()[1:]]
        at = table.column_names.index(name)
        other = table.set_column(at, table.schema.field(name), pa.array(values, table.schema.field(name).type))
    else:
        other = table.slice(0, table.num_rows - 1) if how == "shorter" else pa.concat_tables([table, table])
    pq.write_table(other, file, compression="zstd")
    size, footer = file.stat().st_size, int.from_bytes(file.read_bytes()[-8:-4], "little")
    if rng.random() < 0.5:  # also where the catalog expects them
        told = "UPDATE ducklake_data_file SET file_size_bytes = ?, footer_size = ?, record_count = ? WHERE path = ?"
        catalog(home, told, size, footer, other.num_rows, file.name)
    return f"{how} file of {file.parent.name}"


CATALOG_EDITS: Mapping[str, str] = {
    "a file forgotten": "DELETE FROM ducklake_data_file WHERE data_file_id = {live}",
    "a file ended": "UPDATE ducklake_data_file SET end_snapshot = begin_snapshot + 1 WHERE data_file_id = {live}",
    "a file that is to end": "UPDATE ducklake_data_file SET end_snapshot = 1000 WHERE data_file_id = {live}",
    "a file begun later": """
        UPDATE ducklake_data_file SET begin_snapshot = begin_snapshot + 1 WHERE data_file_id = {live}
    """,
    "a file's rows": "UPDATE ducklake_data_file SET record_count = record_count + 1 WHERE data_file_id = {live}",
    "a file taken for another": """
        UPDATE ducklake_data_file SET path = (
            SELECT path FROM ducklake_data_file o WHERE o.table_id = ducklake_data_file.table_id
            AND o.data_file_id <> ducklake_data_file.data_file_id ORDER BY o.data_file_id LIMIT 1
        ) WHERE data_file_id = (
            SELECT max(data_file_id) FROM ducklake_data_file WHERE end_snapshot IS NULL AND table_id IN (
                SELECT table_id FROM ducklake_data_file GROUP BY table_id HAVING count(*) > 1))
    """,
    "a column renamed": """
        UPDATE ducklake_column SET column_name = column_name || '_' WHERE end_snapshot IS NULL AND rowid = (
            SELECT max(c.rowid) FROM ducklake_column c JOIN ducklake_table t USING (table_id)
            WHERE t.table_name = 'annotations' AND c.end_snapshot IS NULL)
    """,
    "a table dropped": "UPDATE ducklake_table SET end_snapshot = begin_snapshot + 1 WHERE table_name = 'decisions'",
    "what a commit was for": """
        UPDATE ducklake_snapshot_changes SET commit_message = 'nothing to see here' WHERE commit_message IS NOT NULL
        AND snapshot_id = {commit}
    """,
    "when a commit was": """
        UPDATE ducklake_snapshot SET snapshot_time = '2020-01-01 00:00:00+00' WHERE snapshot_id = {commit}
    """,
    "a view": """
        UPDATE ducklake_view SET sql = replace(sql, 'SELECT', 'SELECT DISTINCT') WHERE end_snapshot IS NULL
        AND view_name = 'live_annotations'
    """,
    "what a file holds at most": """
        UPDATE ducklake_file_column_stats SET max_value = min_value WHERE min_value <> max_value
        AND data_file_id = {live}
    """,
}


def catalog_edited(home: Path, rng: Random) -> str:
    """Rows of the catalog itself, in SQLite."""
    what = rng.choice(sorted(CATALOG_EDITS))
    edit_catalog(home, what, rng)
    return what


def edit_catalog(home: Path, what: str, rng: Random) -> None:
    """One of the edits, of a live file of a table that has rows."""
    live = catalog(home, "SELECT data_file_id FROM ducklake_data_file WHERE end_snapshot IS NULL")
    commits = catalog(home, "SELECT snapshot_id FROM ducklake_snapshot_changes WHERE commit_extra_info LIKE '{%'")
    chosen = CATALOG_EDITS[what].format(live=rng.choice(live)[0], commit=rng.choice(commits)[0])
    if catalog(home, chosen) == [("changed", 0)]:
        raise UntouchedError


def chain_edited(home: Path, rng: Random) -> str:
    """A link of the chain: changed, changed with its head, gone, or in another's place."""
    links = catalog(
        home, "SELECT snapshot_id, commit_extra_info FROM ducklake_snapshot_changes WHERE commit_extra_info LIKE '{%'"
    )
    at = rng.randrange(len(links))
    snapshot, said = links[at][0], json.loads(links[at][1])
    how = rng.choice(["changed", "with its head", "gone", "in another's place"])
    if how == "changed":
        said["token"] = said["token"][::-1]
    elif how == "with its head":
        said["changed"] = {f"{NAME}.annotations": [1, "0" * 64]}
        said["head"] = digest(canonical({name: value for name, value in said.items() if name != "head"}))
    elif how == "in another's place":
        said = json.loads(links[at - 1][1])
    text = None if how == "gone" else canonical(said)
    catalog(home, "UPDATE ducklake_snapshot_changes SET commit_extra_info = ? WHERE snapshot_id = ?", text, snapshot)
    return f"link {snapshot} {how}"


def bundle_replaced(home: Path, rng: Random) -> str:
    """A file of a bundle: one of its own, the manifest, the signature, or all of them so that they fit each other."""
    folder = rng.choice(sorted((home / "lake/data/files" / NAME / "releases").iterdir()))
    how = rng.choice(["README.md", "ground_truth.parquet", "changelog.parquet", "guidelines.md", "manifest.json"])
    how = rng.choice([how, "manifest.sig", "gone", "all of it"])
    if how == "gone":
        rng.choice([file for file in folder.iterdir() if file.name != "public_key.pem"]).unlink()
    elif how == "all of it":
        _forge(folder)
    else:
        (folder / how).write_bytes(_flipped((folder / how).read_bytes(), rng))
    return f"{folder.name}: {how}"


def release_edited(home: Path, rng: Random) -> str:
    """A row of `releases`: any column of it."""
    columns = {
        "digest": "reverse(digest)", "parent_digest": "'x'", "items": "items + 1", "added": "added + 1",
        "snapshot_id": "snapshot_id - 1", "released_at": "released_at + INTERVAL 1 DAY", "release": "release + 7",
        "manifest_digest": "NULL", "public_key": "NULL", "digest_columns": "'[]'", "bundle": "'s3://elsewhere'",
    }  # fmt: skip
    name = rng.choice(sorted(columns))
    statement(home, f"UPDATE releases SET {name} = {columns[name]} WHERE release = {rng.randint(1, 3)}")
    return f"releases.{name}"


KINDS: Mapping[str, Tampering] = {
    "a byte of a data file": byte_flipped,
    "a row edited": row_edited,
    "a row deleted": row_deleted,
    "a row added": row_added,
    "a data file replaced": file_replaced,
    "the catalog edited": catalog_edited,
    "a link of the chain edited": chain_edited,
    "a bundle replaced": bundle_replaced,
    "a release edited": release_edited,
}


def settings_of(home: Path) -> Settings:
    """The settings of a home with all it has below it."""
    return Settings(home=home, projects=home / "projects")


def data_files(home: Path) -> list[Path]:
    """The tables' own files."""
    return sorted((home / "lake/data").rglob("ducklake-*.parquet"))


def filled(home: Path) -> list[Table]:
    """Tables that have rows."""
    with Lake.open(settings_of(home), read_only=True) as lake:
        counts = lake.store(NAME).row_counts(TABLES)
    return [table for table in TABLES if counts[table.name]]


def a_row(home: Path, table: Table, rng: Random) -> str:
    """A condition that is true of one row, by its number in the table."""
    with Lake.open(settings_of(home), read_only=True) as lake:
        rows = lake.store(NAME).read(f"SELECT rowid FROM {table.name} ORDER BY rowid")["rowid"].to_list()
    return f"rowid = {rng.choice(rows)}"


def statement(home: Path, sql: str) -> None:
    """A statement of DuckDB's on the lake, past the platform. Raises UntouchedError where it changes nothing."""
    with closing(connect(settings_of(home), read_only=False)) as lake:
        lake.execute(f'USE gt."{NAME}"')
        if lake.execute(sql).fetchone() == (0,):
            raise UntouchedError


def catalog(home: Path, sql: str, *values: Any) -> Sequence[tuple[Any, ...]]:
    """A statement on the catalog; of one that changes it, how many rows it changed."""
    with closing(sqlite3.connect(home / "lake/catalog.sqlite")) as opened, opened:
        cursor = opened.execute(sql, values)
        return cursor.fetchall() if cursor.description else [("changed", cursor.rowcount)]


def read_anew(home: Path, table: Table) -> object:
    """All that a table holds, and what each commit made of it; where it cannot be read, why."""
    try:
        with Lake.open(settings_of(home), read_only=True) as lake:
            store = lake.store(NAME)
            rows = store.read(f"FROM {table.name} ORDER BY ALL").rows()
            return rows, store.content_by_commit(table, 1, store.snapshot_id)
    except (duckdb.Error, LakeError) as error:
        return str(error)


def _flipped(content: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _forge(folder: Path) -> None:
    """Another truth, with a manifest that fits it and somebody's own signature."""
    truth = pq.read_table(folder / "ground_truth.parquet")
    pq.write_table(truth.slice(0, max(1, truth.num_rows - 1)), folder / "ground_truth.parquet")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name in manifest["files"]:
        content = (folder / name).read_bytes()
        manifest["files"][name] = {"bytes": len(content), "sha256": digest(content)}
    text, key = (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode(), Ed25519PrivateKey.generate()
    (folder / "manifest.json").write_bytes(text)
    (folder / "manifest.sig").write_bytes(key.sign(text))
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "public_key.pem").write_bytes(pem)
