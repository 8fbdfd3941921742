"""Which interval holds for a candidate's weighted difference: the jackknife's by weights, or the scores' by strata?

    python -m tests.bench.weighted_difference

Two strata, of which the first is drawn ten times as often; there the candidate gains, in the other it loses a little.
"""

import numpy as np

from gt_platform.stats.comparisons.difference import mean_difference
from gt_platform.stats.comparisons.drawn import Drawn
from gt_platform.stats.design import stratified

RUNS = 600
# events drawn from each stratum, their sizes, and how often the candidate gains in the first
WORLDS = (
    (60, 60, 300, 3000, 0.3),
    (30, 90, 300, 3000, 0.3),
    (100, 100, 500, 5000, 0.1),
    (200, 200, 1000, 20_000, 0.05),
)


def main() -> None:
    """Print how often each holds, and how wide each is."""
    for world in WORLDS:
        found = np.array([row for seed in range(RUNS) if (row := sample(seed, *world))])
        covered, width = found.mean(axis=0).reshape(2, 2).T
        print(f"{world}: by weights {covered[0]:.1%}, {width[0]:.3f} wide; by strata {covered[1]:.1%}, {width[1]:.3f}")


def sample(seed: int, few: int, many: int, odd: int, usual: int, gain: float) -> list[float] | None:
    """Whether each interval holds the truth and how wide it is; nothing where one of them is withheld."""
    rng = np.random.default_rng(seed)
    chances = ([gain, gain / 3, 1 - gain * 4 / 3], [0.03, 0.06, 0.91])
    apart = np.concatenate(
        [rng.choice([1.0, -1.0, 0.0], size, p=p) for size, p in zip((few, many), chances, strict=True)]
    )
    design = stratified(np.repeat([0, 1], [few, many]), np.array([odd, usual]), np.array([0, 0]), noisy=True)
    drawn = Drawn(design, None)
    truth = (odd * gain * 2 / 3 - usual * 0.03) / (odd + usual)
    both = mean_difference(apart, weights=drawn.weights), drawn.mean(apart, -1.0, 1.0)
    if both[0] is None or both[1] is None:
        return None
    return [part for one in both if one for part in (float(one.low <= truth <= one.high), one.high - one.low)]


if __name__ == "__main__":
    main()
