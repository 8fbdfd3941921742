"""Label Studio's API, as much of it as the backend needs. What things mean there belongs in the other files.

Nothing that changes the server is ever repeated by itself: an import that is sent twice makes two of every task.
"""

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx

from gt_platform.labeling.base import BackendError
from gt_platform.waiting import pause

Json = dict[str, Any]
TRIES = 3
PAUSE = 0.5
PAGE = 500
IMPORTED_AT_ONCE = 250
NAMED_AT_ONCE = 50
ACCESS_SECONDS = 240
"""A minute less than an access token is good for."""
UNTOUCHED: list[Json] = [
    {"filter": "filter:tasks:total_annotations", "operator": "equal", "type": "Number", "value": 0},
    {"filter": "filter:tasks:cancelled_annotations", "operator": "equal", "type": "Number", "value": 0},
    {"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean", "value": False},
]


class RefusedError(BackendError):
    """What Label Studio answered 400 to."""


class Client:
    """A connection to a server with somebody's token: the legacy one, or a personal access token."""

    def __init__(self, url: str, token: str, *, timeout: float = 60.0) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._personal = token.count(".") == 2
        self._access: tuple[str, float] | None = None
        self.clock: datetime | None = None
        """What the server's clock said when it last answered."""
        self._http = httpx.Client(base_url=self.url, timeout=httpx.Timeout(timeout, connect=10.0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def users(self) -> list[Json]:
        """Everybody in the organization."""
        found = self._get("/api/users")
        return found if isinstance(found, list) else self._part(found, "results")

    def projects(self) -> Iterator[Json]:
        """Every project, the oldest last, with its number of tasks."""
        page = 1
        while True:
            found = self._get(
                "/api/projects", page=page, page_size=100, include="id,title,description,task_number,created_at"
            )
            yield from self._part(found, "results")
            if not found.get("next"):
                return
            page += 1

    def make_project(self, settings: Json) -> int:
        """Returns its id. Raises RefusedError for settings the server does not take."""
        return int(self._send("POST", "/api/projects", settings)["id"])

    def change_project(self, project: int, settings: Json) -> None:
        """Raises RefusedError for settings that do not fit with what was answered already."""
        self._send("PATCH", f"/api/projects/{project}", settings)

    def tasks(self, project: int, since: str | None = None) -> Iterator[Json]:
        """Tasks with their annotations by id, all of them or those touched after a moment as the server writes it."""
        last = 0
        while True:
            # by id instead of by page, so that nothing is skipped when tasks go in between
            filters = [{"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": last}]
            if since is not None:
                filters.append(
                    {"filter": "filter:tasks:updated_at", "operator": "greater", "type": "Datetime", "value": since}
                )
            query = {"filters": {"conjunction": "and", "items": filters}, "ordering": ["tasks:id"]}
            asked = {"project": project, "page": 1, "page_size": PAGE, "fields": "all", "query": json.dumps(query)}
            found = self._part(self._get("/api/tasks", **asked), "tasks")
            yield from found
            if len(found) < PAGE:
                return
            last = found[-1]["id"]

    def add_tasks(self, project: int, tasks: Sequence[Json]) -> None:
        """In this order. Whether tasks are there already must have been looked up before."""
        for at in range(0, len(tasks), IMPORTED_AT_ONCE):
            self._send("POST", f"/api/projects/{project}/import", list(tasks[at : at + IMPORTED_AT_ONCE]))

    def remove_untouched(self, project: int, tasks: Sequence[int]) -> None:
        """Delete those of these tasks that have neither annotation nor draft at that moment."""
        self._delete(project, tasks, UNTOUCHED)

    def remove(self, project: int, tasks: Sequence[int]) -> None:
        """Delete these tasks, with their annotations and drafts."""
        self._delete(project, tasks, [])

    def named(self, project: int, tasks: Sequence[int]) -> Iterator[Json]:
        """Those of these tasks that there are."""
        for at in range(0, len(tasks), NAMED_AT_ONCE):
            items = [
                {"filter": "filter:tasks:id", "operator": "equal", "type": "Number", "value": task}
                for task in tasks[at : at + NAMED_AT_ONCE]
            ]
            query = json.dumps({"filters": {"conjunction": "or", "items": items}, "ordering": ["tasks:id"]})
            asked = {"project": project, "page": 1, "page_size": PAGE, "fields": "all", "query": query}
            yield from self._part(self._get("/api/tasks", **asked), "tasks")

    def _delete(self, project: int, tasks: Sequence[int], only: Sequence[Json]) -> None:
        if tasks:  # none would mean all
            body = {
                "selectedItems": {"all": False, "included": list(tasks)},
                "filters": {"conjunction": "and", "items": list(only)},
                "ordering": [],
            }
            self._send("POST", f"/api/dm/actions?id=delete_tasks&project={project}", body)

    def _get(self, path: str, **parameters: Any) -> Any:
        for left in reversed(range(TRIES)):
            try:
                return self._answer(self._ask("GET", path, params=parameters))
            except _PassingError:
                if left == 0:
                    raise
                time.sleep(pause(PAUSE, TRIES - left, longest=60.0))
        raise AssertionError

    def _send(self, method: str, path: str, body: Any) -> Any:
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return self._answer(self._ask(method, path, content=content))

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": self._authorization(), "Content-Type": "application/json"}
        try:
            return self._http.request(method, path, headers=headers, **more)
        except httpx.TimeoutException:
            raise _PassingError(
                f"Label Studio at {self.url} did not answer {method} {path} in time. "
                "What was asked may have been done; the next run looks first and does only what is missing"
            ) from None
        except httpx.TransportError as error:
            raise _PassingError(
                f"Label Studio at {self.url} cannot be reached: {error}. Start it, or correct GT_LABEL_STUDIO_URL"
            ) from None
        except httpx.InvalidURL as error:
            raise BackendError(f"GT_LABEL_STUDIO_URL {self.url!r} is no address: {error}") from None

    def _answer(self, response: httpx.Response) -> Any:
        asked = f"{response.request.method} {response.request.url.path}"
        with contextlib.suppress(ValueError):
            self.clock = parsedate_to_datetime(response.headers.get("Date", ""))
        if response.status_code >= 500:
            raise _PassingError(
                f"Label Studio at {self.url} failed with {response.status_code} on {asked}; see its log"
            )
        if not response.is_success:
            raise _refusal(response, asked)
        if response.status_code == 204:
            return None
        try:
            return response.json()
        except ValueError:
            raise BackendError(
                f"{self.url} answered {asked} with {response.text[:60]!r}, which is not JSON: "
                "GT_LABEL_STUDIO_URL must be the address of a Label Studio server itself"
            ) from None

    def _part(self, answer: Any, name: str) -> list[Json]:
        if not isinstance(answer, dict) or not isinstance(answer.get(name), list):
            raise BackendError(
                f"{self.url} does not answer as Label Studio does, there is no {name!r} in {str(answer)[:60]}: "
                "GT_LABEL_STUDIO_URL must be the address of a Label Studio server itself"
            )
        return list(answer[name])

    def _authorization(self) -> str:
        if not self._personal:
            return f"Token {self._token}"
        if self._access is None or self._access[1] < time.monotonic():
            fresh = time.monotonic() + ACCESS_SECONDS
            try:
                response = self._http.post("/api/token/refresh/", json={"refresh": self._token})
            except httpx.HTTPError as error:
                raise _PassingError(
                    f"Label Studio at {self.url} cannot be reached: {error}. Start it, or correct GT_LABEL_STUDIO_URL"
                ) from None
            self._access = self._answer(response)["access"], fresh
        return f"Bearer {self._access[0]}"


class _PassingError(BackendError):
    """What may be otherwise the next time."""


def _refusal(response: httpx.Response, asked: str) -> BackendError:
    try:
        body = response.json()
    except ValueError:
        body = None
    said = body if isinstance(body, dict) else {}
    detail = said.get("validation_errors") or said.get("detail") or "no reason given"
    text = f"Label Studio answered {asked} with {response.status_code}: {str(detail).rstrip('.')}"
    match response.status_code:
        case 400:
            return RefusedError(text)
        case 401 | 403:
            return BackendError(f"{text}. GT_LABEL_STUDIO_TOKEN must be a valid token of the server's administrator")
        case 404:
            return BackendError(f"{text}. GT_LABEL_STUDIO_URL must be the address of Label Studio 1.23 or later")
        case 300 | 301 | 302 | 303 | 307 | 308:
            return BackendError(f"{text}. It wants to be asked at {response.headers.get('location')!r}: "
                                "correct GT_LABEL_STUDIO_URL")  # fmt: skip
    return BackendError(text)
