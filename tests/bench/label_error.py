"""Do scores hold the truth when their labels err? `python -m tests.bench.label_error [draws] [part ...]`.

Frames of 400 events a day, 40 of them sampled and answered by three annotators of twelve; a model's output; two labels,
one of them `prevalence`. Where items are hard for all, annotators and the model alike are right on .6 of them. Experts
check 4 items a night, drawn as the platform draws them. Parts: week, weeks, alone, skips, price. The default is all of
them with 20 draws; figures in docs/statistics.md say how many they rest on.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gt_platform.labeling.expert_checks.errors import GUESSED
from gt_platform.stats.consensus.votes import Votes
from gt_platform.stats.intervals import intervals
from gt_platform.stats.label_error.cells import Cells, cells, patterns
from gt_platform.stats.label_error.checking import Pool, deviations, due, rates, wanted
from gt_platform.stats.label_error.corrections import Shares, learned
from gt_platform.stats.label_error.imputation import believed, imputed
from gt_platform.stats.label_error.two_phase import Units, corrected
from gt_platform.stats.survey import Design, Estimates, ratio, stratified, unweighted

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Rng = np.random.Generator
Rows = dict[str, list[list[float]]]

FRAME, SAMPLED, CHECKS, PEOPLE, HARD_RIGHT = 400, 40, 4, 12, 0.6
METRICS = ("accuracy", "F1")
LOW, HIGH = np.zeros(2), np.ones(2)


@dataclass(frozen=True, kw_only=True)
class Case:
    """Annotators and model right with these chances, `hard` the share of items that are hard for all of them.

    With `skips` an annotator skips half of what they would get wrong and 5 % of what they would get right.
    """

    annotator: float
    model: float
    prevalence: float
    days: int = 7
    hard: float = 0.0
    skips: bool = False

    def __str__(self) -> str:
        words = f"{self.annotator:.2f} {self.model:.2f} {self.prevalence:.2f} {self.hard:.1f} {self.days:3d}"
        return words + (" skips" if self.skips else "")


@dataclass(frozen=True)
class World:
    """n sampled events by day: truth, output, answers (n, 3) of annotators `who`, -1 skipped; and the true scores."""

    truth: Codes
    output: Codes
    answer: Codes
    who: Codes
    day: Codes
    design: Design
    scores: Floats


def shares(output: Codes, truth: Codes) -> Shares:
    """Accuracy, and F1 of the rarer label."""
    given, true = (output == 1).astype(np.float64), (truth == 1).astype(np.float64)
    right = (output == truth).astype(np.float64)
    return Shares(
        numerator=np.stack([right, 2 * given * true], axis=1),
        denominator=np.stack([np.ones(len(output)), given + true], axis=1),
    )


def populate(case: Case, rng: Rng) -> World:
    """Frames, their sample, and what annotators say of it."""
    events = case.days * FRAME
    truth, hard = (rng.random(events) < case.prevalence).astype(np.int64), rng.random(events) < case.hard
    output = np.where(rng.random(events) < np.where(hard, HARD_RIGHT, case.model), truth, 1 - truth)
    every = shares(output, truth)
    drawn = [day * FRAME + np.sort(rng.permutation(FRAME)[:SAMPLED]) for day in range(case.days)]
    at, n = np.concatenate(drawn), case.days * SAMPLED
    right = rng.random((n, 3)) < np.where(hard[at], HARD_RIGHT, case.annotator)[:, None]
    answer = np.where(right, truth[at][:, None], 1 - truth[at][:, None])
    if case.skips:
        answer = np.where(rng.random((n, 3)) < np.where(right, 0.05, 0.5), -1, answer)
    day = np.repeat(np.arange(case.days), SAMPLED)
    return World(
        truth=truth[at],
        output=output[at],
        answer=answer,
        who=np.argsort(rng.random((n, PEOPLE)), axis=1)[:, :3],
        day=day,
        design=stratified(day, np.full(case.days, FRAME), np.arange(case.days)),
        scores=every.numerator.sum(axis=0) / every.denominator.sum(axis=0),
    )


def majority(world: World) -> tuple[Codes, Floats, Flags]:
    """Each event's leading label, its share of the votes, and whether it leads alone; the output where none does."""
    ones, given = (world.answer == 1).sum(axis=1), (world.answer >= 0).sum(axis=1)
    decided = 2 * ones != given
    share = np.maximum(ones, given - ones) / np.maximum(given, 1)
    return np.where(decided, (2 * ones > given).astype(np.int64), world.output), share, decided


def celled(world: World, upto: int) -> Cells:
    """The cells of the first events."""
    leading, share, decided = (part[:upto] for part in majority(world))
    signature = (2 * world.output[:upto] + leading).tolist()
    return cells(patterns(share, decided), [f"{each}" for each in signature], world.output[:upto] == leading)


