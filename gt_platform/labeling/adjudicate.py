"""Rulings: from the labeling backend as reviewers make them, and from a sheet that somebody filled in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.canonical import as_json, digest
from gt_platform.labeling.cases import EXPERT_CHECK, cases, votes_of
from gt_platform.labeling.desk import Verdicts, refuse_unstorable, reject
from gt_platform.labeling.guidelines import version_of
from gt_platform.labeling.honeypots import known_honeypots
from gt_platform.labeling.messages import Case, Ruling
from gt_platform.lake import LakeError, Store, Writer
from gt_platform.lake.tables import ADJUDICATIONS, EDGE_CASES
from gt_platform.project import Project

NO_VALID_ANSWER = "no_valid_answer"
"""What a sheet says in place of an answer where nothing that the kind allows is right."""
RULED = "SELECT item_id, answers_digest FROM adjudications"


@dataclass(frozen=True)
class Ruled:
    """Rows for `adjudications` and `edge_cases`, and for `rejections`."""

    rulings: list[dict[str, Any]] = field(default_factory=list)
    edge_cases: list[dict[str, Any]] = field(default_factory=list)
    verdicts: Verdicts = field(default_factory=Verdicts)


def adjudication_queue(store: Store, project: Project) -> pl.DataFrame:
    """What waits for a ruling: item_id, answers_digest, input and votes (JSON text), and why.

    Of what is to be answered blind there are no votes, and no reason but that.
    """
    schema = dict.fromkeys(("item_id", "answers_digest", "input", "votes", "why"), pl.String)
    rows = [
        (case.item_id, case.answers_digest, json.dumps(case.input, ensure_ascii=False), *_told(case))
        for case in _open_cases(store, project)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _told(case: Case) -> tuple[str | None, str]:
    return (None, EXPERT_CHECK) if case.blind else (votes_of(case), case.why)


def adjudicate(store: Store, project: Project, rulings: pl.DataFrame) -> int:
    """Enter rulings and return how many are new; `settle` turns them into decisions.

    `rulings` has item_id, answer (text, or JSON for other kinds), adjudicator and optionally answers_digest and
    reasoning, as strings. Raises LakeError naming the first row that rules on nothing or whose answer the schema does
    not allow; then none is entered.
    """
    waiting: dict[tuple[str, str | None], Case] = {}
    for case in _open_cases(store, project):
        waiting[case.item_id, case.answers_digest] = case
        waiting.setdefault((case.item_id, None), case)
    rows = [_entered(project, waiting, number, row) for number, row in enumerate(rulings.iter_rows(named=True), 1)]
    return store.commit(f"rulings on {project.name}", lambda writer: append_rulings(writer, rows))


def judge_rulings(
    project: Project, waiting: Iterable[Case], came: Iterable[Ruling], ruled: set[tuple[str, str]], known: set[str]
) -> Ruled:
    """Sort a backend's rulings into new ones and refused ones; `ruled` and `known` were taken or refused before."""
    open_ = {(case.item_id, case.answers_digest) for case in waiting}
    done, found = set(ruled), Ruled()
    for one in came:
        key = one.item_id, one.answers_digest
        if key in done:
            continue
        if key not in open_:
            reject(found.verdicts, one, "unknown_case", f"item {one.item_id} has no such case", known=known)
            continue
        try:
            answer = None if one.answer is None else project.answer_kind.validate(one.answer)
            refuse_unstorable(answer, one.adjudicator, one.reasoning, one.edge_case)
        except InvalidAnswerError as error:
            reject(found.verdicts, one, "answer", str(error), known=known)
            continue
        done.add(key)
        row = _row(project, *key, answer, one.adjudicator, one.reasoning or None)
        under = version_of(one.guidelines, project.guideline_version)
        shown = {"blind": one.blind, "guideline_version": under, "swapped": one.swapped}
        found.rulings.append(row | shown | {"ruled_at": one.ruled_at})
        if one.edge_case:
            found.edge_cases.append(edge_case(project, one.item_id, one.edge_case, one.adjudicator, one.ruled_at))
    return found


def append_rulings(writer: Writer, rows: list[dict[str, Any]]) -> int:
    """Rows for `adjudications`."""
    return writer.append(ADJUDICATIONS, ADJUDICATIONS.frame(rows))


def append_edge_cases(writer: Writer, rows: list[dict[str, Any]]) -> int:
    """Rows for `edge_cases`."""
    return writer.append(EDGE_CASES, EDGE_CASES.frame(rows))


def ruled_on(tables: Store | Writer) -> set[tuple[str, str]]:
    """The (item, digest) of every ruling there is."""
    return set(tables.read(RULED).iter_rows())


def _open_cases(store: Store, project: Project) -> list[Case]:
    return cases(store, project, known_honeypots(store, project, datetime.now(UTC)))


def _entered(
    project: Project, waiting: dict[tuple[str, str | None], Case], number: int, row: dict[str, str | None]
) -> dict[str, Any]:
    case = waiting.get((row["item_id"] or "", row.get("answers_digest")))
    if case is None:
        raise LakeError(f"ruling {number}: no item {row['item_id']!r} waits for adjudication")
    answer = _answer(project, number, row["answer"] or "")
    entered = _row(project, case.item_id, case.answers_digest, answer, row["adjudicator"], row.get("reasoning"))
    return entered | {"ruled_at": datetime.now(UTC), "blind": case.blind}


def _row(
    project: Project, item_id: str, digest: str, answer: object, adjudicator: str | None, reasoning: str | None
) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "answers_digest": digest,
        "answer": as_json(answer),
        "adjudicator": adjudicator,
        "reasoning": reasoning,
        "guideline_version": project.guideline_version,
        "schema_version": project.schema_version,
    }


def edge_case(project: Project, item_id: str, note: str, by: str, at: datetime) -> dict[str, Any]:
    """A row for `edge_cases`: somebody says that the guidelines do not cover an item."""
    identity = "\n".join((item_id, note, project.guideline_version, by))
    return {
        "edge_case_id": digest(identity, 32),
        "item_id": item_id,
        "note": note,
        "raised_by": by,
        "guideline_version": project.guideline_version,
        "raised_at": at,
    }


def _answer(project: Project, number: int, text: str) -> object:
    if text == NO_VALID_ANSWER:
        return None
    try:
        return project.answer_kind.validate(text)
    except InvalidAnswerError as as_text:
        try:
            return project.answer_kind.validate(json.loads(text))
        except (ValueError, InvalidAnswerError):
            raise LakeError(f"ruling {number}: {as_text}") from None
