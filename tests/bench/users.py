"""Does a score hold of users like these? `python -m tests.bench.users [draws]`.

Each user has their own chance that the model is right for them, .85 on average with an intraclass correlation; one of
them has the share `heavy` of the traffic. What is asked is the mean over all users there could be. With exact labels,
and by three annotators right on .85 whom experts check on one event in ten as `label_error` does.
"""

import sys
from functools import partial
from itertools import product

import numpy as np

from gt_platform.stats.between import Sampled
from gt_platform.stats.intervals import intervals
from gt_platform.stats.label_error.telling import told_by_cells
from gt_platform.stats.label_error.two_phase import corrected
from gt_platform.stats.survey import Estimates, ratio, stratified
from tests.bench.label_error_worlds import (
    FRAME,
    PEOPLE,
    SAMPLED,
    Codes,
    Rng,
    World,
    checked,
    shares,
    told_by_experts,
)

RIGHT, ANNOTATORS, PREVALENCE = 0.85, 0.85, 0.5
WAYS = ("exact, as before", "exact, users a sample", "experts, as before", "experts, users a sample")


def populate(days: int, users: int, heavy: float, alike: float, rng: Rng) -> tuple[World, Codes]:
    n = days * SAMPLED
    sure = 1 / alike - 1
    rate = rng.beta(RIGHT * sure, (1 - RIGHT) * sure, users)
    user = np.where(rng.random(n) < heavy, 0, rng.integers(1, users, n))
    truth = (rng.random(n) < PREVALENCE).astype(np.int64)
    output = np.where(rng.random(n) < rate[user], truth, 1 - truth)
    answer = np.where(rng.random((n, 3)) < ANNOTATORS, truth[:, None], 1 - truth[:, None])
    day = np.repeat(np.arange(days), SAMPLED)
    who = np.argsort(rng.random((n, PEOPLE)), axis=1)[:, :3]
    design = stratified(day, np.full(days, FRAME), np.arange(days))
    return World(truth, output, answer, who, day, design, np.array([RIGHT, RIGHT])), user


def exact(world: World, cluster: Codes | Sampled) -> Estimates:
    true = shares(world.output, world.truth)
    return ratio(world.design, true.numerator, true.denominator, cluster=cluster)


def of_checks(world: World, user: Codes, rng: Rng) -> tuple[Estimates, Estimates]:
    """By what experts said, users repeating or a sample."""
    units, learnt = told_by_experts(world, *checked(world, rng))
    sampled = Sampled(code=user, told=told_by_cells(world.design, units, learnt))
    before, now = (
        corrected(world.design, units, learnt, partial(ratio, world.design, cluster=cluster)).estimates
        for cluster in (user, sampled)
    )
    return before, now


def measure(days: int, users: int, heavy: float, alike: float, draws: int) -> None:
    """Print coverage, half-width in points and share without an interval, of accuracy, each way."""
    rng, held = np.random.default_rng(7), np.full((draws, len(WAYS), 2), np.nan)
    for draw in range(draws):
        world, user = populate(days, users, heavy, alike, rng)
        every = np.ones((len(user), 2))
        found = (exact(world, user), exact(world, Sampled(code=user, told=every)), *of_checks(world, user, rng))
        for at, estimates in enumerate(found):
            one = intervals(estimates, np.zeros(2), np.ones(2))[0]
            if one is not None:
                held[draw, at] = one.low <= RIGHT <= one.high, 50 * (one.high - one.low)
    print(f"{days} days, {users} users, heaviest {heavy:.0%}, alike {alike}", end="")
    for at, name in enumerate(WAYS):
        given = held[~np.isnan(held[:, at, 0]), at]
        shown = f"{given[:, 0].mean():.1%} ±{given[:, 1].mean():.1f}" if len(given) else "-"
        print(f" | {name} {shown}, none {1 - len(given) / draws:.0%}", end="")
    print(flush=True)


def main(draws: int) -> None:
    for days, users, heavy in product((7, 28), (20, 100, 1000), (0.0, 0.3)):
        measure(days, users, heavy, 0.1, draws)
    for users, alike in product((20, 100), (0.02, 0.3)):
        measure(28, users, 0.3, alike, draws)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
