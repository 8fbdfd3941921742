"""Do the 95 % intervals of agreement hold the truth? A table; `python -m tests.bench.agreement_coverage [draws]`.

Three annotators of each unit, right with one probability and else any label in proportion to its share; or numbers
around the unit's own. The truth is the coefficient of 400,000 such units. "Withheld" is the share of draws too uniform
for an interval, which is then not given.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement import Coefficient, Level, Resampling, agreement, ratings

Matrix = NDArray[np.float64]

ANNOTATORS = 3
REPLICATES = 1000
SIZES = (20, 50, 200, 1000)
SHOWN = ("percent", "alpha", "fleiss", "ac1", "ac2", "icc_1", "icc_2", "icc_3")


@dataclass(frozen=True)
class Case:
    """How (units, annotators) ratings come about."""

    name: str
    level: Level
    draw: Callable[[np.random.Generator, int], Matrix]


@dataclass
class Tally:
    """How often a coefficient's interval held the truth, lay above it, or was withheld."""

    held: int = 0
    above: int = 0
    withheld: int = 0


def labels(right: float, *shares: float) -> Callable[[np.random.Generator, int], Matrix]:
    """Ratings that are right with a probability, and else any label by its share."""

    def draw(rng: np.random.Generator, units: int) -> Matrix:
        truth, guess = rng.choice(len(shares), units, p=shares), rng.choice(len(shares), (units, ANNOTATORS), p=shares)
        return np.where(rng.random((units, ANNOTATORS)) < right, truth[:, np.newaxis], guess).astype(np.float64)

    return draw


def numbers(rng: np.random.Generator, units: int) -> Matrix:
    """Numbers around each unit's own, the last annotator's a little higher."""
    own = rng.normal(size=(units, 1))
    return np.asarray(own + 0.7 * rng.normal(size=(units, ANNOTATORS)) + np.array([0, 0, 0.3]))


CASES = (
    Case("five labels", "nominal", labels(0.8, 0.2, 0.2, 0.2, 0.2, 0.2)),
    Case("two labels, 9 to 1", "nominal", labels(0.9, 0.9, 0.1)),
    Case("four levels in order", "ordinal", labels(0.7, 0.4, 0.3, 0.2, 0.1)),
    Case("numbers", "interval", numbers),
)


def measured(matrix: Matrix, level: Level, seed: int, replicates: int = REPLICATES) -> Iterator[Coefficient]:
    """The coefficients shown, of one draw."""
    unit, annotator = np.indices(matrix.shape)
    rated = ratings(unit.ravel(), annotator.ravel(), matrix.ravel())
    found = agreement(rated, level, resampling=Resampling(replicates=replicates, seed=seed))
    return (
        part for part in found if part.name in SHOWN and not (level == "interval" and part.name in ("percent", "ac2"))
    )


def main(draws: int) -> None:
    """Print the table."""
    print(f"{'case':22} {'n':>5} {'coefficient':12} {'truth':>6} {'covered':>8} {'above':>7} {'withheld':>9}")
    for case in CASES:
        large = case.draw(np.random.default_rng(99), 400_000)
        truth = {part.name: part.value or 0.0 for part in measured(large, case.level, 0, 2)}
        for size in SIZES:
            found = {name: Tally() for name in truth}
            for seed in range(draws):
                for part in measured(case.draw(np.random.default_rng([seed, size]), size), case.level, seed):
                    _count(found[part.name], part, truth[part.name])
            for name, tally in found.items():
                given = max(1, draws - tally.withheld)
                print(
                    f"{case.name:22} {size:5} {name:12} {truth[name]:6.3f} {tally.held / given:8.1%} "
                    f"{tally.above / given:7.1%} {tally.withheld / draws:9.1%}",
                    flush=True,
                )


def _count(tally: Tally, part: Coefficient, truth: float) -> None:
    if part.low is None or part.high is None:
        tally.withheld += 1
    else:
        tally.held += part.low <= truth <= part.high
        tally.above += truth < part.low


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
