"""What one call of the backend works with: the connection, the queues there are, and what they hold."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gt_platform.labeling.backends.label_studio.client import Client, Json
from gt_platform.labeling.backends.label_studio.mirror import Mirror, opened
from gt_platform.labeling.backends.label_studio.queues import Queue, made, place_mark, queues
from gt_platform.labeling.backends.label_studio.tasks import Task
from gt_platform.labeling.base import BackendError
from gt_platform.labeling.dealing.refs import Ref, Sealer
from gt_platform.labeling.dealing.seats import Key


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where a server is and whose token is used; times in seconds."""

    url: str
    token: str
    timeout: float


@dataclass(frozen=True)
class Session:
    """A project's queues, freshly read."""

    project: str
    client: Client
    mirror: Mirror
    sealer: Sealer
    queues: Sequence[Queue]
    users: Mapping[str, int]

    def user(self, name: str, email: str) -> int:
        """The id of somebody's account. Raises BackendError."""
        if email.lower() not in self.users:
            raise BackendError(
                f"{self.project}: {name} has no account in Label Studio with the address {email}: "
                "invite them there, or correct labeling.options"
            )
        return self.users[email.lower()]

    def tasks(self, place: str) -> Iterator[tuple[Task, Ref | None]]:
        """All tasks in a place, with what each stands for; None where somebody else put it there."""
        for queue in self._of(place):
            for task in self.mirror.of(queue.project_id):
                yield task, self.sealer.open(task.ref, place)

    def queue(self, place: str, wanted: Json) -> int:
        """The id of the place's queue with these settings, made if need be."""
        return made(self.client, self.queues, self.project, place, wanted, self.sealer)

    def swapped(self, ref: Ref, place: str) -> bool:
        """Whether the second of two sides is A in the task that stands for this in a place."""
        return self.sealer.chance(f"sides\n{place}\n{ref.what}\n{ref.id}") < 0.5

    def sides(self, place: str) -> Callable[[Task], bool | None]:
        """How two sides stand in a task of a place; None where their order was not drawn."""

        def of(task: Task) -> bool | None:
            ref = self.sealer.open(task.ref, place) if task.sided else None
            return None if ref is None else self.swapped(ref, place)

        return of

    def has_queue(self, place: str) -> bool:
        """Whether somebody was given something before."""
        return bool(self._of(place))

    def add(self, queue: int, tasks: Sequence[Json]) -> None:
        """Import them, in this order."""
        self.client.add_tasks(queue, tasks)

    def remove(self, keys: Iterable[Key]) -> None:
        """Delete those of these tasks that nobody has touched."""
        by_project = defaultdict(list)
        for project, task in keys:
            by_project[project].append(task)
        for project, tasks in by_project.items():
            self.client.remove_untouched(project, tasks)
            self.mirror.forget(project, tasks)

    def _of(self, place: str) -> list[Queue]:
        mark = place_mark(self.sealer, self.project, place)
        return [queue for queue in self.queues if queue.place == mark]


@contextlib.contextmanager
def session(project: str, account: Account, sealer: Sealer, file: Path) -> Iterator[Session]:
    """Read what changed since the last call. Raises BackendError."""
    with opened(file, account.url) as mirror, Client(account.url, account.token, timeout=account.timeout) as client:
        found = queues(client, project, sealer)
        users = {str(user["email"]).lower(): int(user["id"]) for user in client.users()}
        mirror.refresh(client, [(queue.project_id, queue.size) for queue in found])
        yield Session(project, client, mirror, sealer, found, users)
