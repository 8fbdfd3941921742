"""Our drift verdicts beside Evidently's default preset on the same frames, in one run.

`python -m tests.bench.drift [ROWS …]`; each ROWS is measured as that many reference and as many frame rows, ten
columns, three of them shifted. A small frame without any shift comes first: what is flagged there is a false alarm.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np
import polars as pl

from gt_platform.drift.verdicts import judge
from gt_platform.project import Drift

T = TypeVar("T")
NUMERIC = ("normal", "uniform", "lognormal", "scores", "lengths")
LEVELS = {"binary": 2, "three": 3, "eight": 8, "fifty": 50, "two_hundred": 200}
SHIFTED = ("uniform", "lengths", "eight")
NAMES = (*NUMERIC, *LEVELS)
SMALL = (2_000, 160)


@dataclass(frozen=True)
class Timed:
    """A result, the seconds it took on the clock, and those of all processors together."""

    result: Any
    seconds: float
    cpu: float


def frame(rows: int, seed: int, *, shifted: bool) -> pl.DataFrame:
    """Five numeric and five categorical columns; `shifted` moves three of them."""
    rng = np.random.default_rng(seed)
    by = dict.fromkeys(SHIFTED, 0.3 if shifted else 0.0)
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
    return pl.DataFrame(numeric | categorical)


def ours(reference: pl.DataFrame, current: pl.DataFrame) -> dict[str, bool]:
    """Which columns drift, by the platform."""
    day = date(2026, 1, 5)
    declared = Drift.model_validate(
        {"reference": {"first": day, "last": day}, "columns": [{"name": name, "of": "output"} for name in NAMES]}
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


def timed(work: Callable[[], T]) -> Timed:
    """Do the work and measure it."""
    clock, cpu = time.perf_counter(), time.process_time()
    result = work()
    return Timed(result, time.perf_counter() - clock, time.process_time() - cpu)


def compare(reference_rows: int, rows: int, *, shifted: bool) -> None:
    """Print both verdicts on the same rows, and how long they took."""
    reference, current = frame(reference_rows, 1, shifted=False), frame(rows, 2, shifted=shifted)
    sides = reference.to_pandas(), current.to_pandas()
    here, there = timed(lambda: ours(reference, current)), timed(lambda: evidentlys(*sides))
    print(f"\n{reference_rows:,} reference rows, {rows:,} frame rows, {3 if shifted else 0} columns shifted")
    print(f"  {'column':<12} {'shifted':<8} {'gt_platform':<12} evidently")
    for name in NAMES:
        truth = shifted and name in SHIFTED
        told = [("drift" if side.result[name] else "-") for side in (here, there)]
        print(f"  {name:<12} {'yes' if truth else '-':<8} {told[0]:<12} {told[1]}")
    print(f"  {'seconds':<21} {here.seconds:<12.2f} {there.seconds:.2f}  ratio {there.seconds / here.seconds:.1f}")
    print(f"  {'CPU seconds':<21} {here.cpu:<12.2f} {there.cpu:.2f}  ratio {there.cpu / here.cpu:.1f}", flush=True)


def main() -> None:
    """Measure the small frame, then each size asked for."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    sizes = [int(size) for size in sys.argv[1:]] or [100_000, 1_000_000]
    loading = timed(lambda: __import__("evidently.presets"))
    print(f"importing evidently: {loading.seconds:.1f} s, {loading.cpu:.1f} CPU s, counted for neither side below")
    compare(*SMALL, shifted=False)
    for size in sizes:
        compare(size, size, shifted=True)


if __name__ == "__main__":
    main()
