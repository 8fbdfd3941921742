"""Our drift verdicts beside Evidently's default preset on the same frames, in one run.

`python -m tests.bench.drift [ROWS …]`; each ROWS is measured as that many reference and as many frame rows, ten
columns, three of them shifted: far enough for fixed thresholds, then as little as they overlook. Seconds are the
median of three turns, taken in turns. A small frame without any shift comes first: what is flagged there is a false
alarm. Peak memory is that of a process that reads both frames and judges them, its imports included.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from gt_platform.drift.verdicts import judge
from gt_platform.project import Drift

NUMERIC = ("normal", "uniform", "lognormal", "scores", "lengths")
LEVELS = {"binary": 2, "three": 3, "eight": 8, "fifty": 50, "two_hundred": 200}
SHIFTED = ("uniform", "lengths", "eight")
NAMES = (*NUMERIC, *LEVELS)
SMALL = (2_000, 160)
FAR, NEAR = 1.0, 0.3
TURNS = 3
DAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Timed:
    """Which columns drift, the seconds that took on the clock, and those of all processors together."""

    drifted: dict[str, bool]
    seconds: float
    cpu: float


def frame(rows: int, seed: int, *, shift: float = 0.0) -> pl.DataFrame:
    """Five numeric and five categorical columns, three of them moved by `shift`."""
    rng = np.random.default_rng(seed)
    by = dict.fromkeys(SHIFTED, shift)
    numeric = {
        "normal": rng.normal(size=rows),
        "uniform": rng.random(rows) + by["uniform"],
        "lognormal": rng.lognormal(size=rows),
        "scores": rng.integers(0, 101, rows).astype(np.float64),
        "lengths": np.floor(rng.gamma(2 + by["lengths"], 40, rows)),
    }
    categorical = {}
    for name, levels in LEVELS.items():
        weights = np.arange(1, levels + 1) ** by.get(name, 0.0)
        categorical[name] = [f"level {code}" for code in rng.choice(levels, rows, p=weights / weights.sum())]
    facts = {"frame_day": pl.repeat(DAY, rows, eager=True), "cluster": pl.repeat(None, rows, eager=True)}
    return pl.DataFrame(numeric | categorical).with_columns(**facts)


def ours(reference: pl.DataFrame, current: pl.DataFrame) -> dict[str, bool]:
    """Which columns drift, by the platform."""
    declared = Drift.model_validate(
        {"reference": {"first": DAY, "last": DAY}, "columns": [{"name": name, "of": "output"} for name in NAMES]}
    )
    verdicts = judge(reference, current, NAMES, declared, seed="bench")
    return {verdict.column_name: verdict.verdict == "drift" for verdict in verdicts[:-1]}


def evidentlys(reference: Any, current: Any) -> dict[str, bool]:
    """Which columns drift, by Evidently's preset as it comes."""
    from evidently import Report
    from evidently.presets import DataDriftPreset

    tests = Report([DataDriftPreset(columns=list(NAMES))], include_tests=True).run(current, reference).dict()["tests"]
    found = {test["metric_config"]["params"].get("column"): test["status"].name == "FAIL" for test in tests}
    return {name: found[name] for name in NAMES}


def compare(reference_rows: int, rows: int, *, shift: float = 0.0) -> None:
    """Print both verdicts on the same rows, and how long they took."""
    reference, current = frame(reference_rows, 1), frame(rows, 2, shift=shift)
    sides = reference.to_pandas(), current.to_pandas()
    work = (lambda: ours(reference, current)), (lambda: evidentlys(*sides))
    turns = [[_timed(side) for side in work] for _ in range(TURNS)]
    here, there = turns[0]
    told = "the same verdicts" if here.drifted == there.drifted else "other verdicts"
    moved = f"{len(SHIFTED)} columns moved by {shift}" if shift else "nothing moved"
    print(f"\n{reference_rows:,} reference rows, {rows:,} frame rows, {moved}: {told}")
    print(f"  {'column':<12} {'shifted':<8} {'gt_platform':<12} evidently")
    for name in NAMES:
        shifted, *drifted = (shift and name in SHIFTED), here.drifted[name], there.drifted[name]
        print(f"  {name:<12} {_yes(shifted):<8} {_yes(drifted[0]):<12} {_yes(drifted[1])}")
    for unit, name in (("seconds", "seconds"), ("CPU seconds", "cpu")):
        pairs = [[getattr(side, name) for side in turn] for turn in turns]
        ratio = median(theirs / own for own, theirs in pairs)
        own, theirs = (median(column) for column in zip(*pairs, strict=True))
        print(f"  {unit:<21} {own:<12.2f} {theirs:<6.2f} ratio {ratio:.1f}", flush=True)


def memory(side: str, rows: int) -> float:
    """Peak MB of a process that reads both frames and does one side's work."""
    with TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("reference.parquet", "current.parquet")]
        for seed, (file, shift) in enumerate(zip(files, (0.0, FAR), strict=True)):
            frame(rows, seed, shift=shift).write_parquet(file)
        command = [sys.executable, "-m", "tests.bench.drift", side, *map(str, files)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def alone(side: str, reference: str, current: str) -> None:
    """Do one side's work on two files and print the peak MB."""
    if side == "evidently":
        evidentlys(*(pl.read_parquet(file).to_pandas() for file in (reference, current)))
    else:
        ours(pl.read_parquet(reference), pl.read_parquet(current))
    # not getrusage: a child of subprocess starts with its parent's peak
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(peak.split()[1]) / 1024)


def _timed(work: Callable[[], dict[str, bool]]) -> Timed:
    clock, cpu = time.perf_counter(), time.process_time()
    drifted = work()
    return Timed(drifted, time.perf_counter() - clock, time.process_time() - cpu)


def _yes(told: object) -> str:
    return "yes" if told else "-"


def main(sizes: list[int]) -> None:
    """Measure the small frame, then each size asked for."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    cpu = time.process_time()
    __import__("evidently.presets")
    print(f"importing evidently: {time.process_time() - cpu:.1f} CPU s, counted for neither side below")
    compare(*SMALL)
    for size in sizes or [100_000, 1_000_000]:
        for shift in (FAR, NEAR):
            compare(size, size, shift=shift)
        print(f"  {'peak MB':<21} {memory('ours', size):<12,.0f} {memory('evidently', size):,.0f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] in (["ours"], ["evidently"]):
        alone(*sys.argv[1:])
    else:
        main([int(size) for size in sys.argv[1:]])
