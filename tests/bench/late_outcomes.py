"""Do scores need weights for outcomes that are still to come? `python -m tests.bench.late_outcomes [RUNS]`.

Everything has an outcome in the end, what is wrong soon and what is right late, after exponential times; frames as
`outcomes` has them, half or all of the drawn events without one answered. As scores are made of draws, calibrated on
which events have an outcome, and on their days, too, as scores are; beside what could be made of outcomes alone: as
they are, and each weighted by one over how likely it was to be in by now. That is known from all events together
(Kaplan & Meier 1958), and for wrong and right apart only to whoever made the world.
"""

import sys
from collections.abc import Sequence

import numpy as np

from gt_platform.stats.design import stratified
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.intervals import Interval, intervals
from tests.bench.outcomes import EACH, EVENTS, STRATA, Codes, Floats

DAYS = 28
WRONG, RIGHT = 5.0, 20.0
"""Mean days until the outcome of what is wrong, and of what is right."""


def in_by(age: Floats, mean: Floats | float) -> Floats:
    """How likely an outcome with a mean delay is in at an age."""
    return np.asarray(1 - np.exp(-age / mean))


def kaplan_meier(delay: Floats, age: Floats) -> Floats:
    """The share of outcomes in at the age of each event (n,), where those slower than their age are not seen yet."""
    seen, time = delay <= age, np.minimum(delay, age)
    order = np.lexsort((~seen, time))
    waiting = np.cumprod(1 - seen[order] / np.arange(len(time), 0, -1))
    after = np.searchsorted(time[order], age, side="right") - 1
    return np.asarray(1 - waiting[after])


def month(rng: np.random.Generator, answered: float) -> tuple[float, dict[str, float], dict[str, Interval]]:
    """The true accuracy, what is made of outcomes alone, and of draws, with the interval."""
    count = DAYS * EVENTS
    day, right = np.repeat(np.arange(DAYS), EVENTS), rng.random(count) > 0.12
    age = DAYS - day - rng.random(count)
    mean = np.where(right, RIGHT, WRONG)
    delay = rng.exponential(mean)
    known = delay <= age
    confidence = np.clip(rng.normal(0.8 - 0.15 * ~right, 0.1), 0.01, 0.99)
    rank = np.lexsort((confidence, day)).argsort() % EVENTS
    stratum = STRATA * day + rank * STRATA // EVENTS
    drawn = np.concatenate(
        [rng.choice(np.flatnonzero(stratum == at), EACH, replace=False) for at in range(STRATA * DAYS)]
    )
    labeled = drawn[known[drawn] | (rng.random(len(drawn)) < answered)]
    of_all = np.column_stack([np.ones(count), confidence, known])
    with_days = np.column_stack([of_all, of_all[:, [0, 2]] * day[:, None]])
    scores = {
        name: _score(stratum, labeled, right.astype(np.float64), known_of_all)
        for name, known_of_all in (("calibrated on outcomes", of_all), ("and on days", with_days))
    }
    by = {"together": kaplan_meier(delay, age)[known], "by kind": in_by(age, mean)[known]}
    alone = {f"weighted, {name}": float(np.average(right[known], weights=1 / each)) for name, each in by.items()}
    return float(right.mean()), {"outcomes as they are": float(right[known].mean())} | alone, scores


def _score(stratum: Codes, labeled: Codes, right: Floats, known: Floats) -> Interval:
    named, code = np.unique(stratum[labeled], return_inverse=True)
    design = stratified(code, np.bincount(stratum)[named], named // STRATA)
    value = right[labeled][:, None]
    estimate = greg(design, value, np.ones_like(value), known[labeled], known.sum(axis=0))
    (found,) = intervals(estimate, np.zeros(1), np.ones(1))
    assert found is not None
    return found


def main(runs: int) -> None:
    """Print bias and root mean square error of each way, in points, and what scores' intervals come to."""
    for answered in (0.5, 1.0):
        rng = np.random.default_rng(2)
        found = [month(rng, answered) for _ in range(runs)]
        print(f"{answered:.0%} answered, {runs} months")
        for way in found[0][2]:
            made = [(true, scores[way]) for true, _, scores in found]
            held = np.mean([one.low <= true <= one.high for true, one in made])
            width = np.mean([(one.high - one.low) / 2 for _, one in made])
            print(f"  {_off(way, [(true, one.estimate) for true, one in made])}", end="")
            print(f", coverage {held:.1%}, half-width {100 * width:.2f}")
        for way in found[0][1]:
            print(f"  {_off(way, [(true, alone[way]) for true, alone, _ in found])}")


def _off(way: str, made: Sequence[tuple[float, float]]) -> str:
    off = 100 * np.array([estimate - true for true, estimate in made])
    luck = off.std() / len(off) ** 0.5
    return f"{way:22} bias {off.mean():+.2f} ±{luck:.2f}, root mean square error {np.sqrt((off**2).mean()):.2f}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
