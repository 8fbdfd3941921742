"""One number per item from several annotators', who differ in bias and precision.

The model: value = truth of the item + bias of the annotator + noise / sqrt(precision of the annotator). Where there is
too little to learn annotators from, the answer is the median.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.layout import MINIMUM_SHARED, refuse_bad, shared_items
from gt_platform.stats.consensus.variational import Ratings, State, fitted

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MINIMUM_ANNOTATORS = 4
"""Annotators to be learned before the model is used; of three, the two who happen to lie closer would count for all."""
TAILS = (np.inf, 8.0, 4.0, 2.0)
"""Degrees of freedom of the noise that are tried, normal first; the evidence of the data chooses."""


@dataclass(frozen=True)
class Consensus:
    """What I items and R annotators come to, from N answers.

    `estimate` (I,) is in the unit of the values, NaN for an item without answers; `error` (I,) its standard error,
    None with the median. `weight` (N,) is each answer's share in its item's estimate. `bias` (R,), in the same unit,
    and `precision` (R,), one over its square, are None with the median; annotators not `learned` (R,) have no bias and
    share one precision. `bounds` are the lower bounds of the log evidence after each step of the chosen fit.
    """

    estimate: Floats
    error: Floats | None
    weight: Floats
    bias: Floats | None
    precision: Floats | None
    learned: NDArray[np.bool_]
    bounds: tuple[float, ...] = ()


def settle_numbers(item: Codes, annotator: Codes, value: Floats, known: Floats | None = None) -> Consensus:
    """The robust mean of each item, its annotators' bias and precision learned from all answers together.

    `item`, `annotator` and `value` are (N,), the first two codes from 0; `known` (I,) is the truth of items that
    have one, NaN elsewhere. Biases, noise and tails are those of a crossed model with Student's t noise (Lange,
    Little & Taylor 1989), fitted by variational Bayes (Attias 2000): biases have a t prior of 4 degrees around 0,
    so that it is most annotators who are right on average, and precisions a gamma prior; the scale of both priors is
    estimated too (empirical Bayes). Items are not drawn towards each other.

    An annotator is learned from at least MINIMUM_SHARED items shared with others (or known). With fewer than
    MINIMUM_ANNOTATORS such annotators, or equal values, the estimate is the median. Raises ValueError for arrays that
    do not match, negative codes, an annotator who answers an item twice, and values that are not finite.
    """
    refuse_bad(item, annotator, value)
    _refuse_endless(value, known)
    items = max(int(item.max(initial=-1)) + 1, 0 if known is None else len(known))
    truth = np.full(items, np.nan) if known is None else np.concatenate([known, np.full(items - len(known), np.nan)])
    learned = shared_items(item, annotator, np.isfinite(truth)) >= MINIMUM_SHARED
    centre, scale = _centre_and_scale(item, value)
    if learned.sum() < MINIMUM_ANNOTATORS or scale == 0:
        return _medians(item, value, learned, truth)
    group = np.where(learned, np.cumsum(learned) - 1, learned.sum())
    ratings = Ratings(item, group[annotator], (value - centre) / scale, (truth - centre) / scale, int(learned.sum()))
    state = _best_tails(ratings)
    return _consensus(ratings, state, group, learned, centre, scale)


def _best_tails(ratings: Ratings) -> State:
    best = fitted(ratings, TAILS[0])
    for tails in TAILS[1:]:
        other = fitted(ratings, tails)
        if other.bounds[-1] <= best.bounds[-1]:
            break
        best = other
    return best


def _consensus(
    ratings: Ratings, state: State, group: Codes, learned: NDArray[np.bool_], centre: float, scale: float
) -> Consensus:
    """Undo the scaling; doubt about the biases is part of the error of an item."""
    pull = state.precision[ratings.annotator] * state.weight
    total = np.bincount(ratings.item, pull, len(ratings.truth))
    share = pull / total[ratings.item]
    from_biases = np.bincount(ratings.item, share**2 * state.bias_variance[ratings.annotator], len(ratings.truth))
    unanswered = (total == 0) & np.isnan(ratings.truth)
    variance = np.where(np.isfinite(ratings.truth), 0.0, state.variance + from_biases)
    return Consensus(
        np.where(unanswered, np.nan, state.mean * scale + centre),
        np.where(unanswered, np.nan, np.sqrt(variance) * scale),
        share,
        np.where(learned, state.bias[group] * scale, 0.0),
        state.precision[group] / scale / scale,
        learned,
        tuple(state.bounds),
    )


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
    """The median, and the root mean square of what is within items; the mean could overflow on the way."""
    if not value.size:
        return 0.0, 0.0
    centre = float(np.median(value))
    largest = float(np.abs(value - centre).max())
    if largest == 0:
        return centre, 0.0
    within = (value - centre) / largest
    within = within - (np.bincount(item, within) / np.maximum(np.bincount(item), 1))[item]
    return centre, float(np.sqrt(np.mean(within**2))) * largest


def _refuse_endless(value: Floats, known: Floats | None) -> None:
    if not np.isfinite(value).all():
        raise ValueError("every value must be a finite number; leave out what is missing")
    if known is not None and np.isinf(known).any():
        raise ValueError("known truths must be finite, or NaN where there is none")
