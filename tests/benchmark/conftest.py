"""A lake for scores."""

from collections.abc import Callable, Iterator

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings


@pytest.fixture
def store(settings_for: Callable[[str], Settings]) -> Iterator[Store]:
    """The tables of a project in an empty lake."""
    with Lake.open(settings_for("sqlite+folder")) as lake:
        yield lake.store("sentiment")
