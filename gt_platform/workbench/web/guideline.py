"""The page of the guideline: what it says, what is new in it, and that somebody has read it."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.project import Project
from gt_platform.project.revised import ORDER, TEXT, Revision, revised
from gt_platform.workbench.desk import reading
from gt_platform.workbench.exchange.backend import Workbench
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page

PARTS = {TEXT: "The text", ORDER: "The order of the rules"}
SINCE = "from"
"""What an address asks for: the version that the guideline is held against."""


def show(request: Request) -> Response:
    """The guideline, with what changed since the version that is asked for or, of old, known to whoever asks."""
    project, account, database = project_of(request), request.state.account, request.app.state.database
    known = reading.versions(database, project.name)
    since = request.query_params.get(SINCE) or reading.last_known(database, account, project.name)
    before = next((one for one in known if one.version == since), None)
    if before is None and SINCE in request.query_params:
        raise WorkError("There is no such version of the guideline here.", 404)
    return page(
        request,
        "guideline.html",
        project=project,
        must_read=must_read(request, project),
        before=before,
        changes=_changes(before.text, project.guidelines) if before else [],
        versions=[one for one in known if one.version != project.guideline_version],
    )


def read(request: Request) -> Response:
    """They have read it, and go on."""
    project, state = project_of(request), request.state
    version = state.form.get("version", "")
    if version != project.guideline_version:
        return RedirectResponse(f"/p/{project.name}/guideline", 303)
    reading.read(request.app.state.database, state.account, project.name, version, now=state.now)
    return RedirectResponse(f"/p/{project.name}/next", 303)


def _changes(before: str, after: str) -> list[tuple[str, list[Revision]]]:
    """What was removed and added, by the part of the guideline it stands in."""
    told = [one for one in revised(before, after) if one.line.strip()]
    return [(PARTS.get(part, part), list(lines)) for part, lines in groupby(told, key=lambda one: one.part)]


def must_read(request: Request, project: Project) -> bool:
    """Whether whoever asks has to read the guideline before they go on."""
    account, database = request.state.account, request.app.state.database
    asked = Workbench.of(project).acknowledge and account.may({"annotator"})
    return asked and not reading.has_read(database, account, project.name, project.guideline_version)
