"""Signing in: tokens, and how long they hold."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from gt_platform.canonical import digest
from gt_platform.workbench.accounts import passwords, people, sessions
from gt_platform.workbench.accounts.people import PeopleError
from gt_platform.workbench.accounts.sessions import SignInError, change_password, look_up, sign_in, sign_out
from gt_platform.workbench.store import account_tables
from gt_platform.workbench.store.account_tables import accounts
from gt_platform.workbench.store.database import Database
from tests.support.accounts import HERE, NEW_PASSWORD, PASSWORD, START, Clock, add, attempt, entries, rows


def test_a_session_is_found_by_its_token_of_which_only_the_digest_is_kept(database: Database, clock: Clock) -> None:
    person = add(database, "Ada")
    session = sign_in(database, " aDA", PASSWORD, HERE, now=clock())
    assert session.account == person
    kept = rows(database, account_tables.sessions)[0]
    assert kept["token"] == digest(session.token)
    assert session.token not in str(kept)
    assert look_up(database, session.token, now=clock()) == session
    assert look_up(database, session.token[:-1], now=clock()) is None
    assert look_up(database, kept["token"], now=clock()) is None
    with database.read() as connection:
        assert people.last_sign_ins(connection) == {person.account_id: START}
    assert [(entry.who, entry.did) for entry in entries(database)][1:] == [(person.code, "signed in")]


def test_tokens_are_long_and_never_the_same(sqlite: Database, clock: Clock) -> None:
    add(sqlite, "Ada")
    one, two = (sign_in(sqlite, "Ada", PASSWORD, HERE, now=clock()) for _ in range(2))
    assert len({one.token, two.token, one.csrf, two.csrf}) == 4
    assert len(one.token) == 43  # 256 bits
    assert sessions.csrf_matches(one.token, one.csrf)
    assert not any(sessions.csrf_matches(one.token, given) for given in (two.csrf, "", one.csrf[:-1], one.token, "é"))


def test_an_idle_session_ends_after_twelve_hours_and_any_after_seven_days(sqlite: Database, clock: Clock) -> None:
    add(sqlite, "Ada")
    idle = sign_in(sqlite, "Ada", PASSWORD, HERE, now=clock())
    busy = sign_in(sqlite, "Ada", PASSWORD, HERE, now=clock())
    for hour in range(11, 7 * 24, 11):
        clock.at = START + timedelta(hours=hour)
        assert look_up(sqlite, busy.token, now=clock()) is not None
    assert look_up(sqlite, idle.token, now=START + timedelta(hours=12, seconds=-1)) is not None
    assert look_up(sqlite, idle.token, now=START + timedelta(hours=25)) is None
    assert look_up(sqlite, busy.token, now=START + timedelta(days=7, seconds=-1)) is not None
    assert look_up(sqlite, busy.token, now=START + timedelta(days=7)) is None


def test_being_seen_is_written_down_once_in_five_minutes(sqlite: Database, clock: Clock) -> None:
    add(sqlite, "Ada")
    session = sign_in(sqlite, "Ada", PASSWORD, HERE, now=clock())
    seen = set()
    for _ in range(20):
        look_up(sqlite, session.token, now=clock.pass_(minutes=1))
        seen.add(rows(sqlite, account_tables.sessions)[0]["seen_at"])
    assert seen == {START + timedelta(minutes=minutes) for minutes in (0, 6, 12, 18)}


def test_sessions_end_when_signed_out_disabled_or_over(database: Database, clock: Clock) -> None:
    person = add(database, "Ada")
    one, two = (sign_in(database, "Ada", PASSWORD, HERE, now=clock()) for _ in range(2))
    sign_out(database, one)
    assert look_up(database, one.token, now=clock()) is None
    assert look_up(database, two.token, now=clock()) is not None
    with database.write() as connection:
        people.set_active(connection, person, active=False)
        people.set_active(connection, person, active=True)
    assert look_up(database, two.token, now=clock()) is None
    sign_in(database, "Ada", PASSWORD, HERE, now=clock())
    sign_in(database, "Ada", PASSWORD, HERE, now=clock.pass_(days=8))
    assert len(rows(database, account_tables.sessions)) == 1  # the one that was over is gone


@pytest.mark.slow
def test_a_password_is_changed_by_whoever_knows_it_and_ends_all_other_sessions(
    database: Database, clock: Clock
) -> None:
    person = add(database, "Ada")
    before = [sign_in(database, "Ada", PASSWORD, HERE, now=clock()) for _ in range(2)]
    with pytest.raises(SignInError):
        change_password(database, person, "not the password", NEW_PASSWORD, HERE, now=clock())
    with pytest.raises(PeopleError, match="at least 12"):
        change_password(database, person, PASSWORD, "short", HERE, now=clock())
    assert all(look_up(database, session.token, now=clock()) for session in before)
    after = change_password(database, person, PASSWORD, NEW_PASSWORD, HERE, now=clock())
    assert not any(look_up(database, session.token, now=clock()) for session in before)
    assert look_up(database, after.token, now=clock()) == after
    assert attempt(database, PASSWORD, clock) == "name or password is wrong"
    assert attempt(database, NEW_PASSWORD, clock) == "Ada"


def test_hashes_made_with_other_parameters_are_renewed_at_sign_in(sqlite: Database, clock: Clock) -> None:
    add(sqlite, "Ada", password=None)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with sqlite.write() as connection:
        connection.execute(accounts.update().values(password=weak))
    assert attempt(sqlite, PASSWORD, clock) == "Ada"
    kept = rows(sqlite, accounts)[0]["password"]
    assert "$m=65536,t=3,p=4$" in kept
    assert passwords.matches(kept, PASSWORD)


def test_no_more_than_two_passwords_are_checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    both = threading.Event()

    class Slow:
        @staticmethod
        def verify(_kept: str, _password: str) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            both.wait(0.3)
            with lock:
                running -= 1
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: passwords.matches("kept", "password"), range(8)))
    assert most == 2
    monkeypatch.setattr(passwords, "PATIENCE", 0.05)
    with ThreadPoolExecutor(8) as pool, pytest.raises(passwords.BusyError, match="few seconds"):
        list(pool.map(lambda _: passwords.matches("kept", "password"), range(8)))
