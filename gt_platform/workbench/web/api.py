"""What programs may ask, as JSON: whether the workbench lives, and a project's figures. A service sends its token."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gt_platform.workbench.figures import dashboard as figures


def health(request: Request) -> Response:
    """GET /api/health: ok while the store answers."""
    with request.app.state.database.read() as connection:
        connection.execute(text("SELECT 1"))
    return JSONResponse({"status": "ok"})


def figures_of(request: Request) -> Response:
    """GET /api/projects/{project}/figures: the lead's dashboard in codes and counts, without names and texts."""
    project = request.path_params["project"]
    found = figures.dashboard(request.app.state.database, project, now=request.state.now)
    content = json.dumps(_without_texts(asdict(found)), default=lambda moment: moment.isoformat())
    return Response(content, media_type="application/json")


def _without_texts(found: dict[str, Any]) -> dict[str, Any]:
    people = [{field: value for field, value in row.items() if field != "name"} for row in found["people"]]
    return {**found, "people": people, "skipped": len(found["skipped"])}
