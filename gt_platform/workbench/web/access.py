"""Who somebody is and what they may: between the routes and their handlers. Nothing is allowed that no route names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import anyio
import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.workbench.accounts import people
from gt_platform.workbench.accounts.passwords import BusyError
from gt_platform.workbench.accounts.people import Role
from gt_platform.workbench.accounts.sessions import csrf_matches, look_up
from gt_platform.workbench.web.addresses import check_address
from gt_platform.workbench.web.posted import read_form
from gt_platform.workbench.web.refusals import refusal

Handler = Callable[[Request], Response]
SESSION = "gt_session"
VISIT = "gt_visit"
WAITING = 32  # sign-ins that may wait for a thread; more are told to come back


@dataclass(frozen=True, kw_only=True)
class Page:
    """A route. `roles` are those that may, None stands for anybody at all.

    `hashes`: its handler checks passwords; `blind`: it has no use for who asks, so that is not looked up.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    roles: frozenset[Role] | None
    hashes: bool = False
    blind: bool = False


@dataclass(frozen=True)
class Endpoint:
    """Answers the requests for one page, its handler in one of the threads."""

    page: Page
    threads: anyio.CapacityLimiter

    async def answer(self, request: Request) -> Response:
        """The handler's response, or a page that says why there is none."""
        try:
            request.state.form = await self._form(request)
        except (HTTPException, BusyError) as error:
            return refusal(request, error)
        return await anyio.to_thread.run_sync(self._answer, request, limiter=self.threads)

    async def _form(self, request: Request) -> dict[str, str]:
        if self.page.method != "POST":
            return {}
        if not request.app.state.site.came_from_us(request.headers):
            raise HTTPException(403, "This was sent by a page of another site. Nothing was done.")
        if self.page.hashes and self.threads.statistics().tasks_waiting >= WAITING:
            raise BusyError("Too many people are signing in at this moment; try again in a few seconds.")
        return await read_form(request)

    def _answer(self, request: Request) -> Response:
        try:
            request.state.now = request.app.state.now()
            if not self.page.blind:
                recognize(request)
            return self._turned_away(request) or self.page.handler(request)
        except Exception as error:  # whatever it is, the answer tells nothing of it and carries the headers
            return refusal(request, error)

    def _turned_away(self, request: Request) -> Response | None:
        if self.page.roles is not None:
            if request.state.account is None:
                return _asked_to_sign_in(request)
            _check_rights(request, self.page.roles)
            check_address(request)
        if self.page.method == "POST":
            _check_csrf(request)
        return None


def recognize(request: Request) -> None:
    """Put the session and the account behind a request, if any, and the CSRF token of its forms into its state."""
    state, app = request.state, request.app.state
    state.session, state.account, state.csrf = None, None, ""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        with app.database.read() as connection:
            state.account = people.account_by_token(connection, token) if scheme.lower() == "bearer" else None
    elif cookie := request.cookies.get(app.site.cookie(SESSION)):
        state.session = look_up(app.database, cookie, now=state.now)
        if state.session is not None:
            state.account, state.csrf = state.session.account, state.session.csrf


def _asked_to_sign_in(request: Request) -> Response:
    if request.url.path.startswith("/api/"):
        raise HTTPException(401, "Send Authorization: Bearer and a service's token.", {"WWW-Authenticate": "Bearer"})
    if request.method not in {"GET", "HEAD"}:
        raise HTTPException(401, "You are signed out. Nothing was saved; sign in and do it again.")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse("/signin" if path == "/" else f"/signin?next={quote(path, safe='/')}", 303)


def _check_rights(request: Request, roles: frozenset[Role]) -> None:
    account, project = request.state.account, request.path_params.get("project")
    if not account.may(roles):
        raise HTTPException(403, f"This is for {_listed(roles)}.")
    if project is not None and not (project in request.app.state.projects and account.belongs_to(project)):
        raise HTTPException(404, "There is no such project, or you are not in it.")


def _check_csrf(request: Request) -> None:
    given = request.state.form.pop("csrf", None) or request.headers.get("x-csrf-token", "")
    session = request.state.session
    secret = session.token if session else request.cookies.get(request.app.state.site.cookie(VISIT), "")
    if not secret or not csrf_matches(secret, given):
        raise HTTPException(403, "The page was too old to be sent. Nothing was done; load it again.")


def _listed(roles: frozenset[Role]) -> str:
    *others, last = sorted(f"{role}s" for role in roles) or ["nobody"]
    return f"{', '.join(others)} and {last}" if others else last
