"""A lake for each backend that the tests of a module share; each test gets a project of its own."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.support.backends import BACKENDS

NUMBERS = count(1)


@pytest.fixture(scope="module", params=BACKENDS)
def lake(request: pytest.FixtureRequest, settings_for_all: Callable[[str], Settings]) -> Iterator[Lake]:
    """An open lake."""
    with Lake.open(settings_for_all(request.param)) as opened:
        yield opened


@pytest.fixture
def store(lake: Lake) -> Store:
    """The empty tables of a new project: made in a fifth of the time a new lake takes."""
    return lake.store(f"project_{next(NUMBERS)}")
