"""A lake on the embedded backend."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings


@pytest.fixture(scope="session")
def _empty_lake(tmp_path_factory: pytest.TempPathFactory, _one_thread: None) -> Path:
    home = tmp_path_factory.mktemp("checked")
    with Lake.open(Settings(home=home)) as lake:
        lake.store("checked")
    return home / "lake"


@pytest.fixture
def lake(lake_home: Path) -> Iterator[Lake]:
    """A fresh, empty lake."""
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake


@pytest.fixture
def store(lake: Lake) -> Store:
    """The tables of the project `checked`."""
    return lake.store("checked")
