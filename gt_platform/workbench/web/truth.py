"""The page on which leads and reviewers find items. Its address holds all that is asked, so that it can be kept."""

from starlette.requests import Request
from starlette.responses import Response

from gt_platform.workbench.archive import browse
from gt_platform.workbench.archive.blind import to_be_answered
from gt_platform.workbench.archive.browse import Question
from gt_platform.workbench.archive.shelf import Shelf
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import store_of

STATUSES = {
    "consensus": "consensus",
    "adjudicated": "ruled by a reviewer",
    "imported": "imported",
    "corrected": "corrected",
    "verified": "by its outcome",
    "restored": "restored",
    "adjudicate": "waits for a ruling",
    "no_valid_answer": "no valid answer",
    "retired": "retired",
    "undecided": "waits for answers",
}
"""What each status is called on the pages."""
FILTERS = {
    "status": ("Status", "any status"),
    "label": ("Label", "any label"),
    "confidence": ("Confidence", "any confidence"),
    "slice": ("Attribute", "any attribute"),
    "split": ("Split", "any split"),
    "annotator": ("Answered by", "anybody"),
    "release": ("In release", "any release"),
}
BANDS = {"0-0.5": "below 0.5", "0.5-0.7": "0.5 to 0.7", "0.7-0.9": "0.7 to 0.9", "0.9-1": "0.9 and more"}


def shelf_of(request: Request) -> Shelf:
    """The copy of the tables of the project in the address. Raises HTTPException 404, LakeError."""
    shelf: Shelf = request.app.state.shelves.of(store_of(request))
    return shelf


def show(request: Request) -> Response:
    """GET /p/{project}/truth: the items that are asked for, a page of them."""
    project, state = project_of(request), request.state
    question = Question.asked(request.query_params)
    shelf = shelf_of(request)
    is_new = shelf.is_new()
    with shelf.reading() as reading:
        found, offered = browse.find(reading, question), browse.choices(reading)
    return page(
        request,
        "truth.html",
        project=project,
        question=question,
        found=found,
        filters={name: (*words, _options(name, question, offered)) for name, words in FILTERS.items()},
        sorts={name: words for name, (words, _, _) in browse.SORTS.items()},
        statuses=STATUSES,
        hidden=to_be_answered(request.app.state.database, state.account, project.name),
        is_new=is_new,
        shown=browse.SHOWN,
    )


def _options(name: str, question: Question, offered: dict[str, list[tuple[str, int]]]) -> list[tuple[str, str]]:
    """What one may choose, and how it reads; what the address asks for is among it, whether there is any of it."""
    if name == "confidence":
        return list(BANDS.items())
    words = STATUSES if name == "status" else {}
    given = [(value, f"{words.get(value, value)} ({items:,})") for value, items in offered.get(name, [])]
    asked = getattr(question, name)
    return given + ([(asked, words.get(asked, asked))] if asked and asked not in dict(given) else [])
