"""Do scores hold the truth when their labels err? `python -m tests.bench.label_error [draws] [part ...]`.

Frames of 400 events a day, 40 of them sampled and answered by three annotators of twelve; a model's output; two labels,
one of them `prevalence`. Where items are hard for all, annotators and the model alike are right on .6 of them. Experts
check 4 items a night, drawn as the platform draws them. Parts: week, weeks, alone, skips, price. The default is all of
them with 20 draws; figures in docs/statistics.md say how many they rest on. `--seed` draws anew, `--half 0` runs the
worlds that methods are chosen on, `--half 1` those that are only looked at.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product

import numpy as np

from gt_platform.stats.consensus.votes import Votes
from gt_platform.stats.intervals import intervals
from gt_platform.stats.label_error.imputation import believed, imputed
from gt_platform.stats.label_error.two_phase import corrected
from gt_platform.stats.survey import Estimates, ratio, stratified, unweighted
from tests.bench.label_error_worlds import (
    CHECKS,
    FRAME,
    PEOPLE,
    Case,
    Floats,
    Rng,
    World,
    checked,
    majority,
    populate,
    shares,
    told_by_experts,
)

Rows = dict[str, list[list[float]]]
Seed = int | Sequence[int]

METRICS = ("accuracy", "F1")
LOW, HIGH = np.zeros(2), np.ones(2)


def with_experts(world: World, rng: Rng) -> Estimates:
    return corrected(
        world.design, *told_by_experts(world, *checked(world, rng)), partial(ratio, world.design)
    ).estimates


def by_annotators(world: World, rng: Rng) -> Estimates:
    """What was done before: the majority taken for the truth, ties for the mean of both."""
    del rng
    leading, _, decided = majority(world)
    one, other = shares(world.output, leading), shares(world.output, np.where(decided, leading, 1 - leading))
    given = (world.answer >= 0).any(axis=1)
    design = stratified(
        world.day[given], np.full(world.day.max() + 1, FRAME), np.arange(world.day.max() + 1), noisy=True
    )
    mean = [(a + b)[given] / 2 for a, b in ((one.numerator, other.numerator), (one.denominator, other.denominator))]
    return ratio(design, mean[0], mean[1])


def by_simple_checks(world: World, rng: Rng) -> Estimates:
    """As many experts' answers, of events drawn at random."""
    n = (int(world.day.max()) + 1) * CHECKS
    at = rng.permutation(len(world.truth))[:n]
    true = shares(world.output[at], world.truth[at])
    return ratio(unweighted(n), true.numerator, true.denominator)


def without_experts(world: World, rng: Rng) -> Estimates:
    event, place = np.nonzero(world.answer >= 0)
    who = world.who[event, place]
    order = np.lexsort((who, event))
    n = len(world.truth)
    answers = Votes(
        item=event[order],
        annotator=who[order],
        label=world.answer[event, place][order],
        items=n,
        annotators=PEOPLE,
        labels=2,
    )
    truth = believed(answers, world.output, seed=int(rng.integers(2**31)))
    candidates = [shares(world.output, np.full(n, label)) for label in range(2)]
    found = imputed(world.design, np.arange(n), candidates, truth, partial(ratio, world.design)).estimates
    if truth.rare.any():
        found.error[1] = np.nan
    return found


def by_ppi(world: World, rng: Rng) -> Estimates:
    """`ppi_py`: experts' answers of events drawn at random, the majority's for all; of means only, so not of F1."""
    from ppi_py import ppi_mean_ci, ppi_mean_pointestimate

    n = (int(world.day.max()) + 1) * CHECKS
    order = rng.permutation(len(world.truth))
    right = (world.output == world.truth).astype(np.float64)
    told = (world.output == majority(world)[0]).astype(np.float64)
    parts = right[order[:n]], told[order[:n]], told[order[n:]]
    low, high = ppi_mean_ci(*parts, alpha=0.05)
    value = ppi_mean_pointestimate(*parts)
    error = (high - low) / 2 / 1.96
    none = np.array([np.nan])
    both = (np.append(part, none) for part in (value, error, [1e6], [n], [n]))
    v, e, f, m, k = both
    return Estimates(v, e, f, np.nan_to_num(m).astype(np.int64), np.nan_to_num(k))


Estimator = Callable[[World, Rng], Estimates]


def measure(case: Case, draws: int, estimators: dict[str, Estimator], seed: Seed = 1) -> Rows:
    """Print, for each estimator and metric: coverage, bias, mean half-width (in points), share without an interval."""
    rng: Rng = np.random.default_rng(seed)
    rows: Rows = {name: [] for name in estimators}
    for _ in range(draws):
        world = populate(case, rng)
        for name, estimator in estimators.items():
            estimates = estimator(world, rng)
            found = intervals(estimates, LOW, HIGH)
            given = [(each.estimate, each.low, each.high) if each else (np.nan,) * 3 for each in found]
            rows[name].append([*np.ravel(given), *world.scores])
    for name, drawn in rows.items():
        print(f"{case!s:30} {name:22}", *_summaries(np.array(drawn)), flush=True)
    return rows


