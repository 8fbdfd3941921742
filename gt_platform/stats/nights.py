"""How nights differ by more than the chance of their answers, learned as they come, and what answers then count for.

A night's answers share what the night was like, and nights follow one another: fifty answers of one night tell less of
the level than fifty of fifty nights. How an alarm is raised belongs in gate.py.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.gate import Alarm, alarm, gains_of

Floats = NDArray[np.float64]

VARIANCES = (0.01, 0.02, 0.04)
"""Ways nights may differ: their variance over that of one answer; of .85 right, 3.6, 5 and 7 points apart."""
CORRELATIONS = (0.0, 0.5, 0.8, 0.9)
"""Of one night with the next."""
ALIKE = 0.8
"""How likely nights are at first held to differ by nothing but their answers' chance."""
SURE = 0.98
"""A night counts for no more answers than it would in all but the worst 2 % of what may be so. By simulation, on half
of the worlds of tests/bench/gate.py: .95 has 10 % false alarms a year where nights resemble the last, .99 is slower."""
MOST_WORTH = 5.0
"""Right-or-wrong answers that a graded one may count for."""
VAGUE = 0.25
"""Variance of a level of which nothing is known."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """The gate's alarm, and the one there would be if nights were sure to differ by chance alone."""

    alarm: Alarm
    if_alike: Alarm


def watched(
    estimates: ArrayLike, error: ArrayLike, n: ArrayLike, *, at_least: float, drop: float = 0.05, alpha: float = 0.05
) -> Watched:
    """Watch T nights' (T,) `estimates` of a share for it falling below `at_least`, as `alarm` does.

    Each rests on `n` (T,) answers and has the standard `error` (T,). What answers count for by their design, and how
    nights differ beside, is learned from the nights before. Raises ValueError.
    """
    share = np.asarray(estimates, dtype=np.float64)
    count = effective(share, np.asarray(error, dtype=np.float64), np.asarray(n, dtype=np.float64))
    told = discounted(share, count, at_least=at_least, drop=drop)
    by_all, by_chance = (alarm(share, each, at_least=at_least, drop=drop, alpha=alpha) for each in (told, count))
    return Watched(alarm=by_all, if_alike=by_chance)


def effective(share: Floats, error: Floats, n: Floats) -> Floats:
    """Right-or-wrong answers of a plain sample that each night (T,) counts for, by the errors of those before it.

    The first counts for none.
    """
    known = (n > 0) & (error > 0)
    scatter = np.where(known, share * (1 - share) + error**2, 0.0)
    before = np.concatenate([[0.0], np.cumsum(scatter)[:-1]])
    spread = np.concatenate([[0.0], np.cumsum(np.where(known, n * error**2, 0.0))[:-1]])
    worth = np.divide(before, spread, out=np.zeros(share.size), where=spread > 0)
    counted: Floats = n * np.minimum(worth, MOST_WORTH)
    return counted


def discounted(share: Floats, count: Floats, *, at_least: float, drop: float = 0.05) -> Floats:
    """The whole number of independent answers that each of T nights' `count` (T,) comes to; together they add up.

    Of every way to differ a Kalman filter keeps the level and the night's own part, an autoregression of first order,
    and so how likely that way is by what was seen. What a fall has made of the level must not pass for nights that
    differ: while evidence of one gathers, the level it would be at is another, of which nothing is known.
    Raises ValueError for settings that cannot be.
    """
    wrong, right = gains_of(at_least, drop)
    scatter = at_least * (1 - at_least)
    whole = np.zeros(share.size)
    seen = fallen = _Seen.nothing(at_least, scatter)
    sum_, left = 0.0, 0.0
    for night, (estimate, answers) in enumerate(zip(share.tolist(), count.tolist(), strict=True)):
        if sum_ <= 0:
            fallen = seen.another_level(at_least)
        if answers <= 0:
            seen, fallen = seen.later(), fallen.later()
            continue
        left += 1 / (1 / answers + fallen.worst())
        whole[night] = np.floor(left + 1e-9)
        left -= whole[night]
        sum_ = max(sum_ + whole[night] * ((1 - estimate) * wrong + estimate * right), 0.0)
        seen, fallen = (each.later().told(estimate, scatter / answers) for each in (seen, fallen))
    return whole


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What nights so far tell, for each of C ways that nights may differ; every field is (C,).

    `likely` is the logarithm of a weight; `variance` and `correlation` are the way, and `lasting` is what it adds to
    the variance of many nights' mean, over that of one answer. `level` and `night` are the means of a night's two
    parts, the others their variances and covariance.
    """

    likely: Floats
    variance: Floats
    correlation: Floats
    lasting: Floats
    level: Floats
    night: Floats
    of_level: Floats
    of_night: Floats
    of_both: Floats

    @classmethod
    def nothing(cls, level: float, scatter: float) -> "_Seen":
        pairs = list(product(VARIANCES, CORRELATIONS))
        relative, correlation = np.array([(0.0, 0.0), *pairs]).T
        weight = np.array([ALIKE] + [(1 - ALIKE) / len(pairs)] * len(pairs))
        same = np.zeros(weight.size)
        return cls(
            likely=np.log(weight), variance=relative * scatter, correlation=correlation,
            lasting=relative * (1 + correlation) / (1 - correlation),
            level=same + level, night=same, of_level=same + VAGUE, of_night=relative * scatter, of_both=same,
        )  # fmt: skip

    def another_level(self, level: float) -> "_Seen":
        none = np.zeros(self.likely.size)
        return replace(self, level=none + level, of_level=none + VAGUE, of_both=none)

    def later(self) -> "_Seen":
        """A night on, before its answers."""
        kept = self.correlation
        return replace(
            self,
            night=kept * self.night,
            of_both=kept * self.of_both,
            of_night=kept**2 * self.of_night + (1 - kept**2) * self.variance,
        )

    def told(self, estimate: float, variance: float) -> "_Seen":
        """With a night's estimate, of which chance makes this variance."""
        of_level, of_night = self.of_level + self.of_both, self.of_night + self.of_both
        whole = of_level + of_night + variance
        off = estimate - self.level - self.night
        return replace(
            self,
            likely=self.likely - (np.log(whole) + off**2 / whole) / 2,
            level=self.level + of_level / whole * off,
            night=self.night + of_night / whole * off,
            of_level=self.of_level - of_level**2 / whole,
            of_both=self.of_both - of_level * of_night / whole,
            of_night=self.of_night - of_night**2 / whole,
        )

    def worst(self) -> float:
        """The inverse of the answers that a night of endless ones counts for, at most, with certainty SURE.

        Over many nights an autoregression varies (1 + r) / (1 - r) times as much as independent ones.
        """
        order = np.argsort(self.lasting)
        weight = np.exp(self.likely - self.likely.max())[order]
        return float(self.lasting[order][np.searchsorted(np.cumsum(weight) / weight.sum(), SURE)])
