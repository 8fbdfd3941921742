"""Post-stratification: groups that nobody drew by, but whose sizes are known."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.design import Codes, Design, Floats
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.survey import Estimates

LEAST_UNITS = 10
"""A group with fewer answered units than this joins its neighbour: its weights would be mostly chance. With 5, 95 %
intervals of 50 labels covered 92 % where the groups told most of the answers (tests/bench/estimators.py)."""


def post_stratified(
    design: Design, numerator: Floats, denominator: Floats, group: Codes, sizes: Codes
) -> tuple[Estimates, NDArray[np.int64]]:
    """Estimate m ratios (n, m) with every group's weights brought to its known size, and the groups so used.

    `group` (n,) is each answered unit's code into `sizes` (G,), the units of the population in each group (Holt &
    Smith 1979). Groups with fewer than LEAST_UNITS answered units are joined with the next one, the last with the
    one before, so order them by likeness; the second result (G,) says which group each became part of. With one
    group left the estimate is the plain ratio. Raises ValueError for codes or sizes that cannot be.
    """
    if len(group) and (group.min() < 0 or group.max() >= len(sizes)):
        raise ValueError(f"group codes go from {group.min()} to {group.max()}; there are sizes for {len(sizes)} groups")
    if (np.asarray(sizes) < 0).any():
        raise ValueError("sizes of groups cannot be negative")
    joined = _joined(np.bincount(group, minlength=len(sizes)))
    member = (joined[group][:, None] == np.unique(joined)).astype(np.float64)
    totals = np.bincount(joined, weights=sizes, minlength=len(sizes))[np.unique(joined)].astype(np.float64)
    if (totals <= 0).any():
        raise ValueError("a group with answered units has size 0")
    return greg(design, numerator, denominator, member, totals), joined


def _joined(answered: Codes) -> NDArray[np.int64]:
    """For each group the first of those it is joined with."""
    joined, first, seen = np.zeros(len(answered), dtype=np.int64), 0, 0
    for at, count in enumerate(answered):
        joined[at], seen = first, seen + int(count)
        if seen >= LEAST_UNITS:
            first, seen = at + 1, 0
    left = joined == first
    if 0 < first < len(answered) and left.any():
        joined[left] = joined[first - 1]
    return joined
