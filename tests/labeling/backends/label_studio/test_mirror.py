"""The mirror: only what changed is read, and nothing that was read is forgotten."""

import json
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling import BackendError
from gt_platform.labeling.backends.label_studio.client import Client
from gt_platform.labeling.backends.label_studio.mirror import Mirror, opened
from tests.labeling.backends.label_studio.stand_in import Asked, Said, StandIn, stand_in

Json = dict[str, Any]


@dataclass
class Held:
    """Tasks of project 1, by id, with a clock of minutes that every change moves on."""

    tasks: dict[int, Json] = field(default_factory=dict)
    minute: int = 0

    def now(self) -> str:
        self.minute += 1
        return f"2026-01-05T10:{self.minute:02}:00.000000Z"

    def add(self, task_id: int, ref: str) -> None:
        at = self.now()
        data = {"ref": ref, "input": "x"}
        self.tasks[task_id] = {
            "id": task_id, "project": 1, "data": data, "created_at": at, "updated_at": at, "annotations": [],
        }  # fmt: skip

    def annotate(self, task_id: int, annotation_id: int, result: str) -> None:
        at, task = self.now(), self.tasks[task_id]
        one = {"id": annotation_id, "completed_by": 2, "result": result, "created_at": at, "updated_at": at}
        task["annotations"] = [other for other in task["annotations"] if other["id"] != annotation_id] + [one]
        task["updated_at"] = at

    def unannotate(self, task_id: int) -> None:
        self.tasks[task_id]["annotations"] = []
        self.tasks[task_id]["updated_at"] = self.now()

    def answer(self, asked: Asked) -> Said:
        filters = json.loads(asked.parameters["query"])["filters"]["items"]
        after = {one["filter"]: one["value"] for one in filters}
        since = after.get("filter:tasks:updated_at", "")
        found = [task for task in self.tasks.values() if task["updated_at"] > since]
        return Said(200, {"tasks": found}, {"Date": f"Mon, 05 Jan 2026 10:{self.minute:02}:00 GMT"})

    def serve(self) -> AbstractContextManager[StandIn]:
        return stand_in(self.answer)


def refreshed(mirror: Mirror, server: StandIn, held: Held) -> int:
    """Refresh and return how many requests that took."""
    before = len(server.asked)
    with Client(server.url, "t") as client:
        client.clock = datetime.fromisoformat(f"2026-01-05T10:{held.minute:02}:00Z")
        mirror.refresh(client, [(1, len(held.tasks))])
    return len(server.asked) - before


def results(mirror: Mirror) -> list[list[Any]]:
    return [[one.results for one in task.handed] for task in mirror.of(1)]


def gone(mirror: Mirror) -> list[tuple[str, Any]]:
    return [(task.ref, one.results) for task, one in mirror.vanished]


def test_changes_are_read_and_what_vanished_is_kept() -> None:
    held, mirror = Held(), Mirror("s")
    held.add(1, "r1")
    held.add(2, "r2")
    with held.serve() as server:
        refreshed(mirror, server, held)
        held.annotate(1, 11, "first")
        assert refreshed(mirror, server, held) == 1
        assert results(mirror) == [["first"], []]
        held.annotate(1, 11, "changed")
        refreshed(mirror, server, held)
        assert (results(mirror), gone(mirror)) == ([["changed"], []], [])
        held.unannotate(1)
        refreshed(mirror, server, held)
        assert (results(mirror), gone(mirror)) == ([[], []], [("r1", "changed")])


def test_only_what_changed_is_asked_for() -> None:
    held, mirror = Held(), Mirror("s")
    for number in range(1, 6):
        held.add(number, f"r{number}")
    with held.serve() as server:
        refreshed(mirror, server, held)
        held.minute += 9
        refreshed(mirror, server, held)
        refreshed(mirror, server, held)
        since = [json.loads(one.parameters["query"])["filters"]["items"][1:] for one in server.asked]
        assert since[0] == []
        assert since[1][0]["value"] == "2026-01-05T10:04:30.000000Z"
        assert since[2][0]["value"] == "2026-01-05T10:13:30.000000Z"


def test_deleted_tasks_are_noticed_by_their_number_and_an_id_given_again_is_another_task() -> None:
    held, mirror = Held(), Mirror("s")
    held.add(1, "r1")
    held.add(2, "r2")
    held.annotate(2, 21, "said")
    with held.serve() as server:
        refreshed(mirror, server, held)
        del held.tasks[2]
        assert refreshed(mirror, server, held) == 2
        assert (results(mirror), gone(mirror)) == ([[]], [("r2", "said")])
        held.add(2, "r9")
        held.annotate(2, 21, "another")
        refreshed(mirror, server, held)
        assert (results(mirror), gone(mirror)) == ([[], ["another"]], [("r2", "said")])
        with Client(server.url, "t") as client:
            mirror.refresh(client, [])
        assert gone(mirror) == [("r2", "said"), ("r9", "another")]


def test_a_reading_that_failed_is_done_again() -> None:
    held, mirror = Held(), Mirror("s")
    held.add(1, "r1")
    with held.serve() as server:
        refreshed(mirror, server, held)
        held.annotate(1, 11, "said")
        held.minute += 9
        broken = pytest.raises(BackendError)
        with stand_in(lambda _: Said(401, {})) as other, broken:
            refreshed(mirror, other, held)
        held.minute += 9
        refreshed(mirror, server, held)
        assert results(mirror) == [["said"]]


def test_what_was_removed_on_purpose_needs_no_second_reading() -> None:
    held, mirror = Held(), Mirror("s")
    held.add(1, "r1")
    held.add(2, "r2")
    with held.serve() as server:
        refreshed(mirror, server, held)
        del held.tasks[2]
        mirror.forget(1, [2])
        assert refreshed(mirror, server, held) == 1
        mirror.forget(1, [1])  # which the server kept after all
        assert refreshed(mirror, server, held) == 1
        assert len(mirror.of(1)) == 1


def test_the_file_keeps_it_all_for_the_same_server(tmp_path: Path) -> None:
    held = Held()
    held.add(1, "r1")
    held.annotate(1, 11, "said")
    file = tmp_path / "label_studio" / "p.json"
    with held.serve() as server:
        with opened(file, server.url) as mirror:
            refreshed(mirror, server, held)
            held.unannotate(1)
            refreshed(mirror, server, held)
            mirror.briefing = {"paused": {"ann": "why"}}
        with opened(file, server.url) as again:
            assert vars(again) == vars(mirror)
        with opened(file, "http://another") as other:
            assert vars(other) == vars(Mirror("http://another"))


def test_what_was_read_is_kept_though_the_call_failed(tmp_path: Path) -> None:
    held = Held()
    held.add(1, "r1")
    file = tmp_path / "p.json"

    def fail() -> None:
        with held.serve() as server, opened(file, "s") as mirror:
            refreshed(mirror, server, held)
            raise RuntimeError("later")

    with pytest.raises(RuntimeError):
        fail()
    with opened(file, "s") as mirror:
        assert len(mirror.of(1)) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', '{"format": 0, "server": "s"}', "null"])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "p.json"
    file.write_text(content)
    with opened(file, "s") as mirror:
        assert vars(mirror) == vars(Mirror("s"))
    before = deepcopy(vars(mirror))
    file.unlink()
    with opened(file, "s") as mirror:
        assert vars(mirror) == before
