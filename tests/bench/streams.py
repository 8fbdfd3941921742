"""A year of a stream replayed as days: what alarms, and what is said of it.

`python -m tests.bench.streams [FOLDER]`: streams made here, of known truth; with a folder those of its CSV files
instead, each with a column `when` and the columns to watch. Every day is judged as in the nightly job (alpha 1 %, 999
permutations, all columns of a stream together), against the first four weeks and against the four weeks before it.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gt_platform.drift.changes import Told, of_column
from gt_platform.drift.profile import profiled
from gt_platform.drift.verdicts import judge
from gt_platform.project import Drift
from gt_platform.stats.units import Floats

FIRST, DAYS, REFERENCE = date(2025, 1, 6), 365, 28
CHANGED = 200  # the day on which what changes does
ROWS = 500
NOTHING = pl.DataFrame(schema={"since": pl.Date, "applies_after": pl.Date})
SEASONS = ("week", "year", "hour")
Rng = np.random.Generator
Level = Callable[[Rng, int], Floats]


def rows_of(level: Callable[[int], float], *, days_apart: float = 0.05) -> Level:
    """Normal numbers about a level that a day has, days differing by chance."""
    return lambda rng, day: rng.normal(size=ROWS) + level(day) + days_apart * rng.normal()


def half_hours(rng: Rng, day: int) -> Floats:
    """48 values like a grid's demand: hours, weekends, seasons, and days that hang together."""
    hour = np.arange(48) / 2
    shape = np.sin((hour - 8) / 24 * 2 * np.pi) + 0.4 * np.sin((hour - 3) / 12 * 2 * np.pi)
    season = 0.8 * np.cos(2 * np.pi * day / 364) - 0.6 * ((FIRST + timedelta(days=day)).isoweekday() > 5)
    return np.asarray(shape + season + 0.2 * rng.normal() + 0.1 * rng.normal(size=48))


STREAMS: dict[str, Level] = {
    "nothing": rows_of(lambda _: 0.0),
    "weekends .3 higher": rows_of(lambda day: 0.3 * (day % 7 > 4)),
    "the year's season, .5": rows_of(lambda day: 0.5 * np.sin(2 * np.pi * day / 364)),
    "a trend of .5 a year": rows_of(lambda day: 0.5 * day / 364),
    "a step of .5 on day 200": rows_of(lambda day: 0.5 * (day >= CHANGED)),
    "a way of .5 over four weeks from day 200": rows_of(lambda day: 0.5 * np.clip((day - CHANGED + 1) / 28, 0, 1)),
    "three weeks of .5 from day 200": rows_of(lambda day: 0.5 * (CHANGED <= day < CHANGED + 21)),
    "half hours": half_hours,
}


def frames_of(level: Level, days: int) -> pl.DataFrame:
    """A stream made here."""
    rng = np.random.default_rng(8)
    values = [level(rng, day) for day in range(days)]
    day = [FIRST + timedelta(days=number) for number, some in enumerate(values) for _ in some]
    return pl.DataFrame({"frame_day": day, "x": np.concatenate(values)})


def read(file: Path) -> pl.DataFrame:
    """A stream of a file, at most its first two years."""
    rows = pl.read_csv(file, try_parse_dates=True, infer_schema_length=None)
    rows = rows.with_columns(frame_day=pl.col("when").dt.date()).drop("when")
    return rows.with_columns(pl.selectors.numeric().cast(pl.Float64)).sort("frame_day")


def replay(rows: pl.DataFrame, reference: dict[str, Any]) -> tuple[list[Told], Counter[str]]:
    """What is told of every day and column that drifts, and how many frames had each verdict."""
    names = [name for name in rows.columns if name != "frame_day"]
    columns = [{"name": name, "of": "output"} for name in names]
    declared = Drift.model_validate({"reference": reference, "columns": columns, "minimum": 20})
    rows = rows.with_columns(cluster=pl.lit(None, pl.UInt64))
    found, verdicts = list[dict[str, Any]](), Counter[str]()
    by_day = {day: part for (day,), part in rows.group_by("frame_day", maintain_order=True)}
    for day, current in by_day.items():
        span = declared.reference.of(day)
        profiles = {name: profiled(current[name]) for name in names}
        if declared.reference.has(day):
            said = dict.fromkeys(names, "reference")
        else:
            before = rows.filter(pl.col("frame_day").is_between(*span))
            judged = judge(before, current, names, declared, seed=str(day))
            verdicts[judged[-1].verdict] += 1
            said = {one.column_name: one.verdict for one in judged[:-1]}
        found += [
            {"frame_day": day, "column_name": name, "verdict": said[name], "profile": profiles[name]} for name in names
        ]
    of_days = pl.DataFrame(found, schema_overrides={"profile": pl.String})
    columns_of = of_days.group_by("column_name", maintain_order=True)
    first = rows["frame_day"].min()
    assert isinstance(first, date)
    return [one for _, part in columns_of for one in of_column(declared, part, first, NOTHING)], verdicts


def report(name: str, rows: pl.DataFrame) -> Iterator[str]:
    """A line for each kind of reference."""
    first = rows["frame_day"].min()
    assert isinstance(first, date)
    fixed = {"first": first, "last": first + timedelta(days=REFERENCE - 1)}
    for kind, reference in (("fixed", fixed), ("rolling", {"rolling": REFERENCE})):
        told, verdicts = replay(rows, reference)
        drifts = [one for one in told if one.drifts]
        frames = verdicts["drift"] + verdicts["no_drift"]
        words = Counter(one.kind for one in drifts)
        early = [one for one in drifts if (one.frame_day - first).days < REFERENCE + 91]
        explained = sum(one.kind not in ("unknown", "unsteady") for one in early)
        shown = ", ".join(f"{kind} {count}" for kind, count in words.most_common()) or "-"
        yearly = f"{verdicts['drift'] / max(frames, 1) * 365:.0f} a year"
        dated = Counter((one.since - first).days for one in drifts if one.kind in ("level", "gradual"))
        yield (
            f"{name:<42}{kind:<9}{verdicts['drift']:>4} of {frames} frames ({yearly}); "
            f"columns: {shown}; first three months: {explained} of {len(early)} explained; "
            f"dates: {', '.join(f'day {day} x {count}' for day, count in dated.most_common(3)) or '-'}"
        )


def main(given_in: str | None = None) -> None:
    """Print what is said of every stream."""
    folder = Path(given_in) if given_in else None
    made = {} if folder else {name: frames_of(level, DAYS) for name, level in STREAMS.items()}
    given = {file.stem: read(file) for file in sorted(folder.glob("*.csv"))} if folder else {}
    for name, rows in (made | given).items():
        for line in report(name, rows):
            print(line, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:2])
