"""Comparing answers to honeypots with what is known, and what the comparisons come to."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from gt_platform.answers import InvalidAnswerError
from gt_platform.stats.annotators.shares import Share, jeffreys
from gt_platform.workbench.store.rules import Rules
from gt_platform.workbench.store.tables import Record, batches, honeypots, tasks

FEWEST = 5
"""Known answers below which a share would say more about single answers than about the annotator."""
OF_TASK = and_(honeypots.c.project == tasks.c.project, honeypots.c.honeypot_id == tasks.c.honeypot_id)


@dataclass(frozen=True)
class Graded:
    """How a batch did on its honeypots: which of its tasks were right, and whether that will do."""

    right: dict[str, bool]
    good_enough: bool

    @property
    def wrong(self) -> list[str]:
        """The tasks that were not."""
        return [task_id for task_id, right in self.right.items() if not right]


def grade(connection: Connection, batch_id: str, agreed: Rules) -> Graded:
    """Grade what a batch's honeypots were answered. One skipped after it was handed in counts as wrong.

    A batch rarely has more than one, and anybody may be wrong once: where it has fewer than FEWEST, the latest of the
    annotator's batches before count as well.
    """
    given = or_(tasks.c.state == "answered", tasks.c.first_answer.is_not(None))
    query = select(tasks.c.task_id, tasks.c.state, tasks.c.answer, honeypots.c.truth).join_from(
        tasks, honeypots, OF_TASK
    )
    verdicts = {
        row.task_id: row.state == "answered" and is_right(agreed, row.truth, row.answer)
        for row in connection.execute(query.where(tasks.c.batch_id == batch_id, given))
    }
    judged = {task_id: right for task_id, right in verdicts.items() if right is not None}
    counted = [*judged.values(), *_before(connection, batch_id, FEWEST - len(judged))]
    at_least = agreed.honeypots.at_least if agreed.honeypots else 0.0
    return Graded(judged, all(judged.values()) or sum(counted) >= at_least * len(counted))


def _before(connection: Connection, batch_id: str, most: int) -> Sequence[bool]:
    """Whether the annotator's latest first answers to honeypots of earlier batches were right, at most so many."""
    this = select(batches.c.project, batches.c.account_id).where(batches.c.batch_id == batch_id).subquery()
    earlier = (
        select(tasks.c.first_right)
        .join(this, and_(tasks.c.project == this.c.project, tasks.c.account_id == this.c.account_id))
        .where(tasks.c.batch_id != batch_id, tasks.c.honeypot_id.is_not(None), tasks.c.first_right.is_not(None))
        .order_by(tasks.c.first_handed_in_at.desc(), tasks.c.task_id)
    )
    return connection.execute(earlier.limit(max(0, most))).scalars().all()


def first_verdict(connection: Connection, row: Record, answer: str, agreed: Rules) -> bool | None:
    """Whether an answer, as JSON text, to a task is right; None where nothing is known."""
    this = and_(honeypots.c.project == row.project, honeypots.c.honeypot_id == row.honeypot_id)
    truth = connection.execute(select(honeypots.c.truth).where(this)).scalar()
    return None if truth is None else is_right(agreed, truth, answer)


def is_right(agreed: Rules, truth: str, answer: str) -> bool | None:
    """Whether an answer agrees with a truth, both JSON text; None if one is of an older answer schema."""
    kind = agreed.kind()
    try:
        return kind.agrees(kind.validate(json.loads(truth)), kind.validate(json.loads(answer)))
    except InvalidAnswerError:
        return None


def share_of(verdicts: Iterable[bool | None]) -> Share | None:
    """The share of right ones among the verdicts there are, None for fewer than FEWEST."""
    judged = [verdict for verdict in verdicts if verdict is not None]
    if len(judged) < FEWEST:
        return None
    low, high = jeffreys([sum(judged)], [len(judged)])
    return Share(value=sum(judged) / len(judged), low=float(low[0]), high=float(high[0]), n=len(judged))
