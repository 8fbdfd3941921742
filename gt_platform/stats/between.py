"""What sampled clusters, such as users of whom others will come, add to a variance beyond what their units vary by.

Clusters that merely repeat, as inputs do, belong in `clusters`.
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.design import Codes, Design, Floats, over, unit_weights

USUAL = 0.1
"""The intraclass correlation that is expected while clusters tell little."""
PRIOR_CLUSTERS = 3.0
"""Clusters' worth of it that the observed one is mixed with."""
LEAST_CLUSTERS = 2.0
"""Clusters that must have told their differences, in effect, where these could matter."""
COULD_BE = 0.3
"""The intraclass correlation by which it is judged whether they could."""
MATTERS = 1.0
"""How often the units' own variance clusters would then have to add to matter."""


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """The cluster of each of n units, `code` (n,); and how much of the truth its value tells, `told` (n, m), 0 to 1.

    That is 1 where the truth is known, and less where a value is what is expected of a cell of votes and output.
    """

    code: Codes
    told: Floats


def between(design: Design, residual: Floats, share: Floats, clusters: Sampled, own: Floats) -> tuple[Floats, Floats]:
    """What clusters add to the variances of m estimates, and the degrees of freedom of that, (m,) each.

    `residual` and `share` (n, m) are those of `survey.linearised`, `own` (m,) the variances of units drawn one by one.
    Clusters differ with one variance for all, so that one with a third of the units is not judged by its own deviation,
    which has hardly a degree of freedom. The variance is that of moments: pairs of residuals of the same cluster, over
    what pairs tell, less what both share with the estimate. Clusters weigh by how well their pairs tell it at the USUAL
    correlation, as many in effect (Satterthwaite 1946) make its degrees of freedom, and PRIOR_CLUSTERS of the USUAL one
    are mixed in. Where too few clusters tell of it, and it could matter, the error is unknown: NaN.
    """
    code, count = np.unique(clusters.code, return_inverse=True)[1], len(np.unique(clusters.code))
    weight = unit_weights(design)[:, None]
    part, value = weight * share, weight * residual
    total = part.sum(axis=0)
    units, told = _by(code, part, count), _by(code, part * clusters.told, count)
    squares = _by(code, part**2, count)
    pairs, telling = units**2 - squares, told**2 - _by(code, (part * clusters.told) ** 2, count)
    crossed = _by(code, value, count) ** 2 - _by(code, value**2, count)
    scatter = np.nan_to_num(over((weight * residual**2).sum(axis=0), (weight * share**2).sum(axis=0)))
    known = np.maximum(np.nan_to_num(over((part * clusters.told).sum(axis=0), total), nan=1.0), 1e-9)
    scatter = scatter / known
    shrunk = 1 - 2 * units / total + (units**2).sum(axis=0) / total**2
    lost = 2 * (_by(code, part**2, count) * units - _by(code, part**3, count)) / total
    lost -= (part**2).sum(axis=0) / total**2 * pairs
    worth = _worth(units, squares, pairs, telling)
    told_by = np.nan_to_num(over(crossed + scatter * lost, telling * shrunk))
    effective = worth.sum(axis=0)
    variance = (worth * told_by).sum(axis=0) + PRIOR_CLUSTERS * USUAL * scatter
    variance = np.maximum(variance / (effective + PRIOR_CLUSTERS), 0)
    spread = np.nan_to_num(over(pairs.sum(axis=0), total**2))
    unknown = (effective < LEAST_CLUSTERS) & (COULD_BE * scatter * spread > MATTERS * own / known)
    return np.where(unknown, np.nan, variance * spread), effective + PRIOR_CLUSTERS


def _worth(units: Floats, squares: Floats, pairs: Floats, telling: Floats) -> Floats:
    """How much of a cluster of very many units, fully told, each is worth, (C, m): by the variance of its moments."""
    size = np.nan_to_num(over(units**2, squares))
    noise = (1 - USUAL) / USUAL * np.nan_to_num(over(pairs, telling))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 1 / (1 + 2 * noise / size + noise**2 / (size * (size - 1)))
    return np.where((size > 1 + 1e-9) & (telling > 0), found, 0.0)


def _by(code: Codes, values: Floats, count: int) -> Floats:
    out = np.zeros((count, values.shape[1]))
    np.add.at(out, code, values)
    return out
