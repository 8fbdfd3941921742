"""Krippendorff's alpha from counts, as a function of sums over units.

alpha = 1 - D_o / D_e over units with two ratings or more: disagreement within units over that between any two of all
their ratings (Krippendorff 2019, chapter 12). Undefined if all those ratings have one value.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.chance import quotient
from gt_platform.stats.agreement.scales import Level, metric
from gt_platform.stats.agreement.tally import Tally
from gt_platform.stats.resampling import Statistic

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]

MOST_RANKS, MOST_CELLS = 64, 20_000_000
"""Levels of an ordinal scale, and distinct units times pairs of levels, up to which each resample ranks the levels
anew; beyond, the ranks are those of all ratings."""


def alpha(tally: Tally, level: Level) -> Statistic:
    """Krippendorff's alpha at a level of measurement. Raises ValueError for a negative value on a ratio scale."""
    count = len(tally.values)
    if level == "ordinal" and count <= MOST_RANKS and count**2 * len(tally.frequency) <= MOST_CELLS:
        return _reranked(tally)
    if level in ("ordinal", "interval"):
        values = _ranks(_margin(tally)) if level == "ordinal" else tally.values
        return _by_moments(tally, values)
    distance = None if level == "nominal" else metric(tally.values, level)

    def expected(margin: Floats) -> Floats:
        if distance is None:
            return np.asarray(margin.sum(axis=1) ** 2 - (margin**2).sum(axis=1))
        return np.asarray(((margin @ distance) * margin).sum(axis=1))

    apart = tally.size * (tally.size - 1) - tally.pairs() if distance is None else tally.pairs(distance)

    def of(sums: Floats) -> Floats:
        total = sums[:, 1:].sum(axis=1)
        return 1 - quotient(sums[:, 0] * (total - 1), expected(sums[:, 1:]))[:, np.newaxis]

    return tally.statistic(of, apart * _pair_weight(tally), _margins(tally))


def labels_against_rest(tally: Tally) -> Statistic:
    """For each value, (2 K,): specific agreement, then alpha of that value against all others.

    Specific agreement is the share of the other ratings that also say c, where one says c (Cicchetti & Feinstein 1990,
    for any number of annotators).
    """
    count = len(tally.values)
    own = tally.counts.multiply(tally.counts) - tally.counts
    together = own.multiply(_pair_weight(tally)[:, np.newaxis])

    def of(sums: Floats) -> Floats:
        agreed, margin = sums[:, :count], sums[:, count:]
        total = margin.sum(axis=1, keepdims=True)
        expected = 2 * margin * (total - margin)
        corrected = 1 - quotient(2 * (margin - agreed) * (total - 1), expected)
        return np.hstack([quotient(agreed, margin), corrected])

    return tally.statistic(of, together, _margins(tally))


def _by_moments(tally: Tally, values: Floats) -> Statistic:
    """Squared differences need no more than each unit's number, sum and sum of squares of its ratings."""
    margin = _margin(tally)
    centre = float(margin @ values) / max(margin.sum(), 1)
    scale = max(float(np.abs(values - centre).max(initial=0)), 1e-300)  # so that no square overflows
    around = (values - centre) / scale
    total, square = np.asarray(tally.counts @ around), np.asarray(tally.counts @ around**2)
    paired = (tally.size >= 2).astype(np.float64)
    apart = 2 * (tally.size * square - total**2) * _pair_weight(tally)

    def of(sums: Floats) -> Floats:
        within, size, first, second = sums.T
        return 1 - quotient(within * (size - 1), 2 * (size * second - first**2))[:, np.newaxis]

    return tally.statistic(of, apart, *(paired * part for part in (tally.size, total, square)))


def _reranked(tally: Tally) -> Statistic:
    """The ordinal difference (Krippendorff 2019) is that of the values' middle ranks, which vary with the sample."""
    count = len(tally.values)
    upper = np.triu_indices(count, 1)
    dense = np.asarray(tally.counts.toarray())
    together = dense[:, upper[0]] * dense[:, upper[1]] * _pair_weight(tally)[:, np.newaxis]

    def of(sums: Floats) -> Floats:
        margin = sums[:, :count]
        ranks = _ranks(margin)
        total = margin.sum(axis=1)
        squared = (ranks[:, upper[0]] - ranks[:, upper[1]]) ** 2
        within = 2 * (sums[:, count:] * squared).sum(axis=1)
        between = 2 * (total * (margin * ranks**2).sum(axis=1) - (margin * ranks).sum(axis=1) ** 2)
        return 1 - quotient(within * (total - 1), between)[:, np.newaxis]

    return tally.statistic(of, _margins(tally), together)


def _ranks(margin: Floats) -> Floats:
    """The middle rank of each value among all ratings, centred, in units of the number of ratings."""
    total = np.maximum(margin.sum(axis=-1, keepdims=True), 1)
    return np.asarray((np.cumsum(margin, axis=-1) - margin / 2) / total - 0.5)


def _margins(tally: Tally) -> "csr_array":
    return tally.scaled((tally.size >= 2).astype(np.float64))


def _margin(tally: Tally) -> Floats:
    """How often each value was given in units with two ratings or more, (K,)."""
    return np.asarray((tally.frequency * (tally.size >= 2)) @ tally.counts, dtype=np.float64)


def _pair_weight(tally: Tally) -> Floats:
    """1 / (m_u - 1), 0 for units without a pair."""
    return np.where(tally.size >= 2, 1 / np.maximum(tally.size - 1, 1), 0)
