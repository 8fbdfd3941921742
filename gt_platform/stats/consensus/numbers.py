"""One number per item from several annotators', who differ in bias and precision.

The model: value = truth of the item + bias of the annotator + noise, whose size is the item's and the annotator's.
Where there is too little to learn anything from, the answer is the median.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.blend import Blend, mean_share
from gt_platform.stats.consensus.doubt import shares, variance
from gt_platform.stats.consensus.layout import refuse_bad
from gt_platform.stats.consensus.layout import shared_items as shared_with_others
from gt_platform.stats.consensus.variational import Ratings, fitted

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MINIMUM_ITEMS = 10
"""Items with several answers, or known, below which the answer is the median."""
MINIMUM_ANNOTATORS = 4
"""Annotators to be learned before any is; of three, the two who happen to lie closer would count for all."""
MINIMUM_SHARED = 2
"""Items an annotator must share with others to be learned: priors common to all see to it that few say little."""
LEAST_CHECKS = 19
"""Items drawn by chance and known, from which on they bound 95 % of errors, whatever annotators have wrong together."""
SMALLEST_FACTOR = 0.25
"""Of errors that proved too large; checks that all hit exactly must not make them nothing."""
SAME = 1e-20  # of an item's squares, on the scale of the largest value: rounding, and no difference
NORMAL, ROBUST = np.inf, 4.0
"""Degrees of freedom of the noise: those of the two models that are blended."""


@dataclass(frozen=True)
class Consensus:
    """What I items and R annotators come to, from N answers.

    `estimate` (I,) is in the unit of the values, NaN for an item without answers; `error` (I,) its standard error, None
    with the median. Unless it is `checked`, the error is the spread of annotators alone: what all of them have wrong
    about an item is not in it. `weight` (N,) is each answer's share in its item's estimate. `bias` (R,), in the same
    unit, and `precision` (R,), one over its square, are None with the median; annotators not `learned` (R,) share both.
    `mean_share` is how much of the estimate is the weighted mean; the rest is the robust one.
    """

    estimate: Floats
    error: Floats | None
    weight: Floats
    bias: Floats | None
    precision: Floats | None
    learned: NDArray[np.bool_]
    mean_share: float = 0.0
    checked: bool = False

    def on_scale(self, centre: float, scale: float) -> "Consensus":
        """The same where zero is `centre` and one is `scale` further."""
        return replace(
            self,
            estimate=self.estimate * scale + centre,
            error=None if self.error is None else self.error * scale,
            bias=None if self.bias is None else self.bias * scale,
            precision=None if self.precision is None else self.precision / scale / scale,
        )


def settle_numbers(
    item: Codes, annotator: Codes, value: Floats, known: Floats | None = None, drawn: Floats | None = None
) -> Consensus:
    """The mean of each item, as robust as held-out answers ask for, its annotators' bias and precision learned.

    `item`, `annotator` and `value` are (N,), the first two codes from 0; `known` (I,) is the truth of items that have
    one, NaN elsewhere; `drawn` (I,) the probability of known items to be so where chance chose them, else 0 (all known
    ones are alike where it is left out). Two models are fitted by variational Bayes (Attias 2000), with normal noise
    and with Student's t noise (Lange, Little & Taylor 1989): biases have a t prior of 4 degrees around 0, so that it is
    most annotators who are right on average, precisions of annotators and items gamma priors; their scales are
    estimated too (empirical Bayes). Items are not drawn towards each other. The estimate is between the two models, at
    `mean_share`. With LEAST_CHECKS drawn items the error is measured on them, and holds what annotators have wrong
    together, too, which more of them do not reduce.

    With fewer than MINIMUM_ITEMS items that say anything, the estimate is the median; with fewer than
    MINIMUM_ANNOTATORS annotators of MINIMUM_SHARED shared items, annotators count alike. Raises ValueError for arrays
    that do not match, negative codes, an annotator who answers an item twice, and values that are not finite.
    """
    refuse_bad(item, annotator, value)
    _refuse_endless(value, known)
    items = max(int(item.max(initial=-1)) + 1, 0 if known is None else len(known))
    truth = _padded(known, items, np.nan)
    chance = np.isfinite(truth).astype(np.float64) if drawn is None else _padded(drawn, items, 0.0)
    learned = shared_with_others(item, annotator, np.isfinite(truth)) >= MINIMUM_SHARED
    learned &= learned.sum() >= MINIMUM_ANNOTATORS
    telling = (np.bincount(item, minlength=items) > 1) | (np.isfinite(truth) & np.isin(np.arange(items), item))
    centre, scale = _centre_and_scale(item, value)
    if telling.sum() < MINIMUM_ITEMS or scale == 0:
        return _medians(item, value, np.zeros_like(learned), truth)
    order = np.lexsort((annotator, item))
    group = np.where(learned, np.cumsum(learned) - 1, learned.sum())
    values, truths = (value[order] - centre) / scale, (truth - centre) / scale
    ratings = Ratings(item[order], group[annotator[order]], values, truths, int(learned.sum()))
    found = _modelled(ratings, chance, group, learned)
    weight = np.empty(len(order))
    weight[order] = found.weight
    return replace(found, weight=weight).on_scale(centre, scale)


def _modelled(ratings: Ratings, chance: Floats, group: Codes, learned: NDArray[np.bool_]) -> Consensus:
    """By both models blended, on the scale of 1; `group` (R,) is each annotator's place among the ratings' ones."""
    everyone = _shared_bias(ratings)
    ratings = replace(ratings, value=ratings.value - everyone)
    blend, checked = _blended(ratings), _checked(ratings, chance)
    estimate = _located(ratings, blend)
    error = np.sqrt(variance(ratings, blend)) if checked is None else checked
    return Consensus(
        estimate,
        np.where(np.isfinite(ratings.truth), 0.0, np.where(np.isnan(estimate), np.nan, error)),
        blend.of(lambda state: shares(ratings, state)),
        np.where(learned, blend.of(lambda state: state.bias)[group], 0.0) + everyone,
        np.exp(blend.of(lambda state: np.log(state.precision)))[group],
        learned,
        blend.mean_share,
        checked is not None,
    )


def _blended(ratings: Ratings) -> Blend:
    states = fitted(ratings, NORMAL), fitted(ratings, ROBUST)
    return Blend(*states, mean_share(ratings, *states))


def _located(ratings: Ratings, blend: Blend) -> Floats:
    """The estimates, (I,); NaN of an item without answers or a known truth."""
    silent = (np.bincount(ratings.item, minlength=len(ratings.truth)) == 0) & np.isnan(ratings.truth)
    return np.where(silent, np.nan, blend.of(lambda state: state.mean))


def _shared_bias(ratings: Ratings) -> float:
    """How far off everyone is together, on known items: their mean, of which two standard errors could be chance."""
    count = np.bincount(ratings.item, minlength=len(ratings.truth))
    off = np.bincount(ratings.item, ratings.value, len(count)) / np.maximum(count, 1) - ratings.truth
    off = off[(count > 0) & np.isfinite(off)]
    if len(off) < 2:
        return 0.0
    mean, doubt = float(off.mean()), float(off.var(ddof=1)) / len(off)
    return mean * max(1 - 4 * doubt / mean**2, 0.0) if mean else 0.0


def _checked(ratings: Ratings, chance: Floats) -> Floats | None:
    """Standard errors (I,) that hold of items known by chance; None with too few of them.

    They are of a fit that knows no truth, so that what is known can judge it. To its variance comes what annotators
    have wrong about an item together (by moments); then errors are drawn out so that 1.96 of them hold 95 % of the
    known truths and of one more (conformal prediction, Vovk et al. 2005), each weighed by one over its chance.
    """
    asked = np.bincount(ratings.item, minlength=len(ratings.truth)) > 0
    some = np.isfinite(ratings.truth) & (chance > 0) & asked
    if some.sum() < LEAST_CHECKS:
        return None
    blind = replace(ratings, truth=np.full(len(asked), np.nan))
    blend = _blended(blind)
    alone = variance(blind, blend)
    weight = 1 / chance[some]
    off = blend.of(lambda state: state.mean)[some] - ratings.truth[some]
    off = off - np.average(off, weights=weight)
    together = max(float(np.average(off**2 - alone[some], weights=weight)), 0.0)
    error = np.sqrt(alone + together)
    ratio = np.abs(off) / error[some]
    order = np.argsort(ratio, kind="stable")
    held = np.cumsum(weight[order]) / (weight.sum() + weight.max())
    bound = ratio[order][min(int(np.searchsorted(held, 0.95)), len(order) - 1)]
    return np.asarray(error * max(float(bound) / 1.96, SMALLEST_FACTOR))


def _padded(column: Floats | None, items: int, missing: float) -> Floats:
    given = np.empty(0) if column is None else column
    return np.concatenate([given, np.full(items - len(given), missing)])


def _medians(item: Codes, value: Floats, learned: NDArray[np.bool_], truth: Floats) -> Consensus:
    count = np.bincount(item, minlength=len(truth))
    order = np.lexsort((value, item))
    first, there = np.cumsum(count) - count, count > 0
    low = value[order[(first + (count - 1) // 2)[there]]]
    high = value[order[(first + count // 2)[there]]]
    estimate = truth.copy()
    estimate[there] = np.where(np.isfinite(truth[there]), truth[there], low / 2 + high / 2)
    return Consensus(estimate, None, 1 / count[item], None, None, learned)


def _centre_and_scale(item: Codes, value: Floats) -> tuple[float, float]:
    """The median, and the root of the median of the items' variances that are any; a mean would be the slips'."""
    if not value.size:
        return 0.0, 0.0
    centre = float(np.median(value))
    largest = float(np.abs(value - centre).max())
    if largest == 0:
        return centre, 0.0
    within, count = (value - centre) / largest, np.bincount(item)
    within = within - (np.bincount(item, within) / np.maximum(count, 1))[item]
    square = np.bincount(item, within**2)
    some = square > SAME
    return centre, float(np.sqrt(np.median(square[some] / (count[some] - 1)))) * largest if some.any() else 0.0


def _refuse_endless(value: Floats, known: Floats | None) -> None:
    if not np.isfinite(value).all():
        raise ValueError("every value must be a finite number; leave out what is missing")
    if known is not None and np.isinf(known).any():
        raise ValueError("known truths must be finite, or NaN where there is none")
