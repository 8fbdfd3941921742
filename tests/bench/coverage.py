"""Do the 95 % intervals hold the truth 95 times in 100? Prints a table; `python -m tests.bench.coverage [draws]`.

Populations are made like the demo's traffic: frames of events in four channels, the model right on .81, .60,
.55 and .56 of them, its confidence informative but noisy, its drift scores higher in the new channels, one
event in ten with feedback. Strata, allocation, estimates and intervals are the platform's own. The truth is
the frame's own score; populations are drawn anew every fifty samples.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from gt_platform.sampling.strata import stratify
from gt_platform.stats.allocation import allocate
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.intervals import MINIMUM_UNITS, intervals
from gt_platform.stats.survey import Design, Estimates, ratio, stratified, unweighted

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
ACCURACY = np.array([0.81, 0.60, 0.55, 0.56])
CHANNELS = ("tweets", "amazon", "movies", "editorials")
SAMPLES_PER_POPULATION = 50


@dataclass(frozen=True)
class Case:
    """Frames of `events` each, `budget` drawn of each, a share `new` of them from the three new channels."""

    name: str
    frames: int = 1
    events: int = 140
    budget: int = 40
    new: float = 0.0
    answered: float = 1.0
    home: float = 0.81
    absolute_error: bool = False
    lopsided: bool = False


@dataclass(frozen=True)
class Population:
    """Every event's value and channel, and the strata of all frames: the events' codes, and (H,) the rest."""

    value: Floats
    channel: Codes
    drift: Floats
    confidence: Floats
    frame: Codes
    code: Codes
    sizes: Codes
    counts: Codes
    frame_of: Codes


@dataclass(frozen=True)
class Coverage:
    """How an estimator did on one domain: mean units, bias, share of intervals that held the truth, mean width."""

    case: str
    domain: str
    estimator: str
    n: float
    bias: float
    covered: float
    width: float
    withheld: float


CASES = (
    Case("day, before the shift"),
    Case("day, after the shift", new=0.45),
    Case("day, model right on .95", home=0.95),
    Case("week, before the shift", frames=7),
    Case("week, after the shift", frames=7, new=0.45),
    Case("week, after, 1 in 5 unanswered", frames=7, new=0.45, answered=0.8),
    Case("week, absolute error", frames=7, new=0.45, absolute_error=True),
    Case("four strata, one heavy", events=4_600, budget=48, lopsided=True),
    Case("one frame, 50 of 20,000", events=20_000, budget=50, new=0.15),
    Case("one frame, 200 of 20,000", events=20_000, budget=200, new=0.15),
    Case("one frame, 1000 of 20,000", events=20_000, budget=1000, new=0.15),
)


def populate(case: Case, rng: np.random.Generator) -> Population:
    """Make the frames of a case and allocate their samples."""
    if case.lopsided:
        return _lopsided(rng)
    n = case.frames * case.events
    channel = np.where(rng.random(n) < case.new, rng.integers(1, 4, n), 0)
    chance = np.clip(np.array([case.home, *ACCURACY[1:]])[channel] + rng.normal(0, 0.12, n), 0.02, 0.995)
    right = rng.random(n) < chance
    value = rng.exponential(np.where(right, 0.2, 1.5)).clip(0, 8) if case.absolute_error else right.astype(np.float64)
    confidence = np.clip(chance + rng.normal(0, 0.1, n), 0, 1)
    drift = np.clip(0.5 + 0.2 * (channel > 0) + rng.normal(0, 0.1, n), 0, 1)
    negative = (rng.random(n) < 0.1) & (rng.random(n) < np.where(right, 0.05, 0.6))
    frame = np.repeat(np.arange(case.frames), case.events)
    code = np.empty(n, dtype=np.int64)
    sizes: list[Codes] = []
    counts: list[Codes] = []
    for day in range(case.frames):
        on = frame == day
        most = min(12, case.budget // 4)
        strata = stratify(drift[on], confidence[on], negative[on], smallest=4, most=most, slices=[channel[on]])
        code[on] = strata.code + sum(len(part) for part in sizes)
        sizes.append(strata.sizes)
        counts.append(allocate(strata.sizes, strata.deviations, case.budget, floor=0.5, minimum=2))
    frame_of = np.repeat(np.arange(case.frames), [len(part) for part in sizes])
    stratum_sizes, drawn = np.concatenate(sizes), np.concatenate(counts)
    return Population(value, channel, drift, confidence, frame, code, stratum_sizes, drawn, frame_of)


def _lopsided(rng: np.random.Generator) -> Population:
    """A stratum with nearly all events but a quarter of the sample, in which no error shows 28 times in 100."""
    sizes, counts = np.array([4000, 200, 200, 200]), np.array([12, 12, 12, 12])
    code = np.repeat(np.arange(4), sizes)
    n, value = len(code), (rng.random(len(code)) < np.array([0.9, 0.5, 0.5, 0.5])[code]).astype(np.float64)
    zeros = np.zeros(n, dtype=np.int64)
    return Population(value, zeros, rng.random(n), rng.random(n), zeros, code, sizes, counts, zeros[:4])


def sample(population: Population, answered: float, rng: np.random.Generator) -> Codes:
    """Draw at random within strata, lose some answers, and return the rest in the order of their strata."""
    order = np.lexsort((rng.random(len(population.code)), population.code))
    first = np.searchsorted(population.code[order], np.arange(len(population.sizes)))
    within = np.arange(len(order)) - first[population.code[order]]
    drawn = order[within < population.counts[population.code[order]]]
    return drawn[rng.random(len(drawn)) < answered]


def measure(case: Case, draws: int, seed: int = 1) -> list[Coverage]:
    """Sample `draws` times; one result per estimator and domain."""
    rng = np.random.default_rng(seed)
    domains = ["*", *(CHANNELS if case.new else ())]
    seen: dict[tuple[str, str], list[list[float]]] = {}
    for _ in range(max(1, draws // SAMPLES_PER_POPULATION)):
        population = populate(case, rng)
        inside = np.stack([population.channel == at for at in range(-1, len(domains) - 1)], axis=1).astype(np.float64)
        inside[:, 0] = 1
        truth = (population.value[:, None] * inside).sum(axis=0) / inside.sum(axis=0)
        for _ in range(SAMPLES_PER_POPULATION):
            for estimator, rows in _attempts(case, population, inside, rng):
                for domain, row, true in zip(domains, rows, truth, strict=True):
                    seen.setdefault((estimator, domain), []).append([*row, true])
    return [_summary(case.name, domain, estimator, np.array(rows)) for (estimator, domain), rows in seen.items()]


def _attempts(
    case: Case, population: Population, inside: Floats, rng: np.random.Generator
) -> Iterator[tuple[str, list[list[float]]]]:
    """n, estimate, low and high of each domain: ours, with s_h^2 and t as they are, and from high drift scores."""
    units = sample(population, case.answered, rng)
    design = stratified(population.code[units], population.sizes, population.frame_of)
    yield "by design", _rows(case, design, population.value[units], inside[units])
    yield "by design, GREG", _regressed(case, population, design, units, inside)
    yield "by design, textbook", _textbook(population, units, inside[units])
    score = population.drift + rng.normal(0, 0.1, len(population.drift))  # or every sample would be the same
    by_score = np.lexsort((score, population.frame)).reshape(case.frames, case.events)
    units = by_score[:, -case.budget :].ravel()
    yield "drift-targeted, plain", _rows(case, unweighted(len(units)), population.value[units], inside[units])


def _rows(case: Case, design: Design, value: Floats, inside: Floats) -> list[list[float]]:
    return _intervals(case, ratio(design, value[:, None] * inside, inside))


def _regressed(case: Case, population: Population, design: Design, units: Codes, inside: Floats) -> list[list[float]]:
    """The same with every domain's weights calibrated on its totals of confidence and drift score."""
    known = np.stack([np.ones(len(population.value)), population.confidence, population.drift], axis=1)
    rows = []
    for at in range(inside.shape[1]):
        own, members = known * inside[:, at : at + 1], inside[units, at : at + 1]
        value = population.value[units, None] * members
        rows += _intervals(case, greg(design, value, members, own[units], own.sum(axis=0)))
    return rows


