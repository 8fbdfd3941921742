"""A backend with people behind it, as simple as one can be: everybody answers what they may, in turns, at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gt_platform.labeling.messages import Assignment, AuditEntry, Briefing, Case, Ruling, Submission

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
Mind = Callable[[str], Any]
"""What an annotator answers to an item, by its id."""


@dataclass
class People:
    """`minds` are the people by name; `rule` is what the reviewer says to a case, None to leave it alone."""

    minds: dict[str, Mind]
    rule: Callable[[Case], Ruling | None] = lambda _: None
    busy: set[str] = field(default_factory=set)
    briefing: Briefing = field(default_factory=Briefing)
    sent: dict[str, Assignment] = field(default_factory=dict)
    seats: dict[str, Submission] = field(default_factory=dict)
    checks: dict[tuple[str, str], Submission] = field(default_factory=dict)
    entries: list[AuditEntry] = field(default_factory=list)
    asked: set[tuple[str, str, str]] = field(default_factory=set)
    ticks: int = 0

    def send(self, assignments: Sequence[Assignment], /) -> None:
        """Take the new ones up."""
        self.sent |= {one.assignment_id: one for one in assignments if one.assignment_id not in self.sent}

    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        """Everything answered of what is waited for."""
        return iter([self.seats[one.assignment_id] for one in waiting if one.assignment_id in self.seats])

    def brief(self, briefing: Briefing, /) -> None:
        """Remember it."""
        self.briefing = briefing

    def checked(self, since: datetime | None, /) -> list[Submission]:
        """Answers to honeypots."""
        return [one for one in self.checks.values() if since is None or (one.submitted_at or START) >= since]

    def rulings(self, cases: Sequence[Case], /) -> list[Ruling]:
        """The reviewer's."""
        return [ruling for case in cases if (ruling := self.rule(case)) is not None]

    def audit(self, after: int, /) -> list[AuditEntry]:
        """What was done."""
        return [one for one in self.entries if one.number > after]

    def work(self) -> int:
        """Everybody who is not paused answers honeypots they have not seen and seats of items that are new to them."""
        paused = {one.annotator for one in self.briefing.standings if one.state == "paused"}
        able = [name for name in self.minds if name not in paused | self.busy]
        for honeypot in self.briefing.honeypots:
            for name in able:
                if (honeypot.honeypot_id, name) not in self.checks:
                    given = self._submission(honeypot.honeypot_id, name, self.minds[name](honeypot.item_id))
                    self.checks[honeypot.honeypot_id, name] = given
        return sum(self._seat(one, able) for one in self.sent.values() if one.assignment_id not in self.seats)

    def _seat(self, one: Assignment, able: list[str]) -> bool:
        """Give it to whoever has answered least and not this item."""
        held = {name: sum(given.annotator == name for given in self.seats.values()) for name in able}
        for name in sorted(able, key=lambda name: (held[name], name)):
            if (name, one.item_id, "") not in self.asked:
                self.asked.add((name, one.item_id, ""))
                self.seats[one.assignment_id] = self._submission(one.assignment_id, name, self.minds[name](one.item_id))
                number = len(self.entries) + 1
                self.entries.append(
                    AuditEntry(
                        number=number,
                        at=START,
                        who=name,
                        did="submitted",
                        about=one.assignment_id,
                        detail={"slot": one.slot},
                    )
                )
                return True
        return False

    def _submission(self, of: str, name: str, answer: Any) -> Submission:
        self.ticks += 1
        return Submission(
            assignment_id=of,
            annotator=name,
            answer=answer,
            submitted_at=START + timedelta(seconds=self.ticks),
            seconds=8.0,
        )
