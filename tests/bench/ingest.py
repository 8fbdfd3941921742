"""How fast ingest is: rows per second beside DuckDB on the same file, and a million events into a lake.

    python -m tests.bench.ingest [--rows 1000000]

DuckDB reads the file with `read_json` and writes it as Parquet: no strictness, no digests, no quarantine. What is
measured beside it is the reading process alone, which writes Parquet too, and then the whole of `ingest`.
"""

import argparse
import json
import os
import random
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from gt_platform.feedback import ingest
from gt_platform.lake import Lake
from gt_platform.lake.storage import Folder
from gt_platform.records import Parser
from gt_platform.settings import Settings
from tests.support.sentiment import declare

WORDS = "the quick brown fox jumps over a lazy dog while every curious reader wonders about weather and prices"
DAY = date(2026, 1, 5)


def write_events(file: Path, rows: int) -> None:
    """Write `rows` events of some 350 bytes, the same for every run."""
    words, draw, start = WORDS.split(), random.Random(1), datetime(2026, 1, 5, tzinfo=UTC)
    with file.open("w", encoding="utf-8") as out:
        for number in range(rows):
            event = {
                "type": "event",
                "id": f"e-{number}",
                "occurred_at": (start + timedelta(milliseconds=number)).isoformat(),
                "model": "vader-3.3.2",
                "input": " ".join(draw.choices(words, k=draw.randint(5, 30))),
                "output": draw.choice(["positive", "negative", "neutral"]),
                "confidence": round(draw.random(), 4),
                "attributes": {"channel": draw.choice(["tweets", "amazon"]), "score": round(draw.uniform(-1, 1), 4)},
                "session_id": f"s-{number // 10}",
                "user_id": f"u-{draw.randrange(10_000)}",
            }
            out.write(json.dumps(event) + "\n")


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def by_duckdb(file: Path, folder: Path) -> None:
    """Read and write the file as DuckDB does by itself."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    relation = connection.read_json(str(file), format="newline_delimited")
    relation.write_parquet(str(folder / "duckdb.parquet"), compression="zstd")


def by_reading_process(file: Path, folder: Path) -> None:
    """Read and write the file as the reading process does."""
    with Parser() as parser:
        parsed = parser.parse(file, "events.jsonl", folder / "parts")
    assert not parsed.parts("quarantine")


@contextmanager
def peak_of_children(folder: Path) -> Iterator[list[int]]:
    """Peak resident bytes of this process's reading process, looked up while it runs."""
    peak, done, mine = [0], threading.Event(), f"PPid:\t{os.getpid()}"

    def watch() -> None:
        while not done.wait(0.05):
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    command = status.with_name("cmdline").read_bytes()
                    lines = status.read_text().splitlines()
                    if b"gt_platform.records.child" in command and mine in lines:
                        line = next(line for line in lines if line.startswith("VmHWM"))
                        peak[0] = max(peak[0], int(line.split()[1]) << 10)
                except (OSError, StopIteration):
                    continue

    watcher = threading.Thread(target=watch, name=str(folder))
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    rows = arguments.parse_args().rows
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        file = home / "inbox" / f"dt={DAY}" / "events.jsonl"
        file.parent.mkdir(parents=True)
        write_events(file, rows)
        print(f"{rows} events, {file.stat().st_size / 1e6:.0f} MB")
        theirs = seconds(lambda: by_duckdb(file, home))
        ours = seconds(lambda: by_reading_process(file, home))
        print(f"DuckDB read_json and Parquet: {rows / theirs:9.0f} rows/s")
        print(f"our reading process:          {rows / ours:9.0f} rows/s, {ours / theirs:.1f} times DuckDB's time")
        project = declare(home)
        with Lake.open(Settings(home=home)) as lake, peak_of_children(home) as peak:
            store, inbox = lake.store(project.name), Folder(home / "inbox")
            whole = seconds(lambda: print(ingest(store, project, DAY, inbox=inbox, today=DAY)))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        print(
            f"ingest of all of it: {whole:.1f} s, {rows / whole:.0f} rows/s, {whole / theirs:.1f} times DuckDB's time"
        )
        print(f"peak memory: {memory / 1e6:.0f} MB here, {peak[0] / 1e6:.0f} MB in the reading process")


if __name__ == "__main__":
    main()
