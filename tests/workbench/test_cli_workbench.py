"""`gt users` as it is typed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from gt_platform.settings import Settings
from gt_platform.workbench.accounts import people, sessions
from gt_platform.workbench.store.account_tables import accounts
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.place import Place
from tests.support import backends
from tests.support.accounts import NEW_PASSWORD, PASSWORD, START, entries, rows
from tests.support.home import write_project

Gt = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_project(tmp_path / "projects" / "small", labeling={"backend": "workbench", "overlap": 1})
    return Settings(home=tmp_path, projects=tmp_path / "projects")


@pytest.fixture
def gt(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Gt:
    for name, value in backends.environment(settings).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "180")
    return lambda *words, given="": CliRunner().invoke(app, [str(word) for word in words], input=given)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = Database.open(Place(home=settings.home).url)
    yield opened
    opened.close()


def test_somebody_is_added_listed_and_signs_in(gt: Gt, database: Database) -> None:
    assert "Nobody yet: gt users add NAME --role annotator" in gt("users", "list").output
    words = ["--role", "annotator", "--role", "reviewer", "--language", "de", "--skill", "tax", "--quota", 100]
    added = gt("users", "add", "Ada", *words, "--project", "small", given=f"{PASSWORD}\n{PASSWORD}\n")
    assert added.exit_code == 0, added.output
    assert PASSWORD not in added.output
    code = rows(database, accounts)[0]["code"]
    assert f"Ada was added as {code}" in added.output
    session = sessions.sign_in(database, "ada", PASSWORD, "192.0.2.1", now=START)
    assert session.account.abilities == {"language:de", "skill:tax"}
    line = next(line for line in gt("users", "list").output.splitlines() if "Ada" in line)
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    assert cells == [
        "Ada", code, "annotator, reviewer", "language:de, skill:tax", "100", "small", "active", "2026-01-05 09:00",
    ]  # fmt: skip


def test_a_password_comes_from_standard_input_too_and_is_asked_for_twice(gt: Gt, database: Database) -> None:
    assert gt("users", "add", "Ada", "--role", "lead", "--password-stdin", given=f"{PASSWORD}\r\n").exit_code == 0
    assert sessions.sign_in(database, "Ada", PASSWORD, "", now=START)
    differing = gt(
        "users", "password", "Ada", given=f"{NEW_PASSWORD}\nother words here\n{NEW_PASSWORD}\n{NEW_PASSWORD}\n"
    )
    assert "do not match" in differing.output
    assert "Ada has another password, and is signed out everywhere" in differing.output
    assert sessions.sign_in(database, "Ada", NEW_PASSWORD, "", now=START)
    assert [entry.did for entry in entries(database)].count("changed the password of") == 2


def test_a_service_gets_a_token_once(gt: Gt, database: Database) -> None:
    added = gt("users", "add", "exporter", "--role", "service")
    first = re.search(r"Authorization: Bearer (gt_\S{43})\n", added.output)
    second = re.search(r"Bearer (gt_\S{43})\n", gt("users", "password", "exporter").output)
    assert first
    assert second
    with database.read() as connection:
        assert people.account_by_token(connection, first[1]) is None
        assert people.account_by_token(connection, second[1]) is not None
    assert "gt_" not in gt("users", "list").output


def test_roles_and_access_are_taken_and_given(gt: Gt, database: Database) -> None:
    gt("users", "add", "Ada", "--role", "annotator", "--password-stdin", given=PASSWORD)
    assert "Ada was changed" in gt("users", "set", "ada", "--role", "reviewer", "--role", "lead").output
    session = sessions.sign_in(database, "Ada", PASSWORD, "", now=START)
    assert session.account.roles == {"reviewer", "lead"}
    assert "Ada can no longer sign in" in gt("users", "disable", "Ada").output
    assert sessions.look_up(database, session.token, now=START) is None
    assert "disabled" in gt("users", "list").output
    assert "Ada can sign in again" in gt("users", "enable", "Ada").output
    assert sessions.sign_in(database, "Ada", PASSWORD, "", now=START)
    told = [entry.did for entry in entries(database)]
    assert told[2:6] == ["set the roles of", "changed the work of", "signed in", "disabled"]


def test_skills_languages_quota_and_projects_are_changed_and_the_rest_stays(gt: Gt, database: Database) -> None:
    words = ["--role", "annotator", "--language", "de", "--skill", "tax", "--quota", 9, "--project", "small"]
    gt("users", "add", "Ada", *words, "--password-stdin", given=PASSWORD)

    def changed(*words: object) -> tuple[set[str], int | None, set[str] | None]:
        result = gt("users", "set", "Ada", *words)
        assert result.exit_code == 0, result.output
        with database.read() as connection:
            (ada,) = people.everybody(connection)
        return set(ada.abilities), ada.daily_quota, None if ada.projects is None else set(ada.projects)

    assert changed("--language", "fr", "--language", "it") == (
        {"language:fr", "language:it", "skill:tax"}, 9, {"small"},
    )  # fmt: skip
    assert changed("--skill", "none", "--quota", 0) == ({"language:fr", "language:it"}, None, {"small"})
    assert changed("--project", "all") == ({"language:fr", "language:it"}, None, None)
    assert changed("--project", "small", "--language", "none", "--quota", 3) == (set(), 3, {"small"})
    assert changed("--role", "lead") == (set(), 3, {"small"})


@pytest.mark.parametrize(
    ("words", "given", "says"),
    [
        (["add", "Bob", "--role", "boss"], "", "there is no role 'boss'; there are annotator, reviewer, lead, service"),
        (["add", "Bob", "--role", "lead", "--role", "service"], "", "a service has no other role"),
        (["add", "Bob", "--role", "lead", "--password-stdin"], "short\n", "at least 12 characters, this one has 5"),
        (["add", "Bob", "--role", "lead", "--password-stdin"], "", "at least 12 characters, this one has 0"),
        (["add", "ADA", "--role", "lead", "--password-stdin"], PASSWORD, "there is somebody named 'ADA' already"),
        (["add", "Bob", "--role", "lead", "--skill", "a b"], PASSWORD, "'skill:a b' is no ability"),
        (["add", "Bob", "--role", "lead", "--project", "nope"], PASSWORD, "no project 'nope'"),
        (["add", "[red]", "--role", "boss"], "", "no role"),
        (["password", "Bob"], "", "there is nobody named 'Bob'; `gt users list` shows everybody"),
        (["disable", "Bob"], "", "nobody named 'Bob'"),
        (["enable", "Bob"], "", "nobody named 'Bob'"),
        (["set", "Bob", "--role", "lead"], "", "nobody named 'Bob'"),
        (["set", "Ada", "--role", "service"], "", "a person never becomes one"),
        (["set", "Ada"], "", "nothing to change: give --role"),
        (["set", "Ada", "--skill", "a b", "--role", "lead"], "", "'skill:a b' is no ability"),
        (["set", "Ada", "--project", "nope"], "", "no project 'nope'"),
        (["void", "Bob", "--project", "small", "--why", "so"], "", "nobody named 'Bob'"),
        (["void", "Ada", "--project", "small", "--why", "so"], "", "has handed in no answer in small"),
        (["reinstate", "Ada", "--project", "nope", "--why", "so"], "", "no project 'nope'"),
        (["reinstate", "Ada", "--project", "small", "--why", "so"], "", "is not paused in small"),
    ],
)
def test_mistakes_are_told_in_a_sentence_and_change_nothing(
    gt: Gt, database: Database, words: list[str], given: str, says: str
) -> None:
    gt("users", "add", "Ada", "--role", "annotator", "--password-stdin", given=PASSWORD)
    before = rows(database, accounts)
    words = [*words, "--password-stdin"] if words[0] == "add" and "--password-stdin" not in words else words
    result = gt("users", *words, given=given)
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output
    assert rows(database, accounts) == before


def test_a_store_that_cannot_be_used_is_told_in_a_sentence(gt: Gt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GT_WORKBENCH", "mysql://x")
    result = gt("users", "list")
    assert (result.exit_code, "SQLite or PostgreSQL" in result.output) == (1, True)
