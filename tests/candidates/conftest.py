"""A project with three items that have a truth, one of them drawn from an event, and an event besides."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.lake import Lake, Store, Writer
from gt_platform.lake.tables import GROUND_TRUTH, ITEMS
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.candidates.declared import put_project
from tests.support.rows import rows
from tests.support.sentiment import declare, event, item_of, put_events

TRUTHS = {"good": "positive", "bad": "negative", "so so": "neutral"}


@pytest.fixture(scope="session")
def with_truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("truth")
    known = [{"item_id": item_of(text), "input": json.dumps(text), "answer": f'"{TRUTHS[text]}"'} for text in TRUTHS]

    def work(writer: Writer) -> None:
        for table in (ITEMS, GROUND_TRUTH):
            names = table.column_names()
            writer.append(table, rows(table, *({k: v for k, v in one.items() if k in names} for one in known)))

    with Lake.open(Settings(home=home)) as lake:
        store = lake.store("sentiment")
        store.commit("truth", work)
        put_events(store, [event(1, "good"), event(2, "never drawn")])
    return home / "lake"


@pytest.fixture
def home(with_truth: Path, tmp_path: Path) -> Path:
    shutil.copytree(with_truth, tmp_path / "lake")
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=home)) as lake:
        yield lake.store("sentiment")


@pytest.fixture
def project(home: Path) -> Project:
    return declare(home)


@pytest.fixture
def declared(home: Path) -> Settings:
    return put_project(home)
