"""How often the check on feedback warns of a service where nothing changes: `python -m tests.bench.feedback_quiet`.

Users differ in how much they say (gamma) and in how much of it is negative (beta); a week is held against four, over
all and in three slices with users of their own. A warning is any share found to have moved.
"""

import sys

import numpy as np
import polars as pl

from gt_platform.checks.said import ALPHA, moved
from gt_platform.stats.multiplicity import q_values

SIZES = ((40, 1.5), (150, 1.5), (400, 3.0))
"""Users, and what one says a week in the mean."""


def week(chance: np.random.Generator, users: int, mean: float) -> pl.DataFrame:
    """Nobody changes."""
    rate, negative = chance.gamma(0.7, mean / 0.7, users), chance.beta(0.6, 1.4, users)
    now, before = chance.poisson(rate), chance.poisson(4 * rate)
    counts = {"w_now": now, "r_now": chance.binomial(now, negative)}
    counts |= {"w_before": before, "r_before": chance.binomial(before, negative)}
    return pl.DataFrame(counts).cast(pl.Float64)


def warns(chance: np.random.Generator, users: int, mean: float) -> bool:
    """Whether a week is warned of."""
    found = [moved(("*", "end_user"), week(chance, of, mean)) for of in (users, *(3 * (users // 3,)))]
    told = [one.p_value for one in found if one is not None]
    return bool((q_values(told) <= ALPHA).any())


def main(weeks: int) -> None:
    """Print the share of weeks with a warning, by users."""
    chance = np.random.default_rng(1)
    for users, mean in SIZES:
        share = sum(warns(chance, users, mean) for _ in range(weeks)) / weeks
        sys.stdout.write(f"{users} users, {mean} opinions a week each: {share:.1%} of {weeks} weeks\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
