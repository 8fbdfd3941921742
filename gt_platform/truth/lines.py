"""A file that somebody hands in, line by line: read in a child process, so that what is wrong with it harms nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from gt_platform.records import Parsed, Parser, spool
from gt_platform.scratch import scratch
from gt_platform.truth.by_hand import TruthError

KEPT = 1_000
"""Characters of a record that go into the sheet of what was not taken."""
UNTAKEN = {"line": pl.Int64, "reason": pl.String, "detail": pl.String, "raw": pl.String}
Untaken = tuple[int | None, str, str, str | None]
"""A line that cannot be taken, as a row of UNTAKEN."""


@dataclass(frozen=True)
class Lines:
    """The records of a file, and its digest."""

    sha256: str
    parsed: Parsed

    def texts(self) -> Iterator[tuple[int, str]]:
        """Each line that is a record, as JSON."""
        for part in self.parsed.parts("truth"):
            yield from pl.read_parquet(part, columns=["line", "record"]).iter_rows()

    @property
    def rejected(self) -> list[Untaken]:
        """Lines that are none."""
        return [
            (line, reason, detail, None if raw is None else raw[:KEPT].decode("utf-8", "replace"))
            for part in self.parsed.parts("quarantine")
            for line, reason, detail, raw in pl.read_parquet(
                part, columns=["line", "reason", "detail", "raw"]
            ).iter_rows()
        ]


@contextmanager
def lines_of(path: Path) -> Iterator[Lines]:
    """Read a file; its lines are there for as long as the context is. Raises TruthError where there is none."""
    if not path.is_file():
        raise TruthError(f"{path}: there is no such file")
    with Parser() as parser, scratch("truth") as folder:
        with path.open("rb") as stream:
            copy = spool(stream, folder / "file")
        yield Lines(copy.sha256, parser.parse(copy.path, path.name, folder / "parts", "truth"))
