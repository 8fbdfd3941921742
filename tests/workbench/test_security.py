"""What stands between the pages and the network: other sites, other hosts, big and broken forms, headers, errors."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gt_platform.workbench.accounts import sessions
from gt_platform.workbench.accounts.passwords import BusyError
from gt_platform.workbench.store import account_tables
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError, WorkError
from gt_platform.workbench.web.access import Page
from gt_platform.workbench.web.app import PAGES
from gt_platform.workbench.web.posted import FIELDS, LARGEST
from tests.support.accounts import START, add, open_session, store
from tests.support.front import HERE, PUBLIC, Front, project

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
POSTS = [page.path.format(**NAMES) for page in PAGES if page.method == "POST"]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Database]:
    with store("sqlite", tmp_path_factory.mktemp("security"), request) as opened:
        add(opened, "Ada", "annotator", "reviewer", "lead")
        yield opened


@pytest.fixture
def front(database: Database, tmp_path: Path) -> Front:
    with database.write() as connection:
        connection.execute(account_tables.sign_ins.delete())
    return Front(database, {"sentiment": project(tmp_path, options={"images": ["https://images.example"]})})


@pytest.fixture
def echo(front: Front) -> Front:
    """The same pages, their handlers saying only what form reached them."""

    def reached(request: Request) -> Response:
        return PlainTextResponse(f"reached {sorted(request.state.form.items())}")

    pages = [replace(page, handler=reached) for page in PAGES]
    return Front(front.database, front.projects, front.clock, pages=pages)


@pytest.mark.parametrize("path", POSTS)
def test_no_post_without_the_token_of_this_very_session(echo: Front, database: Database, path: str) -> None:
    mine, other = open_session(database, "Ada"), open_session(database, "Ada")
    right = sessions.csrf_token(mine)
    wrong: list[dict[str, str]] = [
        {}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": sessions.csrf_token(other)}, {"csrf": right[:-1]},
        {"csrf": right.upper()}, {"csrf": mine}, {"csrf": sessions.csrf_token("")}, {"CSRF": right},
    ]  # fmt: skip
    for cookies in ({"gt_session": mine}, {"gt_session": mine, "gt_visit": other}):
        visitor = echo.visitor()
        visitor.cookies.update(cookies)
        for form in wrong:
            assert visitor.post(path, data=form).status_code == 403, form
            assert visitor.post(path, headers={"X-CSRF-Token": form.get("csrf", "")}).status_code == 403
        assert visitor.post(f"{path}?csrf={right}").status_code == 403
        assert visitor.post(path, data={"csrf": right, "a": "1"}).text == "reached [('a', '1')]"
        assert visitor.post(path, data={"a": "1"}, headers={"X-CSRF-Token": right}).text == "reached [('a', '1')]"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:8081"},
        {"Origin": "https://127.0.0.1:8080"},
        {"Origin": "http://127.0.0.1:8080.evil.example"},
        {"Origin": "http://127.0.0.1:8080, https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Sec-Fetch-Site": ""},
    ],
)
def test_no_post_from_a_page_of_another_site_even_with_everything_else_right(
    echo: Front, database: Database, path: str, headers: dict[str, str]
) -> None:
    visitor = echo.visitor()
    visitor.cookies.set("gt_session", token := open_session(database, "Ada"))
    form = {"csrf": sessions.csrf_token(token)}
    answer = visitor.post(path, data=form, headers=headers)
    assert (answer.status_code, "reached" in answer.text) == (403, False)
    for ours in ({"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, {"Origin": HERE}, {"Sec-Fetch-Site": "none"}):
        assert visitor.post(path, data=form, headers=ours).status_code == 200


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "origin", ["http://label.example", "https://label.example:8443", HERE, "https://x.label.example"]
)
def test_behind_a_proxy_only_its_own_https_origin_posts(
    front: Front, database: Database, path: str, origin: str
) -> None:
    public = Front(database, front.projects, front.clock, public_url=PUBLIC)
    visitor = public.visitor()
    assert visitor.post(path, headers={"Origin": origin}).text.count("another site") == 1
    assert "another site" not in visitor.post(path, headers={"Origin": PUBLIC}).text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1", "10.0.0.1",
     "user@127.0.0.1", "127.0.0.1@evil.example", "", "[::1", "127.0.0.1:x", "127.0.0.1/evil.example", "label.example"],
)  # fmt: skip
def test_a_strangers_name_pointed_at_us_gets_no_answer(front: Front, host: str) -> None:
    visitor = front.entered("Ada")
    for path in ("/", "/signin", "/api/health", "/static/htmx.js", "/nothing"):
        answer = visitor.get(path, headers={"Host": host})
        assert (answer.status_code, answer.text) == (421, "This is not an address of the workbench.\n")
    assert visitor.post("/signout", data={"csrf": front.csrf(visitor)}, headers={"Host": host}).status_code == 421
    assert visitor.get("/account").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9", "LOCALHOST", "[::1]:8080", "127.0.0.1:8080"])
def test_this_machines_own_names_are_answered_to(front: Front, host: str) -> None:
    assert front.visitor().get("/api/health", headers={"Host": host}).status_code == 200


def test_a_public_name_is_answered_to_once_it_is_declared(front: Front, database: Database) -> None:
    public = Front(database, front.projects, public_url="https://Label.example/")
    assert public.app.state.site.public == PUBLIC
    for host in ("label.example", "LABEL.example:443", "localhost"):
        assert public.visitor().get("/api/health", headers={"Host": host}).status_code == 200


def test_every_answer_carries_the_headers(front: Front) -> None:
    for visitor in (front.visitor(), front.entered("Ada")):
        answers = [visitor.request(page.method, page.path.format(**NAMES)) for page in PAGES]
        answers += [visitor.get(path) for path in ("/nothing", "/static/nothing", "/static/htmx.js")]
        answers += [visitor.put("/"), visitor.get("/", headers={"Host": "evil.example"})]
        answers += [visitor.post("/signin", content=b"x" * (LARGEST + 1), headers={"Content-Type": FORM})]
        assert {answer.status_code for answer in answers} >= {200, 303, 403, 404, 405, 413, 421}
        for answer in answers:
            check_headers(answer)


def check_headers(answer: Any) -> None:
    headers = answer.headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https://images.example; "
        "media-src data: https://images.example; connect-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in headers
    assert "server" not in headers
    assert len(headers.get_list("content-security-policy")) == 1
    if "/static/" not in str(answer.url) or answer.status_code >= 400:
        assert headers["cache-control"] == "no-store"


def test_over_tls_browsers_are_told_to_stay_there(front: Front, database: Database) -> None:
    public = Front(database, front.projects, public_url=PUBLIC)
    for path in ("/signin", "/nothing", "/static/htmx.js"):
        assert public.visitor().get(path).headers["strict-transport-security"] == "max-age=31536000"


def test_static_files_are_kept_for_ever_under_their_digest_and_checked_otherwise(front: Front) -> None:
    visitor, static = front.visitor(), front.app.state.static
    assert {"htmx.js", "workbench.css"} <= set(static.files)
    for name, file in static.files.items():
        plain, fixed = visitor.get(f"/static/{name}"), visitor.get(static.url(name))
        assert plain.content == fixed.content == file.content
        assert (plain.headers["cache-control"], fixed.headers["cache-control"]) == (
            "no-cache", "public, max-age=31536000, immutable",
        )  # fmt: skip
        again = visitor.get(f"/static/{name}", headers={"If-None-Match": plain.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert visitor.get(f"/static/{name}?v=0").headers["cache-control"] == "no-cache"
    assert visitor.get("/static/htmx.js").headers["content-type"].startswith("text/javascript")
    assert b"htmx" in static.files["htmx.js"].content[:2000]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"a=%ff", FORM, 400),
        (b"a=\xff", FORM, 400),
        (b"a=%ed%a0%80", FORM, 400),
        (b"a=%00", FORM, 400),
        (b"%00=a", FORM, 400),
        (b"a=1&a=2", FORM, 400),
        (b"a=1&" * (FIELDS + 1), FORM, 400),
        (b'{"a": 1}', "application/json", 400),
        (b"a=1", "multipart/form-data; boundary=x", 400),
        (b"a=1", "text/plain", 400),
        (b"a=" + b"x" * LARGEST, FORM, 413),
    ],
)
def test_a_form_that_cannot_be_read_exactly_is_refused(
    echo: Front, database: Database, body: bytes, kind: str, status: int
) -> None:
    visitor = echo.visitor()
    visitor.cookies.set("gt_session", token := open_session(database, "Ada"))
    headers = {"Content-Type": kind, "X-CSRF-Token": sessions.csrf_token(token)}
    answer = visitor.post("/p/sentiment/undo", content=body, headers=headers)
    assert (answer.status_code, "reached" in answer.text) == (status, False)
    assert "nothing was saved" in answer.text.lower() or "A form comes as" in answer.text


def test_a_body_of_undeclared_length_is_cut_off_too(echo: Front) -> None:
    pieces = iter([b"a=" + b"x" * 1000] * 2000)
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for piece in pieces:
            sent += len(piece)
            yield piece

    assert echo.visitor().post("/signin", content=body(), headers={"Content-Type": FORM}).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 40, "x"])
def test_a_length_that_is_none_is_refused(echo: Front, length: str) -> None:
    assert echo.visitor().post("/signin", content=b"", headers={"Content-Length": length}).status_code == 413


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (WorkError("Somebody else has it now.", 409), 409, "Somebody else has it now."),
        (WorkError("It is not yours.", 404), 404, "It is not yours."),
        (DatabaseError("postgresql://user:secret@host is gone"), 503, "cannot reach its store"),
        (BusyError("Try again."), 503, "Try again."),
        (RuntimeError("the secret detail"), 500, "not your doing"),
        (AssertionError("the secret detail"), 500, "not your doing"),
    ],
)
def test_errors_are_told_without_their_inside_and_logged(
    front: Front, caplog: pytest.LogCaptureFixture, error: Exception, status: int, says: str
) -> None:
    def broken(_request: Request) -> Response:
        raise error

    pages = [Page(method="GET", path=path, handler=broken, roles=None) for path in ("/x", "/api/x")]
    visitor = Front(front.database, front.projects, front.clock, pages=pages).visitor()
    page, data = visitor.get("/x"), visitor.get("/api/x")
    assert (page.status_code, data.status_code) == (status, status)
    assert says in page.text
    assert says in data.json()["error"]
    assert "secret" not in page.text + data.text
    assert "Traceback" not in page.text
    assert bool([record for record in caplog.records if record.levelno >= logging.ERROR]) == (
        not isinstance(error, (WorkError, BusyError))
    )
    check_headers(page)
    assert page.headers["content-type"].startswith("text/html")


def test_even_a_broken_error_page_says_what_is_wrong(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    template = front.app.state.templates.get_template("error.html")
    monkeypatch.setattr(template, "render", lambda _given: front.app.state.templates.from_string("{{ no }}").render())
    answer = front.visitor().get("/nothing")
    assert (answer.status_code, answer.text) == (404, "Not Found\n")
    check_headers(answer)


def test_time_is_the_one_the_application_is_given(front: Front) -> None:
    visitor = front.signed_in("Ada")
    front.clock.at = START.replace(day=20)
    assert visitor.get("/account").status_code == 303
