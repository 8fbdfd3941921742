"""Every backend keeps the contract of `gt_platform.testing`, and one that is broken in any way does not.

Label Studio's is in label_studio/, the workbench's with the workbench.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from gt_platform.answers import Answer
from gt_platform.cells import FORMULA
from gt_platform.labeling.backends.files import Files
from gt_platform.labeling.backends.replay import Replay
from gt_platform.labeling.messages import Assignment, AuditEntry, Briefing, Case, Ruling, Submission
from gt_platform.testing import BackendContract, StaffedContract
from gt_platform.testing.backend import SLOTS, Say
from tests.labeling.people import START, People
from tests.support.contracts import broken_promises


class TestReplay(BackendContract):
    """Its annotators answered long ago, so that nobody is asked anything."""

    def options(self, home: Path) -> Replay:
        (home / "past.jsonl").touch()
        return Replay(answers=Path("past.jsonl"))

    def before_annotators(self, home: Path) -> None:
        """Nobody."""

    def work(self, home: Path, sent: Sequence[Assignment], say: Say) -> None:
        known = {json.loads(line)["input"] for line in (home / "past.jsonl").read_text().splitlines()}
        with (home / "past.jsonl").open("a") as table:
            for text in dict.fromkeys(one.input for one in sent if one.input not in known):
                answers = [{"annotator": f"a{slot}", "answer": say(text)} for slot in range(SLOTS)]
                table.write(json.dumps({"input": text, "answers": answers}) + "\n")


class TestFiles(BackendContract):
    """Each slot is another annotator's folder."""

    withdraws = False

    def options(self, home: Path) -> Files:  # noqa: ARG002
        return Files(folder=Path("labels"))

    def before_annotators(self, home: Path) -> list[str]:
        return [row["input"] for _, row in self.open_rows(home)]

    def work(self, home: Path, sent: Sequence[Assignment], say: Say) -> None:  # noqa: ARG002 - the files have it
        rows = [
            {"assignment_id": row["assignment_id"], "annotator": slot, "answer": say(row["input"])}
            for slot, row in self.open_rows(home)
        ]
        inbox = home / "labels" / "in"
        inbox.mkdir(exist_ok=True)
        if rows:
            self.write(inbox / f"answers-{len(list(inbox.iterdir()))}", rows)

    def open_rows(self, home: Path) -> list[tuple[str, dict[str, str]]]:
        done = {row["assignment_id"] for file in (home / "labels" / "in").glob("*") for row in self.read(file)}
        asked = [(file.parent.name, row) for file in (home / "labels" / "out").rglob("*.*") for row in self.read(file)]
        return [(slot, row) for slot, row in asked if row["assignment_id"] not in done]

    def read(self, file: Path) -> list[dict[str, str]]:
        return [json.loads(line) for line in file.read_text().splitlines()]

    def write(self, file: Path, rows: list[dict[str, Any]]) -> None:
        file.with_suffix(".jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


class TestSheets(TestFiles):
    """The same, filled in with a spreadsheet, which hides the apostrophe before what looks like a formula."""

    def options(self, home: Path) -> Files:  # noqa: ARG002
        return Files(folder=Path("labels"), layout="csv")

    def read(self, file: Path) -> list[dict[str, str]]:
        rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
        for row in rows:
            text = row.get("input", "")
            row["input"] = text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
        return rows

    def write(self, file: Path, rows: list[dict[str, Any]]) -> None:
        with file.with_suffix(".csv").open("w", newline="") as out:
            sheet = csv.DictWriter(out, ["assignment_id", "annotator", "answer"])
            sheet.writeheader()
            sheet.writerows(rows)


class TestPeople(StaffedContract):
    """The simple one that other tests use."""

    withdraws = False
    made: type[People] = People

    @cached_property
    def people(self) -> People:
        """As long as the test."""
        return self.made({})

    def open(self, home: Path) -> People:  # noqa: ARG002
        return self.people

    def before_annotators(self, home: Path) -> list[str]:  # noqa: ARG002
        return [one.input for one in self.people.sent.values() if one.assignment_id not in self.people.seats]

    def work(self, home: Path, sent: Sequence[Assignment], say: Say) -> None:  # noqa: ARG002
        texts = {one.item_id: one.input for one in self.people.sent.values()}
        texts |= {one.item_id: one.input for one in self.people.briefing.honeypots}
        self.people.minds = dict.fromkeys(("ann", "ben", "cat"), lambda item: say(texts[item]))
        self.people.work()

    def review(self, home: Path, answer: Answer, reasoning: str) -> None:  # noqa: ARG002
        self.people.rule = lambda case: (
            Ruling(
                item_id=case.item_id,
                answers_digest=case.answers_digest,
                answer=answer,
                adjudicator="rev",
                reasoning=reasoning,
                edge_case=None,
                ruled_at=START,
                blind=case.blind,
            )
            if case in self.people.briefing.cases
            else None
        )


class Doubles(People):
    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        came = list(super().collect(waiting))
        return iter([*came, *came[:1]])


class Loses(People):
    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        return iter(list(super().collect(waiting))[1:])


class TellsOnce(People):
    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        came = list(super().collect(waiting))
        self.seats.clear()
        return iter(came)


class MakesUp(People):
    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        return iter(
            [
                Submission(assignment_id=one.assignment_id, annotator=f"bot {one.slot}", answer="neutral")
                for one in waiting
            ]
        )


class KnowsTheUnknown(People):
    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        came = list(super().collect(waiting))
        return iter([*came, *(replace(one, assignment_id="nobody's") for one in came[:1])])


class SwapsAnswers(People):
    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        came = list(super().collect(waiting))
        return iter([replace(one, answer=other.answer) for one, other in zip(came, came[::-1], strict=True)])


class AsksOneAnnotator(People):
    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        return iter([replace(one, annotator="ann") for one in super().collect(waiting)])


class AsksTwice(People):
    def send(self, assignments: Sequence[Assignment], /) -> None:
        again = {f"{one.assignment_id} again": one for one in assignments if one.assignment_id in self.sent}
        super().send(assignments)
        self.sent |= again


class ForgetsWhatCameBefore(People):
    def send(self, assignments: Sequence[Assignment], /) -> None:
        super().send(assignments)
        self.seats.clear()


class MixesUpHoneypots(People):
    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission]:
        return iter([*super().collect(waiting), *self.checks.values()])


