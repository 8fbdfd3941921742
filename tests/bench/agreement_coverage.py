"""Do the two 95 % intervals of agreement hold what they speak of? `python -m tests.bench.agreement_coverage [draws]`.

"These" is for the annotators there are: the truth is the coefficient of the same annotators on very many units. "Alike"
is for annotators like them: the truth is that of very many annotators. Labels are right with a probability of the
annotator's own, and else any label in proportion to its share; numbers lie around the unit's own, each annotator
a little higher or lower, and more or less exact. "Withheld" is the share of draws too uniform for an interval.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement import Coefficient, Level, Ratings, Resampling, agreement, ratings
from gt_platform.stats.agreement.alpha import alpha
from gt_platform.stats.agreement.chance import fleiss, gwet, percent
from gt_platform.stats.agreement.intraclass import complete, one_way, two_way
from gt_platform.stats.agreement.tally import tally

Matrix = NDArray[np.float64]
Truth = dict[str, float]

REPLICATES = 1000
SIZES = (20, 100, 500)
SHOWN: dict[Level, tuple[str, ...]] = {
    "nominal": ("percent", "alpha", "fleiss", "ac1"),
    "ordinal": ("percent", "alpha", "ac2"),
    "interval": ("alpha", "icc_1", "icc_2", "icc_3"),
}
SHARES = np.array([0.4, 0.3, 0.2, 0.1])
STEPS = np.array([-0.8, 0.0, 1.0])
MANY, TIMES = 100, 20  # annotators, and panels of so many, whose mean is the truth for annotators alike


@dataclass(frozen=True)
class Design:
    """So many annotators, so many of them for each unit; `uneven`: the first does the most, the r-th 1 / r of that."""

    annotators: int
    each: int
    uneven: bool = False

    def thinned(self, rng: np.random.Generator, matrix: Matrix) -> Matrix:
        """What is left of a rating of everything by everybody."""
        if self.each == self.annotators:
            return matrix
        wanted = 1 / np.arange(1, self.annotators + 1) if self.uneven else np.ones(self.annotators)
        key = rng.exponential(size=matrix.shape) / wanted
        return np.where(np.argsort(np.argsort(key, axis=1), axis=1) < self.each, matrix, np.nan)


@dataclass
class Tally:
    """How often an interval held the truth, how wide it was in all, how often it was given and withheld."""

    held: int = 0
    given: int = 0
    withheld: int = 0
    width: float = 0.0

    def count(self, low: float | None, high: float | None, truth: float) -> None:
        """One draw."""
        if low is None or high is None:
            self.withheld += 1
            return
        self.given += 1
        self.held += low <= truth <= high
        self.width += high - max(low, -1)

    def told(self) -> str:
        """Share held, mean width, share withheld."""
        given = max(1, self.given)
        withheld = self.withheld / max(1, self.given + self.withheld)
        return f"{self.held / given:8.1%} {self.width / given:6.2f} {withheld:8.1%}"


@dataclass
class Both:
    """A coefficient's two intervals."""

    these: Tally = field(default_factory=Tally)
    alike: Tally = field(default_factory=Tally)


def right(panel: str, rng: np.random.Generator, annotators: int) -> Matrix:
    """How often each annotator is right, (R,)."""
    if panel == "equal":
        return np.full(annotators, 0.85)
    good = rng.beta(30, 3, annotators)
    return good if panel == "good" else np.where(rng.random(annotators) < 0.5, good, rng.beta(8, 6, annotators))


def off(panel: str, rng: np.random.Generator, annotators: int) -> Matrix:
    """How much higher each annotator's numbers are, and how far they spread, (2, R)."""
    bias, uneven = {"equal": (0.0, 0.0), "good": (0.2, 0.2), "mixed": (0.5, 0.6)}[panel]
    return np.array([rng.normal(0, bias, annotators), 0.6 * np.exp(rng.normal(0, uneven, annotators) - uneven**2 / 2)])


def labels(own: Matrix, rng: np.random.Generator, units: int) -> Matrix:
    """Labels (units, R) by annotators who are right so often."""
    truth = rng.choice(len(SHARES), (units, 1), p=SHARES)
    guess = rng.choice(len(SHARES), (units, len(own)), p=SHARES)
    return np.where(rng.random(guess.shape) < own, truth, guess).astype(np.float64)


