"""How much memory intake takes: a file, and one of twice its size, each into a lake of its own, in a fresh process.

    python -m tests.bench.memory [--megabytes 300] [--lines 350]

`--lines` is the length of the lines in bytes, about. Peak resident memory is the kernel's (VmHWM), of the process that
writes the lake and of the one that reads files.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gt_platform.feedback import ingest
from gt_platform.lake import Lake
from gt_platform.lake.storage import Folder
from gt_platform.settings import Settings
from tests.bench.ingest import DAY, WORDS, peak_of_children
from tests.support.sentiment import declare


def write_events(file: Path, megabytes: int, length: int) -> int:
    """Write events of about `length` bytes until the file is full; returns how many."""
    words, draw, start = WORDS.split(), random.Random(1), datetime(2026, 1, 5, tzinfo=UTC)
    number = size = 0
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8") as out:
        while size < megabytes * 1_000_000:
            event = {
                "type": "event",
                "id": f"e-{number}",
                "occurred_at": (start + timedelta(milliseconds=number)).isoformat(),
                "model": "m-1",
                "input": f"{number} " + " ".join(draw.choices(words, k=max(1, (length - 180) // 5))),
                "output": draw.choice(["positive", "negative", "neutral"]),
                "confidence": round(draw.random(), 4),
            }
            size += out.write(json.dumps(event) + "\n")
            number += 1
    return number


def take_in(home: Path) -> None:
    """Take the file in, and print what that took as JSON."""
    project = declare(home)
    started = time.monotonic()
    with Lake.open(Settings(home=home)) as lake, peak_of_children(home) as reader:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = ingest(lake.store(project.name), project, DAY, inbox=Folder(home / "inbox"), today=DAY)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "events": found.events,
                "seconds": round(time.monotonic() - started, 1),
                "before_mb": before // 1024,
                "writer_mb": peak // 1024,
                "reader_mb": reader[0] // 1_048_576,
            }
        )
    )


def main() -> None:
    """Print a line for each size."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabytes", type=int, default=300)
    arguments.add_argument("--lines", type=int, default=350)
    arguments.add_argument("--in", dest="home", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.home:
        take_in(given.home)
        return
    for megabytes in (given.megabytes, 2 * given.megabytes):
        with tempfile.TemporaryDirectory() as scratch:
            home = Path(scratch)
            write_events(home / "inbox" / f"dt={DAY}" / "events.jsonl", megabytes, given.lines)
            child = [sys.executable, "-m", "tests.bench.memory", "--in", str(home)]
            done = subprocess.run(child, check=True, capture_output=True, text=True)
            print(f"{megabytes} MB: {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main()