def checked(world: World, rng: Rng) -> tuple[Flags, Floats]:
    """Whom experts checked after all nights, and with what probability, as `labeling.expert_checks` draws them."""
    leading, share, decided = majority(world)
    told, true = shares(world.output, leading), shares(world.output, world.truth)
    other, of = shares(world.output, 1 - leading), (told.numerator.sum(axis=0) / told.denominator.sum(axis=0))[1]
    added, wrong = (
        (made.numerator - told.numerator)[:, 1] - of * (made.denominator - told.denominator)[:, 1]
        for made in (true, other)
    )
    pattern, agrees = patterns(share, decided), world.output == leading
    signature = [f"{each}" for each in (2 * world.output + leading).tolist()]
    number, done = rng.random(len(world.truth)), np.zeros(len(world.truth), dtype=np.bool_)
    chance = np.zeros(len(done))
    for upto in np.cumsum(np.bincount(world.day)).tolist():
        found = cells(pattern[:upto], signature[:upto], agrees[:upto])
        code, count, before = found.code, len(found.names), done[:upto]
        guess = np.array([GUESSED[name.partition(":")[0]] for name in found.names])
        size = np.bincount(code, minlength=count)
        effect = np.bincount(code, wrong[:upto] ** 2, count) / size
        its, values = code[before], added[:upto][before]
        seen = np.bincount(its, minlength=count)
        total: Floats = np.bincount(its, values, count).astype(np.float64)
        squares: Floats = np.maximum(np.bincount(its, values**2, count) - total**2 / np.maximum(seen, 1), 0.0)
        pool = Pool(
            size=size,
            checked=seen,
            deviation=deviations(guess * (1 - guess) * effect, squares, seen),
            first=found.undecided,
        )
        rate = rates(number[:upto], code, before, wanted(pool, CHECKS))
        chance[:upto] = np.maximum(chance[:upto], rate[code])
        done[:upto] |= due(number[:upto], code, rate)
    return done, chance


def with_experts(world: World, rng: Rng) -> Estimates:
    done, chance = checked(world, rng)
    found = celled(world, len(done))
    told, true = shares(world.output, majority(world)[0]), shares(world.output, world.truth)
    learnt = learned(found, done, np.ones(len(done)), np.maximum(chance, 1e-9), told, true)
    known = shares(world.output, np.where(done, world.truth, majority(world)[0]))
    units = Units(cell=found.code, checked=done, shares=known, inside=np.ones(len(done), dtype=np.bool_))
    return corrected(world.design, units, learnt, partial(ratio, world.design)).estimates


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


def measure(case: Case, draws: int, estimators: dict[str, Estimator], seed: int = 1) -> None:
    """Print, for each estimator and metric: coverage, bias, mean half-width (in points), share without an interval."""
    rng, rows = np.random.default_rng(seed), {name: [] for name in estimators}  # type: tuple[Rng, Rows]
    for _ in range(draws):
        world = populate(case, rng)
        for name, estimator in estimators.items():
            estimates = estimator(world, rng)
            found = intervals(estimates, LOW, HIGH)
            given = [(each.estimate, each.low, each.high) if each else (np.nan,) * 3 for each in found]
            rows[name].append([*np.ravel(given), *world.scores])
    for name, drawn in rows.items():
        print(f"{case!s:30} {name:22}", *_summaries(np.array(drawn)), flush=True)


def _summaries(drawn: Floats) -> Iterator[str]:
    for at, metric in enumerate(METRICS):
        value, low, high = drawn[:, 3 * at : 3 * at + 3].T
        true, given = drawn[:, 6 + at], ~np.isnan(value)
        if not given.any():
            yield f"| {metric:8} no interval" + " " * 21
            continue
        covered = ((low <= true + 1e-9) & (true - 1e-9 <= high))[given].mean()
        bias, half = (value - true)[given].mean(), (high - low)[given].mean() / 2
        none = f" none {1 - given.mean():4.0%}"
        yield f"| {metric:8} {covered:6.1%} {100 * bias:5.1f} ±{100 * half:4.1f}{none}"


def grid(days: int) -> Iterator[Case]:
    for annotator, model, prevalence, hard in product((0.7, 0.85, 0.95), (0.7, 0.85, 0.95), (0.05, 0.2, 0.5), (0, 0.2)):
        yield Case(annotator=annotator, model=model, prevalence=prevalence, days=days, hard=hard)


def main(draws: int, parts: list[str]) -> None:
    experts: dict[str, Estimator] = {"with experts": with_experts}
    alone: dict[str, Estimator] = {"without experts": without_experts}
    plain: dict[str, Estimator] = {"majority as truth": by_annotators}
    print("right: annotators, model; prevalence, share hard for all, days; coverage, bias, half-width in points")
    for part, days in (("week", 7), ("weeks", 56)):
        for case in grid(days) if part in parts else ():
            measure(case, draws, experts)
    for case in grid(7) if "alone" in parts else ():
        measure(case, draws, alone)
    for annotator, prevalence, days in product((0.7, 0.85), (0.2, 0.5), (7, 56)) if "skips" in parts else ():
        case = Case(annotator=annotator, model=0.85, prevalence=prevalence, days=days, skips=True)
        measure(case, draws, experts | plain)
    for hard in (0.0, 0.2) if "price" in parts else ():
        simple: dict[str, Estimator] = {"simple random checks": by_simple_checks, "the same, ppi_py": by_ppi}
        case = Case(annotator=0.85, model=0.9, prevalence=0.2, days=20, hard=hard)
        measure(case, draws, experts | simple | plain | alone)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    main(number, sys.argv[2:] or ["week", "weeks", "alone", "skips", "price"])
