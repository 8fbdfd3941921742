"""A lake for each backend, with the empty tables of a project."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.support import backends
from tests.support.servers import PostgresServer, S3Server


@pytest.fixture(scope="session")
def made_on_servers(
    postgres_server: PostgresServer, s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A lake of empty tables, for others to be copied from: that takes a tenth of the time of making them."""
    database = backends.new_database(postgres_server)
    settings = backends.settings(tmp_path_factory.mktemp("empty"), database=database, s3=s3_server)
    with Lake.open(settings) as lake:
        lake.store("sentiment")
    return settings


@pytest.fixture
def on_servers(
    made_on_servers: Settings, postgres_server: PostgresServer, s3_server: S3Server, tmp_path: Path
) -> Iterator[Settings]:
    """A lake of empty tables on PostgreSQL and S3."""
    settings = backends.copied(made_on_servers, tmp_path, server=postgres_server, s3=s3_server)
    yield settings
    backends.drop_database(postgres_server, settings.catalog_url)


@pytest.fixture(params=backends.BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """A catalog and a storage."""
    return str(request.param)


@pytest.fixture
def lake(request: pytest.FixtureRequest, backend: str, lake_home: Path) -> Iterator[Lake]:
    """An open lake."""
    on_servers = backend == "postgres+s3"
    with Lake.open(request.getfixturevalue("on_servers") if on_servers else Settings(home=lake_home)) as opened:
        yield opened


@pytest.fixture
def store(lake: Lake) -> Store:
    """The empty tables of a project."""
    return lake.store("sentiment")
