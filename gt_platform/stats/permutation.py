"""Two-sample tests calibrated by permutation: how large a distance chance alone makes at these very sizes.

A plug-in distance between two samples of one distribution is never 0 and grows as samples shrink, so a fixed
threshold cries wolf on small samples and sleeps on large ones. Here reference and current are pooled and dealt
out again at random; the distance must be rare among the distances so made. How they are dealt is in calibration.py,
multiplicity in multiplicity.py.
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.calibration import calibrate
from gt_platform.stats.distances import Counts, Floats, jensen_shannon, wasserstein
from gt_platform.stats.histogram import deviation, histogram

SUPPORT = 256  # distinct values up to which Wasserstein is permuted as it is; beyond, the values are binned


@dataclass(frozen=True)
class TwoSample:
    """A distance, the threshold that chance exceeds with probability alpha, and the p-value.

    `p_missing` is the p-value of the share of missing values, None where nothing is missing.
    """

    value: float
    threshold: float
    p_value: float
    p_missing: float | None = None


def compare_numbers(reference: Floats, current: Floats, *, permutations: int, alpha: float, seed: int) -> TwoSample:
    """Normed Wasserstein distance of two 1-d samples; NaN and infinite values are missing.

    Where either sample has missing values, their share is tested too and both tests are combined by
    Bonferroni: p = min(1, 2 min(p of the values, p of the missing share)), the threshold at alpha / 2. A side
    without any value has distance 0 and leaves the verdict to the missing share.
    Beyond 256 distinct values they are replaced by the mean of their bin before permuting, an exact test of the binned
    distance, and the threshold is scaled by what binning did to the observed one: measured, 1 % or less on normal
    and log-normal samples, 2 % on Pareto, 5 % on Cauchy.
    Raises ValueError for an empty sample, or too few permutations for alpha.
    """
    _refuse_empty(reference.size, current.size)
    rng = np.random.Generator(np.random.PCG64(seed))
    present = reference[np.isfinite(reference)], current[np.isfinite(current)]
    missing = np.array([reference.size - present[0].size, current.size - present[1].size])
    if not missing.any():
        return _compare_values(*present, permutations, alpha, rng)
    shares = np.array([[present[0].size, missing[0]], [present[1].size, missing[1]]])
    gone = _compare_counts(shares[0], shares[1], permutations, alpha / 2, rng)
    found = TwoSample(0.0, 0.0, 1.0)
    if present[0].size and present[1].size:
        found = _compare_values(*present, permutations, alpha / 2, rng)
    both = min(1.0, 2 * min(found.p_value, gone.p_value))
    return TwoSample(found.value, found.threshold, both, gone.p_value)


def compare_levels(reference: Counts, current: Counts, *, permutations: int, alpha: float, seed: int) -> TwoSample:
    """Jensen-Shannon distance of two 1-d arrays of counts of the same levels; missing is a level like any other.

    Raises ValueError for an empty sample, arrays of different length, or too few permutations for alpha.
    """
    if reference.shape != current.shape:
        raise ValueError(f"{reference.size} levels in the reference, {current.size} in the current sample")
    _refuse_empty(int(reference.sum()), int(current.sum()))
    rng = np.random.Generator(np.random.PCG64(seed))
    return _compare_counts(reference, current, permutations, alpha, rng)


def enough_permutations(declared: int, tests: int, alpha: float) -> int:
    """Permutations with which one finding among `tests` can still be made at alpha after Benjamini-Hochberg.

    The smallest possible p-value is 1 / (permutations + 1); it must reach alpha / tests. A sample with missing
    values counts as two tests.
    """
    return max(declared, int(np.ceil(tests / alpha)) - 1)


def _compare_values(
    reference: Floats, current: Floats, permutations: int, alpha: float, rng: np.random.Generator
) -> TwoSample:
    found = histogram(reference, current)
    # at least 0.001, as in Evidently; the last keeps quotients finite
    norm = max(max(deviation(reference), 0.001) / found.step, 1e-280)
    values, pooled, drawn = found.coarser(SUPPORT)
    binned, threshold, p_value = calibrate(
        lambda counts: wasserstein(values, pooled, counts) / norm,
        pooled,
        drawn,
        permutations=permutations,
        alpha=alpha,
        rng=rng,
    )
    value = found.distance / norm
    return TwoSample(value, threshold * (value / binned if binned else 1.0), p_value)


def _compare_counts(
    reference: Counts, current: Counts, permutations: int, alpha: float, rng: np.random.Generator
) -> TwoSample:
    pooled = reference + current
    present = pooled > 0
    return TwoSample(
        *calibrate(
            lambda counts: jensen_shannon(pooled[present] - counts, counts),
            pooled[present],
            current[present],
            permutations=permutations,
            alpha=alpha,
            rng=rng,
        )
    )


def _refuse_empty(reference: int, current: int) -> None:
    if not reference or not current:
        raise ValueError(f"{reference} values in the reference, {current} in the current sample; both need some")
