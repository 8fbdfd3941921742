"""The contract of a labeling backend."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

from gt_platform.answers import Answer
from gt_platform.labeling.base import Backend, BackendOptions
from gt_platform.labeling.desk import Asked, judge
from gt_platform.labeling.messages import Assignment, Submission
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.testing.projects import ANSWERS, small_project

Say = Callable[[str], Answer]
"""What annotators answer to an input."""
TEXTS = (
    "plain",
    "=1+1",
    'quotes "," and\nnew lines',
    "<script>alert('$1')</script>",
    "👩‍🔬 Z̷a̷l̷g̷o̷ \u202eright to left",
    "x" * 5_000,
)
SLOTS = 3


def asked(*texts: str, slots: int = SLOTS) -> list[Assignment]:
    """Assignments of these texts, each asked of so many annotators."""
    return [
        Assignment(assignment_id=f"{_digest(text)}-{slot}", item_id=_digest(text), slot=slot, input=text)
        for text in texts
        for slot in range(1, slots + 1)
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def usual(text: str) -> Answer:
    """The answer to a text."""
    return ANSWERS[len(text) % len(ANSWERS)]


class BackendContract:
    """What is promised of a labeling backend. Say how it is opened, what its annotators see, and let them work.

    - Nothing is asked twice, however often it is sent, and what is not sent any more is asked no longer.
    - Whatever is answered comes back as it was answered, once, for the assignment it was given to, from a different
      annotator for each slot of an item, and in a form that the platform takes in.
    - It comes back every time it is collected, also by whoever opens the backend anew; what was not asked or not
      answered never does.
    """

    withdraws: ClassVar[bool] = True
    """Whether it can take back what was sent; files that somebody has fetched cannot be."""

    def options(self, home: Path) -> BackendOptions:
        """The backend's options, for a project whose files are below this folder."""
        raise NotImplementedError

    def project(self, home: Path) -> Project:  # noqa: ARG002 - others may need it
        """What is asked: one of ANSWERS, three times an item."""
        return small_project()

    def open(self, home: Path) -> Backend:
        """The backend over all that was sent and answered below this folder."""
        return self.options(home).open(self.project(home), Settings(home=home))

    def close(self, backend: Backend) -> None:
        """Let go of what it holds."""

    def before_annotators(self, home: Path) -> list[str] | None:
        """The texts that wait for an answer, each as often as it is asked; None where nobody is asked anything."""
        raise NotImplementedError

    def work(self, home: Path, sent: Sequence[Assignment], say: Say) -> None:
        """Let annotators answer all that waits, of the assignments that were sent, and hand it in."""
        raise NotImplementedError

    @contextmanager
    def opened(self, home: Path) -> Iterator[Backend]:
        """The backend, for a while."""
        backend = self.open(home)
        try:
            yield backend
        finally:
            self.close(backend)

    def send(self, home: Path, assignments: Sequence[Assignment]) -> None:
        """As every run does, in a process of its own."""
        with self.opened(home) as backend:
            backend.send(assignments)

    def collect(self, home: Path, assignments: Sequence[Assignment]) -> list[Submission]:
        """Everything that was handed in for these; none of it may be unreadable."""
        with self.opened(home) as backend:
            came = list(backend.collect(assignments))
        unreadable = [one for one in came if not isinstance(one, Submission)]
        assert unreadable == []
        return [one for one in came if isinstance(one, Submission)]

    def test_it_has_all_that_a_backend_must_have(self, tmp_path: Path) -> None:
        """Backend's methods on what its options open."""
        with self.opened(tmp_path) as backend:
            assert isinstance(backend, Backend)

    def test_nothing_is_asked_twice(self, tmp_path: Path) -> None:
        """A run that died is simply run again."""
        first, all_ = asked(*TEXTS[:3]), asked(*TEXTS)
        self.send(tmp_path, first)
        self.send(tmp_path, first)
        self._check_before_annotators(tmp_path, first)
        self.send(tmp_path, all_)
        self.send(tmp_path, all_)
        self._check_before_annotators(tmp_path, all_)

    def test_what_is_no_longer_sent_is_asked_no_longer(self, tmp_path: Path) -> None:
        """Truth that came from elsewhere needs no answer."""
        if not self.withdraws:
            pytest.skip("what was sent cannot be taken back")
        assignments = asked(*TEXTS)
        self.send(tmp_path, assignments)
        self.send(tmp_path, assignments[SLOTS:])
        self._check_before_annotators(tmp_path, assignments[SLOTS:])
        self.send(tmp_path, [])
        self._check_before_annotators(tmp_path, [])

    def test_before_anybody_answers_there_is_nothing_to_collect(self, tmp_path: Path) -> None:
        """Neither before anything is sent nor after."""
        assignments = asked(*TEXTS)
        assert self.collect(tmp_path, []) == []
        assert self.collect(tmp_path, assignments) == []
        self.send(tmp_path, assignments)
        assert self.collect(tmp_path, assignments) == []

    def test_every_answer_comes_back_once_and_unchanged(self, tmp_path: Path) -> None:
        """With an annotator that differs from slot to slot of an item, so that the platform takes in all of them."""
        assignments = asked(*TEXTS)
        self.send(tmp_path, assignments)
        self.work(tmp_path, assignments, usual)
        self._check_taken(assignments, self.collect(tmp_path, assignments))

    def test_answers_come_back_every_time(self, tmp_path: Path) -> None:
        """Also when nothing is asked any more, and when it is sent again."""
        assignments = asked(*TEXTS)
        self.send(tmp_path, assignments)
        self.work(tmp_path, assignments, usual)
        first = self.collect(tmp_path, assignments)
        assert _by_assignment(self.collect(tmp_path, assignments)) == _by_assignment(first)
        self.send(tmp_path, assignments)
        self.work(tmp_path, assignments, lambda _: ANSWERS[0])
        self._check_taken(assignments, self.collect(tmp_path, assignments))
        self.send(tmp_path, [])
        assert _by_assignment(self.collect(tmp_path, assignments)) == _by_assignment(first)

    def test_what_comes_later_is_added(self, tmp_path: Path) -> None:
        """Answers to what was sent first stay as they are."""
        first, all_ = asked(*TEXTS[:2]), asked(*TEXTS)
        self.send(tmp_path, first)
        self.work(tmp_path, first, usual)
        self.send(tmp_path, all_)
        self._check_taken(first, self.collect(tmp_path, all_))
        self.work(tmp_path, all_, usual)
        self._check_taken(all_, self.collect(tmp_path, all_))

    def test_nothing_comes_back_for_what_was_never_sent(self, tmp_path: Path) -> None:
        """However much else was answered."""
        assignments, never = asked(*TEXTS), asked("never sent")
        self.send(tmp_path, assignments)
        self.work(tmp_path, assignments, usual)
        self._check_taken(assignments, self.collect(tmp_path, [*assignments, *never]))
        came = self.collect(tmp_path, never)
        assert {one.assignment_id for one in came} <= {one.assignment_id for one in assignments}

    def test_answers_can_be_collected_for_some(self, tmp_path: Path) -> None:
        """For whatever still waits, whether or not the others come along."""
        assignments = asked(*TEXTS)
        self.send(tmp_path, assignments)
        self.work(tmp_path, assignments, usual)
        some = assignments[1::2]
        came = _by_assignment(self.collect(tmp_path, some))
        assert {one.assignment_id for one in some} <= came.keys() <= {one.assignment_id for one in assignments}

    def _check_before_annotators(self, home: Path, assignments: Sequence[Assignment]) -> None:
        found = self.before_annotators(home)
        if found is not None:
            assert Counter(found) == Counter(one.input for one in assignments)

    def _check_taken(self, assignments: Sequence[Assignment], came: Sequence[Submission]) -> None:
        """All of them are answered, and the platform refuses nothing of what came."""
        kind = small_project().answer_kind
        known = {one.assignment_id: _unanswered(one) for one in assignments}
        verdicts = judge(kind, known, came, set())
        assert verdicts.rejected == []
        assert len(came) == len(verdicts.accepted) == len(assignments)
        answers = {one.assignment_id: one.answer for one in came}
        assert answers == {one.assignment_id: usual(one.input) for one in assignments}
        for one in came:
            assert one.annotator
            assert one.submitted_at is None or one.submitted_at.tzinfo is not None
            assert one.seconds is None or one.seconds >= 0


def _unanswered(one: Assignment) -> Asked:
    return Asked(item_id=one.item_id, round=1, guideline_version="", schema_version="", answered=None)


def _by_assignment(came: Sequence[Submission]) -> dict[str, Any]:
    return {one.assignment_id: (one.annotator, one.answer, one.comment, one.submitted_at) for one in came}
