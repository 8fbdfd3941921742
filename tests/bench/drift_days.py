"""False alarms where days differ, users come in crowds and weeks have weekends; and what is found all the same.

`python -m tests.bench.drift_days alarms|power|hours [RUNS]`. Every frame is judged as in the nightly job: `judge` on
typed columns, alpha 1 %, 999 permutations, one column. A run is a fresh reference and one fresh day.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import ks_2samp, wasserstein_distance

from gt_platform.drift.columns import Rows
from gt_platform.drift.hours import at_same_hours
from gt_platform.drift.verdicts import Verdict, judge
from gt_platform.project import Drift

MONDAY = date(2026, 1, 5)
Rng = np.random.Generator
Values = NDArray[Any]
Day = Callable[[Rng, int, date], Values]
"""Draws a day's values: so many rows, of this day."""


@dataclass(frozen=True, kw_only=True)
class World:
    """How days are, how many the reference has, and what is declared of it; `users` share a day's rows, 0: nobody."""

    draw: Day
    days: int
    rows: int
    users: int = 0
    like: str = "none"


def frame(world: World, rng: Rng, day: date, draw: Day) -> pl.DataFrame:
    """One day's rows."""
    values = pl.Series("x", draw(rng, world.rows, day), strict=False)
    numbers = values if values.dtype == pl.String else values.cast(pl.Float64).fill_nan(None)
    facts = {"frame_day": pl.repeat(day, world.rows, eager=True)}
    whose = (
        pl.int_range(world.rows, eager=True) % world.users if world.users else pl.repeat(None, world.rows, eager=True)
    )
    return pl.DataFrame({"x": numbers} | facts).with_columns(cluster=whose)


def judged(world: World, rng: Rng, run: int, draw: Day | None = None) -> Verdict:
    """The verdict on a fresh day, drawn as the reference's days are or otherwise."""
    span = [MONDAY + timedelta(days=number) for number in range(world.days)]
    reference = pl.concat([frame(world, rng, day, world.draw) for day in span])
    day = span[-1] + timedelta(days=1 + run % 7)
    current = frame(world, rng, day, draw or world.draw)
    declared = Drift.model_validate(
        {
            "reference": {"first": span[0], "last": span[-1], "like": world.like},
            "columns": [{"name": "x", "of": "output"}],
        }
    )
    return judge(reference, current, ["x"], declared, seed=str(run))[0]


def apart(sd: float) -> Day:
    """Normal numbers; days differ by so many of their standard deviations."""
    return lambda rng, rows, _day: rng.normal(size=rows) + sd * rng.normal()


def of_users(users: int, correlation: float) -> Day:
    """Normal numbers of users who differ, in turn; each day has other users."""

    def draw(rng: Rng, rows: int, _day: date) -> Values:
        own = np.sqrt(correlation) * rng.normal(size=users)
        return np.asarray(own[np.arange(rows) % users] + np.sqrt(1 - correlation) * rng.normal(size=rows))

    return draw


def with_weekends(rng: Rng, rows: int, day: date) -> Values:
    """Normal numbers, .3 standard deviations higher at weekends."""
    return np.asarray(rng.normal(size=rows) + 0.3 * (day.isoweekday() > 5))


def levels(*weights: float, sd: float = 0.0) -> Day:
    """Levels of these weights, which differ by day as logits do."""

    def draw(rng: Rng, rows: int, _day: date) -> Values:
        share = np.array(weights) * np.exp(sd * rng.normal(size=len(weights)))
        return np.array([f"level {code}" for code in rng.choice(share.size, rows, p=share / share.sum())])

    return draw


ALARMS: list[tuple[str, World]] = [
    *(
        (f"{sd} sd between days, {days} days", World(draw=apart(sd), days=days, rows=rows))
        for sd in (0.0, 0.05, 0.1)
        for days in (7, 28)
        for rows in (200, 1_000, 5_000)
    ),
    ("30 users a day, correlation .3, 14 days", World(draw=of_users(30, 0.3), days=14, rows=600, users=30)),
    ("the same, one day", World(draw=of_users(30, 0.3), days=1, rows=600, users=30)),
    ("weekends +.3 sd, a week", World(draw=with_weekends, days=7, rows=1_000)),
    ("weekends +.3 sd, four weeks", World(draw=with_weekends, days=28, rows=1_000)),
    ("the same, like: weekday", World(draw=with_weekends, days=28, rows=1_000, like="weekday")),
    ("8 levels, days .1 apart, 14 days", World(draw=levels(*range(1, 9), sd=0.1), days=14, rows=1_000)),
    ("300 levels, 14 days", World(draw=levels(*(1 / (n + 1) for n in range(300))), days=14, rows=1_000)),
]


def alarms(runs: int) -> None:
    """Print the share of days of which nothing is to be said that drift all the same."""
    for name, world in ALARMS:
        rng = np.random.default_rng([world.days, world.rows, *name.encode()])
        found = [judged(world, rng, run).verdict == "drift" for run in range(runs)]
        print(f"{name:<42} {world.rows:>6,} rows  {100 * np.mean(found):5.1f} %", flush=True)


