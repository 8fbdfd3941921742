"""Judging what annotators hand in. The first valid answer to an assignment stands; nothing is dropped unseen."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from gt_platform.answers import Answer, AnswerKind, InvalidAnswerError
from gt_platform.canonical import as_json, digest
from gt_platform.labeling.guidelines import version_of
from gt_platform.labeling.messages import Ruling, Submission, Unreadable

HandedIn = Submission | Unreadable | Ruling


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is known of an assignment; `answered` is its (annotator, answer as JSON text), if any.

    `round` counts the times its item was asked: people may answer it again under newer guidelines.
    """

    item_id: str
    round: int
    guideline_version: str
    schema_version: str
    answered: tuple[str, str] | None


@dataclass(frozen=True)
class Verdicts:
    """Rows for `annotations` and for `rejections`, without their clocks."""

    accepted: list[dict[str, object]] = field(default_factory=list)
    rejected: list[dict[str, object]] = field(default_factory=list)


def judge(
    kind: AnswerKind, asked: dict[str, Asked], came: Iterable[Submission | Unreadable], known_rejections: set[str]
) -> Verdicts:
    """Sort what came into new annotations and new rejections; what was taken or refused before is neither."""
    verdicts = Verdicts()
    taken = {key: one.answered for key, one in asked.items() if one.answered}
    people = {(one.item_id, one.round, one.answered[0]) for one in asked.values() if one.answered}
    for one in came:
        why = _refusal(kind, asked, taken, people, one)
        if why is not None:
            reject(verdicts, one, *why, known=known_rejections)
        elif isinstance(one, Submission) and one.assignment_id not in taken:
            item = asked[one.assignment_id]
            answer = as_json(kind.validate(one.answer))
            taken[one.assignment_id] = (one.annotator, answer)
            people.add((item.item_id, item.round, one.annotator))
            verdicts.accepted.append(_annotation(one, item, answer))
    return verdicts


def _refusal(
    kind: AnswerKind,
    asked: dict[str, Asked],
    taken: dict[str, tuple[str, str]],
    people: set[tuple[str, int, str]],
    one: Submission | Unreadable,
) -> tuple[str, str] | None:
    if isinstance(one, Unreadable):
        return one.reason, one.detail
    if one.assignment_id not in asked:
        return "unknown_assignment", f"nobody was asked {one.assignment_id!r}; use the ids that were sent out"
    try:
        answer = as_json(kind.validate(one.answer))
        refuse_unstorable(answer, one.annotator, one.comment, one.remark)
    except InvalidAnswerError as error:
        return "answer", str(error)
    first, item = taken.get(one.assignment_id), asked[one.assignment_id]
    if first is not None:
        same = first == (one.annotator, answer)
        return None if same else ("already_answered", f"{first[0]!r} answered first, and that answer stands")
    if (item.item_id, item.round, one.annotator) in people:
        return "same_annotator", f"{one.annotator!r} has answered this item in another assignment"
    return None


def _annotation(one: Submission, asked: Asked, answer: str) -> dict[str, object]:
    return {
        "assignment_id": one.assignment_id,
        "item_id": asked.item_id,
        "annotator": one.annotator,
        "answer": answer,
        "comment": one.comment,
        "submitted_at": one.submitted_at,
        "guideline_version": version_of(one.guidelines, asked.guideline_version),
        "schema_version": asked.schema_version,
        "seconds": one.seconds,
        "suggested": one.suggested,
        "remark": one.remark,
        "swapped": one.swapped,
    }


def judge_checked(
    kind: AnswerKind,
    truths: dict[str, str],
    came: Iterable[Submission],
    known: set[tuple[str, str]],
    known_rejections: set[str],
) -> Verdicts:
    """The same for answers to honeypots of these truths; `known` are the (honeypot, annotator) taken before.

    Only the first answer counts, because a batch may be handed in again.
    """
    verdicts = Verdicts()
    taken = set(known)
    for one in came:
        if one.assignment_id not in truths:
            detail = f"no honeypot has the id {one.assignment_id!r}"
            reject(verdicts, one, "unknown_assignment", detail, known=known_rejections)
            continue
        try:
            answer = kind.validate(one.answer)
            refuse_unstorable(as_json(answer), one.annotator, one.comment)
        except InvalidAnswerError as error:
            reject(verdicts, one, "answer", str(error), known=known_rejections)
            continue
        if (one.assignment_id, one.annotator) not in taken:
            taken.add((one.assignment_id, one.annotator))
            verdicts.accepted.append(_checked(kind, one, answer, truths[one.assignment_id]))
    return verdicts


def _checked(kind: AnswerKind, one: Submission, answer: Answer, truth: str) -> dict[str, object]:
    return {
        "honeypot_id": one.assignment_id,
        "annotator": one.annotator,
        "answer": as_json(answer),
        "truth": truth,
        "correct": kind.agrees(json.loads(truth), answer),
        "comment": one.comment,
        "seconds": one.seconds,
        "submitted_at": one.submitted_at,
    }


def reject(verdicts: Verdicts, one: HandedIn, reason: str, detail: str, *, known: set[str]) -> None:
    """Note what was handed in and not taken, once."""
    said = {name: value for name, value in vars(one).items() if value is not None and name != "guidelines"}
    raw = as_json(said)
    rejection_id = digest(raw, 32)
    if rejection_id not in known:
        known.add(rejection_id)
        raw = raw.encode("utf-8", "backslashreplace").decode()
        verdicts.rejected.append({"rejection_id": rejection_id, "reason": reason, "detail": detail, "raw": raw})


def refuse_unstorable(*texts: object) -> None:
    """Raises InvalidAnswerError for text that no column takes: one such answer must not hold up all the others."""
    for text in texts:
        if isinstance(text, str) and ("\0" in text or not _encodable(text)):
            raise InvalidAnswerError(f"{text[:80]!r} has NUL (U+0000) or half of a surrogate pair in it; write it anew")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
