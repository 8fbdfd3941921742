"""What a reviewer makes of users' proposals: accepted and edited ones become truth by the door of corrections, refused
ones change nothing. In one transaction with who decided it, and on which feedback.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.base import agreeing
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ITEMS, PROPOSAL_VERDICTS
from gt_platform.lake.tables.items import CONTENT
from gt_platform.project import Project
from gt_platform.truth.by_hand import TruthError, allowed_answer, note
from gt_platform.truth.corrections import enter
from gt_platform.truth.proposals import Proposal, of_feedback

Act = Literal["accept", "edit", "refuse"]
ACTS: tuple[Act, ...] = get_args(Act)
BECOME = ("accepted", "edited", "refused", "superseded")
BESIDE = "another proposal for its item was accepted"
FEEDBACK = "SELECT signal, event_id, event_id IN (SELECT event_id FROM events) FROM feedback WHERE feedback_id = ?"
MADE = "SELECT item_id, decision_id FROM current_decisions SEMI JOIN wanted_rows USING (item_id)"
# Nobody drew them: they have no part in a sample, and no frame until they are.
NEW_ITEMS = f"""
    SELECT item_id, min({CONTENT}) AS input, 'feedback' AS origin, arg_min(attributes, event_id) AS attributes,
           now() AS first_seen
    FROM events SEMI JOIN wanted_rows USING (event_id) ANTI JOIN items USING (item_id) GROUP BY item_id
"""  # noqa: S608 - of the part above
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is decided of one proposal, and of those for its item that say the same.

    `others` are proposals for the item that were shown beside it: accepting supersedes them, editing and refusing does
    with them as with this one. `answer` is what an edit says instead (JSON, or as typed). `seen` is the decision of
    the item that stood when this was looked at, "" for none; None where nobody knows.
    """

    feedback_id: str
    act: Act
    why: str = ""
    answer: str | None = None
    others: Sequence[str] = ()
    seen: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """How many proposals became what, and how many items have another truth by it."""

    accepted: int
    edited: int
    refused: int
    superseded: int
    corrected: int


def decide(store: Store, project: Project, verdicts: Sequence[Verdict], *, actor: str) -> Decided:
    """Enter all of the verdicts, or none. Raises TruthError naming the first that cannot be entered."""
    if not verdicts:
        raise TruthError("there is nothing to decide: no row has a verdict")
    named = [feedback for one in verdicts for feedback in (one.feedback_id, *one.others)]

    def work(writer: Writer) -> Decided:
        sitting = _Sitting(writer, project, of_feedback(writer, project, named))
        for verdict in verdicts:
            sitting.take(verdict)
        return sitting.write(actor)

    return store.commit(f"proposals for {project.name} decided", work)


