"""The rules of work in any order a clock and three annotators can think of."""

import json
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from gt_platform.labeling.messages import Assignment
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import batches, routing, work
from gt_platform.workbench.desk.showing import Nothing, Task
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import tasks
from tests.workbench.invariants import violations
from tests.workbench.people import TRUTH, WRONG, asked_of, honeypot, open_shop
from tests.workbench.racing import POTS

AT = st.integers(0, 999)
"""Which of those there are: work is dealt by chance, so what is drawn must not depend on how many these are."""


class AnyOrder(RuleBasedStateMachine):
    """The rules of work in any order a clock and three people can think of."""

    @initialize()
    def open(self) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        home = Path(self.folder.name)
        self.shop = open_shop(f"sqlite:///{home / 'w.sqlite'}", home, batch=3, lease_minutes=30, honeypots=POTS)
        self.staff = [
            self.shop.hire(f"annotator {number}", daily_quota=[None, 12, None][number]) for number in range(3)
        ]
        self.asked: dict[str, Assignment] = {}
        self.seen: dict[str, tuple[Account, Task]] = {}
        self.taken: dict[str, str] = {}

    @rule(
        number=st.integers(0, 5),
        slot=st.integers(1, 2),
        version=st.sampled_from(["v1", "v2"]),
        urgent=st.integers(0, 2),
    )
    def ask(self, number: int, slot: int, version: str, urgent: int) -> None:
        one = asked_of(f"text {number}", slot, version=version, priority=urgent)
        self.asked[one.assignment_id] = one
        self.shop.backend.send(list(self.asked.values()))

    @rule(at=AT)
    def ask_less(self, at: int) -> None:
        if self.asked:
            self.asked.pop(sorted(self.asked)[at % len(self.asked)])
            self.shop.backend.send(list(self.asked.values()))

    @rule(numbers=st.sets(st.integers(0, 8)))
    def brief(self, numbers: set[int]) -> None:
        self.shop.pool([f"text {number}" for number in numbers])

    @rule(who=st.integers(0, 2))
    def next(self, who: int) -> None:
        found = self.shop.next(self.staff[who])
        if isinstance(found, Task):
            self.seen[found.task_id] = self.staff[who], found
            assert honeypot(str(found.input)).truth == TRUTH

    @rule(at=AT, answer=st.sampled_from([TRUTH, WRONG]))
    def submit(self, at: int, answer: str) -> None:
        if not self.seen:
            return
        task_id = sorted(self.seen)[at % len(self.seen)]
        annotator, task = self.seen[task_id]
        try:
            self.shop.answer(annotator, task, answer)
        except WorkError:
            return
        self.taken[task_id] = answer

    @rule(at=AT)
    def skip(self, at: int) -> None:
        if not self.seen:
            return
        task_id = sorted(self.seen)[at % len(self.seen)]
        annotator, _ = self.seen[task_id]
        try:
            work.skip(self.shop.database, annotator, task_id, "", not_covered=False, now=self.shop.now)
        except WorkError:
            return
        with self.shop.database.read() as connection:
            state = connection.execute(select(tasks.c.state).where(tasks.c.task_id == task_id)).scalar()
        if state == "skipped":
            self.taken.pop(task_id, None)

    @rule(who=st.integers(0, 2))
    def undo(self, who: int) -> None:
        undone = work.undo(self.shop.database, self.staff[who], "sentiment", now=self.shop.now)
        if undone:
            self.taken.pop(undone.task_id, None)

    @rule(who=st.integers(0, 2))
    def hand_in(self, who: int) -> None:
        found = routing.next_task(self.shop.database, self.staff[who], "sentiment", now=self.shop.now)
        if isinstance(found, Nothing) and found.batch_id:
            self.shop.hand_in(self.staff[who], found.batch_id)

    @rule(minutes=st.sampled_from([1, 20, 31, 1440]))
    def wait(self, minutes: int) -> None:
        self.shop.later(minutes=minutes)

    @rule()
    def expire(self) -> None:
        batches.release_expired(self.shop.database, now=self.shop.now)

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "shop"):
            assert violations(self.shop.database) == []
            with self.shop.database.read() as connection:
                answers = select(tasks.c.task_id, tasks.c.answer).where(tasks.c.answer.is_not(None))
                kept = {row.task_id: json.loads(row.answer) for row in connection.execute(answers)}
            assert kept == self.taken

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            self.shop.database.close()
            self.folder.cleanup()


AnyOrder.TestCase.settings = settings(max_examples=12, stateful_step_count=40, deadline=None)


TestAnyOrder = pytest.mark.slow(AnyOrder.TestCase)
