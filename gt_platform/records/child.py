"""The process that reads untrusted files, so that what kills or fills it harms nobody else.

`python -m gt_platform.records.child` takes one job a line on standard input and answers each with a line on
standard output. It holds no credentials, opens no connection, and imports neither the lake nor polars.
"""

import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from gt_platform.records.chunks import ChunkError, Chunks
from gt_platform.records.compression import Codec, Extent, blocks, identify, measure
from gt_platform.records.csv_rows import read_csv
from gt_platform.records.intake import FORMATS, Intake
from gt_platform.records.lines import KEPT, Lines, Place
from gt_platform.records.parquet import read_parquet
from gt_platform.records.reasons import Rejected
from gt_platform.records.strict_json import WHITESPACE

OPEN_FILES = 64
_SNIFFED = 16  # bytes: longer than any magic


class Limits:
    """What the process may use. CPU is counted anew for every chunk: it bounds being stuck, not being busy."""

    def __init__(self, memory: int, cpu_seconds: int) -> None:
        self._cpu_seconds = cpu_seconds
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def renew(self) -> None:
        """Allow the CPU seconds again; called between chunks."""
        gc.collect()  # only here: while a chunk fills, collecting would walk through all of it again and again
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = int(usage.ru_utime + usage.ru_stime)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (used + self._cpu_seconds, hard))


def read_file(job: dict[str, Any], limits: Limits) -> int:
    """Read one file into chunks; returns how many records it held."""
    source = Path(job["source"])
    chunks = Chunks(Path(job["folder"]), FORMATS[job["purpose"]])
    intake = Intake(chunks, job["purpose"], limits.renew, judged=job["judged"])
    whole = Place(0, None, source.stat().st_size, None)
    reached = 0
    try:
        with source.open("rb") as stream:
            head = stream.read(_SNIFFED)
        layout, codec = identify(job["name"], head, csv=job["purpose"] in {"annotations", "truth"})
    except Rejected as rejected:
        intake.problem(rejected, whole)
    else:
        if layout == "lines":
            reached = _read_lines(source, codec, intake)
        else:
            reached = (read_csv if layout == "csv" else read_parquet)(source, intake)
        if not intake.total:
            intake.problem(Rejected("empty", "the file holds no record"), whole)
    intake.finish(reached)
    return intake.total


def _read_lines(source: Path, codec: Codec, intake: Intake) -> int:
    extent: Extent = measure(source, codec)
    lines = Lines(blocks(source, codec, extent.size))
    for line in lines:
        intake.text(line)
    rest = lines.rest
    if extent.problem:
        intake.problem(extent.problem, rest._replace(raw_bytes=None, raw=(rest.raw or b"")[:KEPT]))
    elif rest.raw and rest.raw.strip(WHITESPACE):
        intake.text(rest)
    return rest.line


def main() -> None:
    """Serve until standard input ends."""
    # whoever started us may ignore or block it, and we would inherit that: a reader must always be stoppable
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not pass for an answer
    gc.freeze()
    gc.disable()
    limits = Limits(memory=int(sys.argv[1]), cpu_seconds=int(sys.argv[2]))
    answers.write("{}\n")  # ready
    for line in sys.stdin:
        limits.renew()
        try:
            lines = read_file(json.loads(line), limits)
        except ChunkError as error:
            sys.stderr.write(f"{error}\n")
            sys.exit(os.EX_IOERR)
        answers.write(json.dumps({"lines": lines}) + "\n")


if __name__ == "__main__":
    main()
