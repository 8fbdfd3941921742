"""The pages on which a lead brings people into a project and says what they are given to do."""

import re
from collections.abc import Mapping
from typing import cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.workbench.accounts.people import Account, Role
from gt_platform.workbench.desk import members
from gt_platform.workbench.desk.members import LED, Member, Work
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page

ALL = "all"
"""What stands in the form for every project, those to come among them."""
BETWEEN = re.compile(r"[\s,;]+")


def index(request: Request) -> Response:
    """Everybody of the project, and the form by which one more is invited."""
    return _index(request, {"role.annotator": "on", f"project.{project_of(request).name}": "on"})


def invite(request: Request) -> Response:
    """Invite somebody: the page of theirs, with the link, which is not shown again."""
    state, project, form = request.state, project_of(request).name, request.state.form
    try:
        work = _work(request, form)
        name = form.get("name", "")
        one, token = members.invite(request.app.state.database, state.account, project, name, work, now=state.now)
    except WorkError as error:
        return _index(request, form, status=error.status, error=str(error))
    return _one(request, one.code, token=token)


def show(request: Request) -> Response:
    """Somebody, and what they are given to do."""
    return _one(request, request.path_params["code"])


def change(request: Request) -> Response:
    """Give somebody other things to do."""
    state, project, code = request.state, project_of(request).name, str(request.path_params["code"])
    try:
        work = _work(request, state.form)
        among = request.app.state.projects.keys()
        members.change(request.app.state.database, state.account, project, code, work, among=among, now=state.now)
    except WorkError as error:
        return _one(request, code, given=state.form, status=error.status, error=str(error))
    return RedirectResponse(f"/p/{project}/people/{code}?changed=1", 303)


def link(request: Request) -> Response:
    """Make another link for somebody, by which they choose a new password."""
    state, project, code = request.state, project_of(request).name, str(request.path_params["code"])
    try:
        _, token = members.link(request.app.state.database, state.account, project, code, now=state.now)
    except WorkError as error:
        return _one(request, code, status=error.status, error=str(error))
    return _one(request, code, token=token)


def _index(request: Request, given: Mapping[str, str], *, status: int = 200, error: str = "") -> Response:
    project = project_of(request)
    return page(
        request,
        "people.html",
        status=status,
        at=f"/p/{project.name}/people",
        project=project,
        members=_members(request),
        given=given,
        error=error,
        **_choices(request),
    )


def _one(
    request: Request,
    code: str,
    *,
    given: Mapping[str, str] | None = None,
    token: str = "",
    status: int = 200,
    error: str = "",
) -> Response:
    project = project_of(request)
    found = next((one for one in _members(request) if one.account.code == code), None)
    if found is None:
        raise WorkError("There is nobody like that in this project.", 404)
    return page(
        request,
        "person.html",
        status=status,
        at=f"/p/{project.name}/people/{code}",
        project=project,
        one=found,
        given=_given(found.account) if given is None else given,
        link=f"{_here(request)}/join/{token}" if token else "",
        changed="changed" in request.query_params,
        error=error,
        **_choices(request),
    )


def _members(request: Request) -> list[Member]:
    state = request.state
    return members.members(request.app.state.database, state.account, project_of(request).name, now=state.now)


def _choices(request: Request) -> Mapping[str, object]:
    lead = request.state.account
    led = sorted(name for name in request.app.state.projects if lead.belongs_to(name))
    return {"roles": sorted(LED), "led": led, "everywhere": lead.projects is None, "all": ALL}


def _here(request: Request) -> str:
    return str(request.app.state.site.public or request.base_url).rstrip("/")


def _given(one: Account) -> Mapping[str, str]:
    """The fields of a form that says what somebody does now."""
    sorts = {sort: [each.partition(":")[2] for each in sorted(one.abilities) if each.startswith(f"{sort}:")]
             for sort in ("language", "skill")}  # fmt: skip
    return {
        **{f"role.{role}": "on" for role in one.roles},
        **{f"project.{name}": "on" for name in ({ALL} if one.projects is None else one.projects)},
        "languages": ", ".join(sorts["language"]),
        "skills": ", ".join(sorts["skill"]),
        "quota": str(one.daily_quota or ""),
    }


def _work(request: Request, form: Mapping[str, str]) -> Work:
    """What a form gives somebody to do. Raises WorkError."""
    chosen = {sort: {name.partition(".")[2] for name in form if name.startswith(f"{sort}.")}
              for sort in ("role", "project")}  # fmt: skip
    if unknown := chosen["project"] - {ALL, *request.app.state.projects}:
        raise WorkError(f"there is no project {min(unknown)!r} here", 422)
    return Work(
        roles=cast("frozenset[Role]", frozenset(chosen["role"])),  # checked where they are taken in
        abilities=frozenset(
            f"{sort}:{each}"
            for sort, field in (("language", "languages"), ("skill", "skills"))
            for each in BETWEEN.split(form.get(field, ""))
            if each
        ),
        daily_quota=_quota(form.get("quota", "").strip()),
        projects=None if ALL in chosen["project"] else frozenset(chosen["project"]),
    )


def _quota(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 7):
        raise WorkError(f"a daily quota is a whole number, not {typed!r}; leave it empty for none", 422)
    return int(typed)
