"""The contract of a labeling backend that knows who answers."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from gt_platform.answers import Answer
from gt_platform.labeling.base import Staffed
from gt_platform.labeling.messages import AuditEntry, Briefing, Case, Honeypot, Opinion, Ruling, Submission
from gt_platform.project import Project
from gt_platform.testing.backend import TEXTS, BackendContract, asked, usual
from gt_platform.testing.projects import ANSWERS, small_project

NEWCOMER = 2
POTS = tuple(
    Honeypot(
        honeypot_id=f"honeypot {text}", item_id=f"known {text}", input=text, truth=usual(text), stratum="", exposures=0
    )
    for text in ("known", "known, too", "well known")
)
CASE = Case(
    item_id="contested",
    answers_digest="digest",
    input="a contested text",
    opinions=tuple(Opinion(answer=answer, comment=None) for answer in ANSWERS[:2]),
    why="a tie",
)


class StaffedContract(BackendContract):
    """What is promised of a backend that knows who answers, besides; also let its reviewers work.

    - Newcomers are given honeypots among their first work, and what they answer comes back as that alone, once for each
      annotator, by when it was handed in.
    - A briefing replaces the one before: retired honeypots are shown no longer.
    - A ruling comes back for the case it was made on, every time, and for no other; and says whether it was blind.
    - The audit has numbers that grow, and goes on from any of them.
    """

    def project(self, home: Path) -> Project:  # noqa: ARG002
        """The same, with honeypots."""
        return small_project(honeypots={"newcomer": NEWCOMER, "share": 0.0})

    def review(self, home: Path, answer: Answer, reasoning: str) -> None:
        """Let a reviewer rule so on every case that waits."""
        raise NotImplementedError

    @contextmanager
    def staffed(self, home: Path) -> Iterator[Staffed]:
        """The backend, for a while."""
        with self.opened(home) as backend:
            assert isinstance(backend, Staffed)
            yield backend

    def brief(self, home: Path, briefing: Briefing) -> None:
        """As every run does at its end."""
        with self.staffed(home) as backend:
            backend.brief(briefing)

    def checked(self, home: Path) -> list[Submission]:
        """All answers to honeypots."""
        with self.staffed(home) as backend:
            return list(backend.checked(None))

    def rulings(self, home: Path, *cases: Case) -> list[Ruling]:
        """The rulings on these cases."""
        with self.staffed(home) as backend:
            return list(backend.rulings(cases))

    def audit(self, home: Path, after: int = 0) -> list[AuditEntry]:
        """What was done since."""
        with self.staffed(home) as backend:
            return list(backend.audit(after))

    def test_answers_to_honeypots_are_told_apart_from_work(self, tmp_path: Path) -> None:
        """And hold nothing of it up."""
        assignments = asked(*TEXTS)
        self._work_with_honeypots(tmp_path)
        self._check_taken(assignments, self.collect(tmp_path, assignments))
        came = self.checked(tmp_path)
        annotators = {one.annotator for one in self.collect(tmp_path, assignments)}
        assert {one.assignment_id for one in came} <= {pot.honeypot_id for pot in POTS}
        assert len(came) == len({(one.assignment_id, one.annotator) for one in came})
        shown = Counter(one.annotator for one in came)
        assert all(shown[name] >= NEWCOMER for name in annotators)
        truths = {pot.honeypot_id: pot.truth for pot in POTS}
        assert all(one.answer == truths[one.assignment_id] for one in came)
        assert self.checked(tmp_path) == came

    def test_answers_to_honeypots_are_found_by_when_they_were_handed_in(self, tmp_path: Path) -> None:
        """At a moment or later."""
        self._work_with_honeypots(tmp_path)
        moments = [one.submitted_at for one in self.checked(tmp_path) if one.submitted_at is not None]
        assert len(moments) == len(self.checked(tmp_path))
        with self.staffed(tmp_path) as backend:
            assert len(list(backend.checked(min(moments)))) == len(moments)
            assert list(backend.checked(max(moments) + timedelta(days=1))) == []

    def test_a_honeypot_that_is_retired_is_shown_no_longer(self, tmp_path: Path) -> None:
        """Once the next assignments are sent, only work waits."""
        assignments = asked(*TEXTS)
        self.brief(tmp_path, Briefing(honeypots=POTS))
        self.send(tmp_path, assignments)
        self.brief(tmp_path, Briefing())
        self.send(tmp_path, assignments)
        self._check_before_annotators(tmp_path, assignments)

    def test_a_ruling_comes_back_for_its_case(self, tmp_path: Path) -> None:
        """Every time it is asked for."""
        other = Case(**{**vars(CASE), "answers_digest": "of other answers"})
        self.brief(tmp_path, Briefing(cases=(CASE,)))
        assert self.rulings(tmp_path, CASE) == []
        self.review(tmp_path, ANSWERS[1], "it is meant so")
        self.brief(tmp_path, Briefing(cases=(CASE,)))
        (one,) = self.rulings(tmp_path, CASE)
        assert (one.item_id, one.answers_digest) == (CASE.item_id, CASE.answers_digest)
        assert (one.answer, one.reasoning) == (ANSWERS[1], "it is meant so")
        assert one.adjudicator
        assert one.ruled_at.tzinfo is not None
        assert self.rulings(tmp_path, other, CASE) == [one]
        assert self.rulings(tmp_path, other) == self.rulings(tmp_path) == []

    def test_a_case_to_be_answered_blind_comes_back_as_answered_so(self, tmp_path: Path) -> None:
        """By somebody who was shown the item alone."""
        drawn = replace(CASE, blind=True)
        self.brief(tmp_path, Briefing(cases=(drawn,)))
        self.review(tmp_path, ANSWERS[1], "it is meant so")
        self.brief(tmp_path, Briefing(cases=(drawn,)))
        (one,) = self.rulings(tmp_path, drawn)
        assert (one.answer, one.blind) == (ANSWERS[1], True)

    def test_the_audit_goes_on_from_any_number(self, tmp_path: Path) -> None:
        """So that it can be copied bit by bit."""
        assert self.audit(tmp_path) == []
        self._work_with_honeypots(tmp_path)
        entries = self.audit(tmp_path)
        assert entries
        assert all(one.number < two.number for one, two in pairwise(entries))
        assert all(one.at.tzinfo is not None and one.who and one.did for one in entries)
        for at in (0, len(entries) // 2, len(entries) - 1):
            assert self.audit(tmp_path, entries[at].number) == entries[at + 1 :]

    def _work_with_honeypots(self, home: Path) -> None:
        assignments = asked(*TEXTS)
        self.brief(home, Briefing(honeypots=POTS))
        self.send(home, assignments)
        self.work(home, assignments, usual)
