"""The nightly gate: has the share of right answers fallen below what was agreed? Asked every night, for years.

A confidence sequence over everything since the start answers slowly once there is a long healthy past. The gate is a
CUSUM (Page 1954), which forgets a healthy past by itself, with a threshold for each night that spends the year's
false alarms as it goes, as group sequential trials spend theirs (Lan & DeMets 1983).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

STEP = 0.01
"""Width of the cells that the CUSUM's distribution is kept in; it is rounded up, so that no chance is missed."""
RARE = 1e-13
"""Chances below this are left out of a night's distribution and counted as spent."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """The gate's T nights: the CUSUM and its threshold, each (T,); infinite where no alarm was possible.

    `night` is the first night, from 0, with an alarm, and `since` the night its evidence began to gather, the
    estimate of when the regression began; both None without one.
    """

    cusum: Floats
    threshold: Floats
    night: int | None
    since: int | None


def alarm(
    estimates: ArrayLike,
    n: ArrayLike,
    *,
    at_least: float,
    drop: float = 0.05,
    alpha: float = 0.05,
    horizon: int = 365,
) -> Alarm:
    """Watch T nights' (T,) `estimates` of a share, from (T,) `n` answers each, for it falling below `at_least`.

    While the share is `at_least` or more, an alarm is raised within `horizon` nights with probability alpha at most,
    and again within every further horizon; for independent right or wrong answers that is exact. It is quickest for
    a share that has fallen `drop` below `at_least`, at whatever night. A night without answers has n = 0 and any
    estimate. Raises ValueError.

    `n` comes from the design or from earlier nights, never from the night's own answers. What answers of a designed
    sample, graded ones, and those of nights that differ count for is told by `nights.watched`.
    """
    share, count = _shares(estimates), _counts(n)
    wrong, right = gains_of(at_least, drop)
    _check(share, count, horizon)
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}; it must lie between 0 and 1")
    gains = count * ((1 - share) * wrong + share * right)
    cusum, starts = _cusum(gains)
    threshold = np.array(_thresholds(tuple(map(int, count)), at_least, drop, alpha, horizon))
    over = np.flatnonzero(cusum >= threshold)
    night = int(over[0]) if over.size else None
    return Alarm(cusum=cusum, threshold=threshold, night=night, since=int(starts[night]) if night is not None else None)


def gains_of(at_least: float, drop: float) -> tuple[float, float]:
    """The logarithms of the likelihood ratio of a wrong and of a right answer. Raises ValueError."""
    if not 0 < at_least < 1 or not 0 < drop < at_least:
        raise ValueError(
            f"at_least is {at_least}, drop {drop}: the first must lie between 0 and 1, the second below it"
        )
    return float(np.log1p(drop / (1 - at_least))), float(np.log1p(-drop / at_least))


def _cusum(gains: Floats) -> tuple[Floats, Counts]:
    """The sums of log-likelihood ratios, never below 0, and the night each one's evidence begins."""
    total = np.cumsum(gains)
    before = np.concatenate([[0.0], total[:-1]])
    lowest = np.minimum.accumulate(before)
    starts = np.maximum.accumulate(np.where(before <= lowest, np.arange(gains.size), 0))
    return np.maximum(total - lowest, 0), starts


@lru_cache(maxsize=128)  # one night's slices and models often share their numbers of answers
def _thresholds(count: tuple[int, ...], at_least: float, drop: float, alpha: float, horizon: int) -> tuple[float, ...]:
    """The lowest threshold of each night that keeps all alarms by then within what is allowed."""
    allowed = alpha * np.arange(1, len(count) + 1) / horizon
    # the CUSUM goes beyond log(nights / chance) with that chance at most (Ville), here a twentieth of alpha
    cells = int(np.log(20 * max(horizon, len(count)) / alpha) / STEP)
    spent, found = 0.0, []
    mass = np.zeros(cells)
    mass[0] = 1.0
    for size, most in zip(count, allowed, strict=True):
        if not size:
            found.append(np.inf)
            continue
        chances, steps, rest = _night(size, at_least, drop)
        moved = _moved(mass, chances, steps)
        above = np.cumsum(moved[::-1])[::-1]
        inside = np.flatnonzero(above <= most - spent - rest)
        cell = int(inside[0]) if inside.size else cells
        spent += rest + float(above[cell])
        mass = np.where(np.arange(cells) < cell, moved[:cells], 0.0)
        found.append(cell * STEP if cell < cells else np.inf)
    return tuple(found)


@lru_cache(maxsize=512)
def _night(size: int, at_least: float, drop: float) -> tuple[Floats, Counts, float]:
    """The chance of each number of wrong answers, the cells the CUSUM then moves, and the chance left out."""
    from scipy.special import gammaln

    number = np.arange(size + 1)
    wrong, right = gains_of(at_least, drop)
    ways = gammaln(size + 1) - gammaln(number + 1) - gammaln(size - number + 1)
    chance = np.exp(ways + number * np.log(1 - at_least) + (size - number) * np.log(at_least))
    kept = chance > RARE
    moves = np.ceil((number * wrong + (size - number) * right)[kept] / STEP - 1e-9).astype(np.int64)
    return chance[kept], moves, float(chance[~kept].sum())


def _moved(mass: Floats, chances: Floats, steps: Counts) -> Floats:
    """The distribution after a night; what would be below the first cell is in it, the last holds all beyond."""
    cells = mass.size
    moved = np.zeros(cells + 1)
    for chance, step in zip(chances, steps, strict=True):
        down, up = max(-step, 0), max(step, 0)
        moved[0] += chance * mass[:down].sum()
        stay = mass[down : max(cells - up, 0)]
        moved[up : up + stay.size] += chance * stay
        moved[cells] += chance * mass[max(cells - up, 0) :].sum()
    return moved


def _shares(estimates: ArrayLike) -> Floats:
    found = np.asarray(estimates, dtype=np.float64)
    if found.ndim != 1 or found.size == 0:
        raise ValueError("estimates: a list of at least one number is needed")
    if not ((found >= 0) & (found <= 1)).all():
        raise ValueError("estimates must be from 0 to 1, none missing; a night without answers has any, and n = 0")
    return found


def _counts(n: ArrayLike) -> Counts:
    found = np.asarray(n, dtype=np.float64)
    if found.ndim != 1 or not np.isfinite(found).all() or (found < 0).any():
        raise ValueError("n must be a list of numbers of answers, none negative or missing")
    whole: NDArray[np.int64] = np.floor(found + 1e-9).astype(np.int64)
    return whole


def _check(share: Floats, count: Counts, horizon: int) -> None:
    if share.size != count.size:
        raise ValueError(f"{share.size} estimates, {count.size} numbers of answers: give one of each for every night")
    if horizon < 1:
        raise ValueError(f"horizon is {horizon} nights; at least 1 is needed")
