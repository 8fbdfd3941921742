"""The pages of accounts: signing in and out, the cookies of it, one's own password, and where somebody lands."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gt_platform.canonical import digest
from gt_platform.workbench.accounts import sessions
from gt_platform.workbench.store import account_tables
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web.accounts import local
from tests.support.accounts import NEW_PASSWORD, PASSWORD, add, rows, store
from tests.support.front import PUBLIC, Front, csrf_in, project


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


def test_signing_in_from_the_page_and_out_again(front: Front, database: Database) -> None:
    visitor = front.visitor()
    assert visitor.get("/account").headers["location"] == "/signin?next=/account"
    form = {"csrf": csrf_in(visitor.get("/signin?next=/account").text), "name": "ada", "next": "/account"}
    wrong = visitor.post("/signin", data={**form, "password": "not the password"})
    assert (wrong.status_code, "Name or password is wrong." in wrong.text) == (401, True)
    assert 'value="ada"' in wrong.text
    assert "not the password" not in wrong.text
    assert visitor.post("/signin", data={**form, "password": PASSWORD}).headers["location"] == "/account"
    page = visitor.get("/account")
    assert "Ada" in page.text
    token = front.session(visitor)
    assert visitor.post("/signout", data={"csrf": csrf_in(page.text)}).headers["location"] == "/signin"
    assert "gt_session" not in visitor.cookies
    visitor.cookies.set("gt_session", token)
    assert visitor.get("/account").status_code == 303
    assert digest(token) not in {row["token"] for row in rows(database, account_tables.sessions)}


def test_nobody_is_signed_in_by_another_site(front: Front) -> None:
    visitor = front.visitor()
    form = {"name": "Ada", "password": PASSWORD}
    assert visitor.post("/signin", data=form).status_code == 403
    theirs = csrf_in(front.visitor().get("/signin").text)
    visitor.get("/signin")
    assert visitor.post("/signin", data={**form, "csrf": theirs}).status_code == 403
    assert "gt_session" not in visitor.cookies


def test_a_session_given_by_an_attacker_is_not_the_one_signed_in_with(front: Front, database: Database) -> None:
    visitor = front.visitor()
    visitor.cookies.set("gt_session", "fixed by somebody")
    visitor.cookies.set("gt_visit", "this one too")
    page = visitor.get("/signin")
    visitor.post("/signin", data={"csrf": csrf_in(page.text), "name": "Ada", "password": PASSWORD})
    issued = {cookie.value for cookie in visitor.cookies.jar if cookie.name == "gt_session" and cookie.domain}
    assert issued
    assert "fixed by somebody" not in {row["token"] for row in rows(database, account_tables.sessions)}
    attacker = front.visitor()
    for value in ("fixed by somebody", "this one too"):
        attacker.cookies.set("gt_session", value)
        assert attacker.get("/account").status_code == 303


def test_each_sign_in_is_another_session_and_replaces_the_one_before(front: Front) -> None:
    visitor = front.signed_in("Ada")
    before = front.session(visitor)
    form = {"csrf": front.csrf(visitor), "name": "Ada", "password": PASSWORD}
    assert visitor.post("/signin", data=form).status_code == 303
    assert front.session(visitor) != before
    assert sessions.look_up(front.database, before, now=front.clock()) is None


@pytest.mark.parametrize("public", [None, PUBLIC])
def test_cookies_are_for_this_site_and_no_script(front: Front, database: Database, public: str | None) -> None:
    here = Front(database, front.projects, front.clock, public_url=public)
    visitor = here.visitor()
    page = visitor.get("/signin")
    answer = visitor.post("/signin", data={"csrf": csrf_in(page.text), "name": "Ada", "password": PASSWORD})
    for cookie in [*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]:
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "path=/", "samesite=strict"} <= parts
        assert ("secure" in parts) == bool(public)
        assert not any(part.startswith("domain") for part in parts)
        assert cookie.startswith("__Host-gt_" if public else "gt_")
    assert visitor.get("/account").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "evil", "",
     "/\t/evil.example", "/ /evil.example", "/\nevil", "http:/evil", "///evil.example", " //evil.example", "/é"],
)  # fmt: skip
def test_after_signing_in_nobody_is_led_away(front: Front, path: str) -> None:
    assert local(path) == ""
    visitor = front.visitor()
    page = visitor.get("/signin", params={"next": path})
    assert 'name="next" value=""' in page.text
    form = {"csrf": csrf_in(page.text), "name": "Ada", "password": PASSWORD, "next": path}
    assert visitor.post("/signin", data=form).headers["location"] == "/"


def test_after_signing_in_one_is_where_one_wanted_to_go(front: Front) -> None:
    visitor = front.visitor()
    asked = visitor.get("/p/sentiment/guideline?a=1&b=%22").headers["location"]
    page = visitor.get(asked)
    form = {"csrf": csrf_in(page.text), "name": "Ada", "password": PASSWORD, "next": "/p/sentiment/guideline?a=1&b=%22"}
    assert 'value="/p/sentiment/guideline?a=1&amp;b=%22"' in page.text
    assert visitor.post("/signin", data=form).headers["location"] == "/p/sentiment/guideline?a=1&b=%22"


@pytest.mark.slow
def test_a_thousand_guesses_on_the_page(front: Front) -> None:
    visitor = front.visitor()
    csrf, seen = csrf_in(visitor.get("/signin").text), []
    for number in range(1000):
        answer = visitor.post("/signin", data={"csrf": csrf, "name": "Ada", "password": f"guess number {number}"})
        seen.append(answer.status_code)
    assert seen == [401] * 5 + [429] * 995
    form = {"csrf": csrf, "name": "Ada", "password": PASSWORD}
    locked = visitor.post("/signin", data=form)
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "60")
    assert "Too many failed sign-ins; try again in 1 minute." in locked.text
    front.clock.pass_(seconds=60)
    assert visitor.post("/signin", data=form).status_code == 303


@pytest.mark.slow
def test_changing_the_password(front: Front, database: Database) -> None:
    add(database, "Bob", "annotator")
    here, there = front.signed_in("Bob"), front.signed_in("Bob")
    csrf = csrf_in(here.get("/account").text)

    def change(current: str, new: str, again: str) -> Any:
        return here.post("/account", data={"csrf": csrf, "current": current, "password": new, "again": again})

    for answer, says in (
        (change(PASSWORD, NEW_PASSWORD, NEW_PASSWORD + "!"), "The two new passwords differ."),
        (change("not it", NEW_PASSWORD, NEW_PASSWORD), "The current password is wrong."),
        (change(PASSWORD, "short", "short"), "A password has at least 12 characters, this one has 5."),
    ):
        assert (answer.status_code, says in answer.text) == (422, True)
    changed = change(PASSWORD, NEW_PASSWORD, NEW_PASSWORD)
    assert "The password was changed." in changed.text
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200
    assert csrf_in(changed.text) == front.csrf(here) != csrf
    csrf = front.csrf(here)
    assert [change("guess", PASSWORD, PASSWORD).status_code for _ in range(7)] == [422] * 5 + [429] * 2


def test_where_one_lands(front: Front, database: Database, tmp_path: Path) -> None:
    add(database, "Rita", "reviewer", password=None)
    add(database, "Lea", "lead", password=None)
    add(database, "Nemo", "annotator", projects=[], password=None)
    for name, path in (("Ada", "/p/sentiment"), ("Rita", "/p/sentiment/review"), ("Lea", "/p/sentiment/dashboard")):
        assert front.entered(name).get("/").headers["location"] == path
    assert "no project" in front.entered("Nemo").get("/").text
    several = Front(database, {name: project(tmp_path, name) for name in ("sentiment", "tax")}, front.clock)
    page = several.entered("Ada").get("/").text
    assert "/p/sentiment" in page
    assert "/p/tax" in page
