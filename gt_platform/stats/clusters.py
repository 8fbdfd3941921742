"""What units that resemble each other, as events of one session or user do, add to a variance.

Clusters that were drawn as a whole belong in `estimation.hajek`.
"""

import numpy as np

from gt_platform.stats.design import PRIOR_UNITS, Codes, Design, Floats, over, stratum_sums, unit_weights


def together(design: Design, residual: Floats, share: Floats, cluster: Codes) -> tuple[Floats, Floats]:
    """What clusters add to the variances of m estimates, (m,), and the effective number of clusters less one, (m,).

    `residual` and `share` (n, m) are those of `survey.linearised`, `cluster` (n,) any codes, across strata. Units drawn
    one by one vary by design; beyond that, those of one cluster vary together, by the sum of their residuals' cross-
    products around the means of their strata (after Cameron, Gelbach & Miller 2011), times C / (C - 1). By chance
    these may add up to less than nothing; believing it would reward having few pairs, so 0 is the least. Where
    clusters are rarely met twice, as in a small sample of a large frame, they add nothing.

    The effective number of clusters is Carter, Schnepel & Steigerwald's (2017). A single cluster with several units
    says nothing of others: NaN. Raises ValueError unless every unit has a code.
    """
    if cluster.shape != (len(residual),):
        raise ValueError(f"{len(residual)} units, clusters of shape {cluster.shape}: give each unit one")
    code = np.unique(cluster, return_inverse=True)[1]
    weight = unit_weights(design)[:, None]
    shares = _by(code, share * weight)
    total, clusters = shares.sum(axis=0) ** 2, (shares != 0).sum(axis=0)
    deviation = np.where(share != 0, residual - _means(design, residual, share), 0.0) * weight
    products = (_by(code, deviation) ** 2).sum(axis=0) - (deviation**2).sum(axis=0)
    # rounding alone must not make clusters of one unit each add anything
    products = np.where(products > 1e-9 * (deviation**2).sum(axis=0), products, 0.0)
    extra = np.nan_to_num(over(products * clusters / np.maximum(clusters - 1, 1), total))
    alone = (clusters == 1) & ((share != 0).sum(axis=0) > 1)
    return np.where(alone, np.nan, extra), np.nan_to_num(over(total, (shares**2).sum(axis=0))) - 1


def _means(design: Design, residual: Floats, share: Floats) -> Floats:
    """The mean residual of each unit's stratum, with PRIOR_UNITS of the overall mean, which is 0.

    In a small stratum deviations from the plain mean, as they add up to nothing, would make pairs seem to differ.
    """
    means = stratum_sums(design, residual) / (stratum_sums(design, (share != 0).astype(np.float64)) + PRIOR_UNITS)
    return np.asarray(np.repeat(means, design.answered.astype(np.int64), axis=0))


def _by(code: Codes, values: Floats) -> Floats:
    out = np.zeros((int(code.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(out, code, values)
    return out
