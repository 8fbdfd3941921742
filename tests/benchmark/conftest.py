"""A lake for scores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.benchmark.uneven import drawn_unevenly


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    """The tables of a project in an empty lake."""
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


@pytest.fixture
def world(store: Store) -> Store:
    """A release that knows 60 odd events of 120 and 60 usual ones of 1,080."""
    drawn_unevenly(store)
    return store
