"""People who do everything at once and in any order; run as a program it is one of several processes that do."""

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from gt_platform.workbench.accounts import people
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import batches, routing, work
from gt_platform.workbench.desk.showing import Task
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from tests.workbench.people import NOW, TRUTH, WRONG

PROJECT = "sentiment"
POTS = {"newcomer": 2, "share": 0.2, "at_least": 0.6, "attempts": 2}
SPEED = 60_000
"""Seconds that pass in a second, so that leases of an hour last 60 ms."""
Told = tuple[str, str, str]
"""What was done, to which task, and the answer: only what the annotator was told went well."""


class Racer:
    """Somebody who acts for any of the people, like an annotator with many windows open."""

    def __init__(self, database: Database, staff: list[Account], seed: int, start: float) -> None:
        self.database, self.staff, self.chance, self.start = database, staff, Random(seed), start
        self.known: list[tuple[Account, Task]] = []
        self.told: list[Told] = []

    @property
    def now(self) -> datetime:
        """A clock that runs fast, and is the same for all."""
        return NOW + timedelta(seconds=(time.time() - self.start) * SPEED)

    def act(self) -> None:
        """Do one thing; what is refused is refused."""
        acts: list[Callable[[], None]] = [
            *[self._next] * 4, *[self._submit] * 6, *[self._hand_in] * 2,
            self._skip, self._undo, self._draft, self._expire,
        ]  # fmt: skip
        try:
            self.chance.choice(acts)()
        except WorkError:
            return

    def _next(self) -> None:
        annotator = self.chance.choice(self.staff)
        task = routing.next_task(self.database, annotator, PROJECT, now=self.now)
        if isinstance(task, Task):
            self.known.append((annotator, task))
        elif task.batch_id:
            batches.hand_in(self.database, annotator, task.batch_id, now=self.now)

    def _any(self) -> tuple[Account, Task]:
        if not self.known:
            raise WorkError("nothing seen yet")
        return self.chance.choice(self.known[-8:] if self.chance.random() < 0.7 else self.known)

    def _submit(self) -> None:
        annotator, task = self._any()
        answer = self.chance.choice([TRUTH, WRONG])
        work.submit(self.database, annotator, task.task_id, answer, "", seconds=1, now=self.now)
        self.told.append(("submitted", task.task_id, answer))

    def _skip(self) -> None:
        annotator, task = self._any()
        work.skip(self.database, annotator, task.task_id, "", not_covered=False, now=self.now)
        self.told.append(("skipped", task.task_id, ""))

    def _undo(self) -> None:
        task = work.undo(self.database, self.chance.choice(self.staff), PROJECT, now=self.now)
        if task:
            self.told.append(("undone", task.task_id, ""))

    def _draft(self) -> None:
        annotator, task = self._any()
        work.save_draft(self.database, annotator, task.task_id, "draft", "", now=self.now)

    def _hand_in(self) -> None:
        annotator, task = self._any()
        batches.hand_in(self.database, annotator, task.batch_id, now=self.now)

    def _expire(self) -> None:
        batches.release_expired(self.database, now=self.now)


def main(url: str, seed: str, start: str, steps: str) -> None:
    """Race, then print what was told."""
    database = Database.open(url)
    with database.read() as connection:
        staff = people.everybody(connection)
    racer = Racer(database, staff, int(seed), float(start))
    for _ in range(int(steps)):
        racer.act()
    sys.stdout.write(json.dumps(racer.told))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
