"""What Label Studio held when it was last asked, kept in a file, so that only what changed since must be read.

The file may be deleted whenever nothing else runs. What goes with it: what was annotated and then deleted in Label
Studio before it was collected, and the last briefing, which comes again with the next one.
"""

import contextlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gt_platform.labeling.backends.label_studio.client import Client
from gt_platform.labeling.backends.label_studio.tasks import Handed, Task
from gt_platform.waiting import file_lock

OVERLAP = timedelta(seconds=30)
"""How far back is read again: what was being saved when the server was asked may bear an earlier time."""
SINCE = "%Y-%m-%dT%H:%M:%S.%fZ"
"""The only way to write a time that the server's filters take."""
FORMAT = 1


@dataclass
class Mirror:
    """Tasks by project and id; annotations that vanished, with the task they were on; the last briefing, as JSON.

    `read` is when each project was read, in seconds of the server's clock.
    """

    server: str
    tasks: dict[int, dict[int, Task]] = field(default_factory=dict)
    vanished: list[tuple[Task, Handed]] = field(default_factory=list)
    briefing: dict[str, Any] = field(default_factory=dict)
    read: dict[int, float] = field(default_factory=dict)

    def refresh(self, client: Client, projects: Sequence[tuple[int, int]]) -> None:
        """Read what changed in these projects, given with their number of tasks; all of one whose number is off."""
        for gone in self.tasks.keys() - {project for project, _ in projects}:
            self._take_over(gone, {})
        for project, size in projects:
            known, clock = self.tasks.get(project, {}), client.clock
            since = _written(self.read.get(project)) if known else None
            self._take_over(project, known | _read(client, project, since))
            if len(self.tasks[project]) != size:
                self._take_over(project, _read(client, project, None))
            if clock is not None:
                self.read[project] = clock.timestamp()

    def of(self, project: int) -> list[Task]:
        """The tasks of a project, by id."""
        tasks = self.tasks.get(project, {})
        return [tasks[task] for task in sorted(tasks)]

    def forget(self, project: int, tasks: Iterable[int]) -> None:
        """Tasks that were deleted on purpose; what was not deleted after all is read again, by the number of tasks."""
        for task in tasks:
            self.tasks.get(project, {}).pop(task, None)

    def _take_over(self, project: int, now: dict[int, Task]) -> None:
        for task_id, before in self.tasks.get(project, {}).items():
            after = now.get(task_id)
            # ids are given again once the last task of all was deleted
            same = after is not None and after.ref == before.ref and after.created_at == before.created_at
            left = {one.annotation_id for one in after.handed} if after is not None and same else set()
            self.vanished += [(before, one) for one in before.handed if one.annotation_id not in left]
        self.tasks[project] = now


@contextlib.contextmanager
def opened(file: Path, server: str) -> Iterator[Mirror]:
    """The mirror a file holds, for one process at a time; written back if it changed, errors or not."""
    with file_lock(file.with_suffix(".lock")):
        mirror = _load(file, server)
        before = _text(mirror)
        try:
            yield mirror
        finally:
            if (text := _text(mirror)) != before:
                _write(file, text)


def _written(since: float | None) -> str | None:
    return None if since is None else (datetime.fromtimestamp(since, UTC) - OVERLAP).strftime(SINCE)


def _read(client: Client, project: int, since: str | None) -> dict[int, Task]:
    return {task["id"]: Task.of(task) for task in client.tasks(project, since)}


def _load(file: Path, server: str) -> Mirror:
    try:
        content = json.loads(file.read_text("utf-8"))
        if content["format"] != FORMAT or content["server"] != server:
            return Mirror(server)
        tasks = [Task.of_row(row) for row in content["tasks"]]
        vanished = [(Task.of_row(row), Handed(**one)) for row, one in content["vanished"]]
        read = {int(project): float(since) for project, since in content["read"].items()}
        mirror = Mirror(server, {}, vanished, content["briefing"], read)
    except (OSError, ValueError, KeyError, TypeError):
        return Mirror(server)
    for task in tasks:
        mirror.tasks.setdefault(task.project_id, {})[task.task_id] = task
    return mirror


def _text(mirror: Mirror) -> str:
    content = {
        "format": FORMAT,
        "server": mirror.server,
        "tasks": [task.row() for tasks in mirror.tasks.values() for task in tasks.values()],
        "vanished": [(task.row(), vars(one)) for task, one in mirror.vanished],
        "briefing": mirror.briefing,
        "read": mirror.read,
    }
    return json.dumps(content, separators=(",", ":"))


def _write(file: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as new:
        new.write(text)
    Path(new.name).replace(file)
