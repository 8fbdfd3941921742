"""Does every estimator's 95 % interval hold the truth? Prints a table; `python -m tests.bench.estimators [runs]`.

Finite populations of 20,000 events, of which each run labels some; the truth is the population's own mean, or its
drifted slice's. The judge is a number that correlates with being right. Last come users who differ: events of all of
them are drawn one by one, and the truth is that of all users there could be.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gt_platform.sampling.strata import stratify
from gt_platform.stats.allocation import allocate
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.estimation.poststratified import post_stratified
from gt_platform.stats.estimation.ppi import ppi, predicted
from gt_platform.stats.intervals import intervals
from gt_platform.stats.survey import Estimates, ratio, stratified

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Rng = np.random.Generator
EVENTS = 20_000
SIZES = (50, 200, 1000)


@dataclass(frozen=True)
class Population:
    """Each event's value between 0 and `highest`, slice, judge, drift score and cluster."""

    name: str
    value: Floats
    drifted: NDArray[np.bool_]
    judge: Floats
    drift: Floats
    cluster: Codes
    highest: float = 1.0


def populate(name: str, rng: Rng, *, right: float, drifted_right: float, correlation: float) -> Population:
    """15 % of events in a drifted slice; a drift score that tells it with an area under the curve of .92."""
    drifted = rng.random(EVENTS) < 0.15
    value = (rng.random(EVENTS) < np.where(drifted, drifted_right, right)).astype(np.float64)
    return Population(
        name, value, drifted, judged(value, correlation, rng), scored(drifted, rng), np.arange(EVENTS) // 5
    )


def judged(value: Floats, correlation: float, rng: Rng) -> Floats:
    """A judge between 0 and 1 with this correlation to the values."""
    standard = (value - value.mean()) / value.std()
    latent = correlation * standard + np.sqrt(1 - correlation**2) * rng.normal(size=len(value))
    return np.asarray(np.clip(0.6 + 0.15 * latent, 0, 1))


def scored(drifted: NDArray[np.bool_], rng: Rng, separation: float = 2.0) -> Floats:
    """Probabilities of being from the frame rather than the reference, as a calibrated classifier gives them."""
    feature = rng.normal(np.where(drifted, separation, 0.0))
    ratio_ = np.exp(separation * feature - separation**2 / 2)
    current = drifted.mean() * ratio_ + 1 - drifted.mean()
    return np.asarray(current / (current + 1))


def skewed(rng: Rng) -> Population:
    """Absolute errors of a number up to 8, a third of them large; larger ones in the drifted slice."""
    plain = populate("skewed numbers", rng, right=0.7, drifted_right=0.4, correlation=0.5)
    return replace(plain, value=rng.exponential(np.where(plain.value > 0, 0.2, 1.5)).clip(0, 8), highest=8.0)


