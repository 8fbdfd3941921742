"""PostgreSQL and S3 that go away for a while: reads, locks and writes wait, say so, and count once."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from psycopg2.extensions import make_dsn, parse_dsn
from pydantic import SecretStr

from gt_platform.lake import Lake, LakeError, Store, UnreachableError, Writer
from gt_platform.lake.storage import StorageError
from gt_platform.lake.tables import EVENTS
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from tests.support.backends import s3_prefix
from tests.support.relay import Relay, relay
from tests.support.rows import keyed
from tests.support.servers import S3Server

pytestmark = pytest.mark.slow
AWAY = 2.0  # seconds
SettingsFor = Callable[[str], Settings]


@pytest.fixture(params=["postgres", "s3"])
def cut_off(request: pytest.FixtureRequest, settings_for: SettingsFor) -> Iterator[tuple[Settings, Relay]]:
    """A lake on PostgreSQL and S3, and the wire to one of them."""
    settings = settings_for("postgres+s3")
    given = parse_dsn(settings.catalog_url.removeprefix("postgres:"))
    endpoint = urlsplit(str(settings.s3_endpoint))
    if request.param == "postgres":
        with relay(given["host"], int(given["port"])) as wire:
            catalog = SecretStr(f"postgres:{make_dsn(**given | {'port': wire.port})}")
            yield Settings(**settings.model_dump() | {"catalog": catalog}), wire
    else:
        with relay(str(endpoint.hostname), int(endpoint.port or 0)) as wire:
            yield Settings(**settings.model_dump() | {"s3_endpoint": f"http://127.0.0.1:{wire.port}"}), wire


def add(*events: str) -> Callable[[Writer], int]:
    return lambda writer: writer.append(EVENTS, keyed(EVENTS, *events))


def events(store: Store) -> list[str]:
    return store.read("SELECT event_id FROM events ORDER BY ALL").to_series().to_list()


def test_everything_waits_for_it(cut_off: tuple[Settings, Relay], caplog: pytest.LogCaptureFixture) -> None:
    settings, wire = cut_off
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        store.commit("before", add("a"))
        wire.cut_for(AWAY)
        assert events(store) == ["a"]
        wire.cut_for(AWAY)
        assert store.commit("meanwhile", add("a", "b")) == 1

        def work(writer: Writer) -> int:
            new = writer.append(EVENTS, keyed(EVENTS, "c"))
            if not cut:
                wire.cut_for(AWAY)
                cut.append(True)
            return new

        cut: list[bool] = []
        assert store.commit("in the middle", work) == 1
        with store.snapshot():
            assert events(store) == ["a", "b", "c"]
            wire.cut_for(AWAY)
            assert events(store) == ["a", "b", "c"]
        wire.cut_for(AWAY)
        lake.compact()
        assert events(store) == ["a", "b", "c"]
        assert store.doubled_keys() == {}
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert any("trying again for up to 300 s" in line for line in said)
    assert any("it went well after" in line for line in said)


def test_a_lake_is_opened_when_it_is_back(cut_off: tuple[Settings, Relay]) -> None:
    settings, wire = cut_off
    for read_only in (False, True):
        wire.cut_for(AWAY)
        with Lake.open(settings, read_only=read_only) as lake:
            if not read_only:
                lake.store("sentiment").commit("a", add("a"))
            assert events(lake.store("sentiment")) == ["a"]


def test_what_stays_away_ends_in_a_sentence(cut_off: tuple[Settings, Relay]) -> None:
    settings, wire = cut_off
    with Lake.open(settings) as lake:
        lake.store("sentiment").commit("a", add("a"))
    with Lake.open(Settings(**settings.model_dump() | {"patience": 0})) as lake:
        store = lake.store("sentiment")
        wire.cut()
        with pytest.raises(UnreachableError, match="the lake cannot be read, "):
            events(store)
        with pytest.raises(UnreachableError, match=r"more: not committed, |lock|cannot be reached"):
            store.commit("more", add("b"))
        wire.mend()
        assert events(store) == ["a"]
        assert store.commit("more", add("a", "b")) == 1


def test_a_snapshot_is_never_of_two_moments(settings_for: SettingsFor) -> None:
    settings = settings_for("sqlite+s3")
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        store.commit("a", add("a"))
        with store.snapshot():
            assert events(store) == ["a"]
            store._let_go()  # as an outage does
            with Lake.open(settings) as other:
                other.store("sentiment").commit("b", add("b"))
            with pytest.raises(LakeError, match="written to while it was out of reach"):
                events(store)
        assert events(store) == ["a", "b"]


def test_files_wait_for_it(s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # what boto3 tries by itself takes seconds
    endpoint = urlsplit(s3_server.endpoint)
    with relay(str(endpoint.hostname), int(endpoint.port or 0)) as wire:
        settings = Settings(home=tmp_path, data=s3_prefix(), s3_endpoint=f"http://127.0.0.1:{wire.port}")
        storage = open_storage(settings.data_url, settings)
        for use in (
            lambda: storage.write("a", b"a"),
            lambda: storage.read("a"),
            lambda: storage.exists("a"),
            storage.list,
            lambda: storage.open("a").read(),
        ):
            wire.cut_for(AWAY / 2)
            use()
        assert storage.read("a") == b"a"
        wire.cut()
        with pytest.raises(StorageError, match="Could not connect"):
            open_storage(settings.data_url, Settings(**settings.model_dump() | {"patience": 0})).list()
