"""How often the check on feedback warns where nothing changes, and where something does, by how much it changes.

`python -m tests.bench.feedback_quiet`: users differ in how much they say (gamma) and in how much of it is negative
(beta, .3 in the mean); a week is held against four, over all and in three slices with users of their own. A change
makes more of everybody's opinions negative in that week, in every slice or in the first of them alone. A warning is any
share found to have moved.
"""

import sys

import numpy as np
import polars as pl

from gt_platform.checks.said import ALPHA, moved
from gt_platform.stats.multiplicity import q_values

SIZES = ((40, 1.5), (150, 1.5), (400, 3.0))
"""Users, and what one says a week in the mean."""
NEGATIVE = 0.3
CHANGES = (0.0, 0.05, 0.1, 0.2, 0.3)
"""By how much the share negative is higher in the week."""


def week(chance: np.random.Generator, users: int, mean: float, change: float) -> pl.DataFrame:
    """What users say in a week and in the four before; of what would not have been negative a part is in the week."""
    rate, negative = chance.gamma(0.7, mean / 0.7, users), chance.beta(2 * NEGATIVE, 2 - 2 * NEGATIVE, users)
    now, before = chance.poisson(rate), chance.poisson(4 * rate)
    changed = negative + change / (1 - NEGATIVE) * (1 - negative)
    counts = {"w_now": now, "r_now": chance.binomial(now, changed)}
    counts |= {"w_before": before, "r_before": chance.binomial(before, negative)}
    return pl.DataFrame(counts).cast(pl.Float64)


def warns(chance: np.random.Generator, users: int, mean: float, change: float, *, within: bool) -> bool:
    """Whether a week is warned of; what changes `within` one slice does so over all by a third of it."""
    sizes, slices = (users, *(3 * (users // 3,))), (change, 0.0, 0.0) if within else 3 * (change,)
    by = (sum(slices) / 3, *slices)
    found = [moved(("*", "end_user"), week(chance, of, mean, by_)) for of, by_ in zip(sizes, by, strict=True)]
    told = [one.p_value for one in found if one is not None]
    return bool((q_values(told) <= ALPHA).any())


def main(weeks: int) -> None:
    """Print the share of weeks with a warning, by users and change."""
    chance = np.random.default_rng(1)
    for users, mean in SIZES:
        for within in (False, True):
            where = "one slice" if within else "everywhere"
            for change in CHANGES[within:]:
                share = sum(warns(chance, users, mean, change, within=within) for _ in range(weeks)) / weeks
                told = f"{users} users, {mean} opinions a week each, +{change:.2f} {where}: {share:.1%}\n"
                sys.stdout.write(told)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
