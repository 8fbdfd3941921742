"""The store itself: how it opens, who writes when, what it keeps, and what it says when it cannot be used."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, inspect, select
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import IntegrityError

from gt_platform.workbench.store import audit, tables
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from gt_platform.workbench.store.tables import Moment, demands, metadata
from tests.support import backends

OPENING = "from gt_platform.workbench.store.database import Database; import sys; Database.open(sys.argv[1])"
DYING = """
import os, signal, sys
from sqlalchemy import insert
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.tables import demands
database = Database.open(sys.argv[1])
with database.write() as connection:
    connection.execute(insert(demands).values(project="p", requires="kept"))
with database.write() as connection:
    connection.execute(insert(demands).values(project="p", requires="lost"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


WRITING = """
import sys
from sqlalchemy import insert
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.tables import demands
held = Database.open(sys.argv[1])
for number in range(150):
    again = Database.open(sys.argv[1])
    for database in (held, again):
        with database.write() as connection:
            requires = f"{sys.argv[2]} {number} {database is held}"
            connection.execute(insert(demands).values(project="p", requires=requires))
    again.close()
"""


def kept(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(demands.c.requires).order_by(demands.c.requires)).scalars())


def put(database: Database, *requires: str) -> None:
    with database.write() as connection:
        connection.execute(insert(demands), [{"project": "p", "requires": one} for one in requires])


def program(text: str, *arguments: str) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": str(backends.REPOSITORY)}
    return subprocess.Popen([sys.executable, "-c", text, *arguments], env=environment, stderr=subprocess.PIPE)


def test_opening_makes_every_table_and_again_changes_nothing(store_url: str) -> None:
    first = Database.open(store_url)
    put(first, "kept")
    again = Database.open(store_url)
    assert set(metadata.tables) <= set(inspect(again.engine).get_table_names())
    assert kept(again) == ["kept"]
    first.close()
    again.close()


@pytest.mark.slow
def test_a_store_that_processes_use_and_open_again_meanwhile_stays_sound(tmp_path: Path) -> None:
    """Opening a file that is in use, beside SQLite, and closing it drops SQLite's locks: it once broke the store."""
    url = f"sqlite:///{tmp_path / 'workbench.sqlite'}"
    writers = [program(WRITING, url, f"writer-{number}") for number in range(3)]
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [(b"", 0)] * 3
    with sqlite3.connect(tmp_path / "workbench.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM demands").fetchone() == (900,)


@pytest.mark.slow
def test_processes_that_open_an_empty_store_at_once_do_not_disturb_each_other(store_url: str) -> None:
    openers = [program(OPENING, store_url) for _ in range(4)]
    assert [(opener.communicate()[1], opener.returncode) for opener in openers] == [(b"", 0)] * 4


def test_an_error_undoes_the_whole_transaction(store_url: str) -> None:
    database = Database.open(store_url)

    def fail() -> None:
        with database.write() as connection:
            connection.execute(insert(demands).values(project="p", requires="lost"))
            audit.record(connection, "somebody", "did")
            raise KeyError("a bug")

    with pytest.raises(KeyError):
        fail()
    with pytest.raises(IntegrityError):
        put(database, "twice", "twice")
    assert kept(database) == []
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(tables.audit)).scalar() == 0
    database.close()


def test_a_killed_process_leaves_whole_transactions_only(store_url: str) -> None:
    dying = program(DYING, store_url)
    assert dying.communicate()[1] == b""
    assert dying.returncode == -signal.SIGKILL
    database = Database.open(store_url)
    assert kept(database) == ["kept"]
    put(database, "after")
    database.close()


def test_writers_take_turns_so_that_what_one_has_read_stays_so(store_url: str) -> None:
    databases = [Database.open(store_url) for _ in range(2)]

    def add(number: int) -> None:
        with databases[number % 2].write() as connection:
            count = connection.execute(select(func.count()).select_from(demands)).scalar()
            time.sleep(0.002)
            connection.execute(insert(demands).values(project="p", requires=f"{count:03}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(40)))
    assert kept(databases[0]) == [f"{number:03}" for number in range(40)]
    for database in databases:
        database.close()


def test_a_reader_sees_one_moment_and_waits_for_nobody(store_url: str) -> None:
    database = Database.open(store_url)
    put(database, "before")
    writing, done = threading.Event(), threading.Event()

    def write() -> None:
        with database.write() as connection:
            connection.execute(insert(demands).values(project="p", requires="unfinished"))
            writing.set()
            done.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    writing.wait(10)
    assert kept(database) == ["before"]
    done.set()
    writer.join()
    assert kept(database) == ["before", "unfinished"]
    database.close()


def test_who_waits_too_long_for_a_turn_is_told(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gt_platform.workbench.store.database.PATIENCE", 0.2)
    database, another = Database.open(store_url), Database.open(store_url)
    refused = []
    with database.write() as connection:
        connection.execute(insert(demands).values(project="p", requires="one"))
        for other in (database, another):
            with pytest.raises(DatabaseError) as error:
                put(other, "two")
            refused.append(str(error.value))
    assert refused[0] == "somebody else has been writing for 0 s; try again"
    assert "locked" in refused[1] or "lock timeout" in refused[1]
    put(another, "two")
    assert kept(database) == ["one", "two"]
    database.close()
    another.close()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "no database URL"),
        ("mysql://host/name", "SQLite or PostgreSQL, not mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:////proc/nowhere/workbench.sqlite", "cannot open the workbench's store"),
        ("postgresql://somebody:secret@127.0.0.1:1/nothing", "refused"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why_and_keeps_the_password(url: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why) as error:
        Database.open(url)
    assert "secret" not in str(error.value)


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "workbench.sqlite"
    file.write_text("these are the minutes of our meeting, not a database, and they are long enough to tell\n" * 50)
    before = file.read_bytes()
    with pytest.raises(DatabaseError, match="not a database"):
        Database.open(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_a_full_disk_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'workbench.sqlite'}")
    put(database, "kept")
    with database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DatabaseError, match="full"):
        put(database, *(f"{number:04}" + "x" * 500 for number in range(200)))
    assert kept(database) == ["kept"]
    database.close()


def test_the_file_is_its_owners_alone_and_safe_against_power_cuts(tmp_path: Path) -> None:
    file = tmp_path / "new" / "workbench.sqlite"
    database = Database.open(f"sqlite:///{file}")
    put(database, "something")
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in file.parent.iterdir()} == {
        "workbench.sqlite": "0o600", "workbench.sqlite-wal": "0o600", "workbench.sqlite-shm": "0o600",
    }  # fmt: skip
    with database.read() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "foreign_keys")]
    assert pragmas == [2, 1]
    database.close()
    plain = sqlite3.connect(file)
    assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


MOMENTS = st.datetimes(datetime(1700, 1, 1), datetime(2300, 1, 1), timezones=st.timezones())  # noqa: DTZ001


@given(MOMENTS, MOMENTS)
def test_moments_are_kept_exactly_and_in_order(one: datetime, other: datetime) -> None:
    kind, dialect = Moment(), SQLiteDialect()
    kept = [kind.process_bind_param(moment, dialect) for moment in (one, other)]
    moments = [one.astimezone(UTC), other.astimezone(UTC)]
    assert [kind.process_result_value(number, dialect) for number in kept] == moments
    assert (kept[0] < kept[1]) == (moments[0] < moments[1])
