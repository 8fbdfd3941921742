"""The backend: every call reads what changed in Label Studio, and says or does what follows from it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gt_platform.labeling.backends.label_studio.audit import entries
from gt_platform.labeling.backends.label_studio.forgetting import forget
from gt_platform.labeling.backends.label_studio.reading import unreadable, vanished
from gt_platform.labeling.backends.label_studio.review import ask_reviewers, rulings
from gt_platform.labeling.backends.label_studio.sending import hand_out, reader
from gt_platform.labeling.backends.label_studio.session import Account, Session, session
from gt_platform.labeling.backends.label_studio.setup import Setup
from gt_platform.labeling.backends.label_studio.tasks import Task
from gt_platform.labeling.base import Forgetting, Forgotten
from gt_platform.labeling.dealing.briefed import Briefed
from gt_platform.labeling.dealing.refs import sealer
from gt_platform.labeling.dealing.staff import REVIEW
from gt_platform.labeling.messages import (
    Assignment,
    AuditEntry,
    Briefing,
    Case,
    Ruling,
    Submission,
    Unreadable,
)


@dataclass(frozen=True, kw_only=True)
class LabelStudioBackend:
    """Fills and reads one queue for each annotator, and one for the reviewers."""

    setup: Setup
    account: Account
    key: Path

    def send(self, assignments: Sequence[Assignment], /) -> None:
        """Give out what nobody holds, and take back open tasks that are no longer asked or that nobody works on."""
        with self._session() as at:
            hand_out(at, self.setup, assignments, datetime.now(UTC))

    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission | Unreadable]:  # noqa: ARG002 - all count
        """Every annotation of work there is, and what was annotated once and is gone."""
        with self._session() as at:
            came = [one for name in self._asked(at) for one in self._handed_in(at, name)]
            gone = [vanished(task, one) for task, one in at.mirror.vanished if self._was_work(at, task)]
        yield from [*came, *gone]

    def brief(self, briefing: Briefing, /) -> None:
        """Keep who is paused and which honeypots there are for the next `send`; put cases before the reviewers."""
        with self._session() as at:
            at.mirror.briefing = Briefed.of(briefing).json()
            ask_reviewers(at, self.setup, briefing.cases)

    def checked(self, since: datetime | None, /) -> Iterator[Submission]:
        """First valid answers to honeypots, handed in at `since` or later."""
        with self._session() as at:
            found = [one for name in self._asked(at) for one in self._checked(at, name)]
        yield from (one for one in found if since is None or (one.submitted_at or since) >= since)

    def rulings(self, cases: Sequence[Case], /) -> Iterator[Ruling]:
        """The first valid ruling on each of these cases."""
        with self._session() as at:
            found = list(rulings(at, self.setup, cases))
        yield from found

    def audit(self, after: int, /) -> Iterator[AuditEntry]:
        """When each annotation was made and last changed, numbered above `after`."""
        with self._session() as at:
            told = [
                (task, one, ref.id)
                for place in (*self.setup.annotators, REVIEW)
                for task, ref in at.tasks(place)
                for one in task.handed
                if ref is not None
            ]
            named = self._names(at)
        yield from (one for one in entries(told, named, datetime.now(UTC)) if one.number > after)

    def forget(self, what: Forgetting, /) -> Forgotten:
        """Delete what was asked of these items, with the answers."""
        with self._session() as at:
            return forget(at, what)

    def _session(self) -> AbstractContextManager[Session]:
        return session(self.setup.project.name, self.account, sealer(self.key), self.setup.file)

    def _asked(self, at: Session) -> list[str]:
        """Annotators who were given anything: somebody who was not yet invited holds up nobody's answers."""
        return [name for name in self.setup.annotators if at.has_queue(name)]

    def _handed_in(self, at: Session, name: str) -> Iterator[Submission | Unreadable]:
        reads = reader(at, self.setup, name)
        for task, ref in at.tasks(name):
            if ref is None:
                for one in task.handed:
                    yield unreadable(task, one, "unknown_task", f"the platform put no such task in the queue of {name}")
            elif ref.what == "work":
                yield from reads.handed_in(task, ref.id)

    def _checked(self, at: Session, name: str) -> Iterator[Submission]:
        reads = reader(at, self.setup, name)
        for task, ref in at.tasks(name):
            if ref is not None and ref.what == "honeypot" and (found := reads.checked(task, ref.id)) is not None:
                yield found

    def _was_work(self, at: Session, task: Task) -> bool:
        refs = (at.sealer.open(task.ref, name) for name in self.setup.annotators)
        return any(ref is not None and ref.what == "work" for ref in refs)

    def _names(self, at: Session) -> Callable[[int | None], str]:
        known = {number: email for email, number in at.users.items()}
        for name, staff in {**self.setup.reviewers, **self.setup.annotators}.items():
            if (number := at.users.get(staff.email.lower())) is not None:
                known[number] = name
        return lambda user: known.get(user or 0, f"user {user}")
