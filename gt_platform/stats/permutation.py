"""Two-sample tests calibrated by chance: how large a distance rows, and days, make at these very sizes by themselves.

A plug-in distance between two samples of one distribution is never 0 and grows as samples shrink, so a fixed
threshold cries wolf on small samples and sleeps on large ones. Here reference and current are pooled and dealt
out again at random; where the reference has several days, what these differ by comes on top. How rows are dealt is in
calibration.py, how days differ in days.py, what else but a distance is looked at in aspects.py, multiplicity in
multiplicity.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gt_platform.stats.aspects import Aspect, Name, normal_scores, ranks_moved, share
from gt_platform.stats.calibration import by_chance, judged
from gt_platform.stats.days import Reference, Spread, beyond_chance, further, spread
from gt_platform.stats.distances import Counts, Floats, between_levels, between_values, jensen_shannon, wasserstein
from gt_platform.stats.histogram import deviation, histogram
from gt_platform.stats.tallies import ranked, tallied
from gt_platform.stats.units import Codes, Flags, Units

MOST = 1e100  # a distance whose square is still a number
TESTS = 2  # a column counts as: its distance, and all other aspects together


@dataclass(frozen=True, kw_only=True)
class TwoSample:
    """A distance, the threshold that chance exceeds, its p-value, and what else was looked at.

    The threshold is that of alpha / 2 where anything else was, since the distance is then one of two tests.
    """

    value: float = 0.0
    threshold: float = 0.0
    p_distance: float = 1.0
    aspects: tuple[Aspect, ...] = ()

    @property
    def p_value(self) -> float:
        """The least of all, corrected for how many there are: half for the distance, half for the others together."""
        if not self.aspects:
            return self.p_distance
        other = len(self.aspects) * min(aspect.p_value for aspect in self.aspects)
        return min(1.0, TESTS * min(self.p_distance, other))


@dataclass(frozen=True, kw_only=True)
class Chance:
    """How distances are calibrated: by so many permutations, drawn from a seed, at the level alpha."""

    permutations: int
    alpha: float
    seed: int

    @property
    def drawn(self) -> np.random.Generator:
        """The generator of permutations, at its beginning."""
        return np.random.Generator(np.random.PCG64(self.seed))


def compare_numbers(reference: Floats, current: Floats, how: Chance, *, units: Units | None = None) -> TwoSample:
    """Normed Wasserstein distance of two 1-d samples; NaN and infinite values are missing.

    Beside the distance, which a single far value can drown, the ranks are compared: their normal scores (van der
    Waerden 1952) tell of location, the scores' squares (Klotz 1962) of scale; and so is the share of missing values. A
    side without any value has distance 0 and leaves the verdict to that. Without `units` the reference is one day, and
    each row stands for itself.
    Beyond 256 distinct values they are replaced by the mean of their bin before permuting, an exact test of the binned
    distance, and the threshold is scaled by what binning did to the observed one: measured, 1 % or less on normal
    and log-normal samples, 2 % on Pareto, 5 % on Cauchy.
    Raises ValueError for an empty sample, or too few permutations for alpha.
    """
    units = units or Units.one_day(reference.size)
    _refuse_empty(int(units.held.sum()), current.size)
    there = np.isfinite(reference), np.isfinite(current)
    gone: tuple[Aspect, ...] = ()
    if not (there[0].all() and there[1].all()):
        gone = (missing_moved(~there[0], ~there[1], units),)
    here = units.only(*there)
    reference, current = reference[there[0]], current[there[1]]
    if not here.held.any() or not current.size:
        return TwoSample(aspects=gone)
    return _values(reference, current, here, how, gone)


def compare_levels(
    reference: Counts,
    current: Counts,
    how: Chance,
    *,
    days: tuple[Codes, Flags] | None = None,
    worth: float = 1.0,
    named: Mapping[Name, Flags] | None = None,
    unusual: Aspect | None = None,
) -> TwoSample:
    """Jensen-Shannon distance of the counts of levels: of each of D days (D, L), or together (L,), and current (L,).

    Missing is a level like any other. `days` are the `groups` and `alike` of a `Reference`, `worth` how much clusters
    raise the variance; levels that are `named` together are an aspect of their own, and `unusual` is one that is judged
    already. Raises ValueError for an empty sample, other levels, or too few permutations for alpha.
    """
    by_day = np.atleast_2d(reference).astype(np.float64)
    if by_day.shape[1:] != current.shape:
        raise ValueError(f"{by_day.shape[1]} levels in the reference, {current.size} in the current sample")
    groups, alike = days or (np.zeros(1, np.int64), np.ones(1, np.bool_))
    held: Counts = by_day[alike].sum(axis=0).astype(np.int64)
    _refuse_empty(int(held.sum()), int(current.sum()))
    known = Reference(rows=by_day.sum(axis=1), groups=groups, alike=alike)
    aspects = [
        share(name, by_day @ which, float(current @ which), known, float(current.sum()), worth)
        for name, which in (named or {}).items()
    ]
    if unusual is not None:
        aspects.append(unusual)
    apart = between_levels(by_day, known.rest(by_day))
    pooled = held + current
    there = pooled > 0
    observed, threshold, p_value = _calibrated(
        lambda counts: jensen_shannon(pooled[there] - counts, counts),
        (pooled[there], current[there]),
        apart,
        known,
        worth,
        how,
        alone=not aspects,
    )
    return TwoSample(value=observed, threshold=threshold, p_distance=p_value, aspects=tuple(aspects))


def enough_permutations(declared: int, columns: int, alpha: float) -> int:
    """Permutations with which one finding among `columns` can still be made at alpha after Benjamini-Hochberg.

    The smallest possible p-value is 1 / (permutations + 1); it must reach alpha over the number of tests, which is
    TESTS for each column.
    """
    return max(declared, int(np.ceil(TESTS * columns / alpha)) - 1)


def _values(reference: Floats, current: Floats, units: Units, how: Chance, gone: tuple[Aspect, ...]) -> TwoSample:
    found = histogram(reference[units.held], current)
    tally = tallied(found, reference, current, units)
    ranks = ranked(found, reference, current, units, tally)
    score = normal_scores(ranks.by_day.sum(axis=0) + ranks.current)
    clustered = ranks.codes if units.clusters is not None else None
    aspects = ranks_moved(score, (ranks.by_day, ranks.current.astype(np.float64)), units, clustered)
    worth = 1.0 if clustered is None else units.worth(score[clustered[0]], score[clustered[1]])
    # at least 0.001, as in Evidently; the last keeps quotients finite
    norm = max(max(deviation(reference[units.held]), 0.001) / found.step, 1e-280)
    known = units.reference(tally.by_day.sum(axis=1))
    binned, threshold, p_value = _calibrated(
        lambda counts: wasserstein(tally.values, tally.pooled, counts) / norm,
        (tally.pooled, tally.current),
        between_values(tally.values, tally.by_day, known.rest(tally.by_day)) / norm,
        known,
        worth,
        how,
        alone=False,
    )
    value = found.distance / norm
    threshold *= value / binned if binned else 1.0
    return TwoSample(value=value, threshold=threshold, p_distance=p_value, aspects=(*aspects, *gone))


def _calibrated(
    distance: Callable[[Floats], Floats],
    counts: tuple[Counts, Counts],
    apart: Floats,
    days: Reference,
    worth: float,
    how: Chance,
    *,
    alone: bool,
) -> tuple[float, float, float]:
    """The distance, its threshold and p-value, from counts of both samples and of the current one."""
    alpha = how.alpha if alone else how.alpha / TESTS
    if counts[0].size == 1:
        return 0.0, 0.0, 1.0
    observed, chance = by_chance(distance, *counts, permutations=how.permutations, rng=how.drawn)
    return observed, *decided(observed, chance * np.sqrt(worth), days, apart, int(counts[1].sum()), alpha)


def decided(
    observed: float, chance: Floats, days: Reference, apart: Floats, rows: int, alpha: float
) -> tuple[float, float]:
    """The threshold and the p-value of a distance, from those that rows alone make, sorted, and days make `apart`.

    Distances must be of the kind whose square falls as one over the rows.
    """
    between = _between(days, apart, chance, rows)
    if not between.variance:
        return judged(observed, chance, alpha)
    return beyond_chance(chance, days, between, alpha), further(chance, observed, days, between)


def _between(days: Reference, apart: Floats, chance: Floats, rows: int) -> Spread:
    held = float(days.rows[days.alike].sum())
    apart, chance = np.minimum(apart, MOST), np.minimum(chance, MOST)
    return spread(days, apart**2, float((chance**2).mean()) / (1 / rows + 1 / held))


def missing_moved(reference: Flags, current: Flags, units: Units) -> Aspect:
    """Whether the share of missing rows has moved."""
    rows = units.tallied(np.zeros(reference.size, np.int64), 1)[:, 0]
    count = units.only(reference, current).tallied(np.zeros(int(reference.sum()), np.int64), 1)[:, 0]
    worth = units.worth(reference.astype(np.float64), current.astype(np.float64))
    return share("missing", count, float(current.sum()), units.reference(rows), float(current.size), worth)


def _refuse_empty(reference: int, current: int) -> None:
    if not reference or not current:
        raise ValueError(f"{reference} values in the reference, {current} in the current sample; both need some")
