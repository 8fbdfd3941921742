"""When a series of days changed, and how: at once, little by little, or as it does every week or year.

A series says of each day how far it has gone from what days were like (0) to what the last one is like (1). How far
days differ from others, and whether that is chance, belongs in days.py.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
Kind = Literal["level", "gradual", "week", "year"]

WIDTHS = (1, 3, 5, 7, 10, 14, 21, 28, 42, 63, 91)
"""Days a change may take."""
LATELY = 3  # days whose mean says what things are like now
WEEKS = 6  # of which days of the same weekday tell
YEAR = 364  # days, that weekdays stay the same
NEARBY = 7  # days to either side of the same one a year before
WINDOWS = (56, 168, 10_000)  # days
BEFORE = 14  # days that say what the level was before a step
EDGE = 3  # days of a window before a change, without which it might have begun earlier
TINY = 1e-12
HALF = 0.5  # nearer to what is now than to what was


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of a series: its kind, and the place of the first day of it."""

    kind: Kind
    since: int


def gone(profiles: Floats, before: Floats, now: Floats, noise: Floats) -> Floats:
    """How far each of T days has gone from `before` to `now`, by J numbers a day, `profiles` (T, J).

    Along the straight line between the two, numbers weighing by how much they changed for how much they vary by chance.
    """
    moved = now - before
    weights = np.where(np.abs(moved) > noise, moved, 0.0) / noise**2
    whole = float(weights @ moved)
    if not whole:
        return np.zeros(len(profiles))
    found: Floats = (profiles - before) @ weights / whole
    return found


def noise_of(profiles: Floats, least: Floats) -> Floats:
    """How much each of J numbers varies from day to day: by its differences, which steps and trends hardly touch."""
    if len(profiles) < 2:
        return least
    apart = np.sort(np.abs(np.diff(profiles, axis=0)), axis=0)
    usual = apart[: int(np.ceil(0.9 * len(apart)))]
    found: Floats = np.maximum(usual.mean(axis=0) * np.sqrt(np.pi) / 2, least)
    return found


def season(days: Days, x: Floats) -> Kind | None:
    """Whether days like the last one were as far gone a week, or a year, before, and others were not."""
    age = days[-1] - days
    lately = (age > 0) & (age <= 7 * WEEKS)
    same, others = lately & (age % 7 == 0), lately & (age % 7 > 0)
    # the last of the same alone, too: what was so for two weeks, and then was not, is no season
    if same.sum() >= 2 and _as_now(x[same], x[others]) and _as_now(x[same][-1:], x[others & (age < 7)]):
        return "week"
    last_year = np.abs(age - YEAR) <= NEARBY
    between = (age > 2 * NEARBY) & (age < YEAR - 2 * NEARBY)
    if last_year.sum() >= NEARBY and between.sum() >= YEAR // 2:
        months = [x[between & (age // 28 == month)] for month in range(1, 12)]
        if np.median(x[last_year]) > HALF and min(np.median(some) for some in months if some.size) < HALF / 2:
            return "year"
    return None


def change(days: Days, x: Floats) -> Change | None:
    """The last change by which the series has come at least half of the way to where it is; None where none is seen.

    By least squares: a level, and from some day on a way to another that takes one of WIDTHS days; that it took more
    than one is only said where it explains the series better by more than its place and length could by chance. Of
    the last WINDOWS of days the shortest that shows a change, and days before it, tells.
    """
    for window in WINDOWS:
        kept = days > days[-1] - window
        found = _fitted(days[kept], x[kept])
        whole = bool(kept.all())
        if found is not None and (whole or found.since >= EDGE):
            return Change(kind=found.kind, since=found.since + int(np.flatnonzero(kept)[0]))
        if whole:
            break
    return None


def returned(x: Floats, since: int) -> int | None:
    """Where what the series left at `since` had begun, if before that it was as it is again now."""
    if since < 2 * EDGE:
        return None
    left = _left(np.tri(since).T[1:], -x[:since])
    began = int(left.argmin()) + 1
    was, between = x[max(0, began - WINDOWS[0]) : began], x[began:since]
    return began if began >= EDGE and np.median(was) > HALF > np.median(between) else None


def _fitted(days: Days, x: Floats) -> Change | None:
    if len(days) < 2 or np.ptp(x) == 0:
        return None
    starts = np.arange(1, len(days))
    passed = (days[None, :] - days[starts][:, None] + 1)[None] / np.array(WIDTHS)[:, None, None]
    left = _left(np.clip(passed, 0.0, 1.0), x)
    sudden, slow = left[0], left[1:]
    since, (_, begun) = int(sudden.argmin()), np.unravel_index(slow.argmin(), slow.shape)
    better = len(days) * np.log(max(sudden.min(), TINY) / max(slow.min(), TINY))
    if better > 2 * np.log(len(days)):
        return Change(kind="gradual", since=int(starts[begun]))
    before = x[max(0, starts[since] - BEFORE) : starts[since]]
    if x[starts[since] :].mean() - before.mean() < HALF:
        return None
    return Change(kind="level", since=int(starts[since]))


def _as_now(same: Floats, others: Floats) -> bool:
    return bool(np.median(same) > HALF and (not others.size or np.median(others) < HALF / 2))


def _left(way: Floats, x: Floats) -> Floats:
    """The squares that are left of `x` (T,) by each way up (..., T) between two levels."""
    about = way - way.mean(axis=-1, keepdims=True)
    rest = x - x.mean()
    explained = np.maximum(about @ rest, 0.0) ** 2 / np.maximum((about**2).sum(axis=-1), TINY)
    left: Floats = rest @ rest - explained
    return left
