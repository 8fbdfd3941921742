"""Lakes of older versions: opened, migrated, and refused where that is right."""

import logging
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest

from gt_platform.declarations import declare
from gt_platform.lake import Lake, LakeError, Store, statements, versions
from gt_platform.lake.analyst import query
from gt_platform.lake.connection import connect
from gt_platform.lake.migrations import MIGRATIONS, VERSION, Migration
from gt_platform.lake.tables import TABLES, Column, Table
from gt_platform.settings import Settings
from tests.support import backends, older, sentiment
from tests.support.programs import ProgramError, start
from tests.support.servers import PostgresServer

LOGGED = "gt_platform.lake.versions"
GUIDE = (backends.REPOSITORY / "docs" / "lake_versions.md").read_text(encoding="utf-8")
SCHEMA = """
    SELECT table_name, column_index, column_name, data_type, is_nullable, c.comment, t.comment
    FROM duckdb_columns() c JOIN duckdb_tables() t USING (database_name, schema_name, table_name)
    WHERE database_name = 'gt' AND schema_name = 'sentiment' ORDER BY table_name, column_index
"""
VIEWS = "SELECT view_name, sql, comment FROM duckdb_views() WHERE schema_name = 'sentiment' ORDER BY view_name"
# what the tables have had since 0.1.0, and by what names it knew the rest
OF_SCORES = {"against", "sampling_share", "checked", "n_invalid", "standard_error"}
OF_TRUTH = [
    *(("decisions", name) for name in ("actor", "category", "follows", "round")),
    *(("ground_truth", name) for name in ("origin", "source", "attributes", "duplicate_group", "split")),
    *(("changelog", name) for name in ("status", "category")),
]
ADDED: dict[str, set[str]] = {
    "releases": {"digest_columns"},
    "drift": {"profile", "evidently_method", "evidently_value", "evidently_drift"},
    "annotations": {"swapped"},
    "adjudications": {"blind", "swapped"},
    "decisions": {"revised", "actor", "category", "follows", "round"},
    "ground_truth": {"soft", "origin", "source", "attributes", "duplicate_group", "split"},
    "changelog": {"status", "category"},
    "scores": OF_SCORES,
    "past_scores": OF_SCORES,
    "measurements": {"read", "invalid"},
    "stale": {"inclusion_probability"},
}
RENAMED = {"feedback": {"annotator_kind": "rater_kind", "annotator_id": "rater_id"}}


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A home as 0.1.0 left it."""
    if request.param == "sqlite":
        yield older.unpack("0.1.0", tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    database = backends.new_database(server)
    yield older.unpack("0.1.0", tmp_path, database=database)
    backends.drop_database(server, database)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[list[Store]]:
    """One as 0.1.0 left it, on either catalog, and one that is new: all of this version by now."""
    server: PostgresServer = request.getfixturevalue("postgres_server")
    database = backends.new_database(server)
    homes = (tmp_path_factory.mktemp(name) for name in ("on sqlite", "on postgres", "new"))
    on_sqlite, on_postgres, new = next(homes), next(homes), next(homes)
    all_of = (
        older.unpack("0.1.0", on_sqlite),
        older.unpack("0.1.0", on_postgres, database=database),
        Settings(home=new),
    )
    with ExitStack() as opened:
        yield [opened.enter_context(Lake.open(settings)).store("sentiment") for settings in all_of]
    backends.drop_database(server, database)


@pytest.fixture
def a_step_ahead(monkeypatch: pytest.MonkeyPatch) -> int:
    """Software whose schema is one version ahead of everything's here."""
    ahead = VERSION + 1
    step = Migration(
        version=ahead, said="events have notes", statements=lambda _: ["ALTER TABLE events ADD COLUMN note VARCHAR"]
    )
    monkeypatch.setattr(versions, "MIGRATIONS", (*MIGRATIONS, step))
    monkeypatch.setattr(versions, "VERSION", ahead)
    return ahead


def recorded(settings: Settings) -> list[int]:
    return [int(row) for row in query(settings, "SELECT version FROM gt.main.schema_versions ORDER BY 1")["version"]]


