"""A candidate behind an address: it is posted an item as JSON, and answers in JSON."""

import os
import random
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import httpx

from gt_platform.candidates.asking.base import Item, Reply, as_record
from gt_platform.candidates.errors import CandidateError
from gt_platform.canonical import canonical
from gt_platform.records import Rejected, parse_json, shown
from gt_platform.waiting import pause

FIRST, LONGEST = 0.5, 30.0  # seconds between two tries
PASSING = {408, 425, 429}
REFUSED = {401, 403}


class Endpoint:
    """Asks `at_once` items at a time, `per_second` at most, each again for `patience` seconds while failures may pass.

    `timeout` is how long one answer may take, in seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        per_second: float | None = None,
        timeout: float = 60.0,
        patience: float = 60.0,
        at_once: int = 4,
    ) -> None:
        self.source = _bare(url)
        self._url, self._headers, self._timeout, self._patience = url, headers or {}, timeout, patience
        self._at_once = at_once
        self._pace = _Pace(per_second)
        self._stop = threading.Event()

    def __call__(self, items: Sequence[Item]) -> Generator[Reply]:
        """As in Asker."""
        self._stop.clear()
        pool = ThreadPoolExecutor(self._at_once)
        with httpx.Client(headers=self._headers, timeout=self._timeout) as client:
            try:
                yield from self._replies(client, pool, iter(items))
            finally:  # Ctrl-C too: what came is to be kept before all else
                self._stop.set()
                pool.shutdown(wait=False, cancel_futures=True)

    def _replies(self, client: httpx.Client, pool: ThreadPoolExecutor, items: Iterable[Item]) -> Generator[Reply]:
        running: set[Future[Reply]] = set()
        for item in items:
            running.add(pool.submit(self._ask, client, item))
            if len(running) >= self._at_once:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        yield from (one.result() for one in wait(running).done)

    def _ask(self, client: httpx.Client, item: Item) -> Reply:
        failures, end = 0, time.monotonic() + self._patience
        while True:
            try:
                return Reply(item, self._post(client, item))
            except _PassingError as error:
                failures += 1
                rest = max(error.after, random.uniform(0.5, 1) * pause(FIRST, failures, LONGEST))  # noqa: S311 - jitter
                if time.monotonic() + rest > end or self._stop.wait(rest):
                    if error.unreachable:
                        raise CandidateError(f"{self.source} cannot be reached: {error}; what came is kept") from None
                    return Reply(item, {"error": f"{error} (after {failures} tries)"})

    def _post(self, client: httpx.Client, item: Item) -> dict[str, Any]:
        self._pace.wait()
        began = time.perf_counter()
        body = canonical({"item_id": item.item_id, "input": item.input}).encode("utf-8", "replace")
        try:
            response = client.post(self._url, content=body, headers={"Content-Type": "application/json"})
        except httpx.TimeoutException:
            raise _PassingError(f"it did not answer within {self._timeout:g} s") from None
        except httpx.TransportError as error:
            raise _PassingError(str(error) or type(error).__name__, unreachable=True) from None
        except httpx.InvalidURL as error:
            raise CandidateError(f"--url {self.source!r} is no address: {error}") from None
        return {"seconds": time.perf_counter() - began} | self._record(response)

    def _record(self, response: httpx.Response) -> dict[str, Any]:
        code = response.status_code
        if code in REFUSED:
            raise CandidateError(
                f"{self.source} answers {code}, it does not let us in; --header-from VARIABLE names an environment "
                "variable that holds a header, such as `Authorization: Bearer …`"
            )
        if code in PASSING or code >= 500:
            raise _PassingError(f"it answers {code}", after=_after(response))
        if not response.is_success:
            return {"error": f"it answers {code}: {shown(response.text)}"}
        try:
            return as_record(parse_json(response.content, unique_keys=False))
        except Rejected as wrong:
            raise _PassingError(f"its answer is no JSON: {wrong.detail}") from None


class _PassingError(CandidateError):
    """What may be otherwise the next time, `after` so many seconds at the earliest."""

    def __init__(self, said: str, *, after: float = 0.0, unreachable: bool = False) -> None:
        super().__init__(said)
        self.after, self.unreachable = after, unreachable


class _Pace:
    """Lets so many through a second, evenly."""

    def __init__(self, per_second: float | None) -> None:
        self._apart = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            mine = max(self._next, time.monotonic())
            self._next = mine + self._apart
        time.sleep(max(mine - time.monotonic(), 0.0))


def headers_from(variables: Iterable[str]) -> dict[str, str]:
    """Headers that environment variables hold, `Name: value` each. Raises CandidateError."""
    found: dict[str, str] = {}
    for variable in variables:
        name, colon, value = os.environ.get(variable, "").partition(":")
        if not colon or not name.strip() or not value.strip():
            raise CandidateError(
                f"--header-from {variable}: the environment variable is to hold a header, `Name: value`, such as "
                "`Authorization: Bearer …`"
            )
        found[name.strip()] = value.strip()
    return found


def _after(response: httpx.Response) -> float:
    """Seconds that the server asks for; a date it may name instead is not read."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 0.0


def _bare(url: str) -> str:
    """An address without what may be secret in it: a password, and what is asked of it. Raises CandidateError."""
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise CandidateError(f"--url {url!r} is no address: {error}") from None
    if found.scheme not in ("http", "https") or not found.host:
        raise CandidateError(f"--url {url!r} is no address; give one such as http://localhost:8000/predict")
    return str(found.copy_with(username=None, password=None, query=None, fragment=None))
