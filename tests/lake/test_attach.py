"""What `gt sql --attach` prints, as a DuckDB runs it that knows nothing else of the lake."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from gt_platform.lake import Lake, LakeError
from gt_platform.lake.attach import attach_script
from gt_platform.lake.connection import connect
from gt_platform.lake.tables import EVENTS
from gt_platform.settings import Settings
from tests.support.plain import answers
from tests.support.rows import keyed, rows
from tests.support.servers import ACCESS_KEY, SECRET_KEY

ODD = 'o\'hara & "co"; 100 %'
AT_NIGHT = "SELECT event_id, occurred_at::DATE::VARCHAR FROM gt.sentiment.events"
EVENT = rows(EVENTS, {"event_id": "a", "occurred_at": datetime(2026, 1, 5, 2, tzinfo=UTC)})  # in New York still the 4th


def fill(settings: Settings) -> None:
    with Lake.open(settings) as lake:
        lake.store("sentiment").commit("a", lambda writer: writer.append(EVENTS, EVENT))


@pytest.mark.slow
def test_a_lake_in_a_folder_with_an_odd_name_is_read_in_utc(tmp_path: Path, installed: Path) -> None:
    settings = Settings(home=tmp_path / ODD)
    fill(settings)
    asked = (AT_NIGHT, "SELECT current_setting('TimeZone')", "SELECT count(*) FROM gt.sentiment.current_scores")
    found = answers(installed, attach_script(settings), *asked)
    assert found == [[["a", "2026-01-05"]], [["UTC"]], [[0]]]


@pytest.mark.slow
def test_a_lake_that_was_moved_is_read_where_it_is(tmp_path: Path, installed: Path) -> None:
    fill(Settings(home=tmp_path / "before"))
    (tmp_path / "before").rename(tmp_path / "after")
    assert answers(installed, attach_script(Settings(home=tmp_path / "after")), AT_NIGHT) == [[["a", "2026-01-05"]]]


def test_a_relative_catalog_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    script = attach_script(Settings(catalog=SecretStr("sqlite:my.sqlite"), data="data"))
    assert f"'ducklake:sqlite:{tmp_path}/my.sqlite'" in script
    assert f"DATA_PATH '{tmp_path}/data/'" in script


@pytest.mark.parametrize("backend", ["sqlite+s3", "postgres+s3"])
def test_a_lake_on_servers_is_read_with_nothing_else_known(
    backend: str, settings_for: Callable[[str], Settings], installed: Path
) -> None:
    settings = settings_for(backend)
    fill(settings)
    assert answers(installed, attach_script(settings, secrets=True), AT_NIGHT) == [[["a", "2026-01-05"]]]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("host=db dbname=lake user=ann password=geheim", "dbname=lake host=db user=ann"),
        (r"host=db password='it\'s geheim'", "host=db"),
        (
            "postgresql://ann:geheim@db:5433/lake?sslmode=require",
            "dbname=lake host=db port=5433 sslmode=require user=ann",
        ),
        ("dbname='the lake' sslpassword=geheim", "dbname=''the lake''"),
    ],
)
def test_a_password_is_printed_for_those_alone_who_ask_for_it(given: str, shown: str) -> None:
    settings = Settings(catalog=SecretStr(f"postgres:{given}"))
    script = attach_script(settings)
    target = script.partition("'ducklake:postgres:")[2].partition("' AS gt")[0]
    assert sorted(target.split(" ")) == sorted(shown.split(" "))
    assert "geheim" not in script
    assert "PGPASSWORD" in script
    assert "geheim" in attach_script(settings, secrets=True)


def test_keys_are_printed_for_those_alone_who_ask_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "o'token")
    settings = Settings(data="s3://bucket/a lake/", s3_endpoint="https://s3.example:9000")
    place = (
        "SCOPE 's3://bucket/a lake', REGION 'us-east-1', ENDPOINT 's3.example:9000', URL_STYLE 'path', USE_SSL 'true');"
    )
    script = attach_script(settings)
    assert f"(TYPE s3, PROVIDER 'credential_chain', REFRESH 'auto', {place}" in script
    assert "DATA_PATH 's3://bucket/a lake/'" in script
    assert not any(secret in script for secret in (ACCESS_KEY, SECRET_KEY, "token"))
    keys = f"KEY_ID '{ACCESS_KEY}', SECRET '{SECRET_KEY}', SESSION_TOKEN 'o''token'"
    assert f"(TYPE s3, {keys}, {place}" in attach_script(settings, secrets=True)


@pytest.mark.slow
def test_what_a_session_reads_is_one_moment_of_the_catalog_while_files_are_merged(
    lake_home: Path, installed: Path
) -> None:
    settings = Settings(home=lake_home)
    files = "SELECT list(data_file_id) FROM __ducklake_metadata_gt.ducklake_data_file"
    with Lake.open(settings) as lake:
        for key in "abc":
            lake.store("sentiment").commit(key, lambda w, key=key: w.append(EVENTS, keyed(EVENTS, key)))  # type: ignore[misc]
        sessions = [plain_session(installed, attach_script(settings)), connect(settings, read_only=True)]
        for session in sessions:
            session.execute("SET threads = 4")  # with one, there is but one way to read
            session.execute("BEGIN")
        before = [session.execute(files).fetchone() for session in sessions]
        lake.compact()
        assert [session.execute(files).fetchone() for session in sessions] == before
        for session in sessions:
            session.execute("COMMIT")
        assert [session.execute(files).fetchone() for session in sessions] != before


def plain_session(installed: Path, script: str) -> duckdb.DuckDBPyConnection:
    session = duckdb.connect(config={"extension_directory": str(installed), "allow_unsigned_extensions": True})
    session.execute(script)
    return session


@pytest.mark.parametrize(
    ("catalog", "why"), [("mysql:x", "must be"), ("postgres:host", "no libpq"), ("sqlite:", "must be")]
)
def test_a_catalog_that_is_none_is_refused(catalog: str, why: str) -> None:
    with pytest.raises(LakeError, match=why):
        attach_script(Settings(catalog=SecretStr(catalog)))
