"""Accounts: who may be added, what is kept of them, and that all of it is in the audit."""

import re
import unicodedata
from contextlib import suppress
from typing import Any

import pytest
from argon2 import extract_parameters, profiles
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from gt_platform.canonical import digest
from gt_platform.workbench.accounts import attempts, passwords, people
from gt_platform.workbench.accounts.people import PeopleError
from gt_platform.workbench.accounts.sessions import sign_in
from gt_platform.workbench.store.account_tables import accounts, sessions, sign_ins
from gt_platform.workbench.store.database import Database
from tests.support.accounts import NEW_PASSWORD, PASSWORD, START, add, entries, rows


def test_a_person_is_found_by_number_code_and_name_in_any_case(database: Database) -> None:
    added = add(database, "Zoë", "annotator", "reviewer", abilities=["language:de", "skill:tax"], daily_quota=100)
    assert added.roles == {"annotator", "reviewer"}
    assert added.abilities == {"language:de", "skill:tax"}
    assert (added.daily_quota, added.active, added.projects) == (100, True, None)
    assert re.fullmatch("ann-[0-9a-f]{8}", added.code)
    with database.read() as connection:
        assert people.account(connection, added.account_id) == added
        assert people.account_by_code(connection, added.code) == added
        for name in ("Zoë", "ZOË", " zoë ", "Zoe\u0308"):
            assert people.find_account(connection, name) == added
        assert people.find_account(connection, "Zoe") is None
        assert people.everybody(connection) == [added]


def test_projects_bind_people_and_none_are_all(sqlite: Database) -> None:
    one, everywhere, nowhere = add(sqlite, "a", projects=["tax"]), add(sqlite, "b"), add(sqlite, "c", projects=[])
    assert [who.belongs_to("tax") for who in (one, everywhere, nowhere)] == [True, True, False]
    assert [who.belongs_to("law") for who in (one, everywhere, nowhere)] == [False, True, False]


