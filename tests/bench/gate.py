"""Nightly looks for a year: how often is there a false alarm, and how many labels does it take to find a drop?

`python -m tests.bench.gate [runs]` prints one table. Every night brings 20, 30 or 50 labels of a system that is
right on .85 of everything, which is what was agreed, or on .80 from night 0 or night 100 on. The gate's setting is
the same throughout: at least .85, alpha 5 %, a drop of 5 points. `graded` answers are Beta-distributed with
the same mean, `weighted` ones come from a sample with unequal weights and count by their effective size. `stratified`
ones come from a stratum of 3/4 right on .95 (.91 after the drop) and one of 1/4 right on .55 (.47), allocated by
Neyman, and count by the effective size planned: 42 for 30 labels. Graded ones count for five, by their variance. From
all three a tenth is taken off.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.gate import alarm

Floats = NDArray[np.float64]
NIGHTS, AGREED, DROP, ALPHA = 365, 0.85, 0.05, 0.05
NEVER = NIGHTS
SIZES = {"binary": (20, 30, 50), "stratified": (20, 30, 50), "weighted": (30,), "graded": (30,)}
PRUDENCE = 0.9
RIGHT_BEFORE, RIGHT_AFTER, FIRST = (0.95, 0.55), (0.91, 0.47), 0.57


@dataclass(frozen=True)
class World:
    """A year of `labels` answers a night, right on AGREED of them, and on `after` from night `change` on."""

    labels: int
    change: int = NEVER
    after: float = AGREED - DROP
    kind: str = "binary"

    def answers(self, rng: np.random.Generator) -> Floats:
        """(NIGHTS, labels) answers."""
        healthy = np.arange(NIGHTS)[:, None] < self.change
        if self.kind == "stratified":
            first = np.arange(self.labels) < round(self.labels * FIRST)
            mean = np.where(healthy, np.where(first, *RIGHT_BEFORE), np.where(first, *RIGHT_AFTER))
        else:
            mean = np.where(healthy, AGREED, self.after)
        if self.kind == "graded":
            return rng.beta(4 * mean, 4 * (1 - mean), (NIGHTS, self.labels))
        return (rng.random((NIGHTS, self.labels)) < mean).astype(np.float64)

    def weights(self) -> Floats:
        """What each of a night's labels counts, (labels,), 1 in total."""
        if self.kind == "stratified":
            n = round(self.labels * FIRST)
            return np.repeat([0.75 / n, 0.25 / (self.labels - n)], [n, self.labels - n])
        weight = np.linspace(1, 5, self.labels) if self.kind == "weighted" else np.ones(self.labels)
        return np.asarray(weight / weight.sum())

    def effective(self) -> float:
        """The effective sample size of a night, known beforehand."""
        weight = self.weights()
        if self.kind == "stratified":
            first = np.arange(self.labels) < round(self.labels * FIRST)
            right = np.where(first, *RIGHT_BEFORE)
            return float(PRUDENCE * AGREED * (1 - AGREED) / (weight**2 * right * (1 - right)).sum())
        if self.kind == "graded":  # a Beta distribution's variance with 4 prior answers is a fifth of a binary one's
            return 5 * PRUDENCE * self.labels
        return float((PRUDENCE if self.kind == "weighted" else 1) / (weight**2).sum())


def watched(world: World, answers: Floats) -> int | None:
    """The night of the gate's alarm."""
    estimates = np.clip(answers @ world.weights(), 0, 1)
    return alarm(estimates, np.full(NIGHTS, world.effective()), at_least=AGREED, drop=DROP, alpha=ALPHA).night


def measure(world: World, runs: int, seed: int = 1) -> tuple[float, float]:
    """Share of runs with a false alarm, and the median labels from the change to the alarm in the others."""
    rng = np.random.default_rng(seed)
    nights = [watched(world, world.answers(rng)) for _ in range(runs)]
    false = [night is not None and night < world.change for night in nights]
    delays = [
        np.inf if night is None else (night - world.change + 1) * world.labels
        for night, early in zip(nights, false, strict=True)
        if not early
    ]
    return float(np.mean(false)), float(np.median(delays)) if world.change < NEVER else np.nan


def worlds() -> Iterator[World]:
    """The worlds it is tried in."""
    for kind, sizes in SIZES.items():
        for labels in sizes:
            for change in (NEVER, 0, 100):
                yield World(labels, change, kind=kind)


def main(runs: int) -> None:
    """Print the table."""
    print(f"{'answers':10} {'a night':>7} {'drop at':>8} {'false alarms':>12} {'median labels':>13}")
    for world in worlds():
        false, delay = measure(world, runs)
        change, labels = ("never", "") if world.change == NEVER else (f"{world.change}", f"{delay:.0f}")
        print(f"{world.kind:10} {world.labels:7} {change:>8} {false:12.1%} {labels:>13}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
