"""A home to erase from: a copy of one that is made once."""

import pytest

from gt_platform.settings import Settings
from tests.erasure.world import Home, declared, made
from tests.support.once import copy_of


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    settings = Settings(home=copy_of(tmp_path_factory, "written-in", lambda home: made(Settings(home=home))))
    return Home(settings, declared(settings))
