"""What the lake costs on each backend: opening, small commits, a large load, a small change of it, reading it back.

python -m tests.bench.lake --rows 1000000
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import EVENTS, ROW_SCORES
from gt_platform.settings import Settings
from tests.support import backends
from tests.support.programs import start
from tests.support.rows import DAY, keyed
from tests.support.servers import ACCESS_KEY, SECRET_KEY, start_postgres, start_s3

COMMITS, SMALL = 30, 50
PROCESSES, COMMITS_EACH = 8, 5


def measure(settings: Settings, rows: int) -> dict[str, float]:
    """Seconds of each step, and commits per second of several processes."""
    took: dict[str, float] = {}
    with timed(took, "open, 17 tables"), Lake.open(settings) as lake:
        lake.store("sentiment")
    with timed(took, "open again"), Lake.open(settings) as lake:
        lake.store("sentiment")
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        took[f"commit of {SMALL} rows, median"] = statistics.median(small_commits(store))
        with timed(took, f"append {rows:,} rows"):
            replace(store, scores(rows))
        with timed(took, "replace, 1 % changed"):
            replace(store, scores(rows, changed=rows // 100))
        with timed(took, "replace, nothing changed"):
            replace(store, scores(rows, changed=rows // 100))
        with timed(took, "read all rows"):
            store.read("SELECT * FROM row_scores")
        with timed(took, "content digests"):
            store.digests()
    took[f"commits/s of {PROCESSES} processes"] = together(settings)
    return took


def small_commits(store: Store) -> list[float]:
    """Seconds of each of a number of small appends."""
    took: dict[str, float] = {}
    for commit in range(COMMITS):
        events = keyed(EVENTS, *(f"{commit}-{row}" for row in range(SMALL)))
        with timed(took, str(commit)):
            store.commit("small", lambda writer, events=events: writer.append(EVENTS, events))  # type: ignore[misc]
    return list(took.values())


def replace(store: Store, frame: pl.DataFrame) -> int:
    """Replace the scores of one day."""
    return store.commit("replace", lambda writer: writer.replace(ROW_SCORES, frame, day=DAY))


def scores(count: int, *, changed: int = 0) -> pl.DataFrame:
    """Row scores of one day, the first `changed` of them other than without."""
    numbers = pl.int_range(count, eager=True)
    return pl.DataFrame(
        {
            "event_id": "e-" + numbers.cast(pl.String),
            "frame_day": pl.repeat(DAY, count, eager=True),
            "drift_score": (numbers % 1000 + (numbers < changed).cast(pl.Int64)) / 1000,
        }
    )


def together(settings: Settings) -> float:
    """Commits per second of several processes, from the first snapshot to the last."""
    programs = [
        start(settings, "-m", "tests.support.writer", "together", str(number), str(COMMITS_EACH), str(SMALL))
        for number in range(PROCESSES)
    ]
    for program in programs:
        program.output()
    with Lake.open(settings, read_only=True) as lake:
        span = lake.store("together").read(
            "SELECT count(*), epoch(max(snapshot_time)) - epoch(min(snapshot_time)) FROM gt.snapshots() "
            "WHERE commit_message LIKE 'process %'"
        )
    commits, seconds = span.row(0)
    return float((commits - 1) / seconds)


@contextmanager
def timed(took: dict[str, float], name: str) -> Iterator[None]:
    """Note the seconds the block takes."""
    began = time.perf_counter()
    yield
    took[name] = time.perf_counter() - began


def main() -> None:
    """Measure every backend and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    rows: int = options.parse_args().rows
    s3, postgres = start_s3(), start_postgres()
    made: dict[str, Callable[[Path], Settings]] = {
        "sqlite+folder": lambda home: backends.settings(home),
        "sqlite+s3": lambda home: backends.settings(home, s3=s3),
        "postgres+s3": lambda home: backends.settings(home, s3=s3, database=backends.new_database(postgres)),
    }
    results = {}
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="gt-bench-") as folder:
        patch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        for name, make in made.items():
            home = Path(folder, name)
            home.mkdir()
            results[name] = measure(make(home), rows)
    for server in (s3.server, postgres.server):
        server.stop()
    print(f"{'':34}" + "".join(f"{name:>16}" for name in results))
    for step in results["sqlite+folder"]:
        print(f"{step:34}" + "".join(f"{took[step]:16.3f}" for took in results.values()))


if __name__ == "__main__":
    main()