def test_the_code_tells_nothing_and_the_password_is_kept_as_argon2id(sqlite: Database) -> None:
    codes = {add(sqlite, f"person {number}", password=None).code for number in range(50)}
    assert len(codes) == 50
    add(sqlite, "Ada")
    kept = next(row["password"] for row in rows(sqlite, accounts) if row["name"] == "Ada")
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert extract_parameters(kept) == profiles.get_default_parameters()
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, PASSWORD + "!")


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [
        ("", {}, "1 to 64 characters"),
        ("   ", {}, "1 to 64 characters"),
        ("a" * 65, {}, "1 to 64 characters"),
        ("a\nb", {}, "can be seen"),
        ("a\u202eb", {}, "can be seen"),
        ("a", {"roles": []}, "at least one role"),
        ("a", {"roles": ["boss"]}, "no role 'boss'; there are annotator, reviewer, lead, service"),
        ("a", {"roles": ["service", "lead"]}, "no other role"),
        ("a", {"abilities": ["german"]}, "'german' is no ability; write language:de"),
        ("a", {"daily_quota": 0}, "at least 1, not 0"),
        ("a", {"password": "eleven char"}, "at least 12 characters, this one has 11"),
        ("a", {"password": "x" * 1025}, "at most 1024"),
    ],
)
def test_what_cannot_be_added_is_told_and_leaves_nothing(
    sqlite: Database, name: str, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(PeopleError, match=re.escape(says)), sqlite.write() as connection:
        people.add_account(connection, name, **({"roles": ["annotator"]} | more))
    assert (rows(sqlite, accounts), entries(sqlite)) == ([], [])


def test_two_people_never_share_a_name(database: Database) -> None:
    add(database, "Ada", password=None)
    for name in ("ada", "ADA ", "\uff21da"):
        with pytest.raises(PeopleError, match="somebody named"):
            add(database, name, password=None)
    twin = rows(database, accounts)[0] | {"account_id": 99, "code": "ann-0"}
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(accounts.insert().values(twin))


@pytest.mark.parametrize(
    "password",
    ["password1234", "P4ssw0rd!!!!", "qwertyuiopas", "123456789012", "210987654321", "aaaaaaaaaaaa", "abcabcabcabc",
     "Welcome2026!", "letmeinletmein", "marie-curie!", "MarieCurie2026", "admin@admin.admin", "passwordpassword"],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(passwords.PasswordError, match="first to be guessed"):
        passwords.check_strength(password, "Marie-Curie")


@pytest.mark.parametrize("password", [PASSWORD, "tr0ub4dor&3-and-more", "четыре случайных слова", "x7#kQ" * 51 + "z"])
def test_others_are_taken_whatever_they_are_written_with(password: str) -> None:
    passwords.check_strength(password, "Marie-Curie")


@given(st.text(min_size=0, max_size=40), st.text(min_size=1, max_size=20))
def test_judging_a_password_never_breaks(password: str, name: str) -> None:
    with suppress(passwords.PasswordError):
        passwords.check_strength(password, name)
        assert len(unicodedata.normalize("NFKC", password)) >= 12


def test_the_same_keys_on_another_system_are_the_same_password() -> None:
    kept = passwords.hashed("cafe\u0301 mit vier zeichen")
    assert passwords.matches(kept, "caf\u00e9 mit vier zeichen")


def test_a_new_password_ends_sessions_and_lockouts(database: Database) -> None:
    person = add(database, "Ada")
    sign_in(database, "Ada", PASSWORD, "192.0.2.1", now=START)
    attempts.count(database, "Ada", "192.0.2.1", START)
    kept = people.hash_password(NEW_PASSWORD, "Ada")
    with database.write() as connection:
        people.set_hash(connection, person, kept)
    assert rows(database, sessions) == []
    assert [row["subject"][:8] for row in rows(database, sign_ins)] == ["address:"]
    assert sign_in(database, "Ada", NEW_PASSWORD, "192.0.2.1", now=START).account == person


def test_services_have_tokens_of_which_only_the_digest_is_kept(database: Database) -> None:
    service = add(database, "exporter", "service", password=None)
    with database.write() as connection:
        token = people.issue_token(connection, service)
    assert re.fullmatch(r"gt_[A-Za-z0-9_-]{43}", token)
    assert rows(database, accounts)[0]["token"] == digest(token)
    with database.write() as connection:
        assert people.account_by_token(connection, token) == service
        other = people.issue_token(connection, service)
        assert people.account_by_token(connection, token) is None
        people.set_active(connection, service, active=False)
        assert people.account_by_token(connection, other) is None
    with pytest.raises(PeopleError, match="has a token instead"), database.write() as connection:
        people.set_hash(connection, service, "kept")


def test_a_service_stays_one_and_a_person_never_becomes_one(sqlite: Database) -> None:
    person, service = add(sqlite, "Ada", password=None), add(sqlite, "exporter", "service", password=None)
    for who, roles in ((person, ["service"]), (service, ["lead"])):
        with pytest.raises(PeopleError, match="a service stays one"), sqlite.write() as connection:
            people.set_roles(connection, who, roles)  # type: ignore[arg-type]
    with pytest.raises(PeopleError, match="is no service"), sqlite.write() as connection:
        people.issue_token(connection, person)


def test_everything_is_in_the_audit_without_names_and_secrets(database: Database) -> None:
    person = add(database, "Ada Lovelace", projects=["tax"])
    kept = people.hash_password(NEW_PASSWORD, person.name)
    with database.write() as connection:
        people.set_hash(connection, person, kept)
        people.set_roles(connection, person, ["lead"])
        people.set_active(connection, person, active=False)
        people.set_active(connection, person, active=True)
    found = entries(database)
    assert [(entry.who, entry.did, entry.about) for entry in found] == [
        ("operator", did, person.code)
        for did in ("added", "changed the password of", "set the roles of", "disabled", "enabled")
    ]
    assert found[0].detail == {"roles": ["annotator"], "abilities": [], "daily_quota": None, "projects": ["tax"]}
    assert found[2].detail == {"roles": ["lead"]}
    assert not any(word in str(found) for word in ("Ada", "Lovelace", "argon2", PASSWORD, NEW_PASSWORD))
