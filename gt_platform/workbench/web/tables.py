"""The lake behind the pages about truth: its tables, and the files beside them."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from gt_platform.lake import Store
from gt_platform.platform import Platform
from gt_platform.workbench.web.asking import project_of


def platform_of(request: Request) -> Platform:
    """What opens the lake. Raises HTTPException 404 where these pages are served without one."""
    platform: Platform | None = request.app.state.platform
    if platform is None:
        raise HTTPException(404, "These pages are served without the tables of truth.")
    return platform


def store_of(request: Request) -> Store:
    """The tables of the project in the address. Raises HTTPException 404, LakeError."""
    return platform_of(request).store(project_of(request))
