"""How often somebody may try to sign in, counted per name and per address in the store, for all processes together.

An attempt is counted before the password is looked at and forgiven when it was right. So however many come at once,
no more than the free ones are ever checked.
"""

import ipaddress
import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from gt_platform.canonical import digest
from gt_platform.errors import GroundTruthError
from gt_platform.waiting import pause
from gt_platform.workbench.store.account_tables import sign_ins
from gt_platform.workbench.store.database import Database

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """`free` attempts, then a pause of `first`, doubled with each further attempt up to `longest`.

    What was counted is forgotten after `memory`: since the last attempt, or since the first of them where many people
    share the subject and it would never be quiet.
    """

    free: int
    first: timedelta
    longest: timedelta
    memory: timedelta
    from_last: bool

    def pause(self, failures: int) -> timedelta:
        """How long nobody may try after so many failures."""
        if failures < self.free:
            return timedelta()
        return pause(self.first, failures - self.free + 1, self.longest)


QUARTER = timedelta(minutes=15)
NAME = Limit(free=5, first=timedelta(minutes=1), longest=timedelta(hours=1), memory=DAY, from_last=True)
ADDRESS = Limit(free=30, first=QUARTER, longest=QUARTER, memory=QUARTER, from_last=False)


class TooManyAttemptsError(GroundTruthError):
    """Nobody may try before `seconds`, rounded up, have passed. The message does not tell whether the name exists."""

    def __init__(self, pause: timedelta) -> None:
        self.seconds = max(1, math.ceil(pause.total_seconds()))
        minutes = math.ceil(self.seconds / 60)
        super().__init__(f"too many failed sign-ins; try again in {minutes} minute{'s' if minutes > 1 else ''}")


def check(database: Database, name: str, address: str, now: datetime) -> None:
    """Turn a flood of guesses away without a single write, nor a hash. Raises TooManyAttemptsError."""
    subjects = [name_subject(name), address_subject(address)]
    with database.read() as connection:
        for row in connection.execute(select(sign_ins).where(sign_ins.c.subject.in_(subjects))):
            _refuse(row, now)


def count(database: Database, name: str, address: str, now: datetime) -> None:
    """Count an attempt as failed until `forgive` says otherwise. Raises TooManyAttemptsError."""
    with database.write() as connection:
        _count(connection, name_subject(name), NAME, now)
        _count(connection, address_subject(address), ADDRESS, now)


def forgive(connection: Connection, name: str, address: str) -> None:
    """The password was right: the name starts afresh, the address has one failure fewer.

    Never more than the one, or somebody with an account could guess at the others' for ever.
    """
    forget(connection, name)
    of_address = sign_ins.c.subject == address_subject(address)
    connection.execute(update(sign_ins).where(of_address).values(failures=sign_ins.c.failures - 1, locked_until=None))


def forget(connection: Connection, name: str) -> None:
    """Forget what was counted for a name."""
    connection.execute(delete(sign_ins).where(sign_ins.c.subject == name_subject(name)))


def prune(connection: Connection, now: datetime) -> None:
    """Drop what no longer counts."""
    free = or_(sign_ins.c.locked_until.is_(None), sign_ins.c.locked_until <= now)
    connection.execute(delete(sign_ins).where(sign_ins.c.since < now - DAY, free))


def name_key(name: str) -> str:
    """A name as it is looked up, whatever its case; half a character is no character on any database."""
    return unicodedata.normalize("NFKC", name).strip().casefold().encode(errors="replace").decode()


def name_subject(name: str) -> str:
    """What attempts with a name are counted under."""
    return f"name:{digest(name_key(name))}"


def address_subject(address: str) -> str:
    """What attempts from an address are counted under; for IPv6 its network, of which everybody has 2^64 addresses."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{digest(address)}"
    return f"address:{digest(str(ipaddress.ip_network((ip, 64), strict=False) if ip.version == 6 else ip))}"


def _count(connection: Connection, subject: str, limit: Limit, now: datetime) -> None:
    row = connection.execute(select(sign_ins).where(sign_ins.c.subject == subject)).one_or_none()
    if row is not None:
        _refuse(row, now)
    known = row if row is not None and now - row.since <= limit.memory else None
    failures = 1 if known is None else known.failures + 1
    pause = limit.pause(failures)
    values = {
        "failures": failures,
        "since": now if known is None or limit.from_last else known.since,
        "locked_until": now + pause if pause else None,
    }
    if row is None:
        connection.execute(insert(sign_ins).values(subject=subject, **values))
    else:
        connection.execute(update(sign_ins).where(sign_ins.c.subject == subject).values(values))


def _refuse(row: Row[Any], now: datetime) -> None:
    if row.locked_until is not None and row.locked_until > now:
        raise TooManyAttemptsError(row.locked_until - now)