def resembling(rng: Rng) -> Population:
    """Five events a session, intraclass correlation about .2."""
    plain = populate("clustered", rng, right=0.85, drifted_right=0.85, correlation=0.5)
    chance = rng.beta(0.85 * 4, 0.15 * 4, EVENTS // 5)[plain.cluster]
    value = (rng.random(EVENTS) < chance).astype(np.float64)
    return replace(plain, value=value, judge=judged(value, 0.5, rng))


def populations(rng: Rng) -> Iterator[Population]:
    yield populate("right .90, slice .55, judge .5", rng, right=0.9, drifted_right=0.55, correlation=0.5)
    yield populate("right .95, slice .80, judge .5", rng, right=0.95, drifted_right=0.8, correlation=0.5)
    yield populate("right .85, judge .8", rng, right=0.85, drifted_right=0.85, correlation=0.8)
    yield skewed(rng)
    yield resembling(rng)


def plain(population: Population, units: Codes) -> Estimates:
    at = np.sort(units)
    design = stratified(np.zeros(len(at), dtype=np.int64), np.array([EVENTS]), np.zeros(1, dtype=np.int64))
    return ratio(design, population.value[at, None], np.ones((len(at), 1)))


def by_regression(population: Population, units: Codes) -> Estimates:
    design = stratified(np.zeros(len(units), dtype=np.int64), np.array([EVENTS]), np.zeros(1, dtype=np.int64))
    known = auxiliaries(population)
    return greg(design, population.value[units, None], np.ones((len(units), 1)), known[units], known.sum(axis=0))


def auxiliaries(population: Population) -> Floats:
    return np.stack([np.ones(EVENTS), population.judge, population.drift], axis=1)


def by_groups(population: Population, units: Codes) -> Estimates:
    design = stratified(np.zeros(len(units), dtype=np.int64), np.array([EVENTS]), np.zeros(1, dtype=np.int64))
    group = np.searchsorted(np.quantile(population.judge, [0.1, 0.25, 0.5]), population.judge)
    value, ones = population.value[units, None], np.ones((len(units), 1))
    return post_stratified(design, value, ones, group[units], np.bincount(group))[0]


def by_judge(population: Population, units: Codes) -> Estimates:
    others = np.ones(EVENTS, dtype=np.bool_)
    others[units] = False
    rest = predicted(population.judge[others], np.zeros(EVENTS - len(units), dtype=np.int64), 1)
    return ppi(population.value[units], population.judge[units], np.zeros(len(units), dtype=np.int64), rest)


UNIFORM: dict[str, Callable[[Population, Codes], Estimates]] = {
    "uniform, plain": plain,
    "uniform, post-stratified": by_groups,
    "uniform, GREG": by_regression,
    "uniform, PPI++": by_judge,
}


@dataclass(frozen=True)
class Plan:
    """The default design for a population and budget: strata, sizes and counts."""

    code: Codes
    sizes: Codes
    counts: Codes
    order: Codes

    @classmethod
    def default(cls, population: Population, budget: int, *, declared: bool = True, floor: float = 0.5) -> "Plan":
        """The platform's; `declared` says that the drifted slice is a value of an attribute with its own scores."""
        none = np.zeros(EVENTS, dtype=np.bool_)
        strata = stratify(
            population.drift,
            population.judge,
            none,
            smallest=4,
            most=min(12, budget // 4),
            slices=[population.drifted.astype(np.int64)] if declared else [],
        )
        counts = allocate(strata.sizes, strata.deviations, budget, floor=floor, minimum=2)
        return cls(strata.code, strata.sizes, counts, np.argsort(strata.code, kind="stable"))

    def draw(self, rng: Rng) -> Codes:
        """Units, in the order of their strata."""
        ends = np.cumsum(self.sizes)
        parts = [
            self.order[end - size + rng.choice(size, count, replace=False, shuffle=False)]
            for end, size, count in zip(ends, self.sizes, self.counts, strict=True)
        ]
        return np.concatenate(parts)


def by_design(population: Population, plan: Plan, units: Codes) -> dict[str, Estimates]:
    """The headline and the drifted slice, by strata alone and by regression."""
    design = stratified(plan.code[units], plan.sizes, np.zeros(len(plan.sizes), dtype=np.int64))
    inside = np.stack([np.ones(EVENTS), population.drifted], axis=1).astype(np.float64)
    value, known = population.value[:, None] * inside, auxiliaries(population)
    found = ratio(design, value[units], inside[units])
    out = {"default, strata": part(found, 0), "default, strata: slice": part(found, 1)}
    for at, name in enumerate(("default, GREG", "default, GREG: slice")):
        own = known * inside[:, at : at + 1]
        out[name] = greg(design, value[units, at : at + 1], inside[units, at : at + 1], own[units], own.sum(axis=0))
    return out | {"default, PPI++ in strata": in_strata(population, plan, units)}


def in_strata(population: Population, plan: Plan, units: Codes) -> Estimates:
    others = np.ones(EVENTS, dtype=np.bool_)
    others[units] = False
    rest = predicted(population.judge[others], plan.code[others], len(plan.sizes))
    return ppi(population.value[units], population.judge[units], plan.code[units], rest)


def part(estimates: Estimates, at: int) -> Estimates:
    return Estimates(*(getattr(estimates, name)[at : at + 1] for name in FIELDS))


FIELDS = ("value", "error", "freedom", "n", "effective", "skewness", "scatter")


def run(population: Population, budget: int, runs: int, rng: Rng) -> dict[str, Estimates]:
    """Every estimator's estimates, one a run."""
    plan = Plan.default(population, budget)
    seen: dict[str, list[Estimates]] = {}
    for _ in range(runs):
        units = rng.choice(EVENTS, budget, replace=False, shuffle=False)
        found = {name: estimate(population, units) for name, estimate in UNIFORM.items()}
        found |= by_design(population, plan, plan.draw(rng))
        for name, one in found.items():
            seen.setdefault(name, []).append(one)
    return {name: joined(parts) for name, parts in seen.items()}


def row(population: Population, estimates: Estimates, name: str, budget: int) -> str:
    inside = population.drifted if name.endswith("slice") else np.ones(EVENTS, dtype=np.bool_)
    true = population.value[inside].mean()
    bounds = np.zeros(len(estimates.value)), np.full(len(estimates.value), population.highest)
    found = [interval for interval in intervals(estimates, *bounds) if interval]
    if len(found) < 2:
        return f"{name:26} {estimates.n.mean():6.0f} {'insufficient evidence':>34}"
    value, low, high = (np.array([getattr(one, field) for one in found]) for field in ("estimate", "low", "high"))
    uniform = population.value[inside].var() / (inside.mean() * budget)
    covered = ((low <= true) & (true <= high)).mean()
    return (
        f"{name:26} {estimates.n.mean():6.0f} {(value - true).mean():+8.4f} {covered:8.1%} {(high - low).mean():7.3f} "
        f"{1 - len(found) / len(estimates.value):8.1%} {uniform / value.var():6.2f}"
    )


def by_user(users: int, budget: int, rng: Rng) -> tuple[Estimates, Estimates]:
    """Four strata of unlike weights, users in all of them, each with a rate of his own; with clusters and without."""
    counts = np.array([budget // 4] * 4)
    code = np.repeat(np.arange(4), counts)
    user = rng.integers(0, users, budget)
    value = (rng.random(budget) < rng.beta(0.85 * 9, 0.15 * 9, users)[user]).astype(np.float64)[:, None]
    design = stratified(code, np.array([4000, 2000, 1000, 1000]), np.zeros(4, dtype=np.int64), noisy=True)
    ones = np.ones((budget, 1))
    return ratio(design, value, ones, cluster=user), ratio(design, value, ones)


def show_users(runs: int, rng: Rng) -> None:
    for users in (30, 100, 1000):
        for budget in SIZES:
            found = [by_user(users, budget // 4 * 4, rng) for _ in range(runs)]
            print(f"\n{users} users, intraclass correlation .1, right .85; {budget} labels")
            for at, name in enumerate(("default, by user", "default, users unknown")):
                every = joined([pair[at] for pair in found])
                bounds = intervals(every, np.zeros(runs), np.ones(runs))
                held = np.mean([one.low <= 0.85 <= one.high for one in bounds if one])
                print(f"{name:26} {every.n.mean():6.0f} {every.value.mean() - 0.85:+8.4f} {held:8.1%}", flush=True)


def joined(parts: list[Estimates]) -> Estimates:
    return Estimates(*(np.concatenate([getattr(one, field) for one in parts]) for field in FIELDS))


def main(runs: int) -> None:
    """Print the tables."""
    print(f"{'estimator':26} {'n':>6} {'bias':>8} {'covered':>8} {'width':>7} {'withheld':>8} {'worth':>6}")
    rng = np.random.default_rng(1)
    for population in populations(rng):
        for budget in SIZES:
            print(f"\n{population.name}; {budget} labels")
            for name, estimates in run(population, budget, runs, rng).items():
                print(row(population, estimates, name, budget), flush=True)
    show_users(runs, rng)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
