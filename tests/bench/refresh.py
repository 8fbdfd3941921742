"""Seconds and peak memory of one nightly refresh of 1,000,000 events: `python -m tests.bench.refresh [EVENTS]`.

The job is the real one, run by `gt refresh` in a process of its own, on a frame that follows two reference days.
"""

import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from tests.support.world import LABELS, START, declare

REFERENCE_EVENTS = 20_000
WORDS = ("the", "order", "came", "late", "early", "broken", "lovely", "again", "app", "screen", "never", "always")


def write_frame(home: Path, day: date, events: int) -> float:
    """One day's file in the inbox; returns its size in MB, decompressed."""
    drawn = random.Random(day.toordinal())
    folder = home / "inbox" / f"dt={day}"
    folder.mkdir(parents=True)
    size = 0
    with gzip.open(folder / "events.jsonl.gz", "wb", compresslevel=1) as file:
        for number in range(events):
            record = {
                "type": "event",
                "id": f"{day}-{number}",
                "occurred_at": f"{day}T12:00:00Z",
                "model": "lexicon-1",
                "input": f"{' '.join(drawn.choices(WORDS, k=drawn.randrange(4, 20)))} {number}",
                "output": drawn.choice(LABELS),
                "confidence": round(drawn.random(), 3),
                "attributes": {"channel": drawn.choice(("mail", "web"))},
            }
            line = json.dumps(record).encode() + b"\n"
            size += len(line)
            file.write(line)
    return size / 1e6


def refresh(home: Path, day: date) -> float:
    """Seconds of one `gt refresh`, start of the process included."""
    environment = os.environ | {"GT_HOME": str(home), "GT_PROJECTS": str(home / "projects")}
    command = [sys.executable, "-c", "from gt_platform.cli import app; app()", "refresh", "--from", str(day)]
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def main(events: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        declare(home)
        (home / "replay.jsonl").write_text("")
        for number in range(2):
            write_frame(home, START + timedelta(days=number), REFERENCE_EVENTS)
            refresh(home, START + timedelta(days=number))
        day = START + timedelta(days=2)
        size = write_frame(home, day, events)
        seconds = refresh(home, day)
        again = refresh(home, day)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"refresh of {events:,} events ({size:.0f} MB): {seconds:.0f} s, {events / seconds:,.0f} events a second")
    print(f"the same again, nothing to do: {again:.0f} s")
    print(f"largest process: {memory:.2f} GB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
