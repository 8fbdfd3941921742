"""Assignments out as files, answers in as files: JSONL or CSV, for any tool and any spreadsheet.

Below the folder, `out/slot-1/`, `out/slot-2/`, … hold what is asked: each slot is another annotator's work. Answers
are taken from `in/`, in the native annotation format (docs/formats.md).
"""

import csv
import io
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field

from gt_platform.answers import AnswerKind, InvalidAnswerError
from gt_platform.canonical import digest
from gt_platform.cells import cell
from gt_platform.labeling.base import BackendError, BackendOptions, Forgetting, Forgotten
from gt_platform.labeling.messages import Assignment, Submission, Unreadable
from gt_platform.lake.entries import ABSENT, Odd, Stored
from gt_platform.lake.listed import UnreadableError, reading
from gt_platform.lake.storage import Folder, Storage
from gt_platform.project import Project
from gt_platform.records import Parsed, Parser, ParserError, shown, spool
from gt_platform.scratch import scratch
from gt_platform.settings import Settings

LOG = logging.getLogger(__name__)
Layout = Literal["jsonl", "csv"]
COLUMNS = ("assignment_id", "question", "input", "answer", "annotator", "comment")


class Files(BackendOptions):
    """`folder` is below GT_HOME unless absolute; `layout` is how assignments are written, both are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    folder: Path = Field(description="where out/ and in/ are")
    layout: Layout = Field("jsonl", description="jsonl or csv, for what goes out")

    def folders(self) -> list[Path]:
        """Where it writes, and reads every file."""
        return [self.folder]

    def open(self, project: Project, settings: Settings) -> "FilesBackend":
        """The backend over the folder, which need not exist yet."""
        return FilesBackend(
            folder=Folder(settings.home.resolve() / self.folder),
            layout=self.layout,
            question=project.question,
            kind=project.answer_kind,
        )


@dataclass(frozen=True, kw_only=True)
class FilesBackend:
    """Writes each assignment into one file, once; reads every file of answers each time."""

    folder: Storage
    layout: Layout
    question: str
    kind: AnswerKind

    def send(self, assignments: Sequence[Assignment], /) -> None:
        """Write what was not written before, a file for each slot, named by its content."""
        sent = self._sent()
        for slot in sorted({one.slot for one in assignments}):
            new = [one for one in assignments if one.slot == slot and one.assignment_id not in sent]
            if new:
                content = self._written(new)
                name = digest(content, 12)
                self.folder.write(f"out/slot-{slot}/{name}.{self.layout}", content)

    def collect(self, waiting: Sequence[Assignment], /) -> Iterator[Submission | Unreadable]:  # noqa: ARG002 - all count
        """Every answer below in/, file by file; what cannot be read is told, and hides no other.

        Raises BackendError when reading fails for a reason of ours.
        """
        found = self.folder.look("in/")
        entries: list[Stored | Odd] = [*found.files, *(one for one in found.odd if one.version != ABSENT)]
        if not entries:
            return
        with Parser() as parser, scratch("answers") as folder:
            for entry in entries:
                try:
                    with reading(self.folder, entry, folder) as stream:
                        copy = spool(stream, folder / "file")
                    parsed = parser.parse(copy.path, entry.path, folder / "parts", "annotations")
                except UnreadableError as error:
                    yield Unreadable(raw=shown(entry.path), reason="file", detail=f"{shown(entry.path)}: {error}")
                except ParserError as error:
                    raise BackendError(f"{self.folder.url}/{entry.path}: {error}") from None
                else:
                    yield from self._came(parsed, from_sheet=entry.path.endswith(".csv"))

    def forget(self, what: Forgetting, /) -> Forgotten:
        """Take the lines of these assignments out of what went out and came in, where that is JSONL or CSV."""
        count, left = 0, []
        for file in self.folder.list():
            if not file.path.endswith((".jsonl", ".csv")):
                left.append(f"{self.folder.url}/{file.path} may hold answers of what was erased; look, and remove it")
                continue
            content = self.folder.read(file.path)
            kept = _without(content, set(what.assignments), from_sheet=file.path.endswith(".csv"))
            if kept != content:
                count += 1
                self.folder.write(file.path, kept)
        return Forgotten(tasks=count, left=left)

    def _came(self, parsed: Parsed, *, from_sheet: bool) -> Iterator[Submission | Unreadable]:
        for row in parsed.frame("annotation").iter_rows(named=True):
            answer = json.loads(row["answer"])
            yield Submission(
                assignment_id=row["assignment_id"],
                annotator=row["annotator"],
                answer=self._from_cell(answer) if from_sheet else answer,
                comment=row["comment"],
                submitted_at=row["submitted_at"],
            )
        for row in parsed.frame("quarantine").iter_rows(named=True):
            if not _left_blank(row["raw"], from_sheet=from_sheet):
                raw = (row["raw"] or b"").decode("utf-8", "backslashreplace")
                yield Unreadable(raw=raw, reason=row["reason"], detail=f"line {row['line']}: {row['detail']}")

    def _from_cell(self, text: str) -> Any:
        """A spreadsheet knows only text: what the kind does not allow as text may be its JSON."""
        try:
            return self.kind.validate(text)
        except InvalidAnswerError:
            try:
                return json.loads(text)
            except ValueError:
                return text

    def _written(self, assignments: Sequence[Assignment]) -> bytes:
        rows = [self._row(one) for one in assignments]
        if self.layout == "jsonl":
            return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        text = io.StringIO()
        sheet = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        sheet.writeheader()
        sheet.writerows({**row, "input": cell(row["input"]), "question": cell(row["question"])} for row in rows)
        return text.getvalue().encode("utf-8-sig")

    def _row(self, one: Assignment) -> dict[str, Any]:
        return {"assignment_id": one.assignment_id, "question": self.question, "input": one.input}

    def _sent(self) -> set[str]:
        """What was written before; what is in a file that can no longer be read is written once more."""
        found: set[str] = set()
        for file in self.folder.list("out/"):
            try:
                found |= self._sent_in(file.path)
            except (OSError, ValueError, LookupError, TypeError, csv.Error) as error:
                LOG.warning(
                    "%s/%s cannot be read (%s); what was asked in it is asked anew", self.folder.url, file.path, error
                )
        return found

    def _sent_in(self, path: str) -> set[str]:
        text = self.folder.read(path).decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text)) if path.endswith(".csv") else map(json.loads, text.splitlines())
        return {row["assignment_id"] for row in rows}


def _without(content: bytes, assignments: set[str], *, from_sheet: bool) -> bytes:
    """A file without the lines that name one of these; a line that names one in whatever way is of it."""
    if not from_sheet:
        named = [one.encode() for one in assignments]
        lines = content.splitlines(keepends=True)
        return b"".join(line for line in lines if not any(one in line for one in named))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline="")))
    kept = [row for row in rows if assignments.isdisjoint(row)]
    if len(kept) == len(rows):
        return content
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(kept)
    return text.getvalue().encode("utf-8-sig", "surrogateescape")


def _left_blank(raw: bytes | None, *, from_sheet: bool) -> bool:
    """Whether a row of a sheet was simply not answered yet: nothing follows the input."""
    if not from_sheet or raw is None:
        return False
    cells = next(csv.reader(io.StringIO(raw.decode("utf-8", "replace"), newline="")), [])
    return len(cells) == len(COLUMNS) and not any(cell.strip() for cell in cells[3:])
