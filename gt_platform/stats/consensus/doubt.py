"""How far off the numbers that items come to may be."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.blend import Blend
from gt_platform.stats.consensus.variational import ITEM_SHAPE, Ratings, State, zero_variance

Floats = NDArray[np.float64]

LEAST_ITEMS = 10
LEAST_SIZE = 0.1  # of what the models make of it: who agree by luck are not exact
LEAST_LEFT = 0.1  # of an answer's noise that must show in its distance from what its item comes to
FITTED = 1.15
"""Of the noise over what shows of it, as biases and precisions are fitted to the same answers. Chosen with the square
root in `_size` on populations of tests/bench/numbers.py, for 1.96 errors to hold 93-97 %."""


def shares(ratings: Ratings, state: State) -> Floats:
    """Each answer's share in what its item comes to, (N,)."""
    pull = _pull(ratings, state)
    return np.asarray(pull / np.bincount(ratings.item, pull, len(ratings.truth))[ratings.item])


def variance(ratings: Ratings, blend: Blend) -> Floats:
    """Of each item's truth given its answers, (I,).

    Of noise, at the size at which answers scatter about the estimates; of annotators' biases, and of where their zero
    lies; and of `mean_share`: as much as lies between two models when each is the right one with its share. An item's
    precision is in doubt as well, so its truth has a t distribution: noise is raised by half of what that asks for.
    """
    noise = blend.of(lambda state: _noise(ratings, state))
    shape = ITEM_SHAPE + np.bincount(ratings.item, minlength=len(noise)) / 2
    noise *= _size(ratings, blend, noise) * shape / (shape - 0.5)
    between = (blend.normal.mean - blend.robust.mean) ** 2 * blend.mean_share * (1 - blend.mean_share)
    return np.asarray(noise + blend.of(lambda state: _of_biases(ratings, state)) + between)


def _size(ratings: Ratings, blend: Blend, noise: Floats) -> float:
    """The variance of all estimates by how answers scatter about them, over what the models make of it.

    An answer of share w in its item is off the estimate by 1 - w of its own noise, so its squared distance over 1 - w
    is about its variance (MacKinnon and White 1985). Robust shares are the smaller the further an answer is off, so
    they make too little of it, by the square of how far an estimate goes along when all answers move (Huber 1967); in
    simulation by its root.
    """
    share, bias, mean = (
        blend.of(lambda state: shares(ratings, state)),
        blend.of(lambda state: state.bias)[ratings.annotator],
        blend.of(lambda state: state.mean)[ratings.item],
    )
    square = share**2 * (ratings.value - bias - mean) ** 2 / np.maximum(1 - share, LEAST_LEFT)
    some = (np.bincount(ratings.item, minlength=len(noise)) > 1) & np.isnan(ratings.truth)
    if some.sum() < LEAST_ITEMS:
        return 1.0
    seen = np.bincount(ratings.item, square, len(noise))[some].sum() / noise[some].sum()
    return max(float(FITTED * seen / np.sqrt(blend.of(lambda state: _along(ratings, state)))), LEAST_SIZE)


def _pull(ratings: Ratings, state: State) -> Floats:
    return np.asarray(state.precision[ratings.annotator] * state.item_precision[ratings.item] * state.weight)


def _along(ratings: Ratings, state: State) -> Floats:
    if not np.isfinite(state.tails):
        return np.ones(())
    return np.asarray(np.average(2 * state.tails / (state.tails + 1) * state.weight - 1, weights=_pull(ratings, state)))


def _noise(ratings: Ratings, state: State) -> Floats:
    total = np.bincount(ratings.item, _pull(ratings, state), len(ratings.truth))
    return np.divide(1.0, total, out=np.zeros(len(total)), where=total > 0)


def _of_biases(ratings: Ratings, state: State) -> Floats:
    doubt = shares(ratings, state) ** 2 * state.bias_variance[ratings.annotator]
    return np.asarray(np.bincount(ratings.item, doubt, len(ratings.truth)) + zero_variance(ratings, state))
