"""The same people at Label Studio, who do over its API what its own pages do: send an answer, fetch the next task.

Used by workbench.py; run by itself it does nothing.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from tests.bench.workbench_load import NEXT, POST, SUBMIT, Waits, sent
from tests.bench.workbench_site import OVERLAP, text_of
from tests.support.home import LABELS
from tests.support.label_studio import LabelStudioServer, User, start_label_studio

CHOICES = "".join(f'<Choice value="{label}"/>' for label in LABELS)
CONFIG = f'<View><Text name="t" value="$text"/><Choices name="c" toName="t">{CHOICES}</Choices></View>'
IMPORTED = 1000


@dataclass(frozen=True)
class Peer:
    """A running Label Studio with a project and users."""

    server: LabelStudioServer
    project: int
    users: list[User]

    @property
    def pid(self) -> int:
        """The process it runs below."""
        return self.server.server.guard.pid

    def annotations(self) -> list[tuple[int, int]]:
        """Task and annotator of each annotation it has."""
        listed = self.server.api("GET", f"/api/projects/{self.project}/export?exportType=JSON")
        return [(task["id"], one["completed_by"]) for task in listed for one in task["annotations"]]


@contextmanager
def peer(people: int, items: int) -> Iterator[Peer]:
    """Label Studio with as many tasks, each to be annotated OVERLAP times, and users who signed up."""
    server = start_label_studio()
    try:
        settings = {"title": "peer", "label_config": CONFIG, "maximum_annotations": OVERLAP}
        project = server.api("POST", "/api/projects", settings)["id"]
        for start in range(0, items, IMPORTED):
            tasks = [{"data": {"text": text_of(at)}} for at in range(start, min(start + IMPORTED, items))]
            server.api("POST", f"/api/projects/{project}/import", tasks)
        users = [server.sign_up(f"person{at}@example.test") for at in range(people)]
        yield Peer(server, project, users)
    finally:
        server.server.stop()


class Annotator:
    """Somebody at Label Studio. `taken` counts the annotations it said it took."""

    def __init__(self, at: Peer, user: User, chance: Random) -> None:
        self._next = f"/api/projects/{at.project}/next"
        headers = {"Authorization": f"Token {user.token}"}
        self._browser = httpx.AsyncClient(base_url=at.server.url, headers=headers, timeout=120)
        self._chance = chance
        self._task: int | None = None
        self.taken = 0

    async def act(self, waits: Waits) -> bool:
        """Fetch a task, or answer the one there is and fetch another."""
        started = time.perf_counter()
        if self._task is None:
            return await self._go_on(waits)
        answer = await self._send(POST, waits, "POST", f"/api/tasks/{self._task}/annotations/", self._answer())
        self.taken += answer is not None
        more = await self._go_on(waits)
        if answer is not None and more:
            waits.add(SUBMIT, time.perf_counter() - started)
        return more

    async def _go_on(self, waits: Waits) -> bool:
        answer = await self._send(NEXT, waits, "GET", self._next)
        self._task = None if answer is None else int(answer["id"])
        return True

    async def _send(self, what: str, waits: Waits, method: str, path: str, body: Any = None) -> Any | None:
        started = time.perf_counter()
        try:
            answer = await sent(self._browser, method, path, json=body)
        except httpx.HTTPError as error:
            waits.errors.append(f"{what}: {error!r}")
            return None
        waits.add(what, time.perf_counter() - started)
        waits.requests += 1
        if not answer.is_success:
            waits.errors.append(f"{what}: {answer.status_code}")
            return None
        return answer.json()

    def _answer(self) -> dict[str, Any]:
        value = {"choices": [self._chance.choice(list(LABELS))]}
        return {"result": [{"from_name": "c", "to_name": "t", "type": "choices", "value": value}], "lead_time": 2.0}