def _summaries(drawn: Floats) -> Iterator[str]:
    for at, metric in enumerate(METRICS):
        value, low, high = drawn[:, 3 * at : 3 * at + 3].T
        true, given = drawn[:, 6 + at], ~np.isnan(value)
        if not given.any():
            yield f"| {metric:8} no interval" + " " * 21
            continue
        covered = _covered(drawn[:, 3 * at : 3 * at + 3], true)
        bias, half = (value - true)[given].mean(), (high - low)[given].mean() / 2
        none = f" none {1 - given.mean():4.0%}"
        yield f"| {metric:8} {covered:6.1%} {100 * bias:5.1f} ±{100 * half:4.1f}{none}"


def grid(days: int, half: int | None = None) -> Iterator[tuple[int, Case]]:
    """All worlds with their numbers; of every two that differ in one respect by a step, one is in each half."""
    levels = (0.7, 0.85, 0.95), (0.7, 0.85, 0.95), (0.05, 0.2, 0.5), (0.0, 0.2)
    for number, at in enumerate(product(*(range(len(level)) for level in levels))):
        annotator, model, prevalence, hard = (level[one] for level, one in zip(levels, at, strict=True))
        if half is None or sum(at) % 2 == half:
            yield number, Case(annotator=annotator, model=model, prevalence=prevalence, days=days, hard=hard)


def survey(days: int, draws: int, estimators: dict[str, Estimator], seed: int, half: int | None = None) -> None:
    """Measure each world, then say how many of them hold what is promised."""
    found = [
        np.array(rows)
        for number, case in grid(days, half)
        for rows in measure(case, draws, estimators, [seed, number, days]).values()
    ]
    for at, metric in enumerate(METRICS):
        worlds = [(drawn[:, 3 * at : 3 * at + 3], drawn[:, 6 + at]) for drawn in found]
        error = [each[:, 0] - true for each, true in worlds]
        covered = np.array([_covered(each, true) for each, true in worlds])
        bias = np.abs([np.nanmean(each) for each in error])
        half_width = np.array([np.nanmean(each[:, 2] - each[:, 1]) / 2 for each, _ in worlds])
        luck = np.array([np.nanstd(each) / np.sqrt(len(each)) for each in error])
        print(
            f"{metric}: {len(covered)} worlds, coverage {covered.mean():.1%},",
            f"{covered.min():.1%} to {covered.max():.1%},",
            f"within 93-97 % in {((covered >= 0.93) & (covered <= 0.97)).sum()}, above in {(covered > 0.97).sum()};",
            f"bias within 1 point in {(bias <= 0.01).sum()}, at most {100 * bias.max():.1f}, of the half-width at most",
            f"{(bias / half_width).max():.0%}; errors of the bias up to {100 * luck.max():.1f};",
            f"half-width {100 * half_width.mean():.1f}",
        )


def _covered(interval: Floats, true: Floats) -> float:
    given = ~np.isnan(interval[:, 0])
    return float(((interval[:, 1] <= true + 1e-9) & (true - 1e-9 <= interval[:, 2]))[given].mean())


def main(draws: int, parts: list[str], seed: int, half: int | None) -> None:
    experts: dict[str, Estimator] = {"with experts": with_experts}
    alone: dict[str, Estimator] = {"without experts": without_experts}
    plain: dict[str, Estimator] = {"majority as truth": by_annotators}
    print("right: annotators, model; prevalence, share hard for all, days; coverage, bias, half-width in points")
    for part, days in (("week", 7), ("weeks", 56)):
        if part in parts:
            survey(days, draws, experts, seed, half)
    for number, case in grid(7) if "alone" in parts else ():
        measure(case, draws, alone, [seed, number])
    for annotator, prevalence, days in product((0.7, 0.85), (0.2, 0.5), (7, 56)) if "skips" in parts else ():
        case = Case(annotator=annotator, model=0.85, prevalence=prevalence, days=days, skips=True)
        measure(case, draws, experts | plain, seed)
    for hard in (0.0, 0.2) if "price" in parts else ():
        simple: dict[str, Estimator] = {"simple random checks": by_simple_checks, "the same, ppi_py": by_ppi}
        case = Case(annotator=0.85, model=0.9, prevalence=0.2, days=20, hard=hard)
        measure(case, draws, experts | simple | plain | alone, seed)


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("draws", type=int, nargs="?", default=20)
    given.add_argument("parts", nargs="*", default=["week", "weeks", "alone", "skips", "price"])
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--half", type=int, choices=[0, 1])
    main(**vars(given.parse_args()))
