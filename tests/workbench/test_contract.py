"""The workbench keeps the contract of backends that know who answers."""

import json
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from gt_platform.answers import Answer
from gt_platform.labeling.base import Backend
from gt_platform.labeling.messages import Assignment
from gt_platform.testing import StaffedContract
from gt_platform.testing.backend import SLOTS, Say
from gt_platform.workbench.accounts import people
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import review
from gt_platform.workbench.desk.showing import Nothing
from gt_platform.workbench.exchange.backend import Workbench, WorkbenchBackend
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.place import Place
from gt_platform.workbench.store.tables import items, seats
from tests.workbench.people import Shop


class TestWorkbench(StaffedContract):
    def options(self, home: Path) -> Workbench:  # noqa: ARG002
        return Workbench()

    def close(self, backend: Backend) -> None:
        assert isinstance(backend, WorkbenchBackend)
        backend.database.close()

    def before_annotators(self, home: Path) -> list[str]:
        waiting = select(items.c.input).join(seats, seats.c.item_id == items.c.item_id).where(seats.c.state == "free")
        shop = self.shop(home)
        with shop.database.read() as connection:
            found = [json.loads(row.input) for row in connection.execute(waiting)]
        shop.database.close()
        return found

    def work(self, home: Path, sent: Sequence[Assignment], say: Say) -> None:  # noqa: ARG002 - the store has them
        shop = self.shop(home)
        for number in range(SLOTS):
            work_off(shop, hired(shop, f"annotator {number}", "annotator"), say)
        shop.database.close()

    def review(self, home: Path, answer: Answer, reasoning: str) -> None:
        shop = self.shop(home)
        reviewer = hired(shop, "reviewer", "reviewer")
        while not isinstance(case := review.next_case(shop.database, reviewer, "small", now=shop.now), Nothing):
            review.rule(shop.database, reviewer, case.case_id, answer, reasoning, None, now=shop.now)
        shop.database.close()

    def shop(self, home: Path) -> Shop:
        return Shop(Database.open(Place(home=home).url), self.project(home))


def hired(shop: Shop, name: str, role: str) -> Account:
    """Somebody of this name."""
    with shop.database.read() as connection:
        known = people.find_account(connection, name)
    return known or shop.hire(name, roles=[role])


def work_off(shop: Shop, person: Account, say: Say) -> None:
    """Answer and hand in until there is nothing left."""
    while not isinstance(task := shop.next(person), Nothing) or task.batch_id is not None:
        if isinstance(task, Nothing):
            shop.hand_in(person, str(task.batch_id))
        else:
            shop.answer(person, task, say(task.input), seconds=0)
