"""A lake for watches."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    """The tables of a project in an empty lake."""
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")
