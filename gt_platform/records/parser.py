"""Starting the reading process, feeding it files, and outliving it.

Nothing here looks into a file: that is the child's business.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gt_platform.errors import GroundTruthError
from gt_platform.records.intake import FORMATS, Purpose

if TYPE_CHECKING:
    import polars as pl

MEMORY = 3 << 30  # bytes of address space: the largest chunk needs 0.6 GB, the allocators reserve 0.4 beside it
CPU_SECONDS = 120  # for one chunk, which takes one or two
# what a stopped machine or a person sends; says nothing about the file
_FROM_OUTSIDE = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")  # and no credentials


class ParserError(GroundTruthError):
    """Reading could not be done, for a reason that has nothing to do with the file."""


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What a file held, as typed Parquet parts: one list of them for each kind of record and for `quarantine`.

    Columns are those of the format (or `reason` and `detail`), then line, byte_offset, raw_bytes, raw, replays.
    """

    folder: Path
    lines: int
    purpose: Purpose

    def parts(self, kind: str) -> list[Path]:
        """The Parquet files of one kind, in the order of the file."""
        return sorted(self.folder.glob(f"[0-9]*[0-9]/{kind}.parquet"))

    def frame(self, kind: str) -> "pl.DataFrame":
        """Everything of one kind at once, for files known to be small."""
        import polars as pl  # the child imports this package and must stay light

        from gt_platform.records.chunks import schema_of

        empty = pl.DataFrame(schema_of(kind, FORMATS[self.purpose]).empty_table())
        return pl.concat([empty, *(pl.read_parquet(part) for part in self.parts(kind))])


class Parser:
    """One reading process for many files; started when needed and again after a death. A context manager."""

    def __init__(self, *, memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS) -> None:
        self._limits = (str(memory), str(cpu_seconds))
        self._process: subprocess.Popen[str] | None = None
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the parser

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def parse(
        self, source: Path, name: str, folder: Path, purpose: Purpose = "inbox", *, judged: bool = False
    ) -> Parsed:
        """Read the file `source`, whose name in the inbox is `name`, into typed parts below `folder`.

        Items are inputs, or with `judged` inputs with their outputs.
        Never fails for what is in the file. Raises ParserError when the process cannot start or write, or was
        told to stop.
        """
        job = {"source": str(source), "name": name, "folder": str(folder), "purpose": purpose, "judged": judged}
        lines = self._attempt(job)
        if lines is None and self._death() == signal.SIGKILL:
            # the kernel may have needed the memory for someone else: only what kills twice is the file's doing
            lines = self._attempt(job)
        if lines is not None:
            return Parsed(folder=folder, lines=lines, purpose=purpose)
        return Parsed(folder=folder, lines=_set_aside_rest(folder, purpose, self._obituary()), purpose=purpose)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        self._complaints.close()

    @property
    def pid(self) -> int | None:
        """The process, where there is one."""
        return self._process.pid if self._process else None

    def _attempt(self, job: dict[str, Any]) -> int | None:
        shutil.rmtree(job["folder"], ignore_errors=True)
        Path(job["folder"]).mkdir(parents=True)
        answer = self._ask(json.dumps(job))
        return None if answer is None else int(answer["lines"])

    def _ask(self, question: str) -> dict[str, Any] | None:
        process = self._running()
        assert process.stdin is not None  # noqa: S101 - Popen was asked for pipes
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(question + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it died; the answer that does not come says so
        answer = process.stdout.readline()
        if answer:
            found: dict[str, Any] = json.loads(answer)
            return found
        process.wait()
        if self._death() in _FROM_OUTSIDE or process.returncode == os.EX_IOERR:
            raise ParserError(f"reading stopped: {self._obituary()}; run it again, nothing was taken in")
        return None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        if self._process is not None:
            self._process.communicate()  # it is dead; its pipes are still open
        self._complaints.truncate(0)
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "gt_platform.records.child", *self._limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            env=_environment(),
        )
        assert self._process.stdout is not None  # noqa: S101
        if not self._process.stdout.readline():
            self._process.wait()
            raise ParserError(f"the process that reads files does not start: {self._obituary()}")
        return self._process

    def _death(self) -> int | None:
        code = self._process.returncode if self._process else None
        return -code if code is not None and code < 0 else None

    def _obituary(self) -> str:
        if (number := self._death()) is not None:
            return f"the reading process died of {signal.Signals(number).name}"
        self._complaints.seek(0)
        last = self._complaints.read().strip().rpartition("\n")[2]
        return f"the reading process ended with {self._process.returncode if self._process else None}: {last}"


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    here = str(Path(__file__).parents[2])
    return kept | {"PYTHONPATH": here, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}


def _set_aside_rest(folder: Path, purpose: Purpose, obituary: str) -> int:
    """Quarantine as one record what the process had not finished; returns the lines counted with it."""
    from gt_platform.records.chunks import Chunks
    from gt_platform.records.lines import Place

    done = [json.loads(summary.read_text()) for summary in sorted(folder.glob("[0-9]*[0-9]/chunk.json"))]
    reached = done[-1]["reached"] if done else 0
    for unfinished in folder.glob("*.tmp"):
        shutil.rmtree(unfinished)
    rest = Chunks(folder, FORMATS[purpose], first=len(done))
    where = Place(reached + 1 if reached else 0, None, None, None)
    rest.quarantine("parser_died", f"{obituary}; it had finished up to line {reached}", where)
    rest.write(1, reached)
    return sum(int(chunk["lines"]) for chunk in done) + 1
