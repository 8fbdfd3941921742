"""A file of a candidate's answers, read where it can harm nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from gt_platform.candidates.answers import KEPT, Answers, answers
from gt_platform.candidates.errors import CandidateError
from gt_platform.project import Project
from gt_platform.records import Parsed, Parser, parse_json, spool
from gt_platform.scratch import scratch


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a file says, and the digest of its bytes."""

    answers: Answers
    sha256: str


def read_file(path: Path, project: Project, *, repetition: int = 1) -> Read:
    """Read JSONL, CSV or Parquet. Raises CandidateError where there is no such file."""
    if not path.is_file():
        raise CandidateError(f"{path}: there is no such file")
    with Parser() as parser, path.open("rb") as stream:
        return read_stream(stream, path.name, project, parser, repetition=repetition)


def read_stream(stream: BinaryIO, name: str, project: Project, parser: Parser, *, repetition: int = 1) -> Read:
    """The same of a stream; its `name` tells what it is. Raises CandidateError where outputs are what is judged."""
    refuse_judged(project)
    with scratch("candidates") as folder:
        copy = spool(stream, folder / "file")
        parsed = parser.parse(copy.path, name, folder / "parts", "truth")
        found = answers(project, _records(parsed), repetition=repetition, rejected=_quarantined(parsed))
    return Read(answers=found, sha256=copy.sha256)


def refuse_judged(project: Project) -> None:
    """Raises CandidateError where people judge outputs: a candidate's would need judgements of their own."""
    if project.judges_outputs:
        raise CandidateError(
            f"{project.name} judges outputs, so that a candidate's need judgements of their own: send them to the "
            "inbox as events of another model, and `scores` has each model's"
        )


def _records(parsed: Parsed) -> Iterator[tuple[int, str, Any]]:
    for part in parsed.parts("truth"):
        for line, text in pl.read_parquet(part, columns=["line", "record"]).iter_rows():
            yield line, text, parse_json(text.encode())


def _quarantined(parsed: Parsed) -> Iterator[tuple[Any, ...]]:
    for part in parsed.parts("quarantine"):
        rows = pl.read_parquet(part, columns=["line", "reason", "detail", "raw"]).iter_rows()
        for line, reason, detail, raw in rows:
            yield line, reason, detail, None if raw is None else raw[:KEPT].decode("utf-8", "replace")
