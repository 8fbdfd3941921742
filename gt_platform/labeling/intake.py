"""From what the backend holds to rows: annotations, answers to honeypots, rulings, and whatever is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.canonical import as_json
from gt_platform.labeling.adjudicate import Ruled, append_edge_cases, append_rulings, edge_case, judge_rulings, ruled_on
from gt_platform.labeling.asking import waiting_assignments
from gt_platform.labeling.base import Backend, Reviewed, Staffed
from gt_platform.labeling.cases import cases
from gt_platform.labeling.desk import Asked, Verdicts, judge, judge_checked
from gt_platform.labeling.guidelines import keep_guidelines
from gt_platform.labeling.honeypots import known_honeypots
from gt_platform.labeling.leading import REINSTATED, VOIDED
from gt_platform.labeling.messages import AuditEntry, Case, Ruling, Submission, Unreadable
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ANNOTATIONS, AUDIT, HONEYPOT_ANSWERS, REJECTIONS, Table
from gt_platform.project import Project

ASKED = """
    SELECT assignment_id, asked.item_id, coalesce(asked.round, 1) AS round, asked.guideline_version,
           asked.schema_version, annotator, answer
    FROM assignments asked LEFT JOIN annotations USING (assignment_id)
    WHERE asked.item_id IN (SELECT item_id FROM assignments SEMI JOIN handed_in USING (assignment_id))
"""
KNOWN_REJECTIONS = "SELECT rejection_id FROM rejections"
TRUTHS = "SELECT honeypot_id, truth FROM honeypots"
CHECKED = "SELECT honeypot_id, annotator FROM honeypot_answers"
CHECKED_UNTIL = "SELECT max(submitted_at) FROM honeypot_answers"
AUDITED_UNTIL = "SELECT coalesce(max(number), 0) FROM audit WHERE backend = ?"


@dataclass(frozen=True, kw_only=True)
class Came:
    """What the backend holds of what was asked for."""

    submissions: Sequence[Submission | Unreadable]
    checked: Sequence[Submission] = ()
    cases: Sequence[Case] = ()
    rulings: Sequence[Ruling] = ()

    @property
    def guidelines(self) -> set[str]:
        """Texts that stood beside what came."""
        read = [one for one in (*self.submissions, *self.rulings) if not isinstance(one, Unreadable)]
        return {one.guidelines for one in read if one.guidelines is not None}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How many of each were new."""

    annotations: int
    rejected: int
    honeypot_answers: int
    rulings: int


@dataclass(frozen=True)
class _Sorted:
    """The same, judged: what would become rows."""

    answers: Verdicts
    checked: Verdicts
    ruled: Ruled

    @property
    def rejected(self) -> list[dict[str, object]]:
        return [*self.answers.rejected, *self.checked.rejected, *self.ruled.verdicts.rejected]


def receive(store: Store, project: Project, backend: Backend) -> Came:
    """Ask the backend. Raises BackendError."""
    submissions = list(backend.collect(waiting_assignments(store, project, known=True)))
    if not isinstance(backend, Staffed if project.labeling.expert_check is None else Reviewed):
        return Came(submissions=submissions)
    checked = list(backend.checked(store.read(CHECKED_UNTIL).item())) if isinstance(backend, Staffed) else []
    open_cases = cases(store, project, known_honeypots(store, project, datetime.now(UTC)))
    return Came(
        submissions=submissions,
        checked=checked,
        cases=open_cases,
        rulings=list(backend.rulings(open_cases)),
    )


def take_in(writer: Writer, project: Project, came: Came) -> Taken:
    """Append what is new; the same again changes nothing."""
    found, now = _sorted(writer, project, came), datetime.now(UTC)
    append_edge_cases(writer, found.ruled.edge_cases)
    keep_guidelines(writer, came.guidelines)
    return Taken(
        annotations=_append(writer, ANNOTATIONS, found.answers.accepted, "collected_at", now),
        rejected=_append(writer, REJECTIONS, found.rejected, "rejected_at", now),
        honeypot_answers=_append(writer, HONEYPOT_ANSWERS, found.checked.accepted, "collected_at", now),
        rulings=append_rulings(writer, found.ruled.rulings),
    )


