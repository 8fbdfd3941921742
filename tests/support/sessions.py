"""What an operator, a failover or a timeout does to sessions of a lake's PostgreSQL."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from psycopg2 import sql

from gt_platform.lake.postgres import ADVISORY_KEY
from gt_platform.settings import Settings

OTHERS = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
AT_THE_LOCK = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::BIGINT << 32) + objid::BIGINT = %s AND granted = %s
"""
HELD_UP = """
    CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
    CREATE TRIGGER hold_up AFTER INSERT ON ducklake_snapshot FOR EACH ROW EXECUTE FUNCTION hold_up();
    SELECT pg_advisory_lock(1);
"""
ARRIVED = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND classid = 0 AND NOT granted"
TIMEOUT = "ALTER DATABASE {} SET {} = {}"


def hang_up_on_everybody(settings: Settings) -> int:
    """End every session of the lake's database; returns how many there were."""
    return int(_ask(settings, OTHERS))


def take_the_lock_away(settings: Settings) -> int:
    """End the sessions that hold the lake's lock; returns how many did."""
    return int(_ask(settings, AT_THE_LOCK, ADVISORY_KEY, True))


def send_waiters_away(settings: Settings) -> int:
    """End the sessions that wait for the lake's lock; returns how many did."""
    return int(_ask(settings, AT_THE_LOCK, ADVISORY_KEY, False))


def set_for_the_database(settings: Settings, name: str, value: str) -> None:
    """Give every session that is made from now on a setting."""
    with closing(_session(settings)) as session, session.cursor() as cursor:
        names = sql.Identifier(session.info.dbname), sql.Identifier(name), sql.Literal(value)
        cursor.execute(sql.SQL(TIMEOUT).format(*names))


@contextmanager
def commits_held_up(settings: Settings) -> Iterator["Gate"]:
    """Commits of the lake wait within, when they have made their snapshot and nobody sees it yet."""
    with closing(_session(settings)) as session, session.cursor() as cursor:
        cursor.execute(HELD_UP)
        yield Gate(cursor)


class Gate:
    """Where commits wait."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def wait_for_one(self) -> None:
        """Come back when a commit has arrived here."""
        while True:
            self._cursor.execute(ARRIVED)
            if self._cursor.fetchone() != (0,):
                return
            time.sleep(0.01)

    def open(self) -> None:
        """Let all through, from now on."""
        self._cursor.execute("SELECT pg_advisory_unlock(1)")


def _ask(settings: Settings, statement: str, *parameters: object) -> Any:
    with closing(_session(settings)) as session, session.cursor() as cursor:
        cursor.execute(statement, parameters)
        return (cursor.fetchone() or (None,))[0]


def _session(settings: Settings) -> Any:
    session = psycopg2.connect(settings.catalog_url.removeprefix("postgres:"))
    session.autocommit = True
    return session
