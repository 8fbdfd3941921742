"""How often the interval of the expected calibration error holds, and how far off it and the plain one are.

`python -m tests.bench.calibration 2000`: systems of a known error in ten bins, labels drawn at random.
"""

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.reliability import calibration_error, equal_counts

Floats = NDArray[np.float64]
WORLDS: dict[str, Callable[[Floats], Floats]] = {
    "calibrated": lambda said: said,
    "3 points too sure": lambda said: said - 0.03,
    "10 points too sure": lambda said: said - 0.10,
    "too sure above .8": lambda said: np.where(said > 0.8, said - 0.12, said),
    "too steep": lambda said: 0.75 + (said - 0.75) * 0.4,
}


def once(
    rng: np.random.Generator, n: int, chance: Callable[[Floats], Floats]
) -> tuple[float, float, float, float, float]:
    """The true error in the bins that were made; as seen, as estimated, and the interval."""
    said = 0.5 + 0.5 * rng.beta(2, 1.2, n)
    right = (rng.random(n) < chance(said)).astype(np.float64)
    place = np.searchsorted(equal_counts(said), said, side="left")
    many = np.bincount(place).astype(np.float64)
    mean = np.bincount(place, said) / many
    share = np.bincount(place, right) / many
    error = np.sqrt((share * (1 - share) + 1 / many) / many)
    gap = mean - share
    true = float(many / n @ np.abs(mean - np.bincount(place, chance(said)) / many))
    found = calibration_error(many / n, gap, error, 0.0, n - 1.0)
    return true, found.seen, found.estimate, found.low, found.high


def main(runs: int) -> None:
    """A line for each world and number of labels."""
    sys.stdout.write("| labels | world | true | seen | estimated | interval holds | missed below, above | width |\n")
    for n in (100, 250, 500, 1000, 4000):
        for name, chance in WORLDS.items():
            rng = np.random.default_rng(1)
            true, seen, estimate, low, high = np.array([once(rng, n, chance) for _ in range(runs)]).T
            holds = np.mean((low <= true) & (true <= high))
            sys.stdout.write(
                f"| {n} | {name} | {true.mean():.3f} | {seen.mean():.3f} | {estimate.mean():.3f} | {holds:.1%} | "
                f"{np.mean(high < true):.1%}, {np.mean(low > true):.1%} | {np.mean(high - low):.3f} |\n"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