class ForgetsHoneypots(People):
    def checked(self, since: datetime | None, /) -> list[Submission]:  # noqa: ARG002
        return []


class NeverMindsWhen(People):
    def checked(self, since: datetime | None, /) -> list[Submission]:  # noqa: ARG002
        return list(self.checks.values())


class RulesOnEverything(People):
    def rulings(self, cases: Sequence[Case], /) -> list[Ruling]:
        found = super().rulings(self.briefing.cases)
        return [replace(one, answers_digest=case.answers_digest) for one in found for case in cases]


class AuditsFromTheStart(People):
    def audit(self, after: int, /) -> list[AuditEntry]:  # noqa: ARG002
        return self.entries


class NeverListens(People):
    def brief(self, briefing: Briefing, /) -> None:
        """Not at all."""


BROKEN = [
    Doubles,
    Loses,
    TellsOnce,
    MakesUp,
    KnowsTheUnknown,
    SwapsAnswers,
    AsksOneAnnotator,
    AsksTwice,
    ForgetsWhatCameBefore,
    MixesUpHoneypots,
    ForgetsHoneypots,
    NeverMindsWhen,
    RulesOnEverything,
    AuditsFromTheStart,
    NeverListens,
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_backend_breaks_the_contract(broken: type[People], tmp_path: Path) -> None:
    class Held(TestPeople):
        made = broken

    assert broken_promises(Held, tmp_path) != set()


def test_an_honest_one_does_not(tmp_path: Path) -> None:
    assert broken_promises(TestPeople, tmp_path) == set()
