"""Signing in: tokens, how long they hold, and that guessing gets nobody anywhere."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.canonical import digest
from gt_platform.workbench.accounts import attempts, passwords, people, sessions
from gt_platform.workbench.accounts.attempts import ADDRESS, NAME, TooManyAttemptsError
from gt_platform.workbench.accounts.people import PeopleError
from gt_platform.workbench.accounts.sessions import SignInError, change_password, look_up, sign_in, sign_out
from gt_platform.workbench.store import account_tables
from gt_platform.workbench.store.account_tables import accounts, sign_ins
from gt_platform.workbench.store.database import Database
from tests.support.accounts import NEW_PASSWORD, PASSWORD, START, STORES, Clock, add, entries, rows, store

HERE = "192.0.2.1"


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with store(request.param, tmp_path, request) as opened:
        yield opened


@pytest.fixture
def sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with store("sqlite", tmp_path, request) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> Counter[bool]:
    """How many passwords were really looked at: {right: how often}. A cheap hash, so that a thousand are affordable."""
    seen: Counter[bool] = Counter()
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    class Counted:
        hash = staticmethod(cheap.hash)
        check_needs_rehash = staticmethod(cheap.check_needs_rehash)

        @staticmethod
        def verify(kept: str, password: str) -> bool:
            seen[password == PASSWORD] += 1
            return cheap.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Counted)
    monkeypatch.setattr(passwords, "_nobody", cheap.hash("nobody's"))
    return seen


def attempt(database: Database, password: str, clock: Clock, *, name: str = "Ada", address: str = HERE) -> str:
    try:
        return sign_in(database, name, password, address, now=clock()).account.name
    except (SignInError, TooManyAttemptsError) as error:
        return str(error)


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


def test_nobody_learns_whether_a_name_exists(database: Database, clock: Clock, verified: Counter[bool]) -> None:
    add(database, "Ada")
    add(database, "Gone")
    add(database, "NoPassword", password=None)
    add(database, "Robot", "service", password=None)
    with database.write() as connection:
        gone = people.find_account(connection, "Gone")
        assert gone is not None
        people.set_active(connection, gone, active=False)
    said = {
        name: [attempt(database, "wrong", clock, name=name, address=f"192.0.2.{number}") for _ in range(7)]
        for number, name in enumerate(("Ada", "Gone", "NoPassword", "Robot", "Nobody", "x" * 5000, "", "\ud800"))
    }
    assert len(set(map(tuple, said.values()))) == 1
    assert said["Ada"][4:] == ["name or password is wrong", *["too many failed sign-ins; try again in 1 minute"] * 2]
    assert verified == {False: 5 * len(said)}  # as many hashes for those who do not exist
    assert attempt(database, PASSWORD, clock, name="Gone", address="192.0.2.99").startswith("too many")


@pytest.mark.parametrize("at_once", [1, 40])
def test_a_thousand_guesses_get_five_looks_and_lock_the_right_password_out_too(
    database: Database, clock: Clock, verified: Counter[bool], at_once: int
) -> None:
    add(database, "Ada")
    guesses = [f"guess number {number}" for number in range(1000)]
    with ThreadPoolExecutor(at_once) as pool:  # from a thousand addresses, the last guess is the right one
        said = Counter(
            pool.map(lambda guess: attempt(database, guess[1], clock, address=f"2001:db8:{guess[0]:x}::1"),
                     enumerate([*guesses, PASSWORD]))
        )  # fmt: skip
    assert said == {"name or password is wrong": 5, "too many failed sign-ins; try again in 1 minute": 996}
    assert verified == {False: 5}
    clock.pass_(seconds=59)
    assert attempt(database, PASSWORD, clock).startswith("too many")
    clock.pass_(seconds=1)
    assert attempt(database, PASSWORD, clock) == "Ada"
    assert [attempt(database, "wrong again", clock) for _ in range(5)] == ["name or password is wrong"] * 5


def test_lockouts_double_up_to_an_hour_so_that_a_day_of_guessing_is_few_guesses(
    sqlite: Database, clock: Clock, verified: Counter[bool]
) -> None:
    add(sqlite, "Ada")
    pauses = []
    while clock() < START + timedelta(days=2):
        try:
            sign_in(sqlite, "Ada", "wrong", HERE, now=clock())
        except SignInError:
            continue
        except TooManyAttemptsError as error:
            pauses.append(error.seconds)
            clock.pass_(seconds=error.seconds)
    assert pauses[:8] == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert set(pauses[8:]) == {3600}
    assert verified[False] == 5 + len(pauses) - 1 == 57
    assert attempt(sqlite, PASSWORD, clock) == "Ada"


@pytest.mark.usefixtures("verified")
def test_one_address_guessing_at_many_names_is_locked_out_and_others_are_not(database: Database, clock: Clock) -> None:
    add(database, "Ada")
    said = Counter(attempt(database, "wrong", clock, name=f"name {number}") for number in range(1000))
    assert said == {"name or password is wrong": 30, "too many failed sign-ins; try again in 15 minutes": 970}
    assert len(rows(database, sign_ins)) == 31  # nobody fills the store by guessing
    assert attempt(database, PASSWORD, clock).startswith("too many")
    assert attempt(database, PASSWORD, clock, address="192.0.2.2") == "Ada"
    clock.pass_(minutes=15)
    assert attempt(database, PASSWORD, clock) == "Ada"


@pytest.mark.usefixtures("verified")
def test_an_own_account_does_not_buy_guesses_at_the_others(sqlite: Database, clock: Clock) -> None:
    add(sqlite, "Ada")
    add(sqlite, "Eve", password=NEW_PASSWORD)
    for number in range(100):
        attempt(sqlite, "wrong", clock, name=f"name {number}")
        attempt(sqlite, NEW_PASSWORD, clock, name="Eve")
    assert sum(row["failures"] for row in rows(sqlite, sign_ins) if row["subject"].startswith("name")) == 30
    assert attempt(sqlite, NEW_PASSWORD, clock, name="Eve").startswith("too many")


@pytest.mark.usefixtures("verified")
def test_an_office_that_signs_in_every_morning_is_never_locked_out(sqlite: Database, clock: Clock) -> None:
    for number in range(60):
        add(sqlite, f"person {number}")
    for number in range(60):
        if number % 3 == 0:
            assert attempt(sqlite, "wrong", clock, name=f"person {number}") == "name or password is wrong"
        assert attempt(sqlite, PASSWORD, clock, name=f"person {number}") == f"person {number}"


def test_all_addresses_of_an_ipv6_network_are_one() -> None:
    same = {attempts.address_subject(f"2001:db8:1:2::{last:x}") for last in range(1, 100)}
    assert len(same) == 1
    assert (
        len({attempts.address_subject(address) for address in ("2001:db8:1:3::1", "192.0.2.1", "192.0.2.2", "", "x")})
        == 5
    )


@pytest.mark.usefixtures("verified")
def test_counting_holds_for_every_process_on_the_store(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'workbench.sqlite'}"
    first, second = Database.open(url), Database.open(url)
    add(first, "Ada")
    said = [attempt((first, second)[number % 2], "wrong", clock) for number in range(10)]
    assert Counter(said)["name or password is wrong"] == 5
    first.close()
    second.close()


@pytest.mark.usefixtures("verified")
def test_what_was_counted_is_forgotten_after_a_day(sqlite: Database, clock: Clock) -> None:
    add(sqlite, "Ada")
    for _ in range(4):
        attempt(sqlite, "wrong", clock)
    clock.pass_(hours=24, seconds=1)
    assert [attempt(sqlite, "wrong", clock) for _ in range(5)] == ["name or password is wrong"] * 5
    clock.pass_(days=2)
    attempt(sqlite, PASSWORD, clock)
    assert [row["failures"] for row in rows(sqlite, sign_ins)] == [0]


@given(st.integers(0, 10_000), st.sampled_from([NAME, ADDRESS]))
def test_a_pause_never_shrinks_with_more_failures(failures: int, limit: attempts.Limit) -> None:
    assert timedelta() <= limit.pause(failures) <= limit.pause(failures + 1) <= limit.longest
    assert bool(limit.pause(failures)) == (failures >= limit.free)


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


def test_an_attempt_nobody_had_time_for_is_not_counted(
    sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(sqlite, "Ada")
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    monkeypatch.setattr(passwords, "_turn", threading.BoundedSemaphore(1))
    with passwords._Turn():
        for _ in range(10):
            with pytest.raises(passwords.BusyError):
                sign_in(sqlite, "Ada", PASSWORD, HERE, now=clock())
    assert rows(sqlite, sign_ins) == []
    assert attempt(sqlite, PASSWORD, clock) == "Ada"


def test_a_wrong_name_takes_as_long_as_a_wrong_password(sqlite: Database, clock: Clock) -> None:
    add(sqlite, "Ada")
    took: dict[str, list[float]] = {"Ada": [], "Nobody": []}
    for number in range(4):
        for name, times in took.items():
            begin = time.process_time()
            attempt(sqlite, "wrong", clock, name=name, address=f"192.0.2.{number}")
            times.append(time.process_time() - begin)
    ratio = min(took["Nobody"]) / min(took["Ada"])
    assert 0.6 < ratio < 1.7
