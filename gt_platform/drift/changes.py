"""What became of columns that drift: since when, and how. A pure function of `drift`, in whatever order it was filled.

The arithmetic of series is in stats/changes.py, the sentences are in words.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from gt_platform.drift.against import ACCEPTED, Against, in_force
from gt_platform.drift.profile import SAME_HOURS, Profile, read_profile
from gt_platform.drift.verdicts import FRAME
from gt_platform.drift.words import Became, became
from gt_platform.lake import Store
from gt_platform.project import Drift, Project
from gt_platform.stats.changes import LATELY, Floats, change, gone, noise_of, returned, season
from gt_platform.stats.units import Flags

REMEMBERED = timedelta(days=800)  # twice a year, and some
PAUSE = 3
"""Judged days without drift after which another drift is another one."""
RELATIVE = 1e-3  # of their range, below which differences of quantiles are none
HISTORY = """
    SELECT frame_day, column_name, verdict, profile FROM drift
    WHERE frame_day BETWEEN ? AND ? AND column_name IN (
        SELECT column_name FROM drift WHERE verdict = 'drift' AND frame_day BETWEEN ? AND ? AND column_name <> ?
    ) ORDER BY column_name, frame_day
"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of a column by a day on which it `drifts`, or on which it is first back to normal."""

    frame_day: date
    column_name: str
    drifts: bool
    kind: Became
    since: date
    said: str


def tell(store: Store, project: Project, first: date, last: date) -> list[Told]:
    """Of every column that drifts on a day from `first` to `last`, or comes back, what became of it; in order."""
    before = first - timedelta(days=PAUSE)  # a drift that ended there comes back here
    rows = store.read(HISTORY, [first - REMEMBERED, last, before, last, FRAME])
    if rows.is_empty():
        return []
    acceptances = store.read(ACCEPTED)
    columns = rows.group_by("column_name", maintain_order=True)
    told = [one for _, column in columns for one in of_column(project.drift, column, first, acceptances)]
    return sorted(told, key=lambda one: (one.frame_day, one.column_name))


def of_column(drift: Drift, rows: pl.DataFrame, first: date, acceptances: pl.DataFrame) -> Iterator[Told]:
    """What became of one column by every day from `first` on, from its rows of `drift` in the order of days."""
    name, days, verdicts = rows["column_name"][0], rows["frame_day"].to_list(), rows["verdict"].to_list()
    profiles = [None if text is None else read_profile(text) for text in rows["profile"]]
    for at, day in enumerate(days):
        if day < first:
            continue
        drifts = verdicts[at] == "drift"
        if drifts:
            against = Against.declared(drift.reference, day, in_force(acceptances, day))
            kind, since = _became(days[: at + 1], verdicts[: at + 1], profiles[: at + 1], against)
        elif verdicts[at] == "no_drift" and verdicts[:at][-1:] == ["drift"]:
            against = Against.declared(drift.reference, days[at - 1], in_force(acceptances, days[at - 1]))
            before, _ = _became(days[:at], verdicts[:at], profiles[:at], against)
            if before in ("week", "hour", "year"):
                continue
            kind, since = "back", day
        else:
            continue
        said = became(kind, day, since)
        yield Told(frame_day=day, column_name=name, drifts=drifts, kind=kind, since=since, said=said)


def _became(
    days: Sequence[date], verdicts: Sequence[str], profiles: Sequence[Profile | None], against: Against
) -> tuple[Became, date]:
    begun = _begun(verdicts)
    last = profiles[-1]
    if last is not None and last.get(SAME_HOURS):
        return "hour", days[-1]
    known = [at for at, profile in enumerate(profiles) if profile is not None]
    if last is None or len(known) < 2:
        return "unknown", days[begun]
    kept = pl.Series([days[at] for at in known])
    numbers = kept.cast(pl.Int32).cast(pl.Int64).to_numpy()
    for from_day in (days[begun], days[-1]):  # what it is like now is first what its last days are like, then this one
        x = _series(kept, [profile for profile in profiles if profile is not None], against, from_day)
        if x is None:
            return "unknown", days[begun]
        if (of_season := season(numbers, x)) is not None:
            return of_season, days[-1]
        if (found := change(numbers, x)) is not None:
            came = returned(x, found.since) if found.kind == "level" and against.rolling else None
            return ("back" if came is not None else found.kind), kept[found.since]
    return "unsteady", days[begun]


def _begun(verdicts: Sequence[str]) -> int:
    """Where the drift that stands on the last day began."""
    begun, quiet = len(verdicts) - 1, 0
    for at in range(len(verdicts) - 1, -1, -1):
        if verdicts[at] == "drift":
            begun, quiet = at, 0
        elif verdicts[at] == "reference" or (quiet := quiet + (verdicts[at] == "no_drift")) >= PAUSE:
            break
    return begun


def _series(days: pl.Series, profiles: Sequence[Profile], against: Against, from_day: date) -> Floats | None:
    """How far each day has gone from the reference to what the column is like now; None where nothing is before.

    Where the reference was judged before profiles were kept, days before the drift stand for it.
    """
    values, least = _table(profiles)
    held = against.read(days) & against.alike(days)
    held = held if held.any() else (days < from_day).to_numpy()
    if not held.any():
        return None
    before = values[held].mean(axis=0)
    if against.like_weekday:
        values = _without_weekdays(values, days, against.read(days), before)
    lately = (days >= from_day).to_numpy()
    now = values[np.flatnonzero(lately)[-LATELY:]].mean(axis=0)
    return gone(values, before, now, noise_of(values, least))


def _without_weekdays(values: Floats, days: pl.Series, reference: Flags, before: Floats) -> Floats:
    """Each day about its own weekday of the reference."""
    found, weekday = values.copy(), days.dt.weekday().to_numpy()
    for one in np.unique(weekday):
        usual = values[reference & (weekday == one)]
        if len(usual):
            found[weekday == one] += before - usual.mean(axis=0)
    return found


def _table(profiles: Sequence[Profile]) -> tuple[Floats, Floats]:
    """A row of numbers for each profile, and the least that each number varies by chance.

    Days of numbers and days of text have only their shares in common.
    """
    names = sorted({name for profile in profiles for name in profile} - {"rows", SAME_HOURS})
    quantiles = [name for name in names if name.startswith("at ")]
    if not all(profile.keys() >= set(quantiles) for profile in profiles):
        names, quantiles = ["missing", "number"], []
    values = np.array([[profile.get(name, 0.0) for name in names] for profile in profiles])
    rows = np.mean([profile["rows"] for profile in profiles])
    share = values.mean(axis=0).clip(1 / rows, 1.0)
    least = np.sqrt(share * (1 - share).clip(1 / rows) / rows)
    if quantiles:
        of = [names.index(name) for name in quantiles]
        least[of] = max(float(np.ptp(values[:, of])) * RELATIVE, 1e-12)
    return values, least
