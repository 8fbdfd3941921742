"""The workbench as a labeling backend: between the platform's messages and the store people work from."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ConfigDict, Field
from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.exc import IntegrityError

from gt_platform.labeling.base import BackendError, BackendOptions, Forgetting, Forgotten
from gt_platform.labeling.messages import Assignment, AuditEntry, Briefing, Case, Ruling, Submission
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.workbench.desk.review import unseen
from gt_platform.workbench.exchange import briefing, forgetting, sending
from gt_platform.workbench.store import audit, rules
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from gt_platform.workbench.store.place import Place
from gt_platform.workbench.store.tables import Record, cases, tasks


class Workbench(BackendOptions):
    """Needs nothing. `webhook` is told what happens; media may be loaded from `images` and nowhere else; with
    `acknowledge` nobody goes on labeling under another guideline before they said that they have read it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    webhook: str | None = Field(None, description="https:// address that is told what happens")
    images: tuple[str, ...] = Field(
        (), description="origins that pictures, sounds and films may come from, such as https://host"
    )

    acknowledge: bool = Field(False, description="annotators say that they have read each version before they go on")

    def open(self, project: Project, settings: Settings) -> "WorkbenchBackend":
        """The backend over the workbench's store, which is made where there is none. Raises BackendError."""
        with _as_backend_errors():
            return WorkbenchBackend(Database.open(Place(home=settings.home).url), project)


@dataclass(frozen=True)
class WorkbenchBackend:
    """One project's work in the store."""

    database: Database
    project: Project

    def send(self, assignments: Sequence[Assignment], /) -> None:
        """Make a seat of each assignment; those asked no more and not handed in are taken back. Raises BackendError."""
        with _as_backend_errors():
            rules.declare(self.database, self.project)
            sending.take_in(self.database, self.project.name, assignments, datetime.now(UTC))

    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        """The answers of every batch that was handed in. Raises BackendError."""
        guidelines = self._guidelines()
        for chunk in sending.chunks(one.assignment_id for one in waiting):
            asked = and_(tasks.c.assignment_id.in_(chunk), tasks.c.state == "handed_in")
            for row in self._read(_answers(self.project.name, asked)):
                yield replace(_submission(row, row.assignment_id, row.answer), guidelines=guidelines.get(row.guideline))

    def brief(self, given: Briefing, /) -> None:
        """Take over what people may be shown from now on. Raises BackendError."""
        with _as_backend_errors(), self.database.write() as connection:
            rules.put(connection, self.project)
            briefing.take_over(connection, self.project.name, given, datetime.now(UTC))

    def checked(self, since: datetime | None, /) -> Iterator[Submission]:
        """First answers to honeypots handed in at `since` or later. Raises BackendError."""
        first = and_(tasks.c.honeypot_id.is_not(None), tasks.c.first_handed_in_at.is_not(None))
        late_enough = first if since is None else and_(first, tasks.c.first_handed_in_at >= since)
        for row in self._read(_answers(self.project.name, late_enough)):
            yield _submission(row, row.honeypot_id, row.first_answer)

    def rulings(self, wanted: Sequence[Case], /) -> Iterator[Ruling]:
        """The rulings there are on these cases. Raises BackendError."""
        digests, guidelines = {(one.item_id, one.answers_digest) for one in wanted}, self._guidelines()
        for chunk in sending.chunks(sorted({item for item, _ in digests})):
            ruled = and_(cases.c.project == self.project.name, cases.c.state == "ruled", cases.c.item_id.in_(chunk))
            for row in self._read(select(cases).where(ruled).order_by(cases.c.ruled_at, cases.c.case_id)):
                if (row.item_id, row.answers_digest) in digests:
                    yield replace(_ruling(row), guidelines=guidelines.get(row.guideline))

    def audit(self, after: int, /) -> Iterator[AuditEntry]:
        """Everything that was done in the project and to accounts, numbered above `after`. Raises BackendError."""
        with _as_backend_errors(), self.database.read() as connection:
            found = list(audit.entries(connection, self.project.name, after))
        yield from found

    def forget(self, what: Forgetting, /) -> Forgotten:
        """Cancel and empty all that is of these items. Raises BackendError."""
        with _as_backend_errors():
            return forgetting.forget(self.database, self.project.name, what)

    def _guidelines(self) -> dict[str, str]:
        with _as_backend_errors(), self.database.read() as connection:
            return rules.guidelines_of(connection, self.project.name)

    def _read(self, query: Select[*tuple[Any, ...]]) -> Sequence[Record]:
        with _as_backend_errors(), self.database.read() as connection:
            return connection.execute(query).all()


@contextmanager
def _as_backend_errors() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise BackendError(str(error)) from error
    except IntegrityError as error:
        raise BackendError(f"the workbench's store refuses what was sent: {error.orig}") from error


def _answers(project: str, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(tasks).where(tasks.c.project == project, which).order_by(tasks.c.handed_in_at, tasks.c.task_id)


def _submission(row: Record, asked: str, answer: str) -> Submission:
    return Submission(
        assignment_id=asked,
        annotator=row.code,
        answer=json.loads(answer),
        comment=row.comment or None,
        submitted_at=row.answered_at,
        seconds=row.seconds,
        suggested=row.suggested,
        remark=row.remark,
        swapped=row.swapped,
    )


def _ruling(row: Record) -> Ruling:
    answer = json.loads(row.answer)
    return Ruling(
        item_id=row.item_id,
        answers_digest=row.answers_digest,
        answer=answer,
        adjudicator=row.adjudicator,
        reasoning=row.reasoning,
        edge_case=row.edge_case,
        ruled_at=row.ruled_at,
        blind=unseen(row),
        swapped=row.swapped,
    )
