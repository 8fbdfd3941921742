"""The pages of somebody who labels: what waits, one task after the other, and the guideline."""

import math
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gt_platform.answers import InvalidAnswerError
from gt_platform.project import Project
from gt_platform.workbench.desk import looking_back, routing, work
from gt_platform.workbench.desk.routing import Nothing
from gt_platform.workbench.desk.work import Task
from gt_platform.workbench.figures import quality as figures
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.asking import answer_of, asked, draft_of, guideline_of, project_of, swapped_in
from gt_platform.workbench.web.forms import typed
from gt_platform.workbench.web.guideline import must_read
from gt_platform.workbench.web.render import by_htmx, page

NOT_COVERED = "The guideline does not cover this"
REASONS = ("I cannot tell", "It is unreadable", "Not in a language I read", NOT_COVERED, "Something else")
CHANGED = "changed"
"""What an address ends in where somebody is sent to it because the guideline changed."""
ABOUT = 200
"""Characters of a note on a skipped item that are kept."""


def queue(request: Request) -> Response:
    """What waits for her, and how her day goes."""
    return _queue(request, project_of(request))


def next(request: Request) -> Response:  # noqa: A001 - the route's name
    """On to the next task."""
    project = project_of(request)
    if must_read(request, project):
        return RedirectResponse(f"/p/{project.name}/guideline", 303)
    found = routing.next_task(*_who(request), project.name, now=request.state.now)
    if isinstance(found, Task):
        return RedirectResponse(_address(project, found), 303)
    return _nothing(request, project, found)


def task(request: Request) -> Response:
    """One task, with whatever was typed before."""
    project = project_of(request)
    if must_read(request, project):
        return RedirectResponse(f"/p/{project.name}/guideline", 303)
    return _shown(request, project, _task(request))


def submit(request: Request) -> Response:
    """Take the answer and go on; an answer that is not allowed comes back with all that was typed."""
    project, form = project_of(request), request.state.form
    try:
        answer = answer_of(request, project)
    except InvalidAnswerError as error:
        return _shown(request, project, _task(request), status=422, error=str(error))
    comment, seconds, now = form.get("comment", ""), _seconds(form.get("seconds", "")), request.state.now
    under, after, swapped = guideline_of(request, project), form.get("after"), swapped_in(request)
    try:
        work.submit(
            *_who(request), _task_id(request), answer, comment,
            seconds=seconds, guideline=under, after=after, swapped=swapped, now=now,
        )  # fmt: skip
    except work.AnsweredMeanwhileError as error:
        return _shown(request, project, _task(request), status=422, error=str(error))
    return _onward(request, project)


def draft(request: Request) -> Response:
    """Keep what was typed so far; a short answer, since it is asked for every few seconds."""
    comment = request.state.form.get("comment", "")
    try:
        work.save_draft(*_who(request), _task_id(request), draft_of(request), comment, now=request.state.now)
    except WorkError as error:
        return HTMLResponse("Not kept: this is no longer yours", error.status)
    return HTMLResponse("Draft kept")


def skip(request: Request) -> Response:
    """Leave the task to somebody else, and say where it is found again."""
    project, form = project_of(request), request.state.form
    reason, about = form.get("reason", ""), form.get("about", "").strip()[:ABOUT]
    if reason not in REASONS:
        return _shown(request, project, _task(request), status=422, error="Choose a reason to skip this item.")
    told, not_covered = f"{reason}: {about}" if about else reason, reason == NOT_COVERED
    work.skip(*_who(request), _task_id(request), told, not_covered=not_covered, now=request.state.now)
    return _onward(request, project, skipped=_task_id(request))


def suggestion(request: Request) -> Response:
    """Show the model's answer, and remember that it was seen."""
    project = project_of(request)
    work.saw_suggestion(*_who(request), _task_id(request), now=request.state.now)
    return _shown(request, project, _task(request), suggested=True)


def undo(request: Request) -> Response:
    """Back to the last answer."""
    project = project_of(request)
    last = request.state.form.get("last")
    opened = work.undo(*_who(request), project.name, last=last, now=request.state.now)
    if opened is None:
        raise WorkError("There is no answer in this batch to take back.", status=409)
    return _on(request, project, opened)


def _onward(request: Request, project: Project, *, skipped: str = "") -> Response:
    if must_read(request, project):  # it changed meanwhile
        address = f"/p/{project.name}/guideline"
        return Response(headers={"HX-Redirect": address}) if by_htmx(request) else RedirectResponse(address, 303)
    found = routing.next_task(*_who(request), project.name, now=request.state.now)
    if isinstance(found, Task):
        return _on(request, project, found, skipped=skipped)
    return _nothing(request, project, found)


def _on(request: Request, project: Project, found: Task, *, skipped: str = "") -> Response:
    """The next task at once where the page only takes what changed; browsers without scripts are sent there."""
    address = _address(project, found)
    if not by_htmx(request):
        return RedirectResponse(address, 303)
    if guideline_of(request, project) != project.guideline_version:  # only a whole page has the new one beside it
        return Response(headers={"HX-Redirect": f"{address}?{CHANGED}"})
    request.state.form = {}
    return _shown(request, project, found, at=address, skipped=skipped)


def _nothing(request: Request, project: Project, found: Nothing) -> Response:
    if found.reason == "hand_in":
        return RedirectResponse(f"/p/{project.name}/batch/{found.batch_id}", 303)
    return _queue(request, project, found)


def _queue(request: Request, project: Project, found: Nothing | None = None) -> Response:
    who, now = _who(request), request.state.now
    return page(
        request,
        "queue.html",
        at=f"/p/{project.name}",
        project=project,
        nothing=found,
        handed_in=looking_back.latest(*who, project.name),
        batch=work.batch(*who, project.name, now=now),
        quality=figures.quality(*who, project.name, now=now),
        waiting=routing.waiting(*who, project.name, now=now),
    )


def _shown(
    request: Request,
    project: Project,
    found: Task,
    *,
    status: int = 200,
    error: str = "",
    suggested: bool = False,
    skipped: str = "",
    at: str | None = None,
) -> Response:
    asking, form = asked(request, project, found.input, found.task_id), request.state.form
    kept = found.draft.answer if found.draft else found.answer
    comment = found.draft.comment if found.draft else found.comment
    context: dict[str, Any] = asking.context(typed(form) or asking.fields(kept))
    return page(
        request,
        "label.html",
        status=status,
        at=at or _address(project, found),
        project=project,
        task=found,
        error=error,
        kept=found.draft is not None,
        comment_text=form.get("comment", comment),
        suggestion=asking.said(found.suggestion) if suggested and found.suggestion is not None else None,
        reasons=REASONS,
        skipped=skipped,
        changed=CHANGED in request.query_params,
        **context,
    )


def _task(request: Request) -> Task:
    return work.task(*_who(request), _task_id(request), now=request.state.now)


def _task_id(request: Request) -> str:
    return str(request.path_params["task_id"])


def _who(request: Request) -> tuple[Any, Any]:
    return request.app.state.database, request.state.account


def _address(project: Project, found: Task) -> str:
    return f"/p/{project.name}/task/{found.task_id}"


def _seconds(text: str) -> float:
    """Seconds as the page counted them; what is no such number counts as none."""
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
