"""The pages of hard cases: what the guidelines leave open, and what experts say of each."""

import json
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.labeling.agenda import HardCase, Topic, agenda
from gt_platform.project import Project
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.archive.blind import to_be_answered
from gt_platform.workbench.desk import discussing
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web import case_list
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.case_list import SEARCH, Listed
from gt_platform.workbench.web.filters import Filters
from gt_platform.workbench.web.item import shown_to_all
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import store_of

MOST = 10
"""Topics of the agenda."""
CHOICES = {
    "state": ("State", "any state"),
    "pair": ("Labels at odds", "any labels"),
    "why": ("Why it is a case", "any reason"),
    "rule": ("Resolved by", "any rule or none"),
    "guideline": ("Guideline", "any version"),
    "age": ("Age", "any age"),
    "annotator": ("Answered by", "anybody"),
}
AGES = {"week": "up to a week", "month": "up to a month", "quarter": "up to 3 months", "older": "older"}
"""What each filter and each age is called."""


def index(request: Request) -> Response:
    """GET /p/{project}/cases: those that are asked for; where nothing is, leads have the costliest topics first."""
    project, account, database = project_of(request), request.state.account, request.app.state.database
    leads, topics = account.may({"lead"}), _topics(request, project)
    names = [name for name in case_list.OF if name != "annotator" or account.may({"lead", "reviewer"})]
    filters, seen = Filters.of(request, (SEARCH, *names)), discussing.sight(database, account, project.name)
    listed = [Listed(case=one, pair=topic.pair, open=seen.of(one.case_id, one.item_id))
              for topic in topics for one in topic.cases]  # fmt: skip
    found, offset = case_list.find(listed, filters, names, request.state.now), filters.span["offset"]
    return page(
        request, "cases.html", project=project, leads=leads, topics=topics[:MOST], count=len(topics), most=MOST,
        filters=filters, found=found, cases=[one.case for one in found.cases[offset : offset + filters.size]],
        said={case: n for case, (n, _) in discussing.threads(database, project.name).items()},
        choices={name: words for name, words in CHOICES.items() if name in names}, ages=AGES, total=len(listed),
    )  # fmt: skip


def show(request: Request) -> Response:
    """GET /p/{project}/cases/{case_id}: its item, and once one's own opinion is in what others answered and said."""
    return _shown(request)


def say(request: Request) -> Response:
    """POST /p/{project}/cases/{case_id}: one more opinion."""
    state, one = request.state, _case(request)
    try:
        discussing.say(*_of(request, one), state.form.get("text", ""), now=state.now)
    except WorkError as error:
        return _shown(request, status=error.status, error=str(error))
    return RedirectResponse(_address(request), 303)


def resolve(request: Request) -> Response:
    """POST /p/{project}/cases/{case_id}/resolve: the rule it came to."""
    state, one, project = request.state, _case(request), project_of(request)
    rule, why = state.form.get("rule", ""), state.form.get("why", "")
    try:
        if rule not in {known.id for known in project.rules}:
            raise WorkError("choose a rule of the guidelines that stand now", 422)
        discussing.close(*_of(request, one), rule, why, now=state.now)
    except WorkError as error:
        return _shown(request, status=error.status, error=str(error))
    return RedirectResponse(_address(request), 303)


def _shown(request: Request, *, status: int = 200, error: str = "") -> Response:
    project, one = project_of(request), _case(request)
    thread = discussing.thread(*_of(request, one))
    asking = shown_to_all(request, project, one.input)
    votes = [(asking.said(json.loads(answer)), n) for answer, n in one.votes.items()] if thread.open else []
    return page(
        request, "thread.html", status=status, at=_address(request), project=project, case=one, votes=votes,
        thread=thread, error=error, text=request.state.form.get("text", ""), why=request.state.form.get("why", ""),
        leads=request.state.account.may({"lead"}), **asking.context({}),
    )  # fmt: skip


def _topics(request: Request, project: Project) -> list[Topic]:
    """The agenda as it stands, with what was said since the last night, but for what whoever asks must not see."""
    database, account = request.app.state.database, request.state.account
    store, kept = store_of(request), request.app.state.agendas
    if project.name not in kept or kept[project.name][0] != store.snapshot_id:  # a page is of one declaration
        kept[project.name] = (store.snapshot_id, agenda(store, project))
    hidden = to_be_answered(database, account, project.name)
    if not account.may({"lead", "reviewer"}):
        hidden |= discussing.known_items(database, project.name)
    said, rules = discussing.threads(database, project.name), {rule.id for rule in project.rules}
    told = [
        replace(topic, cases=tuple(_as_of_now(one, said, rules) for one in topic.cases if one.item_id not in hidden))
        for topic in kept[project.name][1]
    ]
    return sorted((topic for topic in told if topic.cases), key=lambda topic: topic.state == "resolved")


def _as_of_now(one: HardCase, said: Any, rules: set[str]) -> HardCase:
    count, rule = said.get(one.case_id, (0, None))
    if one.state == "resolved" or not count:
        return one
    return replace(one, state="resolved", rule=rule) if rule in rules else replace(one, state="discussed")


def _case(request: Request) -> HardCase:
    project, case = project_of(request), request.path_params["case_id"]
    found = (one for topic in _topics(request, project) for one in topic.cases if one.case_id == case)
    if (one := next(found, None)) is None:
        raise HTTPException(404, "There is no such case, or it is yours to answer first.")
    return one


def _of(request: Request, one: HardCase) -> tuple[Database, Account, str, str, str]:
    return request.app.state.database, request.state.account, project_of(request).name, one.case_id, one.item_id


def _address(request: Request) -> str:
    return f"/p/{project_of(request).name}/cases/{request.path_params['case_id']}"
