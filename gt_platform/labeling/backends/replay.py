"""Answers assignments from a table of past annotations, and expert checks from what experts said.

For trying a sampling policy on one's own history: only what the platform asks for is handed out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gt_platform.labeling.base import BackendError, BackendOptions
from gt_platform.labeling.messages import Assignment, Case, Ruling, Submission
from gt_platform.project import Project
from gt_platform.records import item_id
from gt_platform.settings import Settings


class PastAnswer(BaseModel):
    """One past annotation of an input."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    annotator: str
    answer: Any
    comment: str | None = None
    submitted_at: datetime | None = None


class PastItem(BaseModel):
    """One line of the table: an input with its past annotations, in the order they are handed out.

    `expert` is what an expert said without having seen them, where one did.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    input: Any
    answers: tuple[PastAnswer, ...]
    expert: PastAnswer | None = None


class Replay(BackendOptions):
    """`answers` is a JSONL file of past annotations, one input a line."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    answers: Path = Field(description="JSONL file of {input, answers: [{annotator, answer}, …], expert}")

    def open(self, project: Project, settings: Settings) -> "ReplayBackend":  # noqa: ARG002 - the protocol of all backends
        """The backend over the file, which is read when answers are collected."""
        return ReplayBackend(settings.home.resolve() / self.answers)


@dataclass(frozen=True)
class ReplayBackend:
    """Slot k of an item gets the k-th past annotation of its input; slots beyond them stay open."""

    table: Path

    def send(self, assignments: Sequence[Assignment]) -> None:
        """Nothing to send: the answers exist already."""

    def collect(self, waiting: Sequence[Assignment]) -> Iterator[Submission]:
        """The past annotations of the waiting assignments. Raises BackendError for a table it cannot read."""
        asked: dict[str, list[Assignment]] = {}
        for assignment in waiting:
            asked.setdefault(item_id(assignment.input), []).append(assignment)
        for item in self._items() if asked else ():
            for assignment in asked.get(item_id(item.input), ()):
                if assignment.slot <= len(item.answers):
                    past = item.answers[assignment.slot - 1]
                    yield Submission(assignment_id=assignment.assignment_id, **dict(past))

    def rulings(self, cases: Sequence[Case], /) -> Iterator[Ruling]:
        """What experts said of the blind ones among these cases. Raises BackendError for a table it cannot read."""
        drawn = {item_id(case.input): case for case in cases if case.blind}
        for item in self._items() if drawn else ():
            case = drawn.get(item_id(item.input)) if item.expert else None
            if case is not None and item.expert is not None:
                yield Ruling(
                    item_id=case.item_id,
                    answers_digest=case.answers_digest,
                    answer=item.expert.answer,
                    adjudicator=item.expert.annotator,
                    reasoning=item.expert.comment or "",
                    edge_case=None,
                    ruled_at=item.expert.submitted_at or datetime.now(UTC),
                    blind=True,
                )

    def _items(self) -> Iterator[PastItem]:
        try:
            with self.table.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    yield self._item(number, line)
        except OSError as error:
            raise BackendError(f"{self.table}: cannot read the table of past annotations: {error.strerror}") from None

    def _item(self, number: int, line: bytes) -> PastItem:
        try:
            return PastItem.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            path = ".".join(map(str, first["loc"]))
            raise BackendError(f"{self.table}:{number}: {path}: {first['msg']}") from None
