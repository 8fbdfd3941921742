"""Signing in and out, one's own password, and where somebody lands."""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.project import Project
from gt_platform.workbench.accounts import sessions
from gt_platform.workbench.accounts.attempts import TooManyAttemptsError
from gt_platform.workbench.accounts.people import Account, PeopleError
from gt_platform.workbench.web import render
from gt_platform.workbench.web.access import SESSION, VISIT

LOCAL = re.compile(r"/(?![/\\])[\x21-\x7e]*")


def home(request: Request) -> Response:
    """GET /: to one's work, or the choice of a project."""
    account, projects = request.state.account, request.app.state.projects
    mine = [project for name, project in sorted(projects.items()) if account.belongs_to(name)]
    if len(mine) == 1:
        return RedirectResponse(_work(account, mine[0]), 303)
    addresses = {project.name: _work(account, project) for project in mine}
    return render.page(request, "projects.html", projects=mine, addresses=addresses)


def sign_in_form(request: Request) -> Response:
    """GET /signin. Its form is tied to a cookie too: nobody can be signed in as somebody else by another site."""
    target = local(request.query_params.get("next", ""))
    if request.state.session is not None:
        return RedirectResponse(target or "/", 303)
    return _sign_in_page(request, target)


def sign_in(request: Request) -> Response:
    """POST /signin: always a new token in a new cookie, whatever the browser came with."""
    form, database = request.state.form, request.app.state.database
    name, password, target = form.get("name", ""), form.get("password", ""), local(form.get("next", ""))
    try:
        session = sessions.sign_in(database, name, password, _address(request), now=request.state.now)
    except sessions.SignInError as error:
        return _sign_in_page(request, target, status=401, name=name, error=sentence(error))
    except TooManyAttemptsError as error:
        page = _sign_in_page(request, target, status=429, name=name, error=sentence(error))
        page.headers["Retry-After"] = str(error.seconds)
        return page
    if request.state.session is not None:
        sessions.sign_out(database, request.state.session)
    return entered(request, RedirectResponse(target or "/", 303), session)


def sign_out(request: Request) -> Response:
    """POST /signout."""
    sessions.sign_out(request.app.state.database, request.state.session)
    response = RedirectResponse("/signin", 303)
    _forget(request, response, SESSION)
    return response


def account(request: Request) -> Response:
    """GET /account."""
    return render.page(request, "account.html", error="", changed=False)


def change_password(request: Request) -> Response:
    """POST /account: another password, which signs out everywhere else."""
    form, account = request.state.form, request.state.account
    new = form.get("password", "")
    if new != form.get("again", ""):
        return _not_changed(request, 422, "The two new passwords differ.")
    current, address = form.get("current", ""), _address(request)
    database, now = request.app.state.database, request.state.now
    try:
        session = sessions.change_password(database, account, current, new, address, now=now)
    except sessions.SignInError:
        return _not_changed(request, 422, "The current password is wrong.")
    except PeopleError as error:
        return _not_changed(request, 422, sentence(error))
    except TooManyAttemptsError as error:
        page = _not_changed(request, 429, sentence(error))
        page.headers["Retry-After"] = str(error.seconds)
        return page
    request.state.csrf = session.csrf
    response = render.page(request, "account.html", error="", changed=True)
    _set(request, response, SESSION, session.token)
    return response


def local(path: str) -> str:
    """A path of this site to go on to; empty where it leads anywhere else."""
    return path if LOCAL.fullmatch(path) else ""


def entered(request: Request, response: Response, session: sessions.Session) -> Response:
    """The response with the cookie of a new session, in place of a visitor's."""
    _set(request, response, SESSION, session.token)
    _forget(request, response, VISIT)
    return response


def visited(request: Request, shown: Callable[[], Response]) -> Response:
    """A page with a form for whoever need not be signed in: it is tied to a cookie, so that no other site sends it."""
    if request.state.session is not None:
        return shown()
    visit = request.cookies.get(request.app.state.site.cookie(VISIT)) or sessions.new_token()
    request.state.csrf = sessions.csrf_token(visit)
    response = shown()
    _set(request, response, VISIT, visit)
    return response


def sentence(error: Exception) -> str:
    """What an error says, as people write."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def _work(account: Account, project: Project) -> str:
    if account.may({"annotator"}):
        return f"/p/{project.name}"
    return f"/p/{project.name}/{'review' if account.may({'reviewer'}) else 'dashboard'}"


def _sign_in_page(request: Request, target: str, *, status: int = 200, name: str = "", error: str = "") -> Response:
    return visited(
        request, lambda: render.page(request, "signin.html", status=status, error=error, name=name, next=target)
    )


def _not_changed(request: Request, status: int, error: str) -> Response:
    return render.page(request, "account.html", status=status, error=error, changed=False)


def _set(request: Request, response: Response, name: str, value: str) -> None:
    site = request.app.state.site
    response.set_cookie(site.cookie(name), value, path="/", httponly=True, samesite="strict", secure=site.secure)


def _forget(request: Request, response: Response, name: str) -> None:
    site = request.app.state.site
    response.delete_cookie(site.cookie(name), path="/", httponly=True, samesite="strict", secure=site.secure)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
