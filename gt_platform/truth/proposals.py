"""Users' corrections as proposals for truth, each as the project's kind of answers reads it.

The view `proposals` knows which mean the same as of the latest fold (`meanings`), this as of now.
What a reviewer makes of them belongs in `verdicts`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, Literal, get_args

import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.base import agreeing
from gt_platform.canonical import as_json
from gt_platform.lake import Store, Writer
from gt_platform.lake.views.proposals import AGREED
from gt_platform.project import Project
from gt_platform.project.corrected import differs, meant

State = Literal["open", "accepted", "edited", "refused", "superseded"]
STATES: tuple[State, ...] = get_args(State)
PROPOSED = """
    SELECT feedback_id, event_id, item_id, model, output::VARCHAR AS output, proposed::VARCHAR AS proposed, given_by,
           annotator_id, comment, proposed_at, state, why, decided_by, decided_at, status, truth::VARCHAR AS truth,
           decision_id
    FROM proposals WHERE ($state IS NULL OR state = $state) AND (NOT $some OR item_id IN (FROM wanted_rows))
    ORDER BY item_id, proposed_at, feedback_id
"""
ITEMS = "SELECT DISTINCT item_id FROM proposals SEMI JOIN wanted_rows USING (feedback_id)"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody says an output should have been. `output`, `proposed`, `answer` and `truth` are JSON.

    `answer` is what is proposed as the project reads it; where that is none, `invalid` says why. `decision_id` is the
    latest decision of the item, which has the `truth` there is and the `status`.
    """

    feedback_id: str
    event_id: str
    item_id: str
    model: str
    output: str
    proposed: str
    answer: str | None
    invalid: str | None
    given_by: str
    annotator_id: str | None
    comment: str | None
    proposed_at: datetime
    state: State
    why: str | None
    decided_by: str | None
    decided_at: datetime | None
    status: str | None
    truth: str | None
    decision_id: str | None

    @property
    def said(self) -> str:
        """What tells proposals apart that say something else: the answer or, where it is none, what was said."""
        return self.answer or f"no answer: {self.proposed}"

    @property
    def who(self) -> str:
        """Who proposed it, as people read it."""
        return f"{self.given_by} {self.annotator_id}" if self.annotator_id else self.given_by


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """A correction as the project reads it; `differs` says whether it is something else than the output."""

    answer: str | None
    invalid: str | None
    differs: bool


def meaning(project: Project, proposed: str, output: str) -> Meaning:
    """What a correction (JSON) of an output (JSON) means."""
    answer, invalid = _answer(project, proposed)
    if answer is None and not project.judges_outputs:  # of what is no answer nobody can tell
        return Meaning(answer=None, invalid=invalid, differs=True)
    compared = output if project.judges_outputs else project.outputs.text(output)
    return Meaning(answer=answer, invalid=invalid, differs=differs(project, proposed, compared))


def proposals(
    tables: Store | Writer, project: Project, *, items: Sequence[str] | None = None, state: State | None = None
) -> list[Proposal]:
    """All of them, or those of these items, by item and time; those that mean the output itself are none."""
    wanted = pl.DataFrame({"item_id": items or []}, schema={"item_id": pl.String})
    asked = {"state": None if state == "superseded" else state, "some": items is not None}
    rows = tables.read(PROPOSED, asked, frames={"wanted_rows": wanted}).iter_rows(named=True)
    read = cache(partial(meaning, project))  # users say few things, many times
    found = [
        Proposal(**row | {"answer": said.answer, "invalid": said.invalid} | _standing(project, row, said.answer))
        for row in rows
        if (said := read(row["proposed"], row["output"])).differs or row["state"] not in {"open", "superseded"}
    ]
    return [one for one in found if state in {None, one.state}]


def of_feedback(tables: Store | Writer, project: Project, feedback: Sequence[str]) -> list[Proposal]:
    """All proposals of the items that these corrections are about."""
    wanted = pl.DataFrame({"feedback_id": feedback}, schema={"feedback_id": pl.String})
    items = tables.read(ITEMS, frames={"wanted_rows": wanted})["item_id"].to_list()
    return proposals(tables, project, items=items)


def _standing(project: Project, row: Mapping[str, Any], answer: str | None) -> dict[str, str]:
    """What the kind knows of its state and the view does not."""
    if row["state"] != "open" or row["truth"] is None or answer is None:
        return {}
    return {"state": "superseded", "why": AGREED} if agreeing(project.answer_kind, row["truth"], answer) else {}


def _answer(project: Project, proposed: str) -> tuple[str | None, str | None]:
    read = meant(project, proposed)
    if read.reason is not None:
        return None, read.why
    try:  # an output may be what an annotator may not answer
        return as_json(project.answer_kind.validate(read.answer)), None
    except InvalidAnswerError as error:
        return None, str(error)
