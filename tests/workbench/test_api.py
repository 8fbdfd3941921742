"""What programs may ask: figures in codes and counts, with a service's token and no cookie."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling.messages import Assignment
from gt_platform.workbench.accounts import people
from gt_platform.workbench.desk import batches, routing, work
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from tests.support.accounts import add, store
from tests.support.front import Front, project

TEXT = "A text that is nobody's business"
PATH = "/api/projects/sentiment/figures"


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    with store("sqlite", tmp_path, request) as opened:
        yield opened


@pytest.fixture
def front(database: Database, tmp_path: Path) -> Front:
    return Front(database, {name: project(tmp_path, name) for name in ("sentiment", "tax")})


def token(front: Front, **more: Any) -> dict[str, str]:
    service = add(front.database, "exporter", "service", password=None, **more)
    with front.database.write() as connection:
        return {"Authorization": f"Bearer {people.issue_token(connection, service)}"}


def test_a_service_gets_the_figures_without_names_and_texts(front: Front) -> None:
    ada, now = add(front.database, "Ada Lovelace", password=None), front.clock()
    WorkbenchBackend(front.database, front.projects["sentiment"]).send(
        [
            Assignment(assignment_id=f"a{number}", item_id=f"i{number}", slot=1, input={"text": TEXT})
            for number in range(3)
        ]
    )
    for number in range(3):
        task = routing.next_task(front.database, ada, "sentiment", now=now)
        assert isinstance(task, routing.Task)
        if number < 2:
            work.submit(front.database, ada, task.task_id, "positive", "", seconds=4.0, now=now)
        else:
            work.skip(front.database, ada, task.task_id, f"{TEXT} too", not_covered=True, now=now)
    open_batch = work.batch(front.database, ada, "sentiment", now=now)
    assert open_batch is not None
    batches.hand_in(front.database, ada, open_batch.batch_id, now=now)
    answer = front.visitor().get(PATH, headers=token(front))
    found = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert [(row["code"], row["answers"]) for row in found["people"]] == [(ada.code, 2)]
    assert found["throughput"][-1] == ["2026-01-05", 2]
    assert (found["seats"]["handed_in"], found["skipped"]) == (2, 1)
    assert not any(word in answer.text for word in ("Ada", "Lovelace", TEXT, "name"))


def test_a_token_opens_nothing_but_the_figures_of_its_projects(front: Front) -> None:
    headers, visitor = token(front, projects=["tax"]), front.visitor()
    assert visitor.get(PATH.replace("sentiment", "tax"), headers=headers).status_code == 200
    refused = visitor.get(PATH, headers=headers)
    assert (refused.status_code, refused.json()) == (404, {"error": "There is no such project, or you are not in it."})
    for path in ("/", "/account", "/p/tax", "/p/tax/dashboard", "/p/tax/review"):
        assert visitor.get(path, headers=headers).status_code == 403
    assert visitor.post("/signout", headers=headers).status_code == 403


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer gt_x", "Basic Z3RfeA==", "bearer\u00a0x", "gt_x"])
def test_who_sends_no_token_is_told_to(front: Front, given: str) -> None:
    answer = front.visitor().get(PATH, headers=[(b"Authorization", given.encode("latin-1"))])
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json() == {"error": "Send Authorization: Bearer and a service's token."}


def test_a_persons_session_is_no_token_and_a_token_no_session(front: Front) -> None:
    add(front.database, "Lea", "lead", password=None)
    lead, headers = front.entered("Lea"), token(front)
    assert lead.get(PATH).status_code == 200
    session = front.session(lead)
    assert front.visitor().get(PATH, headers={"Authorization": f"Bearer {session}"}).status_code == 401
    visitor = front.visitor()
    visitor.cookies.set("gt_session", headers["Authorization"].partition(" ")[2])
    assert visitor.get(PATH).status_code == 401
    assert lead.get("/p/sentiment/dashboard", headers=headers).status_code == 403  # the token counts, not the cookie


def test_health_is_told_to_anybody_and_a_broken_store_to_nobody_in_detail(front: Front) -> None:
    assert front.visitor().get("/api/health").json() == {"status": "ok"}
    with front.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE accounts RENAME TO gone")
    answer = front.visitor().get(PATH, headers={"Authorization": "Bearer x"})
    said = {"error": "The workbench cannot reach its store. Nothing was saved; try again in a moment."}
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (503, said, "5")
    front.database.close()
    Path(str(front.database.engine.url.database)).write_bytes(b"no database at all" * 1000)
    assert front.visitor().get("/api/health").status_code == 503
