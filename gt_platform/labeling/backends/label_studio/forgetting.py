"""Erasing items from Label Studio: every task that shows one is deleted there, with all that was handed in on it.

Tasks are known by their references, in whosever queue they are, also of people who are no longer named. What its server
keeps besides, such as copies of its database, is out of reach.
"""

from collections.abc import Collection, Iterator

from gt_platform.labeling.backends.label_studio.config import REF
from gt_platform.labeling.backends.label_studio.session import Session
from gt_platform.labeling.backends.label_studio.tasks import Task
from gt_platform.labeling.base import BackendError, Forgetting, Forgotten
from gt_platform.labeling.dealing.briefed import Briefed
from gt_platform.labeling.dealing.refs import item_digest


def forget(at: Session, what: Forgetting) -> Forgotten:
    """Delete the items' tasks, and see that they are gone. Raises BackendError; then the same again goes on."""
    items = {item_digest(item) for item in what.items}
    gone = 0
    for queue in at.queues:
        found = {task.task_id: task.ref for task in _theirs(at, at.mirror.of(queue.project_id), items)}
        at.client.remove(queue.project_id, list(found))
        left = [one["id"] for one in at.client.named(queue.project_id, list(found)) if one["data"].get(REF) in
                found.values()]  # fmt: skip
        if left:
            raise BackendError(
                f"Label Studio's project {queue.project_id} still holds {len(left)} tasks that were deleted, such as "
                f"{left[0]}: delete them there, and erase again"
            )
        at.mirror.forget(queue.project_id, found)
        gone += len(found)
    at.mirror.vanished = [(task, one) for task, one in at.mirror.vanished if not any(_theirs(at, [task], items))]
    at.mirror.briefing = Briefed.of_json(at.mirror.briefing).without(what.items).json()
    return Forgotten(tasks=gone)


def _theirs(at: Session, tasks: Collection[Task], items: Collection[str]) -> Iterator[Task]:
    return (task for task in tasks if at.sealer.item(task.ref) in items)
