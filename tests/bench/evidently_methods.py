"""What columns by Evidently's methods cost, cry and find, beside Evidently's own decisions by the same methods.

`python -m tests.bench.evidently_methods alarms|cost [RUNS]`. Frames are judged as in the nightly job, one column, alpha
1 %, 999 permutations; a run is a fresh reference and a fresh day.
"""

import sys
import time
from datetime import date, timedelta
from typing import get_args

import numpy as np
import polars as pl

from gt_platform.drift.columns import Rows
from gt_platform.drift.evidently.decisions import with_decisions
from gt_platform.drift.evidently.methods import ROWS
from gt_platform.drift.verdicts import Verdict, judge
from gt_platform.project import Drift
from gt_platform.project.methods import OF_CATEGORIES, Method

MONDAY = date(2026, 1, 5)
SHOWN = ("psi", "ks", "hellinger", "chisquare")
Rng = np.random.Generator


def frame(rng: Rng, rows: int, day: date, kind: str, moved: float) -> pl.DataFrame:
    """One day's rows: normal numbers, or eight levels of which the first comes the more often."""
    weight = np.array([np.exp(moved), *[1.0] * 7])
    values = (
        rng.normal(moved, size=rows) if kind == "num" else rng.choice(list("abcdefgh"), rows, p=weight / weight.sum())
    )
    facts = {"event_id": [f"{day}-{row:06}" for row in range(rows)], "position": rng.permutation(rows), "x": values}
    nobody = pl.lit(None, pl.UInt64)
    return pl.DataFrame(facts).with_columns(frame_day=pl.lit(day), cluster=nobody)


def judged(method: str, rng: Rng, rows: int, *, days: int, apart: float, shift: float) -> Verdict:
    """The verdict on a fresh day that is `shift` off, with days so far `apart`."""
    kind = "cat" if method in OF_CATEGORIES else "num"
    span = [MONDAY + timedelta(days=number) for number in range(days)]
    reference = pl.concat([frame(rng, rows, day, kind, rng.normal(0, apart)) for day in span])
    current = frame(rng, rows, span[-1] + timedelta(days=1), kind, rng.normal(0, apart) + shift)
    declared = Drift.model_validate(
        {
            "reference": {"first": span[0], "last": span[-1]},
            "columns": [{"name": "x", "of": "output", "method": method}],
        }
    )
    found = judge(reference, current, ("x",), declared, seed=f"{rng.integers(2**31)}")
    return with_decisions(found, Rows(names=("x",), reference=reference, current=current), declared)[0]


def alarms(runs: int) -> None:
    """Of 200 and 1,000 rows a day, seven reference days: days alike, days .1 apart, and a shift of .4 sd."""
    for method in SHOWN:
        cells = []
        for rows, apart, shift in ((200, 0.0, 0.0), (200, 0.1, 0.0), (1_000, 0.1, 0.0), (200, 0.0, 0.4)):
            rng = np.random.default_rng([rows, int(apart * 10), int(shift * 10)])
            found = [judged(method, rng, rows, days=7, apart=apart, shift=shift) for _ in range(runs)]
            ours = np.mean([verdict.verdict == "drift" for verdict in found])
            theirs = np.mean([bool(verdict.evidently_drift) for verdict in found])
            cells.append(f"{ours:.0%} ({theirs:.0%})")
        print(method, *cells, sep=" | ", flush=True)


def cost() -> None:
    """CPU seconds of a column of more than ROWS rows a side, Evidently being imported; its own decision apart."""
    judged("ks", np.random.default_rng(0), 50, days=1, apart=0, shift=0)
    for method in get_args(Method):
        if method == "fisher_exact":
            continue
        rng = np.random.default_rng(0)
        began = time.process_time()
        judged(method, rng, ROWS + 1, days=1, apart=0, shift=0)
        print(method, f"{time.process_time() - began:.2f}", sep=" | ", flush=True)


if __name__ == "__main__":
    cost() if sys.argv[1] == "cost" else alarms(int(sys.argv[2]) if len(sys.argv) > 2 else 50)
