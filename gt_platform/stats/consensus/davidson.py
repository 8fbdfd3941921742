"""The likelihood of Davidson's (1970) model of paired comparisons, and two ways up it; `bradley_terry` fits by them.

`at` holds k log strengths and, where there are ties, the log of v, the propensity to tie.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

HALVINGS = 40
"""After so many halvings what is left of a step is rounding."""


@dataclass(frozen=True)
class Pairs:
    """P pairs of players that met, `one` and `other`, codes of k players, each pair once.

    `met` (P,) is the weight of their comparisons, `score` (k,) each player's wins and half the ties, `ties` the weight
    of all ties. `prior` counts pseudo-comparisons; see `bradley_terry`.
    """

    one: Codes
    other: Codes
    met: Floats
    score: Floats
    ties: float
    prior: float


def _chances(pairs: Pairs, at: Floats) -> tuple[Floats, Floats, Floats]:
    """Chances (P,) that the one wins, that the other wins, and that they tie."""
    half = (at[pairs.one] - at[pairs.other]) / 2
    tie = at[len(pairs.score)] if pairs.ties else -np.inf
    parts = np.exp(np.stack([half, -half, np.full_like(half, tie)]) - np.maximum(np.abs(half), tie))
    one, other, tied = parts / parts.sum(axis=0)
    return one, other, tied


def likelihood(pairs: Pairs, at: Floats) -> float:
    """The logarithm of the likelihood times the prior; concave in `at`."""
    strength = at[: len(pairs.score)]
    half = (strength[pairs.one] - strength[pairs.other]) / 2
    middle = (strength[pairs.one] + strength[pairs.other]) / 2
    norm = np.logaddexp(half, -half)
    total = -pairs.prior * float(np.logaddexp(strength / 2, -strength / 2).sum())
    if pairs.ties:
        tie = at[-1]
        norm = np.logaddexp(norm, tie)
        total += float((pairs.ties + pairs.prior / 2) * tie - pairs.prior * np.logaddexp(np.log(2), tie))
    return total + float(pairs.score @ strength - pairs.met @ (middle + norm))


def sweep(pairs: Pairs, at: Floats) -> Floats:
    """One MM update, after which the likelihood is never lower (Hunter 2004, with sqrt(pq) <= (p + q) / 2 for ties).

    Strengths rise by log(score / expected score), then log v by log(ties / expected ties).
    """
    at, k = at.copy(), len(pairs.score)
    at[:k] += np.log((pairs.score + pairs.prior / 2) / _expected(pairs, at)[:k])
    if pairs.ties:
        at[k] += np.log((pairs.ties + pairs.prior / 2) / _expected(pairs, at)[k])
    return at


def _expected(pairs: Pairs, at: Floats) -> Floats:
    """Expected scores (k,), then the ties where there are any, pseudo-comparisons included."""
    k = len(pairs.score)
    one, other, tied = _chances(pairs, at)
    score = _by_player(pairs, one + tied / 2, other + tied / 2) + pairs.prior * _logistic(at[:k])
    ties = [pairs.met @ tied + pairs.prior * _logistic(at[k] - np.log(2))] if pairs.ties else []
    return np.append(score, ties)


def newton(pairs: Pairs, at: Floats, before: float) -> Floats:
    """Newton's step, halved until the likelihood does not fall; 0 where rounding leaves nothing to gain."""
    from scipy.linalg import solve

    observed = np.append(pairs.score, [pairs.ties] if pairs.ties else []) + pairs.prior / 2
    step = np.asarray(solve(information(pairs, at), observed - _expected(pairs, at), assume_a="pos"))
    for _ in range(HALVINGS):
        if likelihood(pairs, at + step) >= before - 1e-12 * abs(before):
            return step
        step = step / 2
    return np.zeros_like(step)


def information(pairs: Pairs, at: Floats) -> Floats:
    """The observed information (k, k), a row and column more with ties; without a prior the mean strength is fixed."""
    k = len(pairs.score)
    one, other, tied = _chances(pairs, at)
    a, b = one + tied / 2, other + tied / 2  # expected scores of a meeting
    table = np.zeros((len(at), len(at)))
    table[pairs.one, pairs.other] = table[pairs.other, pairs.one] = pairs.met * (tied / 4 - a * b)
    spread = _by_player(pairs, one + tied / 4 - a * a, other + tied / 4 - b * b)
    chance = _logistic(at[:k])
    table[np.arange(k), np.arange(k)] = spread + pairs.prior * chance * (1 - chance)
    if pairs.prior == 0:
        table[:k, :k] += 1 / k
    if pairs.ties:
        share = _logistic(at[k] - np.log(2))
        table[k, :k] = table[:k, k] = _by_player(pairs, tied * (0.5 - a), tied * (0.5 - b))
        table[k, k] = pairs.met @ (tied * (1 - tied)) + pairs.prior * share * (1 - share)
    return table


def _by_player(pairs: Pairs, one: Floats, other: Floats) -> Floats:
    """Totals (k,) of what a meeting is worth to each side of it."""
    k = len(pairs.score)
    return np.asarray(np.bincount(pairs.one, pairs.met * one, k) + np.bincount(pairs.other, pairs.met * other, k))


def _logistic(log_odds: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0, -log_odds)))
