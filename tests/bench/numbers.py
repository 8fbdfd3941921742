"""Are numbers of all kinds settled nearly as well as by the better of mean and median, and do their errors hold?

`python -m tests.bench.numbers [populations [once]]`, 6 by default, each drawn anew: forty annotators, 3 or 5 answers to
each of 300 inputs, 10 of 150, 3 of 60; with `once`, of kinds that nothing was chosen on, with 4 answers too. Root mean
squared and mean errors over those of the better of mean and median, and how often estimate +- 1.96 errors holds the
truth.
"""

import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.numbers import settle_numbers

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Rng = np.random.Generator
World = Callable[[Rng, int, Codes, Codes], tuple[Floats, Floats]]
ANNOTATORS = 40
SIZES = ((3, 300), (5, 300), (10, 150), (3, 60))


def noisy(
    *, bias: float = 0, unequal: float = 0, hard: float = 0, tails: float = 0, slips: float = 0, spam: int = 0
) -> World:
    """Truths around 50 with deviation 15, and noise of 6: of annotators, or of items, of different size; with `tails`
    degrees of freedom, ten times as large in a share of `slips`, and `spam` annotators who answer anything.
    """

    def world(rng: Rng, items: int, item: Codes, annotator: Codes) -> tuple[Floats, Floats]:
        truth, n = rng.normal(50, 15, items), len(item)
        noise = 6 * np.exp(rng.normal(0, unequal, ANNOTATORS))[annotator] * np.exp(rng.normal(0, hard, items))[item]
        error = rng.standard_t(tails, n) if tails else rng.normal(size=n)
        error = np.where(rng.random(n) < slips, 10 * error, error)
        value = truth[item] + rng.normal(0, bias, ANNOTATORS)[annotator] + noise * error
        return truth, np.where(annotator < spam, rng.uniform(0, 100, n), value)

    return world


def zeros(rng: Rng, items: int, item: Codes, annotator: Codes) -> tuple[Floats, Floats]:
    """Most say zero, the others something, and the truth is the mean of such opinions."""
    some, much = rng.beta(0.6, 1.2, items), rng.uniform(15, 80, items)
    lean, n = np.exp(rng.normal(0, 0.4, ANNOTATORS)), len(item)
    says = rng.random(n) < np.clip(some[item] * lean[annotator], 0, 1)
    value = np.where(says, np.clip(much[item] + rng.normal(0, 15, n), 1, 100), 0)
    return some * much + rng.normal(0, 4, items), value


def skewed(rng: Rng, items: int, item: Codes, _: Codes) -> tuple[Floats, Floats]:
    """Opinions of a gamma distribution, the truth their mean."""
    truth = rng.gamma(4, 8, items)
    return truth, truth[item] * rng.gamma(1.5, 1 / 1.5, len(item))


def guesses(rng: Rng, items: int, item: Codes, annotator: Codes) -> tuple[Floats, Floats]:
    """Of a price, too high or low by factors: the truth is their median."""
    truth, spread = np.exp(rng.normal(3, 0.6, items)), 0.4 * np.exp(rng.normal(0, 0.3, ANNOTATORS))
    return truth, truth[item] * np.exp(spread[annotator] * rng.normal(size=len(item)))


def two_ends(rng: Rng, items: int, item: Codes, _: Codes) -> tuple[Floats, Floats]:
    """On a scale of 0 to 100 beyond both of whose ends there would be more to say."""
    quality = rng.normal(50, 35, items)
    return quality.clip(0, 100), (quality[item] + 18 * rng.normal(size=len(item))).clip(0, 100)


def rounded(rng: Rng, items: int, item: Codes, _: Codes) -> tuple[Floats, Floats]:
    """To tens."""
    truth = rng.normal(50, 15, items)
    return truth, 10 * np.rint((truth[item] + 8 * rng.normal(size=len(item))) / 10)


WORLDS: dict[str, World] = {
    "honest": noisy(),
    "biased": noisy(bias=6),
    "unequal": noisy(unequal=0.7),
    "10 % spam": noisy(spam=4),
    "heavy tails": noisy(tails=2.5),
    "8 % slips": noisy(slips=0.08),
    "hard items": noisy(hard=0.7),
    "biased, unequal, spam": noisy(bias=6, unequal=0.7, spam=4),
    "zeros": zeros,
    "skewed opinions": skewed,
    "guesses": guesses,
    "two ends": two_ends,
    "rounded": rounded,
}
ONCE: dict[str, World] = {
    "biased, hard": noisy(bias=6, hard=0.7),
    "unequal, hard": noisy(unequal=0.5, hard=0.5),
    "3 % slips": noisy(slips=0.03),
    "8 % slips, hard": noisy(slips=0.08, hard=0.5),
    "tails of 4": noisy(tails=4),
    "very hard": noisy(hard=1.1),
    "biased, tails, spam": noisy(bias=6, tails=3, spam=3),
}
"""Looked at once, when all was chosen."""


def row(world: World, answers: int, items: int, seed: int) -> list[float]:
    """Both errors of mean, median and ours, how often ours hold the truth, and the mean's share."""
    rng = np.random.default_rng([seed, answers, items])
    item = np.repeat(np.arange(items), answers)
    annotator = np.concatenate([rng.choice(ANNOTATORS, answers, replace=False) for _ in range(items)])
    truth, value = world(rng, items, item, annotator)
    found, given = settle_numbers(item, annotator, value), value.reshape(items, answers)
    off = [each - truth for each in (given.mean(axis=1), np.median(given, axis=1), found.estimate)]
    held = np.abs(off[2]) <= 1.96 * (0.0 if found.error is None else found.error)
    errors = [measure for one in off for measure in (np.sqrt(np.mean(one**2)), np.abs(one).mean())]
    return [*map(float, errors), float(held.mean()), found.mean_share]


def main(populations: int, worlds: dict[str, World], sizes: Sequence[tuple[int, int]]) -> None:
    """Print the table."""
    print("| | answers, items | RMSE over the better's | MAE over the better's | truth held | share of the mean |")
    print("|---|---|---:|---:|---:|---:|")
    for name, world in worlds.items():
        for answers, items in sizes:
            rows = np.mean([row(world, answers, items, seed) for seed in range(populations)], axis=0)
            ratios = rows[4:6] / np.minimum(rows[:2], rows[2:4])
            told = " | ".join(f"{value:.3f}" for value in (*ratios, *rows[6:]))
            print(f"| {name} | {answers}, {items} | {told} |", flush=True)


if __name__ == "__main__":
    populations = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    if "once" in sys.argv:
        main(populations, ONCE, (*SIZES, (4, 300)))
    else:
        main(populations, WORLDS, SIZES)
