"""How long a real Label Studio takes for a batch, and how many requests: `python -m tests.bench.label_studio [n]`.

Sends n assignments (1,000) to three annotators, puts answers to all of them in (not measured) and collects them; then
once more with nothing new. Beside it, what the server itself takes to import and list as many tasks at one go.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from gt_platform.labeling import open_backend
from gt_platform.labeling.backends.label_studio.mirror import OVERLAP
from gt_platform.labeling.messages import Assignment, Submission
from gt_platform.settings import Settings
from tests.support.label_studio import LabelStudioServer, User, served_at, start_label_studio
from tests.support.sentiment import LABELS, declare

PEOPLE = ("ann", "ben", "cat")
REQUESTS = [0]


def main(number: int) -> None:
    """Print a table."""
    httpx.Client.send = counted(httpx.Client.send)  # type: ignore[method-assign]
    server = start_label_studio()
    try:
        users = {who: server.sign_up(f"{who}@example.test") for who in PEOPLE}
        with tempfile.TemporaryDirectory(prefix="gt-bench-") as home:
            measure(server, users, Path(home), number)
    finally:
        server.server.stop()


def measure(server: LabelStudioServer, users: dict[str, User], home: Path, number: int) -> None:
    """Everything on one server."""
    people = {"annotators": {who: {"email": f"{who}@example.test"} for who in PEOPLE}}
    project = declare(home, labeling={"backend": "label_studio", "overlap": 1, "options": people})
    with served_at(server.url):
        backend = open_backend(project, Settings(home=home))
    asked = [
        Assignment(assignment_id=f"a{at}", item_id=f"item {at}", slot=1, input=f"This is text number {at}. " * 4)
        for at in range(number)
    ]

    print(f"| {number} assignments, 3 annotators | seconds | requests |\n|---|---|---|")
    timed("send", lambda: backend.send(asked))
    answer(server, users)
    (home / "label_studio" / f"{project.name}.json").unlink(missing_ok=True)
    time.sleep(OVERLAP.total_seconds() + 1)  # what is younger is read once more, to be safe
    timed("collect all answers", lambda: check(list(backend.collect(asked)), number))
    timed("collect, nothing new", lambda: check(list(backend.collect(asked)), number))
    timed("send, nothing missing", lambda: backend.send(asked))
    tasks = [{"data": {"input": one.input}} for one in asked]
    config = '<View><Text name="t" value="$input"/><Choices name="c" toName="t"><Choice value="a"/></Choices></View>'
    bare = server.api("POST", "/api/projects", {"title": "bare", "label_config": config})["id"]
    timed("the server alone: one import", lambda: server.api("POST", f"/api/projects/{bare}/import", tasks))
    listing = f"/api/tasks?project={bare}&page_size={number}&fields=all"
    timed("the server alone: one listing", lambda: server.api("GET", listing))


def answer(server: LabelStudioServer, users: dict[str, User]) -> None:
    """Put annotated copies in place of all tasks, as their annotators: one by one takes 0.15 s each."""
    for project in server.api("GET", "/api/projects?page_size=1000")["results"]:
        who = project["title"].rpartition(": ")[2]
        if who in users:
            listed = server.api("GET", f"/api/tasks?project={project['id']}&page_size=10000")["tasks"]
            server.api("DELETE", f"/api/projects/{project['id']}/tasks/")
            annotated = [{"data": task["data"], "annotations": [annotation(task, users[who])]} for task in listed]
            server.api("POST", f"/api/projects/{project['id']}/import", annotated, by=users[who])


def annotation(task: dict[str, Any], user: User) -> dict[str, Any]:
    """Some label."""
    value = {"choices": [list(LABELS)[task["id"] % 3]]}
    result = [{"from_name": "answer", "to_name": "input", "type": "choices", "value": value}]
    return {"result": result, "completed_by": user.user_id, "lead_time": 2.0, "ground_truth": False}


def check(came: list[Any], number: int) -> None:
    """All of them."""
    taken = sum(isinstance(one, Submission) for one in came)
    if taken != number:
        raise SystemExit(f"{taken} answers of {number} came back")


def timed(what: str, work: Callable[[], object]) -> None:
    """One row."""
    before, start = REQUESTS[0], time.perf_counter()
    work()
    print(f"| {what} | {time.perf_counter() - start:.2f} | {REQUESTS[0] - before} |", flush=True)


def counted(send: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    """The same, counting."""

    def sending(*arguments: Any, **more: Any) -> httpx.Response:
        REQUESTS[0] += 1
        return send(*arguments, **more)

    return sending


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
