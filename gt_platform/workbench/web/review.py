"""The pages of a reviewer: one case after the other, settled with a reason, or answered before the others are seen."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gt_platform.answers import InvalidAnswerError
from gt_platform.canonical import canonical
from gt_platform.labeling.messages import Opinion
from gt_platform.lake import LakeError
from gt_platform.project import Project
from gt_platform.truth.explain import PARTS
from gt_platform.workbench.desk import review
from gt_platform.workbench.desk.review import CaseTask
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.asking import (
    TYPED,
    Asked,
    answer_of,
    asked,
    draft_of,
    guideline_of,
    project_of,
    swapped_in,
)
from gt_platform.workbench.web.forms import Said, typed
from gt_platform.workbench.web.render import by_htmx, page
from gt_platform.workbench.web.tables import store_of

NO_ANSWER = "no_valid_answer"
"""The button by which a reviewer says that nothing one may answer is right."""
EDGE = ("edge_case", "not_covered")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Those who gave the same answer: the answer, how many they are and what they said of it."""

    answer: Any
    said: Said
    count: int
    comments: tuple[str, ...]


def queue(request: Request) -> Response:
    """On to the next case, if one waits."""
    project = project_of(request)
    found = review.next_case(*_who(request), project.name, now=request.state.now)
    if isinstance(found, CaseTask):
        return RedirectResponse(f"/p/{project.name}/review/{found.case_id}", 303)
    return page(request, "review.html", project=project, nothing=found)


def case(request: Request) -> Response:
    """One case with everybody's answers, or without where it is to be answered blind."""
    return _shown(request, project_of(request), _case(request))


def rule(request: Request) -> Response:
    """Take the ruling and go on; what is missing comes back with all that was typed."""
    project, form = project_of(request), request.state.form
    blind = review.is_blind(*_who(request), _case_id(request))
    wrong = _missing(form, reason=not blind or NO_ANSWER in form)
    try:
        answer = None if NO_ANSWER in form else answer_of(request, project)
    except InvalidAnswerError as error:
        wrong = [str(error), *wrong]
    if wrong:
        return _shown(request, project, _case(request), status=422, errors=wrong)
    edge_case = form["edge_case"].strip() if "not_covered" in form else None
    reasoning = form.get("reasoning", "").strip()
    under = guideline_of(request, project)
    review.rule(
        *_who(request), _case_id(request), answer, reasoning, edge_case,
        guideline=under, swapped=swapped_in(request), now=request.state.now,
    )  # fmt: skip
    onward = f"/p/{project.name}/review" + (f"/{_case_id(request)}/others" if blind else "")
    if by_htmx(request) and under != project.guideline_version:  # only a whole page has the new one beside it
        return Response(headers={"HX-Redirect": onward})
    return RedirectResponse(onward, 303)


def others(request: Request) -> Response:
    """What annotators had said to a case that was answered blind, and users of its events."""
    project = project_of(request)
    found = review.answered(*_who(request), _case_id(request))
    words = _words(request, found.item_id)
    if words:
        review.shown_words(*_who(request), _case_id(request), now=request.state.now)
    asking = _asked(request, project, found.input)
    return page(
        request,
        "others.html",
        project=project,
        found=found,
        own=None if found.answer is None else asking.said(found.answer),
        groups=_groups(asking, found.opinions),
        words=words,
        **asking.context({}),
    )


def _words(request: Request, item: str) -> list[dict[str, Any]]:
    """What users said of an item's outputs; nothing where the lake cannot tell, since the answer is kept already."""
    if request.app.state.platform is None:
        return []
    try:
        return store_of(request).read(PARTS["feedback"], {"item": item}).rows(named=True)
    except LakeError:
        return []


def draft(request: Request) -> Response:
    """Keep what was typed; with `take`, begin from that group's answer."""
    project, form = project_of(request), request.state.form
    kept: dict[str, Any] = {**draft_of(request), **{name: form[name] for name in EDGE if name in form}}
    if "take" in form:
        found = _case(request)
        asking = _asked(request, project, found.input)
        taken = [group.answer for at, group in enumerate(_groups(asking, found.opinions)) if str(at) == form["take"]]
        if taken:
            kept[TYPED] = asking.fields(taken[0])
    try:
        review.save_draft(*_who(request), _case_id(request), kept, form.get("reasoning", ""), now=request.state.now)
    except WorkError as error:
        return HTMLResponse("Not kept: this is no longer yours", error.status)
    return RedirectResponse(_address(project, _case_id(request)), 303) if "take" in form else HTMLResponse("Draft kept")


def put_back(request: Request) -> Response:
    """Leave the case to another reviewer."""
    project = project_of(request)
    review.put_back(*_who(request), _case_id(request), now=request.state.now)
    return RedirectResponse(f"/p/{project.name}/review", 303)


def _missing(form: dict[str, str], *, reason: bool) -> list[str]:
    wrong = []
    if reason and not form.get("reasoning", "").strip():
        wrong.append("Write why: whoever meets a case like this reads it.")
    if "not_covered" in form and not form.get("edge_case", "").strip():
        wrong.append("Say what it is that the guideline does not cover.")
    return wrong


def _shown(
    request: Request, project: Project, found: CaseTask, *, status: int = 200, errors: list[str] | None = None
) -> Response:
    asking, form = _asked(request, project, found.input), request.state.form
    kept = found.draft.answer if found.draft else {}
    edge = form or kept
    return page(
        request,
        "case.html",
        status=status,
        at=_address(project, found.case_id),
        project=project,
        case=found,
        groups=_groups(asking, found.opinions),
        errors=errors or [],
        kept=found.draft is not None,
        reasoning=form.get("reasoning", found.draft.comment if found.draft else ""),
        edge_case=edge.get("edge_case", ""),
        not_covered="not_covered" in edge,
        **asking.context(typed(form) or asking.fields(kept)),
    )


def _asked(request: Request, project: Project, content: Any) -> Asked:
    return asked(request, project, content, f"{_case_id(request)} {request.state.account.code}")


def _groups(asking: Asked, opinions: tuple[Opinion, ...]) -> list[Group]:
    """The commonest answer first; those equally common in an order that tells nothing."""
    together: dict[str, list[Opinion]] = {}
    for opinion in opinions:
        together.setdefault(canonical(opinion.answer), []).append(opinion)
    groups = [
        Group(
            answer=same[0].answer,
            said=asking.said(same[0].answer),
            count=len(same),
            comments=tuple(each.comment for each in same if each.comment),
        )
        for _, same in sorted(together.items())
    ]
    return sorted(groups, key=lambda group: -group.count)


def _case(request: Request) -> CaseTask:
    return review.case(*_who(request), _case_id(request))


def _case_id(request: Request) -> str:
    return str(request.path_params["case_id"])


def _address(project: Project, case_id: str) -> str:
    return f"/p/{project.name}/review/{case_id}"


def _who(request: Request) -> tuple[Any, Any]:
    return request.app.state.database, request.state.account
