"""Tells other programs what is in the outbox: in order per address, again and again for a day at most."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
from sqlalchemy import Row, select, update

from gt_platform.waiting import pause
from gt_platform.workbench.hooks.destinations import Allowed, resolve
from gt_platform.workbench.hooks.webhooks import WebhookError, signed
from gt_platform.workbench.store.account_tables import webhook_outbox, webhook_targets
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds a receiver has, all in all
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP = timedelta(hours=24)
EVERY = 2.0  # seconds between looks into the outbox
PORTS = {"http": 80, "https": 443}
INTERNET = Allowed()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a delivery went; `told` when the receiver answered 2xx."""

    told: bool
    text: str


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class Sender:
    """Delivers in a thread of its own, so that nobody who labels waits for a slow receiver."""

    def __init__(
        self, database: Database, secret: str, *, allowed: Allowed = INTERNET, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._database, self._secret, self._allowed, self._now = database, secret, allowed, now
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the delivery at hand; what is left is told the next time."""
        self._stop.set()
        self._thread.join(PATIENCE + EVERY)

    def deliver(self) -> int:
        """Tell what is due now, and count what was told. An address that fails keeps the later events waiting."""
        told, failing = 0, set[str]()
        for row in self._waiting():
            if self._stop.is_set():
                break
            if row.url in failing or row.due_at > self._now():
                failing.add(row.url)
                continue
            body = row.body.encode()
            outcome = post(row.url, body, signed(self._secret, row.event_id, body, self._now()), self._allowed)
            if not self._note(row, outcome):
                failing.add(row.url)
            told += outcome.told
        return told

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                self.deliver()
            except DatabaseError:
                log.exception("webhooks wait: the store cannot be read")

    def _waiting(self) -> list[Row[Any]]:
        query = (
            select(webhook_outbox, webhook_targets.c.url)
            .join(webhook_targets, webhook_targets.c.project == webhook_outbox.c.project)
            .where(webhook_outbox.c.ended_at.is_(None))
            .order_by(webhook_outbox.c.number)
            .limit(1000)
        )
        with self._database.read() as connection:
            return list(connection.execute(query))

    def _note(self, row: Row[Any], outcome: Outcome) -> bool:
        """Write down how it went; whether the next event may follow."""
        now, attempts = self._now(), row.attempts + 1
        given_up = not outcome.told and now - row.created_at >= GIVE_UP
        values: dict[str, Any] = {
            "attempts": attempts,
            "outcome": outcome.text,
            "due_at": now + pause(FIRST_PAUSE, attempts, LONGEST_PAUSE),
        }
        if outcome.told or given_up:
            values["ended_at"] = now
        with self._database.write() as connection:
            connection.execute(update(webhook_outbox).where(webhook_outbox.c.number == row.number).values(values))
        if given_up:
            log.error("webhook %s of %s was never taken: %s", row.event_id, row.project, outcome.text)
        return outcome.told or given_up


def post(url: str, body: bytes, headers: dict[str, str], allowed: Allowed = INTERNET) -> Outcome:
    """Send it once, to where it may go and nowhere else.

    Redirects are not followed, proxies of the environment not used, the answer's body not read.
    """
    return anyio.run(_post, url, body, headers, allowed)


async def _post(url: str, body: bytes, headers: dict[str, str], allowed: Allowed) -> Outcome:
    try:
        with anyio.fail_after(PATIENCE):  # httpx counts each read alone: a receiver could drip for ever
            asked = httpx.URL(url)
            host = asked.raw_host.decode()
            *others, last = await resolve(host, asked.port or PORTS[asked.scheme], allowed)
            for address in others:
                with suppress(httpx.ConnectError):
                    return await _sent(asked, address, body, headers)
            return await _sent(asked, last, body, headers)
    except TimeoutError:
        return Outcome(told=False, text=f"no answer within {PATIENCE:g} s")
    except (WebhookError, httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
        return Outcome(told=False, text=f"{type(error).__name__}: {error}"[:500])


async def _sent(asked: httpx.URL, address: str, body: bytes, headers: dict[str, str]) -> Outcome:
    """Send it to this very address; its name is asked for once, and a certificate must be that of the name."""
    named = {**headers, "Host": asked.netloc.decode()}
    name = {"sni_hostname": asked.raw_host.decode()}
    async with (
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=PATIENCE) as client,
        client.stream("POST", asked.copy_with(host=address), content=body, headers=named, extensions=name) as response,
    ):
        return Outcome(told=response.is_success, text=f"answered {response.status_code}")
