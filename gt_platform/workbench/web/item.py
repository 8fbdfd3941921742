"""The page of one item: all that happened to it, as `gt explain` tells it, and what may be done about its truth."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.answers import InvalidAnswerError, form_of
from gt_platform.project import Project
from gt_platform.project.sides import lettered
from gt_platform.truth import CATEGORIES, TruthError
from gt_platform.workbench.archive import acts
from gt_platform.workbench.archive.acts import Deed
from gt_platform.workbench.archive.blind import to_be_answered
from gt_platform.workbench.archive.item import Item, look
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.addresses import item_address
from gt_platform.workbench.web.asking import Asked, answer_of, project_of
from gt_platform.workbench.web.forms import typed
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import store_of
from gt_platform.workbench.web.truth import STATUSES, shelf_of

History = dict[str, pl.DataFrame]
PARTS = {
    "decisions": "Decisions",
    "answers": "Answers",
    "rulings": "Rulings",
    "imports": "Imports",
    "honeypots": "As a honeypot",
    "releases": "Releases",
    "events": "Events of production",
    "feedback": "Feedback on them",
    "proposals": "What was made of proposals",
    "scores": "Scores it has a part in",
}
"""The tables of the page, in this order."""
DONE = {
    "correct": "Corrected. The next release has it.",
    "retire": "Retired. The next release is without it, and nothing more is asked of it.",
    "restore": "Restored. The next release has it again.",
    "honeypot": "It is a honeypot from the next refresh on.",
    "ask": "People are asked again from the next refresh on; their answers decide.",
    "same": "It was so before: nothing was changed.",
}
LEADING = "You are to answer this item yourself, so what is true of it is not shown to you before."


def show(request: Request) -> Response:
    """GET /p/{project}/truth/{item_id}; the beginning of an id leads to the page of the item."""
    project, item = project_of(request), _item(request)
    if item.item_id != request.path_params["item_id"]:
        return RedirectResponse(item_address(project.name, item.item_id), 303)
    return _shown(request, item)


def correct(request: Request) -> Response:
    """POST …/correct: another answer from now on."""

    def act(deed: Deed) -> bool:
        return acts.correct(deed, answer_of(request, deed.project))

    return _done(request, "correct", act)


def retire(request: Request) -> Response:
    """POST …/retire: out of the truth."""
    return _done(request, "retire", lambda deed: acts.retire(deed, request.state.form.get("category", "")))


def restore(request: Request) -> Response:
    """POST …/restore: back into it."""
    return _done(request, "restore", acts.restore)


def honeypot(request: Request) -> Response:
    """POST …/honeypot: into people's work, as an item of known answer."""
    return _done(request, "honeypot", acts.make_honeypot)


def ask(request: Request) -> Response:
    """POST …/ask: asked anew."""
    return _done(request, "ask", acts.ask_again)


def _done(request: Request, what: str, act: Callable[[Deed], bool]) -> Response:
    project, item = project_of(request), _item(request)
    if item.item_id in _hidden(request, project):
        raise WorkError(f"{LEADING} Nothing was changed.", 403)
    actor, why = request.state.account.code, request.state.form.get("why", "")
    deed = Deed(store=store_of(request), project=project, item_id=item.item_id, actor=actor, why=why)
    try:
        changed = act(deed)
    except (TruthError, WorkError, InvalidAnswerError) as error:
        return _shown(request, item, status=422, opened=what, error=str(error))
    return RedirectResponse(f"{item_address(project.name, item.item_id)}?done={what if changed else 'same'}", 303)


def _shown(request: Request, item: Item, *, status: int = 200, opened: str = "", error: str = "") -> Response:
    project, form = project_of(request), request.state.form
    base, hidden = item_address(project.name, item.item_id), item.item_id in _hidden(request, project)
    asking = shown_to_all(request, project, item.input)
    return page(
        request,
        "item.html",
        status=status,
        at=base,
        project=project,
        item=item,
        known=item.history["item"].row(0, named=True),
        standing=next(item.history["truth"].iter_rows(named=True), None),
        answer=None if item.answer is None else asking.said(item.answer),
        parts=_tables(item.history),
        hidden=LEADING if hidden else "",
        statuses=STATUSES,
        categories=CATEGORIES,
        why=form.get("why", ""),
        category=form.get("category", ""),
        done=DONE.get(request.query_params.get("done", ""), ""),
        opened=opened,
        error=error,
        **asking.context(typed(form) or ({} if hidden or item.answer is None else asking.fields(item.answer))),
    )


def _item(request: Request) -> Item:
    try:
        return look(store_of(request), shelf_of(request), request.path_params["item_id"])
    except TruthError as error:
        raise HTTPException(404, f"There is no such item: {error}.") from None


def _hidden(request: Request, project: Project) -> frozenset[str]:
    return to_be_answered(request.app.state.database, request.state.account, project.name)


def shown_to_all(request: Request, project: Project, content: Any) -> Asked:
    """The item as everybody sees it here: of two sides, the first is A."""
    asking = Asked(
        form=form_of(project.answer_kind),
        parts=project.shown(content),
        origins=request.app.state.image_origins,
    )
    return replace(asking, form=lettered(asking.form, swapped=False), swapped=False) if project.sided else asking


def _tables(history: History) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """Heading, columns and rows of each part that there is, without columns that are empty."""
    found = {}
    for name, heading in PARTS.items():
        frame = history[name]
        filled = [column.name for column in frame if column.null_count() < frame.height]
        if filled:
            found[heading] = ([column.replace("_", " ") for column in filled], frame.select(filled).rows())
    return found
