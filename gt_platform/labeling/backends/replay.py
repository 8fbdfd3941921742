"""Answers assignments from a table of past annotations, and expert checks from what experts said.

For trying a sampling policy on one's own history: only what the platform asks for is handed out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
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
        for name, item in self._items() if asked else ():
            for assignment in asked.get(name, ()):
                if assignment.slot <= len(item.answers):
                    past = item.answers[assignment.slot - 1]
                    yield Submission(assignment_id=assignment.assignment_id, **dict(past))

    def rulings(self, cases: Sequence[Case], /) -> Iterator[Ruling]:
        """What experts said of the blind ones among these cases. Raises BackendError for a table it cannot read."""
        drawn = {item_id(case.input): case for case in cases if case.blind}
        for name, item in self._items() if drawn else ():
            case = drawn.get(name) if item.expert else None
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

    def _items(self) -> Sequence[tuple[str, PastItem]]:
        try:
            found = self.table.stat()
            return _read(self.table, found.st_mtime_ns, found.st_size)
        except OSError as error:
            raise BackendError(f"{self.table}: cannot read the table of past annotations: {error.strerror}") from None


@lru_cache(maxsize=1)  # answers and rulings are asked for one after the other, and a demo asks every night
def _read(table: Path, _changed: int, _size: int) -> Sequence[tuple[str, PastItem]]:
    """Each line of a table with the id of its item, read anew where the file is another. Raises OSError."""
    with table.open("rb") as lines:
        items = [_item(table, number, line) for number, line in enumerate(lines, 1)]
    return [(item_id(item.input), item) for item in items]


def _item(table: Path, number: int, line: bytes) -> PastItem:
    try:
        return PastItem.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(map(str, first["loc"]))
        raise BackendError(f"{table}:{number}: {path}: {first['msg']}") from None
