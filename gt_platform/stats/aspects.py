"""What may differ between two samples beside a distance: where they lie, how they scatter, what is missing or new.

Each is a mean over rows, judged against how days and rows differ; days themselves belong in days.py.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gt_platform.stats.days import Reference, mean_moved
from gt_platform.stats.distances import Counts
from gt_platform.stats.units import Codes, Floats, Units

Name = Literal["location", "scale", "missing", "text", "unseen"]
DENSE = 64.0
"""Rows expected of a rare kind in the smaller sample from which its number is taken to be normal."""


@dataclass(frozen=True, kw_only=True)
class Aspect:
    """One thing looked at: its p-value, and its mean in the reference and in the current sample.

    A share, from 0 to 1, but for `location` and `scale`: there it is the mean normal score, and the mean square of it.
    """

    name: Name
    p_value: float
    reference: float
    current: float


def normal_scores(pooled: Floats) -> Floats:
    """Of each of B values in rising order the normal score, from how often each occurs."""
    from scipy.special import ndtri

    rows = pooled.sum()
    scores: Floats = ndtri(np.clip((np.cumsum(pooled) - pooled / 2) / rows, 0.5 / rows, 1 - 0.5 / rows))
    return scores


def ranks_moved(
    score: Floats, tallies: tuple[Floats, Floats], units: Units, codes: tuple[Codes, Codes] | None
) -> tuple[Aspect, Aspect]:
    """Whether values lie or scatter otherwise, by their `score` (B,) and their counts by day (D, B) and now (B,).

    Scatter is about each day's own mean, so that days which lie far off do not scatter the more. `codes` say which
    value each row of either side has; they are needed only where rows come in clusters. No p-value is below the chance
    of a single way to deal the rows out: sides of one value each would have none.
    """
    by_day, current = tallies
    days, now = units.reference(by_day.sum(axis=1)), float(current.sum())
    middle, here = _means(by_day, score, days.rows), float(current @ score) / now
    square, there = _means(by_day, score**2, days.rows), float(current @ score**2) / now
    found: list[tuple[Name, Floats, Floats, float]] = [
        ("location", score, middle, here),
        ("scale", score**2, square - middle**2, there - here**2),
    ]
    aspects, least = [], _of_one_deal(float(days.rows.sum()), now)
    for name, values, means, mean in found:
        own = (middle, here) if name == "location" else (square, there)
        whole = float((by_day @ values**2).sum() - days.rows @ own[0] ** 2 + current @ values**2 - now * own[1] ** 2)
        variance = max(whole, 0.0) / (days.rows.sum() + now)
        if codes is not None:
            variance *= units.worth(values[codes[0]], values[codes[1]])
        p_value = max(mean_moved(days, means, (mean, now), variance, freedom=units.freedom), least)
        aspects.append(Aspect(name=name, p_value=p_value, reference=_mean(means, days), current=mean))
    return aspects[0], aspects[1]


def _of_one_deal(reference: float, current: float) -> float:
    from scipy.special import gammaln

    ways = gammaln(reference + current + 1) - gammaln(reference + 1) - gammaln(current + 1)
    return max(float(np.exp(-ways)), np.finfo(np.float64).tiny)


def _means(by_day: Floats, values: Floats, rows: Floats) -> Floats:
    means: Floats = np.divide(by_day @ values, rows, out=np.zeros(rows.size), where=rows > 0)
    return means


def share(name: Name, count: Floats, current: float, days: Reference, rows: float, worth: float) -> Aspect:
    """Whether the share of some rows has moved, from their `count` on each of D days (D,), and `current` of `rows`."""
    means = np.divide(count, days.rows, out=np.zeros(days.rows.size), where=days.rows > 0)
    held, total = float(count[days.alike].sum()), float(days.rows[days.alike].sum())
    middle = (held + current) / (total + rows)
    p_value = _by_rows(held, total, current, rows) if worth == 1 else 0.0
    if worth > 1 or days.told.any():
        p_value = max(p_value, mean_moved(days, means, (current / rows, rows), middle * (1 - middle) * worth))
    return Aspect(name=name, p_value=p_value, reference=held / total, current=current / rows)


def unseen(by_day: Floats, current: Counts, days: Reference, worth: float) -> Aspect | None:
    """Whether more rows than usual have a level that the reference lacks; None where no level is rare or new.

    Usual is, by Good (1953), the share of the reference's rows whose level no other of its rows has; with several days
    that of a day's rows whose level no other day has.
    """
    held = by_day[days.alike].sum(axis=0)
    if not (held == 1).any() and not (held == 0).any():
        return None
    new = float(current[held == 0].sum())
    total, rows = float(held.sum()), float(current.sum())
    usual = float((held == 1).sum()) / total
    found = Aspect(name="unseen", p_value=1.0, reference=usual, current=new / rows)
    if new / rows <= usual:
        return found
    if not days.told.any():
        shrunk = 1 + rows / total  # a level that is new comes about so many times over
        p_value = _by_rows(round(usual * total), total, round(new / shrunk / worth), round(rows / shrunk / worth))
        return Aspect(name="unseen", p_value=p_value, reference=usual, current=new / rows)
    alone = np.where(days.rest(by_day) == 0, by_day, 0.0).sum(axis=1)
    judged = share("unseen", alone, new, days, rows, worth)
    return judged if judged.current > judged.reference else found


def _by_rows(held: float, total: float, current: float, rows: float) -> float:
    """The mid-p of a share by the hypergeometric distribution, both sides; by a normal one where there are many."""
    from scipy.stats import hypergeom, norm

    whole, of_kind = round(total + rows), round(held + current)
    size, found = round(rows), round(current)
    expected = of_kind * size / whole if whole else 0.0
    smaller = min(of_kind, whole - of_kind) * min(size, whole - size) / whole if whole else 0.0
    if smaller == 0:
        return 1.0
    if smaller >= DENSE:
        spread = np.sqrt(expected * (1 - of_kind / whole) * (whole - size) / (whole - 1))
        return float(2 * norm.sf(abs(found - expected) / spread))
    number = np.arange(max(0, size + of_kind - whole), min(size, of_kind) + 1)
    chance = hypergeom.pmf(number, whole, of_kind, size)
    apart = np.abs(number - expected) - abs(found - expected)
    tied = np.abs(apart) < 1e-6
    return float(min(1.0, chance[(apart > 0) & ~tied].sum() + chance[tied].sum() / 2))


def _mean(means: Floats, days: Reference) -> float:
    held = days.rows * days.alike
    return float(held @ means / held.sum())