def _intervals(case: Case, estimates: Estimates) -> list[list[float]]:
    highest = np.full(len(estimates.value), 8.0 if case.absolute_error else 1.0)
    found = intervals(estimates, np.zeros(len(estimates.value)), highest)
    return [
        [float(n), i.estimate, i.low, i.high] if i else [float(n), np.nan, np.nan, np.nan]
        for n, i in zip(estimates.n, found, strict=True)
    ]


def _textbook(population: Population, units: Codes, inside: Floats) -> list[list[float]]:
    """The same estimate with the plain variance within strata; a stratum of one adds none."""
    code, value = population.code[units], population.value[units][:, None] * inside
    count = np.bincount(code, minlength=len(population.sizes))
    weight = (population.sizes / np.maximum(count, 1))[code][:, None]
    total = (weight * inside).sum(axis=0)
    estimate = (weight * value).sum(axis=0) / np.where(total > 0, total, np.nan)
    residual = value - np.nan_to_num(estimate) * inside
    error = np.empty(inside.shape[1])
    for domain in range(inside.shape[1]):
        sums = np.bincount(code, residual[:, domain], len(count))
        squares = np.bincount(code, residual[:, domain] ** 2, len(count))
        within = (squares - sums**2 / np.maximum(count, 1)) / np.maximum(count - 1, 1)
        error[domain] = np.sqrt((population.sizes * (population.sizes - count) * within / np.maximum(count, 1)).sum())
    half = stdtrit(max(len(code) - np.count_nonzero(count), 1), 0.975) * error / np.where(total > 0, total, np.nan)
    n = inside.sum(axis=0)
    given = np.where(n >= MINIMUM_UNITS, estimate, np.nan)
    return [list(map(float, row)) for row in zip(n, given, estimate - half, estimate + half, strict=True)]


def _summary(case: str, domain: str, estimator: str, rows: Floats) -> Coverage:
    given = rows[~np.isnan(rows[:, 1])]
    _, estimate, low, high, true = given.T if len(given) else np.full((5, 1), np.nan)
    return Coverage(
        case,
        domain,
        estimator,
        float(rows[:, 0].mean()),
        float((estimate - true).mean()),
        float(((low <= true) & (true <= high)).mean()) if len(given) else np.nan,
        float((high - low).mean()),
        1 - len(given) / len(rows),
    )


def main(draws: int) -> None:
    """Print the table."""
    print(f"{'case':32} {'slice':11} {'estimator':22} {'n':>6} {'bias':>7} {'covered':>8} {'width':>6} {'withheld':>8}")
    for case in CASES:
        for row in measure(case, draws):
            print(
                f"{row.case:32} {row.domain:11} {row.estimator:22} {row.n:6.0f} {row.bias:+7.3f} "
                f"{row.covered:8.1%} {row.width:6.3f} {row.withheld:8.1%}",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
