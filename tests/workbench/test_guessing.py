"""That guessing passwords gets nobody anywhere, and keeps nobody out for long."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.workbench.accounts import attempts, passwords, people
from gt_platform.workbench.accounts.attempts import ADDRESS, NAME, TooManyAttemptsError
from gt_platform.workbench.accounts.sessions import SignInError, sign_in
from gt_platform.workbench.store.account_tables import sign_ins
from gt_platform.workbench.store.database import Database
from tests.support.accounts import HERE, NEW_PASSWORD, PASSWORD, START, Clock, add, attempt, rows


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


def test_a_wrong_name_is_hashed_as_dearly_as_a_wrong_password() -> None:
    assert extract_parameters(passwords._nobody) == extract_parameters(passwords.hashed(PASSWORD))