def news(store: Store, project: Project, came: Came) -> list[str]:
    """Names of what `take_in` would append, in order; empty when nothing is new."""
    found = _sorted(store, project, came)
    named = [("assignment_id", found.answers.accepted), ("rejection_id", found.rejected)]
    ids = [str(row[name]) for name, rows in named for row in rows]
    ids += [f"{row['honeypot_id']} {row['annotator']}" for row in found.checked.accepted]
    return sorted([*ids, *(f"{row['item_id']} {row['answers_digest']}" for row in found.ruled.rulings)])


def led(store: Store, project: Project, backend: Staffed) -> list[str]:
    """What a lead decided since the audit was copied, by its numbers."""
    entries = backend.audit(int(store.read(AUDITED_UNTIL, [project.labeling.backend]).item()))
    return [f"{one.did} {one.number}" for one in entries if one.did in {REINSTATED, VOIDED}]


def keep_audit(store: Store, project: Project, backend: Staffed) -> int:
    """Copy what the backend's audit has beyond the lake's, and with it the edge cases that annotators skipped.

    Returns how many entries.
    """
    name = project.labeling.backend
    entries = list(backend.audit(int(store.read(AUDITED_UNTIL, [name]).item())))
    not_covered = [
        edge_case(project, str(one.detail["item"]), _escaped(str(one.detail.get("why"))), _escaped(one.who), one.at)
        for one in entries
        if one.did == "skipped" and one.detail.get("not_covered") and one.detail.get("item")
    ]

    def work(writer: Writer) -> int:
        append_edge_cases(writer, not_covered)
        return writer.append(AUDIT, AUDIT.frame(_audited(name, one) for one in entries))

    return store.commit("audit", work) if entries else 0


def _audited(backend: str, one: AuditEntry) -> dict[str, Any]:
    return {
        "backend": backend,
        "number": one.number,
        "at": one.at,
        "who": _escaped(one.who),
        "did": _escaped(one.did),
        "about": None if one.about is None else _escaped(one.about),
        "detail": _escaped(as_json(one.detail)),
    }


def _sorted(tables: Store | Writer, project: Project, came: Came) -> _Sorted:
    kind, refused = project.answer_kind, set(tables.read(KNOWN_REJECTIONS)["rejection_id"])
    checked, ruled = Verdicts(), Ruled()
    answers = judge(kind, _asked(tables, came.submissions), came.submissions, refused)
    if came.checked:
        truths, known = dict(tables.read(TRUTHS).iter_rows()), set(tables.read(CHECKED).iter_rows())
        checked = judge_checked(kind, truths, came.checked, known, refused)
    if came.rulings:
        ruled = judge_rulings(project, came.cases, came.rulings, ruled_on(tables), refused)
    return _Sorted(answers, checked, ruled)


def _asked(tables: Store | Writer, submissions: Sequence[Submission | Unreadable]) -> dict[str, Asked]:
    """Every assignment of the items that were answered now: whoever answered one answers no other of that item."""
    ids = {one.assignment_id for one in submissions if isinstance(one, Submission)}
    if not ids:
        return {}
    frames = {"handed_in": pl.DataFrame({"assignment_id": sorted(ids)})}
    return {
        row["assignment_id"]: Asked(
            item_id=row["item_id"],
            round=row["round"],
            guideline_version=row["guideline_version"],
            schema_version=row["schema_version"],
            answered=None if row["annotator"] is None else (row["annotator"], row["answer"]),
        )
        for row in tables.read(ASKED, frames=frames).iter_rows(named=True)
    }


def _append(writer: Writer, table: Table, rows: list[dict[str, object]], clock: str, now: datetime) -> int:
    return writer.append(table, table.frame(row | {clock: now} for row in rows))


def _escaped(text: str) -> str:
    """Text that any column takes; an audit refuses nothing."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
