"""Inclusion probabilities of units that can be drawn more than once: through several frames, or in a further draw.

Estimates from composed strata belong in `survey`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

NOT_IN_FRAME = -1


@dataclass(frozen=True)
class Composed:
    """The strata of several draws, crossed: each unit's `code` (N,) into `sizes` (H,)."""

    code: Codes
    sizes: Codes


def any_frame(probabilities: Floats) -> Floats:
    """The chance (n,) of being drawn at least once by k independent draws, `probabilities` (n, k).

    A probability is 0 where a frame does not hold the unit. 1 - the product of 1 - pi, the single-frame way to combine
    samples of overlapping frames (Kalton & Anderson 1986), needs every unit's probability in every frame, drawn there
    or not. Raises ValueError for probabilities outside 0 to 1, and for units that no frame could have given.
    """
    if probabilities.ndim != 2 or not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("give each unit a probability from 0 to 1 in every frame, 0 where it is not in it")
    combined = -np.expm1(np.log1p(-np.minimum(probabilities, 1 - 1e-16)).sum(axis=1))
    combined = np.where((probabilities == 1).any(axis=1), 1.0, combined)
    if (combined <= 0).any():
        raise ValueError("a unit is in none of the frames, and could not have been drawn")
    return np.asarray(combined)


def further_draw(first: Floats, conditional: Floats) -> Floats:
    """The chance (n,) of being drawn by a first draw or by a further one among the units it left.

    pi_1 + (1 - pi_1) pi_2, `conditional` being pi_2, the chance of a unit that was left. Drawing n_1 and then n_2 more
    of a stratum of N is drawing n_1 + n_2 of it at once. Raises ValueError for probabilities outside 0 to 1, and where
    neither draw could have given a unit.
    """
    for part in (first, conditional):
        if not ((part >= 0) & (part <= 1)).all():
            raise ValueError("probabilities must be from 0 to 1")
    combined = first + (1 - first) * conditional
    if (combined <= 0).any():
        raise ValueError("a unit has no chance in either draw, and could not have been drawn")
    return np.asarray(combined)


def composed(strata: Codes) -> Composed:
    """Cross the strata of k draws, `strata` (N, k) with NOT_IN_FRAME where a draw's frame does not hold the unit.

    All units of a crossed stratum had the same chances in every draw. Given how many of them were drawn, then, they
    are a random sample of it, whatever the draws were: `survey.stratified` takes their codes and these sizes. Codes
    are by the strata's own, ascending. Raises ValueError for units that are in no frame.
    """
    if strata.ndim != 2 or (strata < NOT_IN_FRAME).any():
        raise ValueError(f"give each unit a stratum in every draw, {NOT_IN_FRAME} where its frame does not hold it")
    if (strata == NOT_IN_FRAME).all(axis=1).any():
        raise ValueError("a unit is in no frame, and could not have been drawn")
    _, code = np.unique(strata, axis=0, return_inverse=True)
    return Composed(code.ravel(), np.bincount(code.ravel()))
