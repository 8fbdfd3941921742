"""Every route for everybody: who gets in is what this file says, route by route, and nothing else is there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gt_platform.platform import Platform
from gt_platform.settings import Settings
from gt_platform.workbench.accounts import people
from gt_platform.workbench.accounts.people import Role
from gt_platform.workbench.accounts.sessions import csrf_token
from gt_platform.workbench.web.access import Page
from gt_platform.workbench.web.app import PAGES
from tests.support.accounts import add, open_session, store
from tests.support.front import Front, project

A: Role = "annotator"
R: Role = "reviewer"
L: Role = "lead"
S: Role = "service"
ALLOWED: dict[str, set[Role] | None] = {
    "GET /": {A, R, L},
    "GET /signin": None,
    "POST /signin": None,
    "GET /join/{token}": None,
    "POST /join/{token}": None,
    "POST /signout": {A, R, L},
    "GET /account": {A, R, L},
    "POST /account": {A, R, L},
    "GET /p/{project}": {A},
    "GET /p/{project}/next": {A},
    "GET /p/{project}/task/{task_id}": {A},
    "POST /p/{project}/task/{task_id}/submit": {A},
    "POST /p/{project}/task/{task_id}/draft": {A},
    "POST /p/{project}/task/{task_id}/skip": {A},
    "POST /p/{project}/task/{task_id}/suggestion": {A},
    "POST /p/{project}/undo": {A},
    "GET /p/{project}/batch/{batch_id}": {A},
    "POST /p/{project}/batch/{batch_id}/hand-in": {A},
    "GET /p/{project}/done/{batch_id}": {A},
    "GET /p/{project}/quality": {A},
    "GET /p/{project}/guideline": {A, R, L},
    "POST /p/{project}/guideline": {A},
    "GET /p/{project}/cases": {A, R, L},
    "GET /p/{project}/cases/{case_id}": {A, R, L},
    "POST /p/{project}/cases/{case_id}": {A, R, L},
    "POST /p/{project}/cases/{case_id}/resolve": {L},
    "GET /p/{project}/review": {R},
    "GET /p/{project}/review/{case_id}": {R},
    "POST /p/{project}/review/{case_id}/rule": {R},
    "GET /p/{project}/review/{case_id}/others": {R},
    "POST /p/{project}/review/{case_id}/put-back": {R},
    "POST /p/{project}/review/{case_id}/draft": {R},
    "GET /p/{project}/dashboard": {L},
    "GET /p/{project}/report": {L},
    "GET /p/{project}/feedback": {L},
    "GET /p/{project}/annotators/{code}": {L},
    "POST /p/{project}/annotators/{code}/pause": {L},
    "POST /p/{project}/annotators/{code}/reinstate": {L},
    "POST /p/{project}/annotators/{code}/void": {L},
    "GET /p/{project}/people": {L},
    "POST /p/{project}/people": {L},
    "GET /p/{project}/people/{code}": {L},
    "POST /p/{project}/people/{code}": {L},
    "POST /p/{project}/people/{code}/link": {L},
    "GET /p/{project}/conflicts": {R, L},
    "GET /p/{project}/agreement": {R, L},
    "GET /p/{project}/proposals": {R, L},
    "GET /p/{project}/proposals/{item_id}": {R, L},
    "POST /p/{project}/proposals/{item_id}": {R, L},
    "GET /p/{project}/releases": {R, L},
    "GET /p/{project}/releases/{release}": {R, L},
    "GET /p/{project}/releases/{release}/proof": {R, L},
    "GET /p/{project}/releases/{release}/diff": {R, L},
    "POST /p/{project}/releases/{release}/call": {L},
    "POST /p/{project}/releases/{release}/promote": {L},
    "GET /p/{project}/truth": {R, L},
    "GET /p/{project}/truth/{item_id}": {R, L},
    "POST /p/{project}/truth/{item_id}/correct": {R, L},
    "POST /p/{project}/truth/{item_id}/retire": {R, L},
    "POST /p/{project}/truth/{item_id}/restore": {R, L},
    "POST /p/{project}/truth/{item_id}/honeypot": {R, L},
    "POST /p/{project}/truth/{item_id}/ask": {R, L},
    "GET /api/health": None,
    "GET /api/projects/{project}/figures": {L, S},
    "GET /static/{name}": None,
}
VISITORS = ("anonymous", A, R, L, S, "everything", "disabled", "elsewhere", "forged cookie", "forged token")
ROUTES = [f"{page.method} {page.path}" for page in PAGES]
NAMES = {
    "project": "sentiment",
    "release": "1",
    "task_id": "0" * 32,
    "batch_id": "0" * 32,
    "case_id": "0" * 32,
    "code": "ann-0",
    "token": "0" * 43,
    "item_id": "0" * 64,
    "name": "htmx.js",
}


def reached(_request: Request) -> Response:
    return PlainTextResponse("reached")


def expected(route: str, visitor: str) -> int:
    """The status this route has for that visitor, when its handler answers 200."""
    method, path = route.split()
    allowed = ALLOWED[route]
    if allowed is None:
        return 200
    if visitor in {"anonymous", "disabled", "forged cookie", "forged token"}:
        return 401 if method == "POST" or path.startswith("/api/") else 303
    several: dict[str, set[str]] = {"everything": {A, R, L}, "elsewhere": {A}}
    roles = several.get(visitor, {visitor})
    if not roles & allowed:
        return 403
    return 404 if visitor == "elsewhere" and "{project}" in path else 200


class House:
    """The pages and everybody who comes to their door. With `pages` whose handlers only say that they were reached."""

    def __init__(self, front: Front) -> None:
        self.front = front
        database = front.database
        for role in (A, R, L):
            add(database, role, role, password=None)
        add(database, "everything", A, R, L, password=None)
        add(database, "elsewhere", A, password=None, projects=["other"])
        disabled = add(database, "disabled", A, R, L, password=None)
        service = add(database, S, S, password=None)
        names = (A, R, L, "everything", "elsewhere", "disabled")
        self.tokens = {name: open_session(database, name) for name in names}
        with database.write() as connection:
            people.set_active(connection, disabled, active=False)
            self.bearer = {S: people.issue_token(connection, service), "forged token": "gt_" + "A" * 43}

    def ask(self, method: str, path: str, visitor: str) -> Any:
        """What the visitor gets, with everything a page of ours would send along."""
        client = self.front.visitor()
        secret = {"anonymous": "visit", "forged cookie": "B" * 43, **self.tokens}.get(visitor)
        headers = {"Authorization": f"Bearer {self.bearer[visitor]}"} if visitor in self.bearer else {}
        if secret is not None:
            client.cookies.set("gt_visit" if visitor == "anonymous" else "gt_session", secret)
        if secret is None or visitor in {"disabled", "forged cookie"}:
            client.cookies.set("gt_visit", secret := "visit")
        return client.request(
            method, path, headers=headers, data={"csrf": csrf_token(secret)} if method == "POST" else None
        )


@pytest.fixture(scope="module")
def stubbed(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("stubbed")
    with store("sqlite", folder, request) as database:
        projects = {name: project(folder, name) for name in ("sentiment", "other")}
        yield House(Front(database, projects, pages=[replace(page, handler=reached) for page in PAGES]))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("real")
    with store("sqlite", folder, request) as database:
        projects = {name: project(folder, name) for name in ("sentiment", "other")}
        platform = Platform(Settings(home=folder))
        yield House(Front(database, projects, platform=platform))
        platform.close()


def test_the_table_of_routes_is_the_one_written_here() -> None:
    assert {f"{page.method} {page.path}": page.roles and set(page.roles) for page in PAGES} == ALLOWED
    assert len(PAGES) == len(ALLOWED)


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("route", ROUTES)
def test_route_by_role(stubbed: House, route: str, visitor: str) -> None:
    method, path = route.split()
    answer = stubbed.ask(method, path.format(**NAMES), visitor)
    assert answer.status_code == expected(route, visitor)
    assert (answer.text == "reached") == (answer.status_code == 200)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/signin")


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("route", [route for route in ROUTES if "sign" not in route and "account" not in route])
def test_the_real_handlers_are_behind_it_and_none_of_them_breaks(real: House, route: str, visitor: str) -> None:
    method, path = route.split()
    answer = real.ask(method, path.format(**NAMES), visitor)
    wanted = expected(route, visitor)
    assert answer.status_code < 500
    if wanted == 200:
        assert answer.status_code not in {401, 403}
    else:
        assert answer.status_code == wanted


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_do_not_exist(stubbed: House, method: str, visitor: str) -> None:
    for page in PAGES:
        assert stubbed.ask(method, page.path.format(**NAMES), visitor).status_code == 405


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize(
    "path",
    ["/admin", "/p", "/p/", "/p/sentiment/", "/signin/", "/p/sentiment/task", "/p/sentiment/task/x/gold", "/api",
     "/api/projects/sentiment", "/api/projects/sentiment/answers", "/static/", "/static/../app.py",
     "/static/%2e%2e%2fapp.py", "/static/a/b", "/%00", "/p/sentiment/task/a%2fb/submit"],
)  # fmt: skip
def test_other_paths_do_not_exist(real: House, path: str, visitor: str) -> None:
    assert real.ask("GET", path, visitor).status_code in {404, 405}


def test_a_role_taken_away_counts_at_the_next_click(stubbed: House) -> None:
    database = stubbed.front.database
    person = add(database, "mover", A, R, password=None)
    stubbed.tokens["mover"] = open_session(database, "mover")
    assert stubbed.ask("GET", "/p/sentiment/review", "mover").status_code == 200
    with database.write() as connection:
        people.set_roles(connection, person, ["annotator"])
    assert stubbed.ask("GET", "/p/sentiment/review", "mover").status_code == 403
    assert stubbed.ask("GET", "/p/sentiment", "mover").status_code == 200


def test_a_route_that_names_nobody_lets_nobody_in(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with store("sqlite", tmp_path, request) as database:
        house = House(
            Front(
                database,
                {"sentiment": project(tmp_path)},
                pages=[Page(method="GET", path="/x", handler=reached, roles=frozenset())],
            )
        )
        found = {visitor: house.ask("GET", "/x", visitor).status_code for visitor in VISITORS}
    assert set(found.values()) == {303, 403}


def test_a_reader_of_headers_only_is_a_reader(stubbed: House) -> None:
    assert stubbed.ask("HEAD", "/p/sentiment/review", "reviewer").status_code == 200
    assert stubbed.ask("HEAD", "/p/sentiment/review", "annotator").status_code == 403
