"""Making the probabilities of labels true, by items whose truth is known and that were drawn by chance."""

import numpy as np

from gt_platform.stats.consensus.votes import Codes, Floats

TELLING = 20.0
"""Items' worth of evidence from which what comes out may be called a probability: a tenth off is then two errors."""
SPREAD, SHIFT = 0.5, 0.1
"""Standard deviations, before any evidence, of the logarithm of the sharpness, and of each label's logit: with a spread
of .5, twenty known items moved the leading answers of the others by up to 10 points for the worse."""
MOST_LABELS = 30  # beyond, labels are not shifted, only all made sharper or less sharp
LEAST = 1e-4


def worth(inclusion: Floats) -> float:
    """How many items drawn alike those with these inclusion probabilities (n,) are worth (Kish)."""
    weights = 1 / inclusion
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def calibrated(posterior: Floats, said: Floats, truth: Codes, inclusion: Floats) -> Floats:
    """The posterior (items, labels) with its logarithms scaled, and shifted by label, as n known items tell.

    `said` (n, labels) is what was said of them without being told their `truth` (n,). Each counts by its inclusion
    probability (n,), together as many as they are worth; scale and shifts begin at 1 and 0 with SPREAD and SHIFT, so
    that few items change little. Source: vector scaling (Guo et al. 2017), at the mode under that prior.
    """
    from scipy.optimize import minimize

    labels = posterior.shape[1]
    shifted = labels if labels <= MOST_LABELS else 0
    weights = (1 / inclusion) / (1 / inclusion).sum() * worth(inclusion)
    logs = np.log(np.maximum(said, LEAST))
    true = np.arange(len(truth)), truth

    precision = np.concatenate([[SPREAD**-2], np.full(shifted, SHIFT**-2)])

    def cost(free: Floats) -> tuple[float, Floats]:
        probability = _applied(logs, free, shifted)
        wrong = probability.copy()
        wrong[true] -= 1
        wrong *= weights[:, None]
        slope = np.concatenate([[np.exp(free[0]) * (wrong * logs).sum()], wrong.sum(axis=0)[:shifted]])
        value = -(weights * np.log(np.maximum(probability[true], 1e-300))).sum() + (free**2 @ precision) / 2
        return float(value), slope + free * precision

    found = minimize(cost, np.zeros(1 + shifted), jac=True, method="L-BFGS-B").x
    return _applied(np.log(np.maximum(posterior, LEAST)), found, shifted)


def _applied(logs: Floats, free: Floats, shifted: int) -> Floats:
    joint = np.exp(free[0]) * logs
    joint[:, :shifted] += free[1:]
    joint -= joint.max(axis=1, keepdims=True)
    np.exp(joint, out=joint)
    return np.asarray(joint / joint.sum(axis=1, keepdims=True))
