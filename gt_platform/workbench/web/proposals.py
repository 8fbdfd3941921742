"""The pages on which reviewers decide what users propose: what waits, and an item with all that is proposed for it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform import truth
from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Pick
from gt_platform.canonical import as_json
from gt_platform.lake import Store
from gt_platform.lake.tables.items import CONTENT
from gt_platform.project import Project
from gt_platform.truth import Proposal, TruthError, Verdict
from gt_platform.workbench.archive.blind import to_be_answered
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.texts import plain
from gt_platform.workbench.web.asking import Asked, answer_of, project_of
from gt_platform.workbench.web.filters import Filters
from gt_platform.workbench.web.forms import Said, typed
from gt_platform.workbench.web.item import LEADING, shown_to_all
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import store_of
from gt_platform.workbench.web.truth import STATUSES

INPUTS = f"""
    SELECT item_id, min({CONTENT})::VARCHAR AS input FROM events SEMI JOIN wanted_rows USING (item_id) GROUP BY item_id
"""  # noqa: S608 - of the part above
ACCEPT = "accept "
"""What the choice of a proposal begins with; its feedback's id follows."""
DONE = {
    "accept": "Accepted. The next release has it.",
    "edit": "Your answer is what is true now. The next release has it.",
    "refuse": "Refused, with your reason.",
}
CHOOSE = "Choose what is to become of what is proposed."


@dataclass(frozen=True, kw_only=True)
class Group:
    """Those who propose the same: in words, or as it came with why it is no answer."""

    feedback_id: str
    said: Said | None
    raw: str
    invalid: str | None
    by: tuple[Proposal, ...]


def index(request: Request) -> Response:
    """GET /p/{project}/proposals: items for which somebody proposes something, the longest waiting first."""
    project, filters = project_of(request), Filters.of(request, ())
    waiting = _waiting(request, project)
    listed = list(waiting)[filters.span["offset"] :][: filters.size]
    inputs = _inputs(store_of(request), project, listed)
    rows = [{"item_id": item, "input": inputs.get(item, ""), "proposals": waiting[item]} for item in listed]
    return page(
        request, "proposals.html", project=project, filters=filters, rows=rows, count=len(waiting), statuses=STATUSES,
        done=DONE.get(request.query_params.get("done", ""), ""),
    )  # fmt: skip


def show(request: Request) -> Response:
    """GET /p/{project}/proposals/{item_id}: all that is proposed for it."""
    return _shown(request)


def decide(request: Request) -> Response:
    """POST /p/{project}/proposals/{item_id}: the verdict on what was shown; then the next item that waits."""
    project, item = project_of(request), request.path_params["item_id"]
    if item in _hidden(request, project):
        raise WorkError(f"{LEADING} Nothing was changed.", 403)
    try:
        verdict = _verdict(request, project)
        truth.decide(store_of(request), project, [verdict], actor=request.state.account.code)
    except (TruthError, WorkError, InvalidAnswerError) as error:
        return _shown(request, status=422, error=str(error))
    further = next((one for one in _waiting(request, project) if one != item), None)
    onward = f"/p/{project.name}/proposals" + (f"/{further}" if further else "")
    return RedirectResponse(f"{onward}?done={verdict.act}", 303)


def _verdict(request: Request, project: Project) -> Verdict:
    form = request.state.form
    choice, why, seen = form.get("choice", ""), plain(form.get("why", ""), "reason"), form.get("seen", "")
    shown = _ids(form.get("shown", ""))
    if choice.startswith(ACCEPT):
        taken = choice.removeprefix(ACCEPT)
        others = [one for one in shown if one != taken]
        return Verdict(feedback_id=taken, act="accept", why=why, others=others, seen=seen)
    if choice == "edit":
        answer = as_json(answer_of(request, project))
        return Verdict(feedback_id=shown[0], act="edit", why=why, answer=answer, others=shown[1:], seen=seen)
    if choice != "refuse":
        raise WorkError(CHOOSE, 422)
    return Verdict(feedback_id=shown[0], act="refuse", why=why, others=shown[1:], seen=seen)


