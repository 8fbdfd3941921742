"""Fixtures for the whole suite: a clean environment, real servers started when first needed, lakes on each backend."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings as hypothesis_settings

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.support import backends, plain
from tests.support.servers import (
    ACCESS_KEY,
    SECRET_KEY,
    PostgresServer,
    S3Server,
    Server,
    start_postgres,
    start_s3,
)

SettingsFor = Callable[[str], Settings]
RUNNING: list[Server] = []
SERVED = {"postgres", "s3", "sqlite+s3", "postgres+s3"}  # parameters that name a server's database or storage

# what is imported and collected lives as long as the process: to look through it again and again took a twelfth of all
gc.disable()

# a process of pytest-xdist is told a width, which the command line's console would keep for good when it is imported
os.environ.pop("COLUMNS", None)

# a deadline measures the machine; `make test-all` asks for the thorough profile
hypothesis_settings.register_profile("quick", max_examples=15, stateful_step_count=25, deadline=None)
hypothesis_settings.register_profile("thorough", max_examples=35, deadline=None)
hypothesis_settings.load_profile("quick")


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` is what a laptop runs on: servers' part of what runs on each of them, browsers, and whatever begins
    with a home whose nights went by, are slow."""
    for item in items:
        given = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
        begins = getattr(item, "fixturenames", ())
        if item.path.name.startswith("test_browser") or "nights" in begins or not SERVED.isdisjoint(map(str, given)):
            item.add_marker("slow")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From here on garbage is made."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """No test sees the settings, the cloud account or the database of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("GT_", "AWS_", "PG", "DAGSTER_"))]:
            patch.delenv(name)
        patch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """A second thread doubles what a query of some rows costs, and the other cores have tests of their own."""
    connect = duckdb.connect

    def with_one_thread(*args: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*args, **options)
        connection.execute("SET threads = 1")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", with_one_thread)
        yield


@pytest.fixture(scope="session")
def _empty_lake(tmp_path_factory: pytest.TempPathFactory, _one_thread: None) -> Path:
    home = tmp_path_factory.mktemp("empty")
    with Lake.open(Settings(home=home)) as lake:
        lake.store("sentiment")
    return home / "lake"


@pytest.fixture
def lake_home(_empty_lake: Path, tmp_path: Path) -> Path:
    """A home with the empty tables of `sentiment`: a copy takes less than half the time of making them."""
    shutil.copytree(_empty_lake, tmp_path / "lake")
    return tmp_path


@pytest.fixture
def new_store(_empty_lake: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes the empty tables of another project, each in a lake of its own: a lake's projects slow the next."""
    with ExitStack() as opened:

        def make() -> Store:
            home = Path(tempfile.mkdtemp(prefix="home", dir=tmp_path))
            shutil.copytree(_empty_lake, home / "lake")
            return opened.enter_context(Lake.open(Settings(home=home))).store("sentiment")

        yield make


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 service."""
    started = start_s3()
    RUNNING.append(started.server)
    yield started
    started.server.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL."""
    started = start_postgres()
    RUNNING.append(started.server)
    yield started
    started.server.stop()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where a DuckDB of somebody else's finds the extensions that it installed."""
    folder = tmp_path_factory.mktemp("extensions")
    plain.install(folder)
    return folder


@pytest.fixture
def settings_for(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SettingsFor]:
    """Makes settings of a fresh, empty lake on the named backend."""
    databases: list[str] = []
    yield partial(_fresh, request, tmp_path, databases)
    for database in databases:
        backends.drop_database(request.getfixturevalue("postgres_server"), database)


@pytest.fixture(scope="session")
def settings_for_all(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SettingsFor:
    """The same for a lake that several tests share; its database goes with its server."""
    return partial(_fresh, request, tmp_path_factory.mktemp("shared"), [])


def _fresh(request: pytest.FixtureRequest, folder: Path, databases: list[str], backend: str) -> Settings:
    home = Path(tempfile.mkdtemp(prefix=backend.replace("+", "_"), dir=folder))
    catalog, _, data = backend.partition("+")
    if catalog == "postgres":
        databases.append(backends.new_database(request.getfixturevalue("postgres_server")))
    return backends.settings(
        home,
        database=databases[-1] if catalog == "postgres" else None,
        s3=request.getfixturevalue("s3_server") if data == "s3" else None,
    )


@pytest.fixture(params=backends.BACKENDS)
def lake_settings(request: pytest.FixtureRequest, settings_for: SettingsFor) -> Settings:
    """A fresh, empty lake; the test runs once on each backend."""
    return settings_for(request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the servers logged beside a failure."""
    report = yield
    if report.failed:
        report.sections.extend((f"{server.name} log", server.log) for server in RUNNING)
    return report
