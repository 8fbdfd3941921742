"""How few events of a day are far fewer than usual, told by the days before it and how these differ.

Counts in, a bound out; which days are looked at belongs to callers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
WINDOW = 56
"""Days before that are looked at: eight weeks."""
FEWEST = 7
"""Days without which nothing is known; from there on a day is held against the lowest of them."""
RHYTHM = 28
"""Days that show what each day of the week usually has."""
FAR = 0.7
"""Part of the usual that a day may always have: fewer is `far fewer` where days differ by so little."""
OF_LOWEST = 0.5
"""The same, of the lowest day, while the week's rhythm is not known."""
ALPHA = 0.001
"""Chance of a false alarm on a day: one in three years. See tests/bench/volume.py for what it comes to."""


@dataclass(frozen=True, kw_only=True)
class Usual:
    """What a day usually has, the fewest events that are not far fewer, and the most that are not far more."""

    events: float
    at_least: float
    at_most: float


def usual(past: ArrayLike) -> Usual | None:
    """What the next day is held against; None with fewer than FEWEST days, and where the rhythm may explain nothing.

    `past` (n,) counts events of consecutive days up to the day before. Logarithms of counts are level, weekday and
    rest: the level is the median of the seven days before, or of four weeks where that is higher, the weekday the
    median of its days about theirs, so that weekly rhythm, growth and past outages mislead neither. The bound is where
    a day would fall with chance ALPHA, by Student's t with the median absolute deviation of what past days were off
    when they were told in the same way; never above FAR of the usual, nor where so few come by chance alone (Poisson).
    """
    counts = np.asarray(past, dtype=np.float64)[-WINDOW:]
    if counts.size < FEWEST:
        return None
    if counts.size < RHYTHM:
        lowest, highest = float(counts.min()), float(counts.max())
        if not lowest:
            return None
        return Usual(
            events=float(np.median(counts)),
            at_least=_by_chance(lowest, OF_LOWEST),
            at_most=_most_by_chance(highest, OF_LOWEST),
        )
    told, off = _told(np.log(counts + 0.5))
    centre = float(np.median(off))
    scatter = _student(off.size / 6) * 1.4826 * float(np.median(np.abs(off - centre)))
    expected = float(np.exp(told))
    fewest = expected * float(np.exp(min(np.log(FAR), centre - scatter)))
    most = expected * float(np.exp(max(-np.log(FAR), centre + scatter)))
    return Usual(
        events=expected,
        at_least=min(fewest, _by_chance(expected, FAR)),
        at_most=max(most, _most_by_chance(expected, FAR)),
    )


def _told(logs: Floats) -> tuple[float, Floats]:
    """The next day's logarithm as the days before tell it, and what each past day was off when told so."""
    days = np.arange(logs.size)
    weekday = (days - logs.size) % 7  # 0 is that of the next day
    about = np.array([np.median(logs[max(0, day - 3) : day + 4]) for day in days])
    season = np.array([np.median((logs - about)[weekday == each]) for each in range(7)])
    rest = logs - season[weekday]
    level = np.array([_level(rest[:day]) for day in range(7, logs.size + 1)])
    return float(level[-1] + season[0]), rest[7:] - level[:-1]


def _level(rest: Floats) -> float:
    """The median of a week, or of a month where that is higher: an outage that lasts is none of the usual for long."""
    return float(max(np.median(rest[-7:]), np.median(rest[-RHYTHM:])))


def _by_chance(expected: float, part: float) -> float:
    """The fewest of a part of what is expected that come with more than chance ALPHA."""
    from scipy.special import pdtrik

    mean = expected * part
    return min(float(np.ceil(pdtrik(ALPHA, mean))), mean)


def _most_by_chance(expected: float, part: float) -> float:
    """The most, where a day has by that part more than expected, that come with more than chance ALPHA."""
    from scipy.special import pdtrik

    mean = expected / part
    return max(float(np.floor(pdtrik(1 - ALPHA, mean))), mean)


def _student(freedom: float) -> float:
    from scipy.special import stdtrit

    found: Any = stdtrit(max(freedom, 3.0), 1 - ALPHA)
    return float(found)