def numbers(own: Matrix, rng: np.random.Generator, units: int) -> Matrix:
    """Numbers (units, R)."""
    return np.asarray(rng.normal(size=(units, 1)) + own[0] + own[1] * rng.normal(size=(units, own.shape[1])))


def levels(own: Matrix, rng: np.random.Generator, units: int) -> Matrix:
    """Numbers in four steps."""
    return np.digitize(numbers(own, rng, units), STEPS).astype(np.float64)


Panel = Callable[[str, np.random.Generator, int], Matrix]
Rate = Callable[[Matrix, np.random.Generator, int], Matrix]
CASES: dict[Level, tuple[Panel, Rate]] = {
    "nominal": (right, labels),
    "ordinal": (off, levels),
    "interval": (off, numbers),
}
DESIGNS = (Design(3, 3), Design(5, 5), Design(10, 10), Design(20, 3), Design(20, 3, uneven=True))


def rated(matrix: Matrix) -> Ratings:
    """The long table."""
    unit, annotator = np.indices(matrix.shape)
    return ratings(unit.ravel(), annotator.ravel(), matrix.ravel())


def measured(matrix: Matrix, level: Level, seed: int) -> Iterator[Coefficient]:
    """The coefficients shown, of one draw."""
    for part in agreement(rated(matrix), level, resampling=Resampling(replicates=REPLICATES, seed=seed)):
        if part.name in SHOWN[level]:
            yield part


def values(matrix: Matrix, level: Level) -> Truth:
    """The coefficients shown, without their intervals."""
    given = rated(matrix)
    counted = tally(given, ordered=level != "nominal")
    found = {"percent": percent(counted), "alpha": alpha(counted, level)}
    if level == "nominal":
        found |= {"fleiss": fleiss(counted), "ac1": gwet(counted, level)}
    elif level == "ordinal":
        found["ac2"] = gwet(counted, level)
    else:
        two = two_way(complete(given))
        found |= {"icc_1": one_way(counted), "icc_2": two, "icc_3": replace(two, of=lambda sums: two.of(sums)[:, 1:])}
    return {name: float(found[name].value()[0]) for name in SHOWN[level]}


def of_many(level: Level, panel: str) -> Truth:
    """The truth for annotators alike."""
    draw, rate = CASES[level]
    found: dict[str, list[float]] = defaultdict(list)
    for at in range(TIMES):
        rng = np.random.default_rng([at, 99])
        for name, value in values(rate(draw(panel, rng, MANY), rng, 500), level).items():
            found[name].append(value)
    return {name: float(np.mean(many)) for name, many in found.items()}


def covered(level: Level, panel: str, design: Design, units: int, draws: int, truth: Truth) -> dict[str, Both]:
    """The counts of every coefficient."""
    draw, rate = CASES[level]
    found: dict[str, Both] = defaultdict(Both)
    for seed in range(draws):
        rng = np.random.default_rng([seed, units, design.annotators, design.each])
        own = draw(panel, rng, design.annotators)
        large = values(design.thinned(rng, rate(own, rng, 20 * units)), level)
        for part in measured(design.thinned(rng, rate(own, rng, units)), level, seed):
            found[part.name].these.count(part.low, part.high, large[part.name])
            found[part.name].alike.count(part.alike_low, part.alike_high, truth[part.name])
    return found


def main(draws: int, chosen: tuple[Level, ...]) -> None:
    """Print the table."""
    print(f"{'':8} {'panel':6} {'design':>10} {'n':>4} {'':8} {'these':>8} {'width':>6} {'withheld':>8}", end=" ")
    print(f"{'alike':>8} {'width':>6} {'withheld':>8}")
    for level in chosen:
        for panel in ("equal", "good", "mixed"):
            truth = of_many(level, panel)
            for design in DESIGNS:
                for units in SIZES:
                    called = f"{design.each} of {design.annotators}{'!' if design.uneven else ' '}"
                    for name, both in covered(level, panel, design, units, draws, truth).items():
                        told = f"{both.these.told()} {both.alike.told()}"
                        print(f"{level:8} {panel:6} {called:>10} {units:4} {name:8} {told}", flush=True)


if __name__ == "__main__":
    words = sys.argv[1:]
    main(int(words[0]) if words else 500, tuple(level for level in CASES if not words[1:] or level in words[1:]))
