"""People at a workbench, each with an HTTP client of their own that does what a browser does, and what they wait for.

Shared by the measuring scripts beside it; run by itself it does nothing.
"""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import httpx

from tests.bench.workbench_site import NAME, Use, label_in
from tests.support.accounts import PASSWORD
from tests.support.home import LABELS

WARMING = 5.0
"""Seconds before anything counts."""
RIGHT = 0.9
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
TASK = re.compile(r'data-task="([0-9a-f]{32})"')
HAND_IN = re.compile(r'action="(/p/\w+/batch/[0-9a-f]{32}/hand-in)"')
NEXT, SUBMIT, POST, HANDING_IN = "next item", "submit and next item", "submit alone", "hand in"


@dataclass
class Waits:
    """Seconds waited, by what for; only while `counting`. `errors` are counted throughout."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    requests: int = 0
    counting: bool = False

    def add(self, what: str, seconds: float) -> None:
        """Somebody waited."""
        if self.counting:
            self.taken[what].append(seconds)


@dataclass(frozen=True)
class Phase:
    """What a crowd went through: their waits, and what the server used meanwhile (memory at the end)."""

    waits: Waits
    seconds: float
    cpu: float
    memory: int


class Acting(Protocol):
    """Somebody who does one thing after the other."""

    async def act(self, waits: Waits) -> bool:
        """Do the next thing; False when there is nothing more to do."""


@dataclass
class Visitor:
    """Somebody at the workbench. `given` are the answers the workbench said it took, by task."""

    url: str
    name: str
    chance: Random
    given: dict[str, str] = field(default_factory=dict)
    page: str = ""

    def __post_init__(self) -> None:
        self.browser = httpx.AsyncClient(base_url=self.url, follow_redirects=True, timeout=60)

    async def sign_in(self) -> None:
        """Come in through the front door."""
        csrf = _found(CSRF, (await self.browser.get("/signin")).text)
        form = {"csrf": csrf, "name": self.name, "password": PASSWORD, "next": f"/p/{NAME}"}
        answer = await self.browser.post("/signin", data=form, headers={"Origin": self.url})
        if not answer.is_success or "Sign out" not in answer.text:
            raise SystemExit(f"{self.name} cannot sign in: {answer.status_code}")

    async def act(self, waits: Waits) -> bool:
        """Whatever the page asks for: an answer, the batch, or to go on."""
        if task := TASK.search(self.page):
            await self._submit(task[1], waits)
        elif handing := HAND_IN.search(self.page):
            await self._timed(HANDING_IN, waits, "POST", handing[1], {})
        elif not self.page or f'href="/p/{NAME}/next"' in self.page:
            await self._timed(NEXT, waits, "GET", f"/p/{NAME}/next", None)
        else:
            return False
        return True

    async def _submit(self, task: str, waits: Waits) -> None:
        labels = list(LABELS)
        true = labels.index(label_in(self.page))
        said = true if self.chance.random() < RIGHT else (true + 1) % len(labels)
        fields = {"seconds": "2.0", "a": str(said), "comment": ""}
        if await self._timed(SUBMIT, waits, "POST", f"/p/{NAME}/task/{task}/submit", fields):
            self.given[task] = labels[said]

    async def _timed(self, what: str, waits: Waits, method: str, path: str, fields: Mapping[str, str] | None) -> bool:
        """Send what the browser sends, and take the page that comes; False if none does."""
        headers, body = {}, None
        if fields is not None:
            headers = {"Origin": self.url, "HX-Request": "true", "HX-Target": "work", "HX-Current-URL": self.url}
            body = {"csrf": _found(CSRF, self.page), **fields}
        started = time.perf_counter()
        try:
            answer = await sent(self.browser, method, path, data=body, headers=headers)
        except httpx.HTTPError as error:
            waits.errors.append(f"{what}: {error!r}")
            self.page = ""
            return False
        waits.add(what, time.perf_counter() - started)
        waits.requests += 1 + len(answer.history)
        if not answer.is_success:
            waits.errors.append(f"{what}: {answer.status_code}")
        self.page = answer.text if answer.is_success else ""
        return answer.is_success


async def sent(browser: httpx.AsyncClient, method: str, path: str, **more: Any) -> httpx.Response:
    """The answer; over a new connection, as browsers do it, where the server was just closing an idle one."""
    try:
        return await browser.request(method, path, **more)
    except (httpx.ReadError, httpx.RemoteProtocolError):
        return await browser.request(method, path, **more)


async def crowd(everybody: Sequence[Acting], think: float, seconds: float, used: Callable[[], Use]) -> Phase:
    """Let everybody work at once, `think` seconds in the mean between two actions, for so long after warming up."""
    waits, end = Waits(), time.monotonic() + WARMING + seconds
    at_work = [asyncio.create_task(_work(one, think, end, waits, Random(at))) for at, one in enumerate(everybody)]
    await asyncio.sleep(WARMING)
    before, waits.counting, waits.requests = used(), True, 0
    await asyncio.sleep(max(0.0, end - time.monotonic()))
    after, waits.counting = used(), False
    if sum(await asyncio.gather(*at_work)):
        raise SystemExit("somebody ran out of work: give fewer seconds")
    return Phase(waits, seconds, after.cpu - before.cpu, after.memory)


async def _work(one: Acting, think: float, end: float, waits: Waits, chance: Random) -> bool:
    """Work until the end; whether there was nothing to do before."""
    await asyncio.sleep(chance.random() * think)
    while time.monotonic() < end:
        if not await one.act(waits):
            return True
        await asyncio.sleep(think * (0.5 + chance.random()))
    return False


def _found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    if match is None:
        raise SystemExit(f"this is no page of the workbench:\n{page[:1000]}")
    return match[1]
