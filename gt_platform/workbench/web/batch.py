"""The page of a batch: how far it is, handing it in, and what came of that."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.workbench.desk import batches, work
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page


def show(request: Request) -> Response:
    """The open batch. One that is closed has nothing to show any more."""
    project, state = project_of(request), request.state
    found = work.batch(request.app.state.database, state.account, project.name, now=state.now)
    if found is None or found.batch_id != request.path_params["batch_id"]:
        return RedirectResponse(f"/p/{project.name}", 303)
    return page(request, "batch.html", project=project, batch=found, result=None)


def hand_in(request: Request) -> Response:
    """Hand the batch in, and tell what came of it. Doing so twice changes nothing."""
    project, state = project_of(request), request.state
    who, batch_id = (request.app.state.database, state.account), request.path_params["batch_id"]
    result = batches.hand_in(*who, batch_id, now=state.now)
    found = work.batch(*who, project.name, now=state.now)
    still_open = found if found and found.batch_id == batch_id else None
    return page(
        request,
        "batch.html",
        at=f"/p/{project.name}/batch/{batch_id}",
        project=project,
        batch=still_open,
        result=result,
    )
