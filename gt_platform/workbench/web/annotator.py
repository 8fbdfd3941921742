"""The page of one annotator, on which a lead looks at their standing and may decide about it."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.workbench.desk import leading
from gt_platform.workbench.figures.annotator import annotator
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web import plots
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page


def show(request: Request) -> Response:
    """How somebody does, and what may be done about it."""
    return _shown(request)


def pause(request: Request) -> Response:
    """Give somebody no work for now."""
    return _decided(request, leading.pause)


def reinstate(request: Request) -> Response:
    """Pause somebody no longer."""
    return _decided(request, leading.reinstate)


def void(request: Request) -> Response:
    """Let none of somebody's answers so far count."""
    return _decided(request, leading.void)


def _decided(request: Request, decide: Callable[..., object]) -> Response:
    project, state, code = project_of(request), request.state, request.path_params["code"]
    why = state.form.get("why", "")
    try:
        decide(request.app.state.database, state.account.code, project.name, code, why, now=state.now)
    except WorkError as error:
        return _shown(request, status=error.status, error=str(error))
    return RedirectResponse(f"/p/{project.name}/annotators/{code}", 303)


def _shown(request: Request, *, status: int = 200, error: str = "") -> Response:
    project, code = project_of(request), str(request.path_params["code"])
    found = annotator(request.app.state.database, project.name, code)
    return page(
        request,
        "annotator.html",
        status=status,
        at=f"/p/{project.name}/annotators/{code}",
        project=project,
        one=found.row,
        decided=found.decided,
        read=found.read,
        few=plots.FEW,
        error=error,
        why=request.state.form.get("why", ""),
    )
