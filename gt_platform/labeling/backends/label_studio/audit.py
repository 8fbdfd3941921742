"""What people did, as far as Label Studio tells: it keeps no history, only how each annotation began and how it is now.

The number of an entry is its time in microseconds and three digits more, so that nothing has to be counted anywhere.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from gt_platform.labeling.backends.label_studio.tasks import Handed, Task, moment
from gt_platform.labeling.messages import AuditEntry

SETTLED = timedelta(seconds=10)
"""Entries younger than this come later: one that was being saved could still come before them."""
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")


def entries(
    told: Iterable[tuple[Task, Handed, str]], named: Callable[[int | None], str], now: datetime
) -> Iterator[AuditEntry]:
    """In order; each annotation comes with its task and the id it is about. `named` turns users into names."""
    found = [entry for task, one, about in told for entry in _of(task, one, about, named)]
    yield from sorted((one for one in found if one.at < now - SETTLED), key=lambda entry: entry.number)


def _of(task: Task, one: Handed, about: str, named: Callable[[int | None], str]) -> Iterator[AuditEntry]:
    began, ended = moment(one.created_at), moment(one.updated_at)
    detail = {"project": task.project_id, "task": task.task_id, "annotation": one.annotation_id}
    did = "skipped" if one.skipped else "answered"
    yield AuditEntry(
        number=_number(began, one),
        at=began,
        who=named(one.by),
        did=did,
        about=about,
        detail={**detail, "seconds": one.seconds},
    )
    if one.changed_by not in (None, one.by) or ended - began > timedelta(seconds=1):
        yield AuditEntry(
            number=_number(ended, one) + 1,
            at=ended,
            who=named(one.changed_by or one.by),
            did="changed",
            about=about,
            detail=detail,
        )


def _number(at: datetime, one: Handed) -> int:
    return (at - EPOCH) // timedelta(microseconds=1) * 1000 + one.annotation_id % 500 * 2
