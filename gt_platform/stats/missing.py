"""Whether values are missing at random, as far as what is known of all units can tell."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A variable by which the missing differ: `odds` is the chance that one of them has more of it than another unit.

    It is 0.5 where they do not differ; `p` is two-sided, corrected for all variables that were looked at.
    """

    name: str
    odds: float
    p: float


def differences(missing: Flags, known: Mapping[str, Floats]) -> list[Difference]:
    """How the missing ones of n units differ in each variable `known` of all (n,), the least p first.

    Mann & Whitney's (1947) rank test with ties, in its normal approximation, and Bonferroni's correction: it asks
    nothing of scale or shape, and serves flags (0 and 1) as well. A variable that does not vary says nothing and is
    left out, and so is everything where none or all are missing. NaN counts as the lowest.
    """
    m, n = int(missing.sum()), len(missing)
    found = []
    for name, values in known.items() if 0 < m < n else ():
        _, code, counts = np.unique(np.nan_to_num(values, nan=-np.inf), return_inverse=True, return_counts=True)
        rank = (np.cumsum(counts) - (counts - 1) / 2)[code.ravel()]
        variance = m * (n - m) / 12 * (n + 1 - float((counts**3 - counts).sum()) / (n * (n - 1)))
        if variance > 0:
            above = float(rank[missing].sum()) - m * (m + 1) / 2
            z = (above - m * (n - m) / 2) / math.sqrt(variance)
            found.append(Difference(name=name, odds=above / (m * (n - m)), p=math.erfc(abs(z) / math.sqrt(2))))
    corrected = [Difference(name=one.name, odds=one.odds, p=min(1.0, one.p * len(found))) for one in found]
    return sorted(corrected, key=lambda one: (one.p, one.name))
