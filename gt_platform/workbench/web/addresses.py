"""Where things are, and whose: a task, batch or case below another project's name would go by the wrong rules."""

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request

from gt_platform.workbench.store.tables import batches, cases, tasks

NAMED = {
    "task_id": ("task", select(tasks.c.project), tasks.c.task_id),
    "batch_id": ("batch", select(batches.c.project), batches.c.batch_id),
    "case_id": ("case", select(cases.c.project), cases.c.case_id),
}


def item_address(project: str, item_id: str) -> str:
    """The page of an item of a project."""
    return f"/p/{project}/truth/{item_id}"


def check_address(request: Request) -> None:
    """Refuse what is of another project than the one before it. Raises HTTPException 404."""
    given = request.path_params
    for name in NAMED.keys() & given.keys():
        what, of_project, key = NAMED[name]
        with request.app.state.database.read() as connection:
            project = connection.execute(of_project.where(key == given[name])).scalar()
        if project not in {None, given["project"]}:
            raise HTTPException(404, f"There is no such {what} in this project. Nothing was saved.")
