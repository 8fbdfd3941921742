"""How well changes are dated and named: steps, slopes, seasons, in numbers and in levels.

`python -m tests.bench.changes [RUNS]`. Days differ by themselves; two weeks are the reference; the days from the change
on drift. What is said of the last day is what counts, as `gt drift list` says it.
"""

import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import numpy as np
import polars as pl

from gt_platform.drift.changes import Told, of_column
from gt_platform.drift.profile import profiled
from gt_platform.project import Drift

FIRST, REFERENCE, CHANGED = date(2026, 1, 5), 14, 28
NOTHING = pl.DataFrame(schema={"since": pl.Date, "applies_after": pl.Date})
DECLARED = Drift.model_validate(
    {
        "reference": {"first": FIRST, "last": FIRST + timedelta(days=REFERENCE - 1)},
        "columns": [{"name": "x", "of": "output"}],
    }
)
Rng = np.random.Generator
Day = Callable[[Rng, int, float], pl.Series]
"""Draws so many rows of a day that has gone so far."""


def shifted(size: float, apart: float) -> Day:
    """Normal numbers, `size` higher in the end."""
    return lambda rng, rows, gone: pl.Series(rng.normal(size=rows) + size * gone + apart * rng.normal())


def scattered(size: float, apart: float) -> Day:
    """Normal numbers that in the end scatter so many times as much."""
    return lambda rng, rows, gone: pl.Series(rng.normal(size=rows) * size**gone + apart * rng.normal())


def swapped(size: float, apart: float) -> Day:
    """Eight levels of which in the end the most frequent is rarer by so much, and the rarest more frequent."""

    def draw(rng: Rng, rows: int, gone: float) -> pl.Series:
        share = np.arange(1, 9) / 36 + gone * size * np.eye(8)[0] - gone * size * np.eye(8)[7]
        share = share * np.exp(apart * rng.normal(size=8))
        return pl.Series([f"level {code}" for code in rng.choice(8, rows, p=share / share.sum())])

    return draw


KINDS: dict[str, tuple[Callable[[float, float], Day], float]] = {
    "a shift of .3 sd": (shifted, 0.3),
    "scatter x 1.3": (scattered, 1.3),
    "a tenth from one level to another": (swapped, 0.1),
}
SHAPES: dict[str, tuple[int, Callable[[int], float]]] = {
    "at once, that day": (1, lambda day: float(day >= CHANGED)),
    "at once, a week later": (8, lambda day: float(day >= CHANGED)),
    "at once, four weeks later": (29, lambda day: float(day >= CHANGED)),
    "over two weeks, at their end": (14, lambda day: float(np.clip((day - CHANGED + 1) / 14, 0, 1))),
    "over four weeks, a week later": (35, lambda day: float(np.clip((day - CHANGED + 1) / 28, 0, 1))),
    "three months, a year before, too": (476 - CHANGED, lambda day: float(100 <= day % 364 < 180)),
    "every Saturday, the fifth time": (6, lambda day: float(day % 7 == 5)),
}


def last(draw: Day, shape: tuple[int, Callable[[int], float]], rows: int, rng: Rng) -> Told:
    """What is said of the last day of one stream."""
    days, level = CHANGED + shape[0], shape[1]
    found = [
        {
            "frame_day": FIRST + timedelta(days=day),
            "column_name": "x",
            "verdict": "drift" if day >= REFERENCE and level(day) > 0.3 else "no_drift",
            "profile": profiled(draw(rng, rows, level(day))),
        }
        for day in range(days)
    ]
    return list(of_column(DECLARED, pl.DataFrame(found), FIRST + timedelta(days=days - 1), NOTHING))[-1]


def main() -> None:
    """Print how often each word was said, and how far off the dates are."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for (kind, (draw, size)), rows, (name, shape) in product(KINDS.items(), (200, 1_000), SHAPES.items()):
        rng = np.random.default_rng([rows, *kind.encode(), *name.encode()])
        told = [last(draw(size, 0.05), shape, rows, rng) for _ in range(runs)]
        off = [abs((one.since - FIRST).days - CHANGED) for one in told if one.kind in ("level", "gradual")]
        said = ", ".join(f"{word} {100 * count / runs:.0f} %" for word, count in Counter(o.kind for o in told).items())
        dates = f"dates off by {np.median(off):.0f} days, 90 % within {np.quantile(off, 0.9):.0f}" if off else ""
        print(f"{kind:<36}{rows:>6,} rows  {name:<32}{said:<40}{dates}", flush=True)


if __name__ == "__main__":
    main()