def test_a_new_lake_records_its_version(lake_settings: Settings) -> None:
    Lake.open(lake_settings).close()
    found = query(lake_settings, "SELECT version, software, migrated_at <= now() AS past FROM gt.main.schema_versions")
    assert found.rows() == [(VERSION, versions.SOFTWARE, True)]


@pytest.mark.slow
def test_an_older_lake_is_migrated_once_with_a_copy_of_its_catalog(
    old: Settings, a_step_ahead: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        with Lake.open(old) as lake:
            assert lake.store("sentiment").read("SELECT DISTINCT note FROM events").rows() == [(None,)]
    assert recorded(old)[-1] == a_step_ahead
    (line,) = [record.getMessage() for record in caplog.records if record.name == LOGGED]
    assert f"migrating the lake from schema version 1 to {a_step_ahead}" in line
    assert "events have notes" in line


def test_an_older_lake_is_not_read_as_it_is(old: Settings, a_step_ahead: int) -> None:
    said = f"written by gt_platform 0.1.0, as schema version 1 of {a_step_ahead}; `gt refresh`.* migrates it"
    with pytest.raises(LakeError, match=said):
        Lake.open(old, read_only=True)
    with pytest.raises(LakeError, match=said):
        query(old, "FROM gt.sentiment.events")


def test_a_newer_lake_is_neither_read_nor_written(
    lake_settings: Settings, a_step_ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lake.open(lake_settings).close()
    monkeypatch.setattr(versions, "VERSION", a_step_ahead - 1)
    for read_only in (True, False):
        with pytest.raises(LakeError, match=f"as schema version {a_step_ahead}; this is .* install gt_platform"):
            Lake.open(lake_settings, read_only=read_only)


@pytest.mark.slow
def test_a_step_that_fails_leaves_the_lake_as_it_was(
    old: Settings, a_step_ahead: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, LOGGED)
    wrong = ["ALTER TABLE events ADD COLUMN note VARCHAR", "ALTER TABLE nothing ADD COLUMN note VARCHAR"]
    step = Migration(version=a_step_ahead, said="", statements=lambda _: wrong)
    with monkeypatch.context() as patch:
        patch.setattr(versions, "MIGRATIONS", (*MIGRATIONS, step))
        with pytest.raises(LakeError, match=f"could not become schema version {a_step_ahead}: .*nothing"):
            Lake.open(old)
    with Lake.open(old) as lake:
        assert lake.store("sentiment").read("SELECT DISTINCT note FROM events").rows() == [(None,)]


@pytest.mark.slow
def test_a_migrated_lake_and_a_new_one_have_the_same_schema(migrated: list[Store]) -> None:
    *found, new = ((store.read(SCHEMA).rows(), store.read(VIEWS).rows()) for store in migrated)
    assert found == [new, new]
    assert {row[0] for row in new[0]} == {table.name for table in TABLES}


KNOWN = [table for table in TABLES if table.name in older.digests("0.1.0")]


def as_before(table: Table) -> Table:
    """A table with the columns that 0.1.0 knew, by their names of then."""
    names = RENAMED.get(table.name, {})
    kept = (column for column in table.columns if column.name not in ADDED.get(table.name, ()))
    renamed = f"RENAME ({', '.join(f'{new} AS {old}' for new, old in names.items())})" if names else ""
    columns = tuple(replace(column, name=names.get(column.name, column.name)) for column in kept)
    return replace(table, name=f"(SELECT * {renamed} FROM {table.name})", columns=columns)  # noqa: S608


def digests(store: Store) -> dict[str, str]:
    return {table.name: store.read(statements.digest(as_before(table))).item() for table in KNOWN}


@pytest.mark.slow
def test_every_row_is_there_still(migrated: list[Store]) -> None:
    for store in migrated[:2]:
        snapshot = store.read(
            "SELECT min(snapshot_id) - 1 AS before FROM gt.snapshots() WHERE commit_message LIKE 'schema version%'"
        )
        assert digests(store) == older.digests("0.1.0")
        at = {t.name: store.digest_at(t, snapshot.item(), as_before(t).column_names(stable_only=True)) for t in KNOWN}
        assert at == older.digests("0.1.0")
        assert store.doubled_keys() == {}


@pytest.mark.slow
def test_a_required_column_is_added_to_rows_that_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    column = Column("tone", "VARCHAR", "How it is said")
    step = Migration(
        version=VERSION + 1,
        said="events have a tone",
        statements=lambda tables: statements.add_required(tables["events"], column, "plain"),
    )
    monkeypatch.setattr(versions, "MIGRATIONS", (*MIGRATIONS, step))
    monkeypatch.setattr(versions, "VERSION", VERSION + 1)
    with Lake.open(older.unpack("0.1.0", tmp_path)) as lake:
        store = lake.store("sentiment")
        assert store.read("SELECT tone, count(*) FROM events GROUP BY ALL").rows() == [("plain", 120)]
        (found,) = (row for row in store.read(SCHEMA).rows() if row[2] == "tone")
        assert found[3:6] == ("VARCHAR", False, column.comment)


@pytest.mark.slow
def test_a_migration_that_is_killed_is_finished_by_the_next_opening(old: Settings) -> None:
    statement = 10 if old.catalog is None else 30
    with pytest.raises(ProgramError, match="exit code -9"):
        start(old, "-m", "tests.support.migrator", str(statement)).output()
    assert int(start(old, "-m", "tests.support.migrator", "0").output()) > statement
    assert recorded(old) == [step.version for step in MIGRATIONS]
    with Lake.open(old) as lake:
        assert digests(lake.store("sentiment")) == older.digests("0.1.0")


@pytest.mark.slow
def test_two_processes_migrate_once(old: Settings) -> None:
    both = [start(old, "-m", "tests.support.migrator", "0") for _ in range(2)]
    said = [program.process.communicate()[1] for program in both]
    assert sorted("migrating the lake" in text for text in said) == [False, True], said
    assert recorded(old) == [step.version for step in MIGRATIONS]


@pytest.mark.slow
def test_the_copy_of_the_catalog_leads_back(old: Settings, caplog: pytest.LogCaptureFixture) -> None:
    Lake.open(old).close()
    time = re.search(r"catalog_v1_(\w+)", caplog.text)
    assert time is not None
    shell, sql = (block.replace("TIME", time[1]) for block in re.findall(r"```(?:sh|sql)\n(.*?)```", GUIDE, re.DOTALL))
    if old.catalog is None:
        subprocess.run(["sh", "-ec", shell], cwd=old.home / "lake", check=True)
    else:
        with psycopg2.connect(old.catalog_url.removeprefix("postgres:")) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()
    with pytest.raises(LakeError, match="as schema version 1 of"):
        Lake.open(old, read_only=True)
    as_it_was = connect(old, read_only=True)
    assert as_it_was.execute("SELECT count(DISTINCT rater_kind) FROM gt.sentiment.feedback").fetchone() == (1,)
    as_it_was.close()
    with Lake.open(old) as lake:
        assert digests(lake.store("sentiment")) == older.digests("0.1.0")


@pytest.mark.slow
def test_guidelines_that_were_declared_before_they_were_kept_are_found_again(tmp_path: Path) -> None:
    settings, project = Settings(home=tmp_path), sentiment.declare(tmp_path)
    with Lake.open(settings) as lake:
        assert declare(lake.store("sentiment"), project)
    with connect(settings, read_only=False) as session:
        session.execute("DROP TABLE gt.sentiment.guidelines")
        for table in ("annotations", "adjudications"):  # what later steps added
            session.execute(f"ALTER TABLE gt.sentiment.{table} DROP COLUMN swapped")
        for column in ("profile", "evidently_method", "evidently_value", "evidently_drift"):
            session.execute(f"ALTER TABLE gt.sentiment.drift DROP COLUMN {column}")
        for table in ("scores", "past_scores"):
            session.execute(f"ALTER TABLE gt.sentiment.{table} DROP COLUMN standard_error")
        session.execute("DROP TABLE gt.sentiment.items")
        for table, column in (*OF_TRUTH, ("stale", "inclusion_probability")):
            session.execute(f"ALTER TABLE gt.sentiment.{table} DROP COLUMN {column}")
        session.execute("DELETE FROM gt.main.schema_versions")
        session.execute("INSERT INTO gt.main.schema_versions VALUES (8, 'an older one', now())")
    with Lake.open(settings) as lake:
        kept = lake.store("sentiment").read("SELECT guideline_version, text FROM guidelines").rows()
    assert kept == [(project.guideline_version, "Read it twice.")]
