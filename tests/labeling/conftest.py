"""A lake and a small project for each test."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling import Assigned, Backend, assign
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.support.sentiment import DAY, declare, event, put_events, put_sample

Declare = Callable[..., Project]
Sample = Callable[..., Assigned]


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path)


@pytest.fixture
def labeled_by(tmp_path: Path) -> Declare:
    """The project with these keys of `labeling`, and others of the top level under `top`."""

    def make(top: dict[str, Any] | None = None, **labeling: Any) -> Project:
        plain = {"backend": "workbench", "overlap": 3}
        return declare(tmp_path, labeling=plain | labeling, **(top or {}))

    return make


@pytest.fixture
def ask(store: Store) -> Sample:
    """Sample these texts on the first day, as further events, and ask them of a backend."""
    numbers = count()

    def make(project: Project, backend: Backend, texts: list[str], **changes: Any) -> Assigned:
        rows = [event(next(numbers), text, **changes) for text in texts]
        put_events(store, rows)
        put_sample(store, rows)
        return assign(store, project, DAY, backend=backend)

    return make
