"""Wilcoxon's signed rank test: do paired differences lie evenly about 0? For scores whose distances mean little."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gt_platform.stats.comparisons.pairs import units


@dataclass(frozen=True)
class SignedRank:
    """The sum of the ranks of positive differences, and the two-sided p-value; `n` differences were not 0."""

    statistic: float
    p_value: float
    n: int


def signed_rank(difference: ArrayLike) -> SignedRank:
    """Test (n,) paired differences, by scipy. Zeros are left out, as Wilcoxon did.

    Up to 50 differences without ties, and up to 13 with ties, the p-value is exact; else normal, with the variance
    corrected for ties. Weights and clusters have no place here: see `sign_flips`. Without any difference p is 1.
    Source: Wilcoxon, Biometrics Bulletin 1 (1945). Raises ValueError.
    """
    from scipy.stats import rankdata, wilcoxon

    found = units(difference).total
    found = found[found != 0]
    if not found.size:
        return SignedRank(0.0, 1.0, 0)
    statistic = float(rankdata(np.abs(found))[found > 0].sum())
    return SignedRank(statistic, float(wilcoxon(found).pvalue), found.size)