def _ids(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise HTTPException(400, "The form does not say what was shown; nothing was saved.")
    return found


def _shown(request: Request, *, status: int = 200, error: str = "") -> Response:
    project, item, form = project_of(request), request.path_params["item_id"], request.state.form
    store = store_of(request)
    with store.snapshot():
        found = truth.proposals(store, project, items=[item])
        if not found:
            raise HTTPException(404, "Nobody proposes anything for such an item.")
        asking = shown_to_all(request, project, json.loads(_inputs(store, project, [item])[item]))
    waiting = [one for one in found if one.state == "open"]
    groups = _groups(asking, waiting)
    hidden = item in _hidden(request, project)
    begun = next((one.answer for one in waiting if one.answer is not None), None)
    fields = {} if hidden or begun is None or isinstance(asking.form, Pick) else asking.fields(json.loads(begun))
    return page(
        request,
        "proposal.html",
        status=status,
        at=f"/p/{project.name}/proposals/{item}",
        project=project,
        item_id=item,
        groups=groups,
        outputs=_outputs(project, asking, found),
        decided=[one for one in found if one.state != "open"],
        standing=None if found[0].truth is None else asking.said(json.loads(found[0].truth)),
        status_said=STATUSES.get(found[0].status or "undecided", "nothing"),
        decision=found[0].decision_id or "",
        ids=json.dumps([one.feedback_id for one in waiting]),
        accept=ACCEPT,
        choice=form.get("choice", ""),
        why=form.get("why", ""),
        hidden=LEADING if hidden else "",
        error=error,
        done=DONE.get(request.query_params.get("done", ""), ""),
        **asking.context(typed(form) or fields),
    )


def _groups(asking: Asked, waiting: Sequence[Proposal]) -> list[Group]:
    """What most propose comes first; what is no answer, last."""
    together: dict[str, list[Proposal]] = {}
    for one in waiting:
        together.setdefault(one.said, []).append(one)
    groups = [
        Group(
            feedback_id=same[0].feedback_id,
            said=None if same[0].answer is None else asking.said(json.loads(same[0].answer)),
            raw=in_text(same[0].proposed),
            invalid=same[0].invalid,
            by=tuple(same),
        )
        for same in together.values()
    ]
    return sorted(groups, key=lambda group: (group.said is None, -len(group.by)))


def _outputs(project: Project, asking: Asked, found: Sequence[Proposal]) -> list[tuple[str, Said | None, str]]:
    """Each output that somebody corrects, by model; where outputs are judged, they are what is shown above already."""
    told: dict[tuple[str, str], tuple[str, Said | None, str]] = {}
    for one in [] if project.judges_outputs else found:
        read = project.outputs.read(json.loads(one.output))
        said = asking.said(read.answer) if read.reason is None else None
        told[one.model, one.output] = (one.model, said, in_text(one.output))
    return list(told.values())


def in_text(value: str) -> str:
    """A JSON value as text: a string without its quotes."""
    told: Any = json.loads(value)
    return told if isinstance(told, str) else value


def _waiting(request: Request, project: Project) -> dict[str, list[Proposal]]:
    """Open proposals by item, but of what whoever asks is yet to answer; what waits longest first."""
    hidden = _hidden(request, project)
    found = truth.proposals(store_of(request), project, state="open")
    waiting: dict[str, list[Proposal]] = {}
    for one in sorted(found, key=lambda one: (one.proposed_at, one.feedback_id)):
        if one.item_id not in hidden:
            waiting.setdefault(one.item_id, []).append(one)
    return waiting


def _inputs(store: Store, project: Project, items: Sequence[str]) -> dict[str, str]:
    wanted = pl.DataFrame({"item_id": items}, schema={"item_id": pl.String})
    return dict(store.read(INPUTS, {"judged": project.judges_outputs}, frames={"wanted_rows": wanted}).iter_rows())


def _hidden(request: Request, project: Project) -> frozenset[str]:
    return to_be_answered(request.app.state.database, request.state.account, project.name)
