"""A small project in the workbench's store with people who work on it, for tests of the rules."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from gt_platform.labeling.messages import Assignment, Briefing, Honeypot, Submission
from gt_platform.project import Project
from gt_platform.workbench.accounts import people
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import batches, routing, work
from gt_platform.workbench.desk.showing import Nothing, Task
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from tests.support.sentiment import declare, item_of

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
TRUTH = "positive"
WRONG = "negative"


@dataclass
class Shop:
    """A store with one project; its clock moves only when told."""

    database: Database
    project: Project
    now: datetime = NOW

    @property
    def backend(self) -> WorkbenchBackend:
        """The platform's side."""
        return WorkbenchBackend(self.database, self.project)

    def hire(self, name: str, **facts: Any) -> Account:
        """A new annotator."""
        with self.database.write() as connection:
            return people.add_account(connection, name, **({"roles": ["annotator"]} | facts))

    def send(self, texts: list[str], *, overlap: int = 1, version: str = "v1", **facts: Any) -> list[Assignment]:
        """Ask for answers to these texts, and to nothing else."""
        asked = [asked_of(text, slot, version=version, **facts) for text in texts for slot in range(1, overlap + 1)]
        self.backend.send(asked)
        return asked

    def pool(self, texts: list[str], *, stratum: str = "any", **facts: Any) -> list[Honeypot]:
        """Honeypots of these texts, whose answer is TRUTH, and nothing else in the briefing."""
        pots = [honeypot(text, stratum=stratum, **facts) for text in texts]
        self.backend.brief(Briefing(honeypots=tuple(pots)))
        return pots

    def next(self, annotator: Account, *, chance: Random | None = None) -> Task | Nothing:
        """The annotator's next task."""
        return routing.next_task(self.database, annotator, self.project.name, now=self.now, chance=chance)

    def task(self, annotator: Account) -> Task:
        """The same where there must be one."""
        found = self.next(annotator)
        assert isinstance(found, Task), found
        return found

    def held(self, annotator: Account) -> list[Task]:
        """The tasks of somebody's batch in order, which is begun if need be."""
        self.next(annotator)
        found = work.batch(self.database, annotator, self.project.name, now=self.now)
        return list(found.tasks) if found else []

    def pots(self, annotator: Account) -> list[Task]:
        """The honeypots among them, where their texts say so."""
        return [task for task in self.held(annotator) if str(task.input).startswith("pot")]

    def answer(
        self, annotator: Account, task: Task, answer: Any = TRUTH, *, comment: str = "", seconds: float = 3
    ) -> None:
        """Submit, so many seconds later; the clock stands still for everybody else."""
        now = self.now + timedelta(seconds=max(seconds, 0)) if math.isfinite(seconds) else self.now
        work.submit(self.database, annotator, task.task_id, answer, comment, seconds=seconds, now=now)

    def answer_all(self, annotator: Account, answer: Any = TRUTH) -> str:
        """Answer everything there is in a batch and return its id."""
        while isinstance(found := self.next(annotator), Task):
            self.answer(annotator, found, answer)
        assert found.batch_id is not None, found
        return found.batch_id

    def hand_in(self, annotator: Account, batch_id: str) -> batches.BatchResult:
        """Hand a batch in."""
        return batches.hand_in(self.database, annotator, batch_id, now=self.now)

    def work_off(self, annotator: Account, answer: Any = TRUTH) -> int:
        """Answer and hand in until there is nothing left; returns the batches that took."""
        for number in range(1000):
            found = self.next(annotator)
            if isinstance(found, Nothing) and found.batch_id is None:
                return number
            self.hand_in(annotator, self.answer_all(annotator, answer))
        raise AssertionError("work never ends")

    def collected(self, asked: list[Assignment]) -> list[Submission]:
        """What the platform gets."""
        return list(self.backend.collect(asked))

    def later(self, **ahead: float) -> None:
        """Let time pass."""
        self.now += timedelta(**ahead)

    def did(self) -> list[tuple[str, str]]:
        """Who did what, in order."""
        return [(entry.who, entry.did) for entry in self.backend.audit(0)]


def open_shop(url: str, home: Path, **labeling: Any) -> Shop:
    """A shop over the store at `url`; `labeling` overrides the declaration."""
    declared = {"backend": "workbench", "batch": 5, "lease_minutes": 60} | labeling
    shop = Shop(Database.open(url), declare(home, labeling=declared))
    shop.backend.send([])
    return shop


def asked_of(text: str, slot: int = 1, *, version: str = "v1", **facts: Any) -> Assignment:
    """One assignment."""
    return Assignment(
        assignment_id=item_of([version, text, slot])[:32], item_id=item_of(text), slot=slot, input=text, **facts
    )


def honeypot(text: str, *, stratum: str = "any", exposures: int = 0, **facts: Any) -> Honeypot:
    """One honeypot, whose answer is TRUTH."""
    return Honeypot(
        honeypot_id=item_of(["pot", text])[:32],
        item_id=item_of(text),
        input=text,
        truth=TRUTH,
        stratum=stratum,
        exposures=exposures,
        **facts,
    )


def texts(count: int, prefix: str = "text") -> list[str]:
    """Different inputs."""
    return [f"{prefix} {number}" for number in range(count)]


def until_nothing(shop: Shop, annotator: Account) -> Iterator[Task]:
    """The tasks an annotator gets, each answered after it was looked at."""
    while isinstance(task := shop.next(annotator), Task):
        yield task
        shop.answer(annotator, task)


def everything(shop: Shop, annotator: Account) -> list[str]:
    """The inputs an annotator is given until there is nothing left, in order."""
    found = []
    for _ in range(100):
        found += [str(task.input) for task in until_nothing(shop, annotator)]
        nothing = shop.next(annotator)
        assert isinstance(nothing, Nothing)
        if nothing.batch_id is None:
            return found
        shop.hand_in(annotator, nothing.batch_id)
    raise AssertionError("work never ends")


def audited(shop: Shop, did: str) -> list[dict[str, Any]]:
    """The details of everything done like this."""
    return [entry.detail for entry in shop.backend.audit(0) if entry.did == did]
