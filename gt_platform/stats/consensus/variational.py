"""Variational Bayes for a crossed model of items and annotators with Student's t noise, larger on some items.

Every step of a cycle maximises one lower bound of the log evidence over one factor, so the bound never falls.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

BIAS_TAILS = 4.0
"""Degrees of freedom of the biases: a few annotators far off must not shift the rest (Lange, Little & Taylor 1989)."""
MOST_CYCLES = 200
TOLERANCE = 1e-6
"""Rise of the bound per answer below which a cycle was the last."""
LARGEST_SHAPE = 1e4
"""Shape of the precisions' prior at which annotators are equally precise for all purposes."""
ITEM_SHAPE = 4.0
"""Shape of the prior of items' precisions: annotators are judged by how far off they are where it is hard, so that
nobody looks precise by having been asked what is easy, or where nearly everyone says zero."""
FLOOR = 0.1
"""Squared noise every value has, on the scale of 1: nobody counts for all by agreeing, as on zeros, with most. It costs
4 % of the error where annotators truly differ by factors, and saves a third of it on n_emotion, 64 % of whose answers
are zeros (tests/bench/other_kinds.py)."""
SMALLEST = 1e-9


@dataclass(frozen=True)
class Ratings:
    """N values; annotators from 0 to `learned` - 1 have biases, a last one, `learned`, stands for all others and has
    none.

    `item`, `annotator`, `value` are (N,); `truth` (I,) is NaN where unknown. Values are centred and scaled.
    """

    item: Codes
    annotator: Codes
    value: Floats
    truth: Floats
    learned: int


@dataclass
class State:
    """Moments of the factors (means, variances, expected logarithms), the scales of the priors, and the bounds so far.

    `mean`, `variance` are of the truths (I,), `item_precision` of the noise on each, (I,); `weight`, `log_weight` (N,)
    of the noise's mixture; all others of the annotators (R + 1,), the last of which has no bias.
    """

    tails: float
    mean: Floats
    variance: Floats
    bias: Floats
    bias_variance: Floats
    bias_weight: Floats
    precision: Floats
    log_precision: Floats
    item_precision: Floats
    log_item_precision: Floats
    weight: Floats
    log_weight: Floats
    spread: float = 1.0
    shape: float = 1.0
    rate: float = 1.0
    bounds: list[float] = field(default_factory=list)


def fitted(ratings: Ratings, tails: float) -> State:
    """The factors at convergence, for noise with `tails` degrees of freedom, infinite for normal noise."""
    state = _start(ratings, tails)
    while len(state.bounds) < MOST_CYCLES:
        _cycle(ratings, state)
        if len(state.bounds) > 1 and state.bounds[-1] - state.bounds[-2] < TOLERANCE * len(ratings.value):
            break
    return state


