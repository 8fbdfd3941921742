"""Percent agreement, Fleiss' kappa and Gwet's AC1 and AC2, from counts; each as a function of sums over units.

With m_u ratings of unit u and n_uc of them c, the agreement of a unit is the share of its pairs of ratings that agree,
which only units with two ratings or more have; the share of each value is the mean over all units of n_uc / m_u. With
as many ratings of each unit that is Fleiss (1971); otherwise Gwet's (2014, chapter 2) generalisation, which loses no
rating. Where chance agreement is 1, as when one value alone was used, chance-corrected coefficients are undefined.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.scales import Level, weights
from gt_platform.stats.agreement.tally import Tally
from gt_platform.stats.resampling import Statistic

Floats = NDArray[np.float64]

ROUNDING = 1e-12  # below it a difference from 1 is the rounding of sums


def percent(tally: Tally) -> Statistic:
    """Mean over units of the share of pairs of ratings that are equal. 1 if one value alone was used."""
    agreeing, paired = _unit_agreement(tally, None)
    return tally.statistic(lambda sums: quotient(sums[:, :1], sums[:, 1:]), agreeing, paired)


def fleiss(tally: Tally) -> Statistic:
    """Fleiss' (1971) kappa; undefined if one value alone was used."""
    return _corrected(tally, None, lambda share: (share**2).sum(axis=1))


def gwet(tally: Tally, level: Level) -> Statistic:
    """Gwet's (2008) AC1 of a nominal scale, and AC2 with the level's weights of any other.

    Chance agreement is T / (K (K - 1)) sum of share (1 - share), T being the sum of the weights. K are the
    values an annotator could choose from, or those used; where there is one alone a second is taken to exist, so that
    AC1 is then 1.
    """
    offered = len(tally.values)
    weight = None if level == "nominal" or offered < 2 else weights(tally.values, level)
    factor = 1 / max(1, offered - 1) if weight is None else weight.sum() / (offered * (offered - 1))
    return _corrected(tally, weight, lambda share: factor * (share * (1 - share)).sum(axis=1))


def quotient(numerator: Floats, denominator: Floats) -> Floats:
    """Elementwise, NaN where the denominator is nothing but rounding."""
    out = np.full(np.broadcast(numerator, denominator).shape, np.nan)
    np.divide(numerator, denominator, out=out, where=np.abs(denominator) > ROUNDING)
    return out


def _corrected(tally: Tally, weight: Floats | None, by_chance: Callable[[Floats], Floats]) -> Statistic:
    agreeing, paired = _unit_agreement(tally, weight)
    given = (tally.size > 0).astype(np.float64)
    shares = tally.scaled(given / np.maximum(tally.size, 1))

    def of(sums: Floats) -> Floats:
        observed = quotient(sums[:, 0], sums[:, 1])
        chance = by_chance(sums[:, 3:] / sums[:, 2:3])
        return quotient(observed - chance, 1 - chance)[:, np.newaxis]

    return tally.statistic(of, agreeing, paired, given, shares)


def _unit_agreement(tally: Tally, weight: Floats | None) -> tuple[Floats, Floats]:
    """Each distinct unit's share of agreeing pairs, and 1 where it has a pair, 0 where not."""
    paired = tally.size >= 2
    pairs = np.where(paired, tally.size * (tally.size - 1), 1)
    return np.where(paired, tally.pairs(weight) / pairs, 0), paired.astype(np.float64)
