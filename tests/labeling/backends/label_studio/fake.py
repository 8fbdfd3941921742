"""As much of Label Studio as the backend asks for, in memory behind HTTP: for what needs no real one."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.labeling.backends.label_studio.stand_in import Asked, Said, stand_in

Json = dict[str, Any]
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass
class Fake:
    """Its users by id; its projects and tasks; its clock, which every change moves on by a second."""

    users: dict[int, str]
    url: str = ""
    projects: dict[int, Json] = field(default_factory=dict)
    tasks: dict[int, Json] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(minutes=30))

    def tick(self) -> str:
        """The next moment, as the server writes it."""
        self.now += timedelta(seconds=1)
        return self.now.strftime(MOMENT)

    def waiting(self) -> list[tuple[str, Json]]:
        """Tasks without an annotation, each with the title of its project."""
        open_ = [task for task in self.tasks.values() if not task["annotations"]]
        return [(self.projects[task["project"]]["title"], task) for task in open_]

    def annotate(self, task: Json, by: int, result: list[Json]) -> None:
        """As the page does."""
        at = self.tick()
        who = {"completed_by": by, "updated_by": by}
        one = {"id": len(task["annotations"]) + 1000 * task["id"], "result": result, "lead_time": 2.5, **who}
        task["annotations"].append({**one, "was_cancelled": False, "created_at": at, "updated_at": at})
        task["updated_at"] = at

    def answer(self, asked: Asked) -> Said:
        """What it says to a request."""
        said = self._route(asked)
        return Said(200, said, {"Date": self.now.strftime("%a, %d %b %Y %H:%M:%S GMT")})

    def _route(self, asked: Asked) -> Any:
        routes: dict[tuple[str, str], Callable[[Asked], Any]] = {
            ("GET", "users"): lambda _: [{"id": number, "email": email} for number, email in self.users.items()],
            ("GET", "projects"): lambda _: {"results": [self._counted(number) for number in self.projects]},
            ("POST", "projects"): self._make,
            ("PATCH", "projects"): self._change,
            ("GET", "tasks"): self._listed,
            ("POST", "import"): self._imported,
            ("POST", "actions"): self._removed,
        }
        last = [part for part in asked.path.split("/") if part and not part.isdigit()][-1]
        return routes[asked.method, last](asked)

    def _counted(self, number: int) -> Json:
        return {**self.projects[number], "task_number": sum(one["project"] == number for one in self.tasks.values())}

    def _make(self, asked: Asked) -> Json:
        number = len(self.projects) + 1
        self.projects[number] = {"id": number, "description": "", **asked.json}
        return self.projects[number]

    def _change(self, asked: Asked) -> Json:
        number = int(asked.path.split("/")[3])
        self.projects[number] |= asked.json
        return self.projects[number]

    def _imported(self, asked: Asked) -> Json:
        for given in asked.json:
            number, at = max(self.tasks, default=0) + 1, self.tick()
            made = {"id": number, "project": int(asked.path.split("/")[3]), "created_at": at, "updated_at": at}
            self.tasks[number] = {**made, "annotations": [], "predictions": [], **given}
        return {}

    def _removed(self, asked: Asked) -> Json:
        untouched = [
            number for number in asked.json["selectedItems"]["included"] if self.tasks[number]["annotations"] == []
        ]
        for number in untouched:
            del self.tasks[number]
        return {}

    def _listed(self, asked: Asked) -> Json:
        wanted = {one["filter"].rpartition(":")[2]: one["value"] for one in self._filters(asked)}
        found = [
            task
            for task in self.tasks.values()
            if task["project"] == int(asked.parameters["project"])
            and task["id"] > wanted["id"]
            and task["updated_at"] > wanted.get("updated_at", "")
        ]
        return {"tasks": found[: int(asked.parameters["page_size"])]}

    def _filters(self, asked: Asked) -> list[Json]:
        return list(json.loads(asked.parameters["query"])["filters"]["items"])


@contextmanager
def fake(*emails: str) -> Iterator[Fake]:
    """One with these users, listening."""
    made = Fake(dict(enumerate(emails, 1)))
    with stand_in(made.answer) as server:
        made.url = server.url
        yield made
