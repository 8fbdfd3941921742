"""Variational Bayes for a crossed model of items and annotators with Student's t noise.

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
RESOLUTION = 1e-9
"""Squared noise every value has, on the scale of 1, or annotators who always agree would be infinitely precise."""


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

    `mean`, `variance` are of the truths (I,); `weight`, `log_weight` (N,) of the noise's mixture; all others of
    the annotators (R + 1,), the last of which has no bias.
    """

    tails: float
    mean: Floats
    variance: Floats
    bias: Floats
    bias_variance: Floats
    bias_weight: Floats
    precision: Floats
    log_precision: Floats
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
    return State(tails, mean, np.zeros(items), none, none, one, one, none, np.ones(n), np.zeros(n))


def _cycle(ratings: Ratings, state: State) -> None:
    """One update of every factor and of the priors' scales; appends the bound."""
    penalty = _update_weights(ratings, state)
    _update_truths(ratings, state)
    penalty += _update_biases(ratings, state)
    square = _squares(ratings, state)
    answers = np.bincount(ratings.annotator, minlength=len(state.bias))
    shape = state.shape + answers / 2
    rate = state.rate + np.bincount(ratings.annotator, state.weight * square, len(state.bias)) / 2
    state.precision, state.log_precision = _gamma_moments(shape, rate)
    some = answers > 0
    state.shape, state.rate = _gamma_scale(state.precision[some], state.log_precision[some])
    penalty += float(_gamma_divergence(shape, rate, state.shape, state.rate)[some].sum())
    state.bounds.append(_fit(ratings, state, square) - penalty)


def _update_weights(ratings: Ratings, state: State) -> float:
    """Values far from what the model expects weigh less; returns the divergence of the weights from their prior."""
    if not np.isfinite(state.tails):
        return 0.0
    shape = np.full(len(ratings.value), (state.tails + 1) / 2)
    rate = (state.tails + state.precision[ratings.annotator] * _squares(ratings, state)) / 2
    state.weight, state.log_weight = _gamma_moments(shape, rate)
    return float(_gamma_divergence(shape, rate, state.tails / 2, state.tails / 2).sum())


def _update_truths(ratings: Ratings, state: State) -> None:
    pull = state.precision[ratings.annotator] * state.weight
    total = np.bincount(ratings.item, pull, len(ratings.truth))
    free = np.isnan(ratings.truth) & (total > 0)
    moved = np.bincount(ratings.item, pull * (ratings.value - state.bias[ratings.annotator]), len(ratings.truth))
    state.mean = np.divide(moved, total, out=state.mean.copy(), where=free)
    state.variance = np.divide(1.0, total, out=np.zeros(len(total)), where=free)


def _update_biases(ratings: Ratings, state: State) -> float:
    """Update biases, where zero lies among them, their weights and spread; returns their divergence."""
    pull = state.precision[ratings.annotator] * state.weight
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
    state.spread = max(float(np.mean(weight * square)), RESOLUTION)
    gaussian = weight * square / state.spread - 1 - log_weight + np.log(state.spread / variance)
    return float((gaussian / 2 + _gamma_divergence(shape, rate, BIAS_TAILS / 2, BIAS_TAILS / 2)).sum())


def _shift(ratings: Ratings, state: State, pull: Floats, prior: Floats) -> None:
    """Move all truths up and all biases down by what is best; cycle by cycle that would take very long."""
    known, without = np.isfinite(ratings.truth)[ratings.item], ratings.annotator == ratings.learned
    sign = (~known & without).astype(np.float64) - (known & ~without)
    left = ratings.value - state.mean[ratings.item] - state.bias[ratings.annotator]
    shift = (prior @ state.bias[:-1] + (sign * pull) @ left) / (prior.sum() + pull @ sign**2)
    state.bias[:-1] -= shift
    state.mean = state.mean + np.where(np.isnan(ratings.truth), shift, 0.0)


def _squares(ratings: Ratings, state: State) -> Floats:
    """Expected squared noise of each value."""
    left = ratings.value - state.mean[ratings.item] - state.bias[ratings.annotator]
    doubt = state.variance[ratings.item] + state.bias_variance[ratings.annotator]
    return np.asarray(left**2 + doubt + RESOLUTION)


def _fit(ratings: Ratings, state: State, square: Floats) -> float:
    """Expected log likelihood, and the entropy of the truths, whose prior is flat."""
    precision = state.precision[ratings.annotator]
    logs = state.log_precision[ratings.annotator] + state.log_weight - np.log(2 * np.pi)
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
