"""Correcting truth: somebody says what an item's answer is, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.lake import Store, Writer
from gt_platform.project import Project
from gt_platform.truth.by_hand import TruthError, allowed_answer, append, named, note
from gt_platform.truth.fold import fold_within

STANDING = """
    SELECT item_id, d.status, d.answer::VARCHAR AS answer, coalesce(given, false) AS given
    FROM current_decisions d SEMI JOIN wanted_rows USING (item_id) LEFT JOIN standing_truth t USING (item_id)
"""


@dataclass(frozen=True)
class Correction:
    """What an item's answer is (JSON, or as typed) and why; `item` may be the beginning of its id."""

    item: str
    answer: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """How many items were corrected, and how many had been given that answer by somebody before."""

    corrected: int
    unchanged: int


def correct(store: Store, project: Project, corrections: Sequence[Correction], *, actor: str) -> Corrected:
    """Enter all of the corrections, or none. Each stands until its item is asked anew, and is gold meanwhile.

    Raises TruthError naming the first that cannot be entered.
    """
    if not corrections:
        raise TruthError("there is nothing to correct: no row has an answer")
    answers = [_answer(project, one) for one in corrections]

    def work(writer: Writer) -> Corrected:
        items = named(writer, [one.item for one in corrections])
        wanted: dict[str, dict[str, str]] = {}
        for one, answer in zip(corrections, answers, strict=True):
            row = {"item_id": items[one.item], "answer": answer, "reason": one.why.strip()}
            if wanted.setdefault(row["item_id"], row)["answer"] != answer:
                raise TruthError(f"item {one.item} is corrected twice, to different answers; nothing was entered")
        corrected = enter(writer, project, wanted, actor=actor)
        return Corrected(corrected=corrected, unchanged=len(wanted) - corrected)

    return store.commit(f"truth of {project.name} corrected", work)


def enter(writer: Writer, project: Project, wanted: Mapping[str, Mapping[str, str]], *, actor: str) -> int:
    """Make these answers true, by item: rows of `by_hand.SAID`, in a transaction that somebody began.

    Returns how many were not so by somebody's word already. Raises TruthError for an item that was retired.
    """
    rows = _differing(writer, wanted)
    append(writer, project, rows, status="corrected", method="correction", actor=actor)
    if rows:
        detail = {"items": len(rows), "why": sorted({row["reason"] for row in rows})[:5]}
        note(writer, actor, "corrected", detail, about=rows[0]["item_id"] if len(rows) == 1 else None)
        fold_within(writer)
    return len(rows)


def _answer(project: Project, one: Correction) -> str:
    if not one.why.strip():
        raise TruthError(f"item {one.item}: say why it is corrected, for those who ask later")
    try:
        return allowed_answer(project, one.answer)
    except InvalidAnswerError as error:
        raise TruthError(f"item {one.item}: {error}") from None


def _differing(writer: Writer, wanted: Mapping[str, Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Corrections but those of what somebody had given so before. Raises TruthError for an item that was retired."""
    frame = pl.DataFrame({"item_id": list(wanted)}, schema={"item_id": pl.String})
    differing = dict(wanted)
    for item, status, answer, given in writer.read(STANDING, frames={"wanted_rows": frame}).iter_rows():
        if status == "retired":
            raise TruthError(f"item {item} was retired; `gt truth restore {item[:12]}` first. Nothing was entered")
        if given and answer == wanted[item]["answer"]:
            del differing[item]
    return list(differing.values())
