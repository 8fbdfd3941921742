# ruff: noqa: S608 - these statements are meant to be hostile
"""What may be asked of the lake by SELECT, and over two hundred ways out of it that are refused."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from gt_platform.lake import Lake, LakeError
from gt_platform.lake.analyst import query
from gt_platform.lake.connection import EXTENSIONS, connect
from gt_platform.lake.reading import FUNCTIONS, refuse_all_but_reading
from gt_platform.settings import Settings

ASKED = [
    "FROM gt.sentiment.scores",
    "from GT.sentiment.scores select count(*);",
    "-- how many\nSELECT count(*) /* all */ FROM gt.sentiment.scores",
    'SELECT * FROM "gt"."sentiment"."row_scores"',
    "TABLE gt.sentiment.scores",
    "VALUES (1), (2)",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "DESCRIBE gt.sentiment.scores",
    "SUMMARIZE gt.sentiment.scores",
    "DESCRIBE SELECT 1",
    "EXPLAIN FROM gt.sentiment.scores",
    "explain /* ü */ SELECT 'ü'",
    "FROM gt.sentiment.scores AT (VERSION => 2)",
    "WITH s AS (FROM gt.sentiment.scores) FROM s JOIN S AS t USING (metric)",
    "WITH RECURSIVE n AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM n WHERE a < 3) FROM n",
    "WITH a AS (SELECT 1 AS x), b AS (WITH c AS (FROM a) FROM c) SELECT * FROM a UNION ALL FROM b",
    "PIVOT gt.sentiment.scores ON scope IN ('day', 'week') USING max(n)",
    "UNPIVOT gt.sentiment.scores ON low, high INTO NAME bound VALUE stated",
    "FROM range(3)",
    "SELECT unnest([1, 2])",
    "FROM gt.sentiment.scores, LATERAL (SELECT low + 1)",
    "SELECT (SELECT max(n) FROM gt.sentiment.scores), random()",
    "SELECT count(*) FILTER (low < high) OVER (PARTITION BY slice) FROM gt.sentiment.scores QUALIFY true",
    "FROM gt.sentiment.scores SELECT COLUMNS('.*ow')",
    "FROM gt.sentiment.scores s ASOF JOIN gt.sentiment.row_scores r ON s.low >= r.drift_score",
    "FROM gt.snapshots() ORDER BY snapshot_id DESC",
    "FROM ducklake_table_changes('gt', 'sentiment', 'scores', 1, 2)",
    "FROM information_schema.tables",
    "FROM duckdb_columns WHERE table_name = 'scores'",
    "FROM duckdb_tables()",
    "SELECT list_transform([1, 2], lambda x: x + 1)",
]

REACHING = [
    "FROM read_text('/etc/hostname')",
    "FROM '/etc/hostname.csv'",
    "FROM 'lake/catalog.sqlite'",
    "FROM sqlite_scan('workbench.sqlite', 'accounts')",
    "FROM __ducklake_metadata_gt.ducklake_data_file",
    "FROM gt.merge_adjacent_files()",
    "SELECT current_setting('secret_directory')",
]
AROUND: list[Callable[[str], str]] = [
    lambda inner: inner,
    lambda inner: f"EXPLAIN {inner}",
    lambda inner: f"DESCRIBE {inner}",
    lambda inner: f"SUMMARIZE {inner}",
    lambda inner: f"SELECT * FROM ({inner})",
    lambda inner: f"SELECT 1 WHERE EXISTS ({inner})",
    lambda inner: f"SELECT ({inner} LIMIT 1)",
    lambda inner: f"WITH a AS ({inner}) SELECT 1",
    lambda inner: f"WITH a AS (SELECT 1), b AS MATERIALIZED ({inner}) FROM b",
    lambda inner: f"SELECT 1 UNION ALL ({inner})",
    lambda inner: f"FROM gt.sentiment.scores, LATERAL ({inner})",
    lambda inner: f"FROM gt.sentiment.scores JOIN ({inner}) ON true",
    lambda inner: f"SELECT list_transform([1], lambda x: ({inner} LIMIT 1))",
    lambda inner: f"SELECT max(n) OVER (ORDER BY ({inner} LIMIT 1)) FROM gt.sentiment.scores",
    lambda inner: f"FROM gt.sentiment.scores QUALIFY ({inner} LIMIT 1) IS NULL",
]

OTHERWISE = [
    "",
    ";",
    "SELEC 1",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE gt.sentiment.scores",
    "DROP TABLE gt.sentiment.scores",
    "DELETE FROM gt.sentiment.scores",
    "UPDATE gt.sentiment.scores SET n = 0",
    "INSERT INTO gt.sentiment.scores DEFAULT VALUES",
    "TRUNCATE gt.sentiment.scores",
    "ALTER TABLE gt.sentiment.scores ADD COLUMN x INTEGER",
    "MERGE INTO gt.sentiment.scores s USING range(1) r ON true WHEN MATCHED THEN DELETE",
    "CREATE TABLE gt.sentiment.x (a INTEGER)",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE VIEW v AS SELECT 1",
    "CREATE MACRO m() AS 1",
    "CREATE SECRET s (TYPE s3)",
    "COMMENT ON TABLE gt.sentiment.scores IS 'x'",
    "COPY (SELECT 1) TO 'stolen.csv'",
    "COPY gt.sentiment.scores FROM 'x.csv'",
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE 'x'",
    "EXPLAIN ANALYZE SELECT 1",
    "EXPLAIN ANALYZE DELETE FROM gt.sentiment.scores",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'lake/data/x.parquet'",
    "EXPLAIN /* */ ANALYZE COPY (SELECT 1) TO 'lake/data/x.parquet'",
    "EXPLAIN (ANALYZE) COPY (SELECT 1) TO 'lake/data/x.parquet'",
    "EXPLAIN (ANALYZE, FORMAT json) DELETE FROM gt.sentiment.scores",
    "EXPLAIN EXPLAIN ANALYZE DELETE FROM gt.sentiment.scores",
    "EXPLAIN COPY (SELECT 1) TO 'x.csv'",
    "EXPLAIN DELETE FROM gt.sentiment.scores",
    "ATTACH 'other.duckdb' AS other",
    "DETACH gt",
    "USE gt.sentiment",
    "SET enable_external_access = true",
    "RESET memory_limit",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "CALL gt.set_option('parquet_compression', 'none')",
    "CALL ducklake_expire_snapshots('gt', older_than => now())",
    "INSTALL httpfs",
    "LOAD httpfs",
    "UPDATE EXTENSIONS",
    "CHECKPOINT gt",
    "VACUUM",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "PIVOT gt.sentiment.scores ON scope USING max(n)",
    "SELECT * INTO x FROM gt.sentiment.scores",
    "FROM memory.main.x",
    "FROM system.main.duckdb_databases",
    "FROM duckdb_databases",
    "FROM pragma_database_list",
    "FROM sqlite_master",
    "FROM pg_catalog.pg_settings",
    "FROM scores",
    "FROM sentiment.scores",
    "FROM settings",
    "WITH \"/etc/passwd.csv\" AS (SELECT 1) FROM '/etc/passwd.csv'",
    "WITH duckdb_databases AS (SELECT 1) FROM duckdb_databases",
    "SELECT * FROM (WITH a AS (SELECT 1) FROM a), a",
    "SELECT getvariable('x')",
    "SELECT nextval('s')",
    "SELECT sleep_ms(100000)",
    "SELECT write_log('x')",
    "SELECT CURRENT_SETTING('s3_secret_access_key')",
    "SELECT " + "+".join(["1"] * 900),
    "SELECT " + "+".join(["1"] * 3000),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = Settings(home=tmp_path_factory.mktemp("home"))
    with Lake.open(chosen) as lake:
        lake.store("sentiment")
    return chosen


def content(home: Path) -> dict[Path, str]:
    return {file: sha256(file.read_bytes()).hexdigest() for file in home.rglob("*") if file.is_file()}


@pytest.mark.slow
def test_what_reads_the_lake_is_let_through_and_can_be_answered(settings: Settings) -> None:
    session = connect(settings, read_only=True)
    for statement in ASKED:
        refuse_all_but_reading(statement)
        session.execute(statement).fetchall()
    for statement in ASKED[:12]:
        query(settings, statement)


def test_what_reaches_out_is_refused_wherever_it_stands(settings: Settings) -> None:
    before = content(settings.home)
    probes = [around(inner) for inner in REACHING for around in AROUND]
    for statement in probes:
        with pytest.raises(LakeError, match=r"beyond the lake|no table of the lake|not for reading"):
            query(settings, statement)
    assert content(settings.home) == before
    assert len(probes) > 100


def test_what_is_no_reading_statement_is_refused_in_a_sentence(settings: Settings) -> None:
    before = content(settings.home)
    for statement in OTHERWISE:
        with pytest.raises(LakeError):
            query(settings, statement)
    assert content(settings.home) == before


def test_no_table_function_of_duckdb_or_its_extensions_is_taken_but_those_that_read(settings: Settings) -> None:
    names = """
        SELECT DISTINCT function_name FROM duckdb_functions()
        WHERE function_type IN ('table', 'table_macro', 'pragma') ORDER BY 1
    """
    session = connect(settings, read_only=True)
    found = {name for (name,) in session.execute(names).fetchall()} | {f"{name}_query" for name in EXTENSIONS}
    for name in found - FUNCTIONS:
        with pytest.raises(LakeError, match="beyond the lake"):
            refuse_all_but_reading(f"FROM \"{name.upper()}\"('x')")
    assert len(found - FUNCTIONS) > 100
    assert {name for name in FUNCTIONS if "_" in name and name.split("_")[0] in {"duckdb", "ducklake"}} <= found


def test_a_variable_of_this_process_is_no_table(settings: Settings) -> None:
    scores = duckdb.sql("SELECT 1 AS secret")
    with pytest.raises(LakeError):
        query(settings, "FROM scores")
    assert scores is not None