def _start(ratings: Ratings, tails: float) -> State:
    items, annotators, n = len(ratings.truth), ratings.learned + 1, len(ratings.value)
    order = np.lexsort((ratings.value, ratings.item))
    count = np.bincount(ratings.item, minlength=items)
    middle = (np.cumsum(count) - count + count // 2).clip(max=n - 1)
    mean = np.where(np.isfinite(ratings.truth), ratings.truth, ratings.value[order[middle]])
    none, one = np.zeros(annotators), np.ones(annotators)
    of_items = np.ones(items), np.zeros(items)
    return State(tails, mean, np.zeros(items), none, none, one, one, none, *of_items, np.ones(n), np.zeros(n))


def _cycle(ratings: Ratings, state: State) -> None:
    """One update of every factor and of the priors' scales; appends the bound."""
    penalty = _update_weights(ratings, state)
    _update_truths(ratings, state)
    penalty += _update_biases(ratings, state)
    square = _squares(ratings, state)
    answers = np.bincount(ratings.annotator, minlength=len(state.bias))
    shape = state.shape + answers / 2
    noise = state.item_precision[ratings.item] * state.weight * square
    rate = state.rate + np.bincount(ratings.annotator, noise, len(state.bias)) / 2
    state.precision, state.log_precision = _gamma_moments(shape, rate)
    some = answers > 0
    state.shape, state.rate = _gamma_scale(state.precision[some], state.log_precision[some])
    penalty += float(_gamma_divergence(shape, rate, state.shape, state.rate)[some].sum())
    penalty += _update_items(ratings, state, square)
    state.bounds.append(_fit(ratings, state, square) - penalty)


def _update_weights(ratings: Ratings, state: State) -> float:
    """Values far from what the model expects weigh less; returns the divergence of the weights from their prior."""
    if not np.isfinite(state.tails):
        return 0.0
    shape = np.full(len(ratings.value), (state.tails + 1) / 2)
    rate = (state.tails + _precision(ratings, state) * _squares(ratings, state)) / 2
    state.weight, state.log_weight = _gamma_moments(shape, rate)
    return float(_gamma_divergence(shape, rate, state.tails / 2, state.tails / 2).sum())


def _update_items(ratings: Ratings, state: State, square: Floats) -> float:
    """How precise everyone is on each item; returns the divergence of that from its prior."""
    noise = state.precision[ratings.annotator] * state.weight * square
    shape = ITEM_SHAPE + np.bincount(ratings.item, minlength=len(ratings.truth)) / 2
    rate = ITEM_SHAPE + np.bincount(ratings.item, noise, len(ratings.truth)) / 2
    state.item_precision, state.log_item_precision = _gamma_moments(shape, rate)
    return float(_gamma_divergence(shape, rate, ITEM_SHAPE, ITEM_SHAPE).sum())


def _precision(ratings: Ratings, state: State) -> Floats:
    """Expected precision of each value, but for its weight."""
    return np.asarray(state.precision[ratings.annotator] * state.item_precision[ratings.item])


def _update_truths(ratings: Ratings, state: State) -> None:
    pull = _precision(ratings, state) * state.weight
    total = np.bincount(ratings.item, pull, len(ratings.truth))
    free = np.isnan(ratings.truth) & (total > 0)
    moved = np.bincount(ratings.item, pull * (ratings.value - state.bias[ratings.annotator]), len(ratings.truth))
    state.mean = np.divide(moved, total, out=state.mean.copy(), where=free)
    state.variance = np.divide(1.0, total, out=np.zeros(len(total)), where=free)


def _update_biases(ratings: Ratings, state: State) -> float:
    """Update biases, where zero lies among them, their weights and spread; returns their divergence."""
    if not ratings.learned:
        return 0.0
    pull = _precision(ratings, state) * state.weight
    annotators = slice(ratings.learned)  # the last has none
    prior = state.bias_weight[annotators] / state.spread
    total = prior + np.bincount(ratings.annotator, pull, ratings.learned + 1)[annotators]
    moved = np.bincount(ratings.annotator, pull * (ratings.value - state.mean[ratings.item]), ratings.learned + 1)
    bias, variance = moved[annotators] / total, 1 / total
    state.bias, state.bias_variance = np.append(bias, 0.0), np.append(variance, 0.0)
    _shift(ratings, state, pull, prior)
    square = state.bias[annotators] ** 2 + variance
    shape = np.full(ratings.learned, (BIAS_TAILS + 1) / 2)
    rate = (BIAS_TAILS + square / state.spread) / 2
    weight, log_weight = _gamma_moments(shape, rate)
    state.bias_weight = np.append(weight, 1.0)
    state.spread = max(float(np.mean(weight * square)), SMALLEST)
    gaussian = weight * square / state.spread - 1 - log_weight + np.log(state.spread / variance)
    return float((gaussian / 2 + _gamma_divergence(shape, rate, BIAS_TAILS / 2, BIAS_TAILS / 2)).sum())


def _shift(ratings: Ratings, state: State, pull: Floats, prior: Floats) -> None:
    """Move all truths up and all biases down by what is best; cycle by cycle that would take very long."""
    sign = _held(ratings)
    left = ratings.value - state.mean[ratings.item] - state.bias[ratings.annotator]
    shift = (prior @ state.bias[:-1] + (sign * pull) @ left) / (prior.sum() + pull @ sign**2)
    state.bias[:-1] -= shift
    state.mean = state.mean + np.where(np.isnan(ratings.truth), shift, 0.0)


def _held(ratings: Ratings) -> Floats:
    """Which values say where zero lies, (N,): those of known truths, and of annotators without a bias."""
    known, without = np.isfinite(ratings.truth)[ratings.item], ratings.annotator == ratings.learned
    return np.asarray((~known & without).astype(np.float64) - (known & ~without))


def zero_variance(ratings: Ratings, state: State) -> float:
    """Variance of where the zero of the biases lies, which all truths share."""
    if not ratings.learned:
        return 0.0
    pull = _precision(ratings, state) * state.weight
    return float(1 / ((state.bias_weight[:-1] / state.spread).sum() + pull @ _held(ratings) ** 2))


def _squares(ratings: Ratings, state: State) -> Floats:
    """Expected squared noise of each value."""
    left = ratings.value - state.mean[ratings.item] - state.bias[ratings.annotator]
    doubt = state.variance[ratings.item] + state.bias_variance[ratings.annotator]
    return np.asarray(left**2 + doubt + FLOOR)


def _fit(ratings: Ratings, state: State, square: Floats) -> float:
    """Expected log likelihood, and the entropy of the truths, whose prior is flat."""
    precision = _precision(ratings, state)
    logs = state.log_precision[ratings.annotator] + state.log_item_precision[ratings.item]
    logs += state.log_weight - np.log(2 * np.pi)
    doubt = state.variance[state.variance > 0]
    return float((logs - precision * state.weight * square).sum() + (np.log(2 * np.pi * doubt) + 1).sum()) / 2


def _gamma_moments(shape: Floats, rate: Floats) -> tuple[Floats, Floats]:
    from scipy.special import digamma

    return shape / rate, digamma(shape) - np.log(rate)


def _gamma_divergence(shape: Floats, rate: Floats, prior_shape: float, prior_rate: float) -> Floats:
    """Kullback-Leibler divergence of gamma distributions from one."""
    from scipy.special import digamma, gammaln

    logs = (shape - prior_shape) * digamma(shape) - gammaln(shape) + gammaln(prior_shape)
    return np.asarray(logs + prior_shape * np.log(rate / prior_rate) + shape * (prior_rate - rate) / rate)


def _gamma_scale(mean: Floats, mean_log: Floats) -> tuple[float, float]:
    """Shape and rate of the prior best for these precisions, by Minka's (2002) start and Newton's method."""
    from scipy.special import digamma, polygamma

    gap = max(float(np.log(mean.mean()) - mean_log.mean()), 0.5 / LARGEST_SHAPE)
    shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(5):
        slope = 1 / shape - polygamma(1, shape)
        shape = 1 / (1 / shape + (np.log(shape) - digamma(shape) - gap) / (shape**2 * slope))
    return float(shape), float(shape / mean.mean())
