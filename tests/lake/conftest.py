"""A lake for each backend, with the empty tables of a project."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.support.backends import BACKENDS

NUMBERS = count(1)


@pytest.fixture(scope="module")
def on_servers(settings_for_all: Callable[[str], Settings]) -> Iterator[Lake]:
    """A lake that the tests of a module share: on servers a new one takes longer than a new project."""
    with Lake.open(settings_for_all("postgres+s3")) as opened:
        yield opened


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """A catalog and a storage."""
    return str(request.param)


@pytest.fixture
def lake(request: pytest.FixtureRequest, backend: str, lake_home: Path) -> Iterator[Lake]:
    """An open lake."""
    if backend == "postgres+s3":
        yield request.getfixturevalue("on_servers")
        return
    with Lake.open(Settings(home=lake_home)) as opened:
        yield opened


@pytest.fixture
def store(backend: str, lake: Lake) -> Store:
    """The empty tables of a project."""
    return lake.store(f"project_{next(NUMBERS)}" if backend == "postgres+s3" else "sentiment")
