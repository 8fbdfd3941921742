"""How strong each player is, from who beat whom: the Bradley-Terry model, with ties.

P(i beats j) = p_i / (p_i + p_j + v sqrt(p_i p_j)) and P(tie) = v sqrt(p_i p_j) / (the same), with strengths p and
one propensity to tie v (Bradley and Terry 1952; Davidson 1970). Strengths are told as logarithms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.consensus.davidson import Codes, Floats, Pairs, information, likelihood, newton, sweep

SWEEPS = 10
"""MM sweeps before Newton's method takes over: they cost next to nothing and save it two steps of seven (measured)."""


@dataclass(frozen=True, kw_only=True)
class Strengths:
    """k players' strengths with 95 % intervals, each field (k,) unless said otherwise.

    `strength` is log p, of mean 0; `low` and `high` bound it, from the standard `error`, which is that of the
    distance from the mean player; `covariance` (k, k) is for differences. `n` is the weight of each player's
    comparisons. Players of one `component` are comparable by the data alone: a chain of wins or ties leads from each to
    each other. How far apart two components are, only the prior keeps from being without bound; the intervals say so.
    `tie` is v, 0 where there are no ties. `log_likelihood` (steps,) includes the prior and never falls.
    """

    strength: Floats
    error: Floats
    low: Floats
    high: Floats
    n: Floats
    component: Codes
    covariance: Floats
    tie: float
    log_likelihood: Floats


def bradley_terry(
    winner: ArrayLike,
    loser: ArrayLike,
    *,
    players: int,
    tie: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    prior: float = 1.0,
    tolerance: float = 1e-9,
    most: int = 100,
) -> Strengths:
    """Fit n comparisons between k `players`, by codes 0 to k - 1; where `tie`, neither won.

    `prior` is a number of pseudo-comparisons of each player with one of mean strength, half won and half lost, so that
    the undefeated stay finite (Caron and Doucet 2012 give the same role to a gamma prior); with ties in the data,
    the same number between equals, half of them tied. The default's intervals cover 94-99 % in simulation; more
    predicts better where comparisons are few, but 4 covers 87 % where strengths scatter widely (see
    tests/bench/shapes.py). With 0 it is maximum likelihood, and all must be comparable.

    The fit starts with MM (Hunter 2004), in which the likelihood never falls, and is finished by Newton's method with
    steps halved until it does not fall either: MM alone creeps where few comparisons link groups of players.
    Errors are from the observed information. Raises ValueError for impossible input, where there is no maximum, and
    if no step has come below `tolerance` after `most`.
    """
    pairs, component = _pairs(winner, loser, players, tie, weight, prior)
    at = np.zeros(players + (pairs.ties > 0))  # strengths, and log v where there are ties
    climbed = [likelihood(pairs, at)]
    for _ in range(SWEEPS):
        at = sweep(pairs, at)
        climbed.append(likelihood(pairs, at))
    for _ in range(most):
        step = newton(pairs, at, climbed[-1])
        at = at + step
        climbed.append(likelihood(pairs, at))
        if np.abs(step).max() < tolerance:
            return _told(pairs, component, at, np.array(climbed))
    raise ValueError(f"no convergence in {most} steps; the last still changed a strength by {np.abs(step).max():.2g}")


def ranks(strengths: Strengths) -> tuple[Codes, Codes]:
    """The best and the worst rank (k,) each player may have, 1 being the strongest, as far as 95 % intervals show.

    The best is one more than how many are stronger for certain, the worst k less how many are weaker for certain:
    those whose difference in strength has an interval above or below 0.
    """
    difference = strengths.strength[:, None] - strengths.strength
    own = np.diag(strengths.covariance)
    error = np.sqrt(np.clip(own[:, None] + own - 2 * strengths.covariance, 0, None))
    certain = difference > _normal() * error
    return 1 + certain.sum(axis=0), len(own) - certain.sum(axis=1)


def _pairs(
    winner: ArrayLike, loser: ArrayLike, players: int, tie: ArrayLike | None, weight: ArrayLike | None, prior: float
) -> tuple[Pairs, Codes]:
    """What the comparisons come to, and the component of each player (k,)."""
    from scipy.sparse import coo_array, triu

    won, lost = np.asarray(winner), np.asarray(loser)
    tied = np.zeros(won.shape, dtype=np.bool_) if tie is None else np.asarray(tie, dtype=np.bool_)
    heavy = np.ones(won.shape) if weight is None else np.asarray(weight, dtype=np.float64)
    _refuse(won, lost, tied, heavy, players, prior)

    def table(rows: NDArray[np.bool_]) -> coo_array:
        return coo_array((heavy[rows], (won[rows], lost[rows])), (players, players)).tocsr()

    decided, drawn = table(~tied & (heavy > 0)), table(tied & (heavy > 0))
    drawn = drawn + drawn.T  # each tie twice
    component = _components(decided + drawn)
    if prior == 0 and component.max() > 0:
        raise ValueError("not every player has lost to or tied with others that lead to all: give a prior above 0")
    met = triu(decided + decided.T + drawn, 1).tocoo()
    score = decided.sum(axis=1) + drawn.sum(axis=1) / 2
    ties = float(drawn.sum()) / 2
    if prior == 0 and decided.nnz == 0:
        raise ValueError("there are only ties: give a prior above 0")
    return Pairs(met.row, met.col, met.data, score, ties, prior), component


def _refuse(won: Codes, lost: Codes, tied: NDArray[np.bool_], weight: Floats, players: int, prior: float) -> None:
    if won.ndim != 1 or not won.shape == lost.shape == tied.shape == weight.shape or won.size == 0:
        raise ValueError("winner, loser, tie and weight must be lists of one length, of one comparison or more")
    if not (np.issubdtype(won.dtype, np.integer) and np.issubdtype(lost.dtype, np.integer)):
        raise ValueError("winner and loser must be whole numbers, the codes of players")
    if min(won.min(), lost.min()) < 0 or max(won.max(), lost.max()) >= players:
        raise ValueError(f"players have codes from 0 to {players - 1}")
    if (won == lost).any():
        raise ValueError(f"comparison {int(np.argmax(won == lost))} is of a player with itself")
    if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
        raise ValueError("weights must be finite numbers of 0 or more, and not all 0")
    if not (np.isfinite(prior) and prior >= 0):
        raise ValueError(f"the prior must be a number of comparisons, 0 or more, not {prior}")


def _components(beaten: object) -> Codes:
    """Strongly connected components (k,), numbered by their first player."""
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(beaten, connection="strong")
    _, first, code = np.unique(label, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[code])


def _told(pairs: Pairs, component: Codes, at: Floats, climbed: Floats) -> Strengths:
    from scipy.linalg import inv

    k = len(pairs.score)
    centring = np.eye(k) - 1 / k
    covariance = centring @ inv(information(pairs, at))[:k, :k] @ centring
    strength, error = at[:k] - at[:k].mean(), np.sqrt(np.clip(np.diag(covariance), 0, None))
    n = np.bincount(pairs.one, pairs.met, k) + np.bincount(pairs.other, pairs.met, k)
    tie = float(np.exp(at[k])) if pairs.ties else 0.0
    half = _normal() * error
    return Strengths(
        strength=strength,
        error=error,
        low=strength - half,
        high=strength + half,
        n=np.asarray(n),
        component=component,
        covariance=covariance,
        tie=tie,
        log_likelihood=climbed,
    )


def _normal() -> float:
    from scipy.special import ndtri

    return float(ndtri(0.975))
