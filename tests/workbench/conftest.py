"""Stores of work on each database, empty and gone after the test."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gt_platform.workbench.store.database import Database
from tests.support import backends
from tests.support.accounts import STORES, Clock, postgres_url, store
from tests.workbench.people import Shop, open_shop

Opener = Callable[..., Shop]


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store; the test runs once on each database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'workbench.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    conninfo = backends.new_database(server)
    yield postgres_url(conninfo)
    backends.drop_database(server, conninfo)


@pytest.fixture
def opener(store_url: str, tmp_path: Path) -> Iterator[Opener]:
    """Opens a shop over the store; what it is given overrides the declaration."""
    opened: list[Shop] = []

    def open_one(url: str, **labeling: Any) -> Shop:
        opened.append(open_shop(url, tmp_path, **labeling))
        return opened[-1]

    yield partial(open_one, store_url)
    for shop in opened:
        shop.database.close()


@pytest.fixture
def shop(opener: Opener) -> Shop:
    """A shop without honeypots that hands out five tasks at a time."""
    return opener()


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store with nobody in it, on each database."""
    with store(request.param, tmp_path, request) as opened:
        yield opened


@pytest.fixture
def sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """One on SQLite alone."""
    with store("sqlite", tmp_path, request) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """The time, which passes only when told."""
    return Clock()