NORMAL = apart(0.0)
EIGHT = levels(*range(1, 9))
CHANGES: dict[str, tuple[Day, Day]] = {
    "shift of .3 sd": (NORMAL, lambda rng, rows, day: NORMAL(rng, rows, day) + 0.3),
    "variance x 1.5": (NORMAL, lambda rng, rows, day: NORMAL(rng, rows, day) * np.sqrt(1.5)),
    "half a percent of sentinels, log-normal": (
        lambda rng, rows, _: np.where(rng.random(rows) < 0.005, 1e6, rng.lognormal(size=rows)),
        lambda rng, rows, _: np.where(rng.random(rows) < 0.005, 1e6, 2 * rng.lognormal(size=rows)),
    ),
    "a tail: 3 % ten times as large": (
        NORMAL,
        lambda rng, rows, day: NORMAL(rng, rows, day) * np.where(rng.random(rows) < 0.03, 10, 1),
    ),
    "two of 8 levels swapped": (EIGHT, levels(8, 2, 3, 4, 5, 6, 7, 1)),
    "3 % of unseen levels": (EIGHT, levels(*range(1, 9), 1.1)),
    "5 % missing": (NORMAL, lambda rng, rows, day: np.where(rng.random(rows) < 0.05, np.nan, NORMAL(rng, rows, day))),
}


def evidently_default(reference: Values, current: Values) -> bool:
    """What Evidently's automatic choice of test says of numbers: Kolmogorov-Smirnov, or a distance above .1."""
    sides = [side[np.isfinite(side)] for side in (reference, current)]
    if reference.size <= 1_000:
        return bool(ks_2samp(*sides).pvalue < 0.05)
    return bool(wasserstein_distance(*sides) / np.std(sides[0]) >= 0.1)


def power(runs: int) -> None:
    """Print the share of changes that are found, with 14 reference days."""
    print(f"{'change':<42}{'rows':>7}  found   Evidently's default, and its false alarms")
    for name, (before, after) in CHANGES.items():
        for rows in (200, 1_000, 5_000):
            world = World(draw=before, days=14, rows=rows)
            rng = np.random.default_rng([rows, *name.encode()])
            found = np.mean([judged(world, rng, run, after).verdict == "drift" for run in range(runs)])
            told = _evidently(world, after, rng, runs)
            print(f"{name:<42}{rows:>7,}  {100 * found:5.0f} %  {told}", flush=True)


def _evidently(world: World, after: Day, rng: Rng, runs: int) -> str:
    if world.draw(rng, 2, MONDAY).dtype.kind != "f":
        return "-"
    sides = [
        (
            world.draw(rng, world.days * world.rows, MONDAY),
            after(rng, world.rows, MONDAY),
            world.draw(rng, world.rows, MONDAY),
        )
        for _ in range(min(runs, 50))
    ]
    found = [np.mean([evidently_default(one[0], one[at]) for one in sides]) for at in (1, 2)]
    return f"{100 * found[0]:.0f} %, {100 * found[1]:.0f} %"


def of_hours(rng: Rng, day: date, rows: int, *, busy: float, higher: float = 0.0) -> pl.DataFrame:
    """A day whose values follow the hour, a share `busy` of it in six hours of the evening."""
    hour = np.where(rng.random(rows) < busy, rng.integers(18, 24, rows), rng.integers(0, 18, rows))
    facts = {
        "x": rng.normal(size=rows) + hour // 6 / 2 + 0.05 * rng.normal() + higher,
        "hour": hour,
        "position": rng.integers(0, 2**62, rows),
        "event_id": np.arange(rows),
    }
    return pl.DataFrame(facts).with_columns(frame_day=pl.lit(day), cluster=pl.lit(None, pl.UInt64))


def hours(runs: int) -> None:
    """Print how often days with another mix of hours drift, and days that are higher, by `like`."""
    declared = Drift.model_validate(
        {
            "reference": {"first": MONDAY, "last": MONDAY + timedelta(days=13)},
            "columns": [{"name": "x", "of": "output"}],
        }
    )
    for (name, busy, higher), rows in product(
        (("the same hours", 0.25, 0.0), ("60 % in the evening", 0.6, 0.0), ("the same, .3 sd higher", 0.6, 0.3)),
        (200, 1_000, 5_000),
    ):
        rng, found = np.random.default_rng([rows, *name.encode()]), []
        for run in range(runs):
            before = pl.concat([of_hours(rng, MONDAY + timedelta(days=day), rows, busy=0.25) for day in range(14)])
            current = of_hours(rng, MONDAY + timedelta(days=14), rows, busy=busy, higher=higher)
            plain = Rows(names=("x",), reference=before, current=current)
            sides = plain, at_same_hours(plain)
            found.append([judge(s.reference, s.current, ["x"], declared, seed=str(run))[0].verdict for s in sides])
        none, hour = (100 * np.mean([one[at] == "drift" for one in found]) for at in (0, 1))
        print(f"{name:<28}{rows:>6,} rows  like none {none:4.0f} %  like hour {hour:4.0f} %", flush=True)


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    {"alarms": alarms, "power": power, "hours": hours}[sys.argv[1]](count)
