"""Keys to S3 that are replaced while a lake is open: a role's in time, a profile's when they are refused."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import EVENTS
from gt_platform.settings import Settings
from tests.support.backends import s3_prefix
from tests.support.relay import Relay, relay
from tests.support.rows import keyed
from tests.support.servers import ACCESS_KEY, NEXT_KEY, SECRET_KEY, S3Server

pytestmark = pytest.mark.slow
Give = Callable[[str], None]


@pytest.fixture
def wire(s3_server: S3Server) -> Iterator[Relay]:
    """The way to S3."""
    endpoint = urlsplit(s3_server.endpoint)
    with relay(str(endpoint.hostname), int(endpoint.port or 0)) as started:
        yield started


@pytest.fixture
def from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Give:
    """Keys that a profile has."""
    without_keys(monkeypatch)
    file = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))

    def give(key: str) -> None:
        file.write_text(f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {SECRET_KEY}\n")

    return give


@pytest.fixture
def from_a_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Give:
    """Keys that a program is asked for, whenever those it gave run out: at once."""
    without_keys(monkeypatch)
    given, program, config = tmp_path / "given.json", tmp_path / "role.py", tmp_path / "config"
    program.write_text(f"print(open({str(given)!r}).read())")
    config.write_text(f"[default]\ncredential_process = {sys.executable} {program}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))

    def give(key: str) -> None:
        runs_out = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
        told = {"Version": 1, "AccessKeyId": key, "SecretAccessKey": SECRET_KEY, "Expiration": runs_out}
        given.write_text(json.dumps(told))

    return give


def without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


def take_in(store: Store, event: str) -> int:
    return store.commit(event, lambda writer: writer.append(EVENTS, keyed(EVENTS, event)))


@pytest.mark.parametrize(("source", "in_time"), [("from_a_file", False), ("from_a_role", True)])
def test_an_open_lake_gets_new_keys(
    request: pytest.FixtureRequest, wire: Relay, tmp_path: Path, source: str, *, in_time: bool
) -> None:
    give: Give = request.getfixturevalue(source)
    give(ACCESS_KEY)
    settings = Settings(home=tmp_path, data=s3_prefix(), s3_endpoint=f"http://127.0.0.1:{wire.port}")
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        assert take_in(store, "a") == 1
        lake.files.write("report", b"a")
        give(NEXT_KEY)
        wire.withdraw(ACCESS_KEY)
        assert take_in(store, "b") == 1
        assert store.read("SELECT event_id FROM events ORDER BY ALL").to_series().to_list() == ["a", "b"]
        assert lake.files.read("report") == b"a"
        lake.compact()
        assert (wire.refused == 0) == in_time
