"""Answers to what cannot be done: a page, or JSON for programs, that says so and tells nothing of the inside."""

import logging

from jinja2 import TemplateError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gt_platform.lake import LakeError
from gt_platform.workbench.accounts.passwords import BusyError
from gt_platform.workbench.store.errors import DatabaseError, WorkError
from gt_platform.workbench.web import render

log = logging.getLogger(__name__)

TITLES = {
    400: "That cannot be read",
    401: "Please sign in",
    403: "That is not allowed",
    404: "There is nothing here",
    405: "That cannot be done here",
    413: "That is too much",
    429: "Too often",
    500: "Something went wrong here",
    503: "Not at this moment",
}
BROKEN = "It was not your doing. What you handed in before is kept; go back and try again."
NO_STORE = "The workbench cannot reach its store. Nothing was saved; try again in a moment."
NO_LAKE = "The workbench cannot reach the tables of truth. Nothing was saved; try again in a moment."


def refusal(request: Request, error: Exception) -> Response:
    """The answer to an error; one that nobody foresaw is logged."""
    match error:
        case HTTPException():
            return _told(request, error.status_code, error.detail, dict(error.headers or {}))
        case WorkError():
            return _told(request, error.status, str(error), {})
        case BusyError():
            return _told(request, 503, str(error), {"Retry-After": "5"})
        case DatabaseError():
            log.error("%s %s: %s", request.method, request.url.path, error)
            return _told(request, 503, NO_STORE, {"Retry-After": "5"})
        case LakeError():
            log.error("%s %s: %s", request.method, request.url.path, error)
            return _told(request, 503, NO_LAKE, {"Retry-After": "5"})
        case _:
            log.error("%s %s broke", request.method, request.url.path, exc_info=error)
            return _told(request, 500, BROKEN, {})


async def from_router(request: Request, error: Exception) -> Response:
    """The answer where no route fits."""
    return refusal(request, error)


def _told(request: Request, status: int, text: str, headers: dict[str, str]) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": text}, status, headers)
    try:
        response: Response = render.page(request, "error.html", status=status, title=_title(status), text=text)
    except TemplateError:
        log.exception("the error page broke")
        response = PlainTextResponse(f"{text}\n", status)
    response.headers.update(headers)
    return response


def _title(status: int) -> str:
    return TITLES.get(status, "That cannot be done")