class _Sitting:
    """Verdicts while they are taken: a row for each proposal that is decided, and the new truth of each item."""

    def __init__(self, writer: Writer, project: Project, known: Iterable[Proposal]) -> None:
        self._writer, self._project = writer, project
        self._known = {one.feedback_id: one for one in known}
        self._rows: dict[str, Row] = {}
        self._wanted: dict[str, dict[str, str]] = {}

    def take(self, verdict: Verdict) -> None:
        """Add what follows of a verdict. Raises TruthError."""
        one = self._named(verdict.feedback_id)
        shown = [one, *(self._named(feedback) for feedback in verdict.others)]
        _refuse_moved(verdict, shown)
        answer = self._answer(verdict, one)
        waiting = [each for each in self._known.values() if (each.item_id, each.state) == (one.item_id, "open")]
        rows = {row["feedback_id"]: row for row in _rows(verdict, shown, waiting, answer)}
        self._refuse_otherwise(rows[one.feedback_id])
        if answer is not None:
            self._make_true(one, answer)
        self._rows = rows | self._rows

    def write(self, actor: str) -> Decided:
        """Write truth and rows, with their entries in the audit."""
        writer, rows = self._writer, list(self._rows.values())
        followed = [self._known[row["feedback_id"]].event_id for row in rows if row["answer"] is not None]
        judged = {"judged": self._project.judges_outputs}
        writer.append(ITEMS, writer.read(NEW_ITEMS, judged, frames={"wanted_rows": _frame("event_id", followed)}))
        corrected = enter(writer, self._project, self._wanted, actor=actor)
        wanted = _frame("item_id", self._wanted)
        made = dict(writer.read(MADE, frames={"wanted_rows": wanted}).iter_rows())
        told = {"decided_by": actor, "decided_at": datetime.now(UTC)}
        rows = [row | told | {"decision_id": made[row["item_id"]] if row["answer"] else None} for row in rows]
        writer.append(PROPOSAL_VERDICTS, PROPOSAL_VERDICTS.frame(rows))
        counts, items = Counter(row["verdict"] for row in rows), {row["item_id"] for row in rows}
        note(writer, actor, "decided proposals", counts, about=items.pop() if len(items) == 1 else None)
        return Decided(**{name: counts[name] for name in BECOME}, corrected=corrected)

    def _named(self, feedback: str) -> Proposal:
        if feedback in self._known:
            return self._known[feedback]
        found = self._writer.read(FEEDBACK, [feedback]).rows()
        if not found:
            raise TruthError(f"{feedback!r} is no feedback of this project; `gt truth proposals` lists what waits")
        signal, event, here = found[0]
        if signal != "correction":
            raise TruthError(f"feedback {feedback} is a {signal}: only corrections propose anything")
        if not here:
            raise TruthError(f"feedback {feedback} is about event {event}, which has not come yet")
        raise TruthError(f"feedback {feedback} says what the output of its event is already")

    def _answer(self, verdict: Verdict, one: Proposal) -> str | None:
        """What becomes true by it. Raises TruthError."""
        if verdict.act == "refuse":
            if not verdict.why.strip():
                raise TruthError(f"proposal {one.feedback_id}: say why it is refused, for those who ask later")
            return None
        if verdict.act == "accept":
            if one.answer is None:
                raise TruthError(
                    f"proposal {one.feedback_id}: {one.invalid}; give an answer in its place, or refuse it"
                )
            if verdict.answer is not None and self._allowed(verdict) != one.answer:
                raise TruthError(
                    f"proposal {one.feedback_id} is {one.answer}; to have {verdict.answer} instead, edit it"
                )
            return one.answer
        answer = self._allowed(verdict)
        if one.truth is not None and agreeing(self._project.answer_kind, one.truth, answer):
            raise TruthError(f"{answer} is what is true of item {one.item_id[:12]} already: refuse what is proposed")
        return answer

    def _allowed(self, verdict: Verdict) -> str:
        try:
            return allowed_answer(self._project, verdict.answer)
        except InvalidAnswerError as error:
            raise TruthError(f"proposal {verdict.feedback_id}: {error}") from None

    def _refuse_otherwise(self, row: Row) -> None:
        """Raise TruthError where a verdict before decided it otherwise."""
        stood = self._rows.get(row["feedback_id"], row)
        if (stood["verdict"], stood["answer"]) != (row["verdict"], row["answer"]):
            raise TruthError(
                f"proposal {row['feedback_id']} says the same as {stood['along_with'] or 'it does'} above, which is "
                f"{stood['verdict']}; nothing was entered"
            )

    def _make_true(self, one: Proposal, answer: str) -> None:
        did = "accepted" if answer == one.answer else "edited"
        # the reviewer's words, which may name the user, are kept where they are erased with what the user said
        row = {"item_id": one.item_id, "answer": answer, "reason": f"a correction by {one.given_by} was {did}"}
        if self._wanted.setdefault(one.item_id, row)["answer"] != answer:
            raise TruthError(f"item {one.item_id} is given two answers; nothing was entered")


def _rows(
    verdict: Verdict, shown: Sequence[Proposal], waiting: Sequence[Proposal], answer: str | None
) -> Iterator[Row]:
    """What becomes of the open proposals of an item; of those that wait on nothing."""
    alike = {each.said for each in (shown[:1] if verdict.act == "accept" else shown)}
    for each in waiting:
        if each.said in alike or each in shown or (answer is not None and each.answer == answer):
            became = _became(verdict, each, answer)
            yield {
                "feedback_id": each.feedback_id,
                "item_id": each.item_id,
                "verdict": became,
                "answer": answer if became in {"accepted", "edited"} else None,
                "along_with": None if each is shown[0] else shown[0].feedback_id,
                "reason": BESIDE if became == "superseded" else verdict.why.strip() or None,
            }


def _became(verdict: Verdict, each: Proposal, answer: str | None) -> str:
    if answer is not None and each.answer == answer:
        return "accepted"
    return {"accept": "superseded", "edit": "edited", "refuse": "refused"}[verdict.act]


def _refuse_moved(verdict: Verdict, shown: Sequence[Proposal]) -> None:
    """Raise TruthError where somebody else decided first, truth is another than was looked at, or items differ."""
    one = shown[0]
    for each in shown:
        if each.item_id != one.item_id:
            raise TruthError(f"proposals {one.feedback_id} and {each.feedback_id} are for two items")
        if each.state != "open":
            by = f" by {each.decided_by}" if each.decided_by else ""
            why = f": {each.why}" if each.why else ""
            raise TruthError(f"proposal {each.feedback_id} is {each.state} already{by}{why}. Nothing was entered")
    if verdict.seen is not None and verdict.seen != (one.decision_id or ""):
        now = f"{one.truth} now" if one.truth else "none"
        raise TruthError(
            f"the truth of item {one.item_id[:12]} has changed since it was looked at: it is {now}. Look again; "
            "nothing was entered"
        )


def _frame(name: str, values: Iterable[str]) -> pl.DataFrame:
    return pl.DataFrame({name: list(values)}, schema={name: pl.String})
