"""A small project with an inbox, and a way to fill it and to take it in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gt_platform.feedback import Ingested, inbox_root, ingest
from gt_platform.lake import Lake, Store
from gt_platform.lake.storage import Storage
from gt_platform.lake.urls import open_storage
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.support.sentiment import declare

TODAY = date(2026, 2, 1)
LAST = date(2026, 1, 31)


@dataclass(frozen=True)
class Desk:
    """A project's tables and inbox."""

    store: Store
    project: Project
    inbox: Storage

    def put(self, path: str, content: bytes) -> None:
        """Put a file into the inbox."""
        self.inbox.write(path, content)

    def ingest(self, day: date = LAST, today: date = TODAY) -> Ingested:
        """Take in what waits, and check that every line of every file is accounted for."""
        taken = ingest(self.store, self.project, day, inbox=self.inbox, today=today)
        assert taken.lines == taken.events + taken.feedback + taken.duplicates + taken.quarantined
        return taken

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The answer to a query."""
        return self.store.read(sql, parameters).rows()

    def reasons(self) -> list[str]:
        """Reasons in quarantine, in the order of files and lines."""
        query = "SELECT reason FROM quarantine JOIN files USING (file_id) ORDER BY path, line, byte_offset"
        return [reason for (reason,) in self.rows(query)]


def desk_for(settings: Settings, lake: Lake, **changes: Any) -> Desk:
    """A desk on a lake, with its inbox below the settings' home."""
    project = declare(settings.home, **changes)
    return Desk(lake.store(project.name), project, open_storage(inbox_root(project.inbox), settings))


@pytest.fixture
def desk(lake_home: Path) -> Iterator[Desk]:
    """An empty desk on an embedded lake."""
    settings = Settings(home=lake_home)
    with Lake.open(settings) as lake:
        yield desk_for(settings, lake)
