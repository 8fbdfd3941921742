"""One real Label Studio for all tests, with three annotators and a reviewer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling import open_backend
from gt_platform.labeling.backends.label_studio.backend import LabelStudioBackend
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.conftest import RUNNING
from tests.support.label_studio import TOKEN, LabelStudioServer, User, served_at, start_label_studio
from tests.support.sentiment import declare

PEOPLE = ("ann", "ben", "cat")


@dataclass(frozen=True)
class Studio:
    """The server with its users by name."""

    server: LabelStudioServer
    users: dict[str, User]

    def backend(
        self, project: Project, home: Path, *, url: str | None = None, token: str = TOKEN
    ) -> LabelStudioBackend:
        """A project's backend on it, or on what listens at another address."""
        with served_at(url or self.server.url, token):
            backend = open_backend(project, Settings(home=home))
        assert isinstance(backend, LabelStudioBackend)
        return backend

    def projects(self, name: str) -> dict[str, int]:
        """The Label Studio projects of a project of ours, by whose they are; of two the newer."""
        found = self.server.api("GET", "/api/projects?page_size=1000")["results"]
        mine = [one for one in found if f"[gt {name} " in one["description"]]
        return {one["title"].rpartition(": ")[2]: one["id"] for one in sorted(mine, key=lambda one: one["id"])}

    def tasks(self, project_id: int) -> list[dict[str, Any]]:
        """The tasks of a Label Studio project, in the order they are shown, with what is on them."""
        path = f"/api/tasks?project={project_id}&page_size=1000&fields=all"
        found: list[dict[str, Any]] = self.server.api("GET", path)["tasks"]
        return sorted(found, key=lambda task: task["id"])

    def annotate(self, by: str, task: int, result: Any, **more: Any) -> int:
        """Annotate a task as somebody; returns the annotation's id."""
        body = {"result": result, "lead_time": 2.5, **more}
        return int(self.server.api("POST", f"/api/tasks/{task}/annotations/", body, by=self.users[by])["id"])


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    """Takes seconds to start, and minutes when it must be installed first."""
    server = start_label_studio()
    RUNNING.append(server.server)
    yield Studio(server, {name: server.sign_up(f"{name}@example.test") for name in (*PEOPLE, "rev")})
    server.server.stop()


def declared(home: Path, name: str, *, labeling: dict[str, Any] | None = None, **changes: Any) -> Project:
    """A `choice` project answered in Label Studio by the three, with a reviewer."""
    people = {
        "annotators": {who: {"email": f"{who}@example.test"} for who in PEOPLE},
        "reviewers": ["rev@example.test"],
    }
    declared = {"backend": "label_studio", "overlap": 3, "options": people, **(labeling or {})}
    return declare(home, name=name, labeling=declared, **changes)


def chosen(label: str) -> list[dict[str, Any]]:
    return [{"from_name": "answer", "to_name": "input", "type": "choices", "value": {"choices": [label]}}]


def written(name: str, text: str) -> dict[str, Any]:
    return {"from_name": name, "to_name": "input", "type": "textarea", "value": {"text": [text]}}
