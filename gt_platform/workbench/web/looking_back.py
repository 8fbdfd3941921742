"""The page on which annotators see what became of what they handed in, and learn from it."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gt_platform.answers import Answer, InvalidAnswerError
from gt_platform.lake import LakeError
from gt_platform.project import Project
from gt_platform.workbench.archive import became
from gt_platform.workbench.archive.became import Became
from gt_platform.workbench.desk import looking_back
from gt_platform.workbench.desk.looking_back import Given
from gt_platform.workbench.web.asking import asked, project_of
from gt_platform.workbench.web.forms import Said
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import store_of
from gt_platform.workbench.web.truth import STATUSES

Words = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """An item as it is shown: the answer in words, how it is settled, and whether that agrees with the answer."""

    given: Given
    shown: Any
    seen: str
    own: Said
    became: Became | None
    truth: Said | None
    agrees: bool
    words: Words


def show(request: Request) -> Response:
    """GET /p/{project}/done/{batch_id}: what was answered, what is settled and why, and what users said."""
    project, state, database = project_of(request), request.state, request.app.state.database
    found = looking_back.closed(database, state.account, project.name, request.path_params["batch_id"])
    settled, words, reached = _told(request, [one.item_id for one in found.answers if one.told])
    if words:
        looking_back.note_words(database, state.account, project.name, found.batch_id, now=state.now)
    looked = [_looked(request, project, one, settled.get(one.item_id), words) for one in found.answers]
    return page(request, "done.html", project=project, batch=found, looked=looked, statuses=STATUSES, reached=reached)


def _told(request: Request, items: list[str]) -> tuple[dict[str, Became], dict[str, Words], bool]:
    """What the lake knows of these items, and whether it could be asked."""
    if request.app.state.platform is None:
        return {}, {}, False
    try:
        return became.settled(store_of(request), items), became.words(store_of(request), items), True
    except LakeError:
        return {}, {}, False


def _looked(request: Request, project: Project, given: Given, found: Became | None, words: dict[str, Words]) -> Looked:
    asking = asked(request, project, given.input, given.task_id)
    told = found if found and (given.whole or not found.counted) else None
    answer = told.answer if told else None
    return Looked(
        given=given,
        shown=asking.context({})["shown"],
        seen=asking.seen,
        own=asking.said(given.answer),
        became=told,
        truth=None if answer is None else asking.said(answer),
        agrees=answer is not None and _agrees(project, given.answer, answer),
        words=words.get(given.item_id, []),
    )


def _agrees(project: Project, answer: Answer, truth: Answer) -> bool:
    kind = project.answer_kind
    try:
        return kind.agrees(kind.validate(answer), kind.validate(truth))
    except InvalidAnswerError:  # of an older schema
        return False
