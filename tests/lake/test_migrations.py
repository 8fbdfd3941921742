"""Lakes of older versions: opened, migrated, and refused where that is right."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.lake import Lake, LakeError, versions
from gt_platform.lake.analyst import query
from gt_platform.lake.migrations import MIGRATIONS, VERSION, Migration
from gt_platform.settings import Settings
from tests.support import backends, older
from tests.support.servers import PostgresServer

LOGGED = "gt_platform.lake.versions"


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
