"""Nightly looks for a year: how often is there a false alarm, and how many labels does it take to find a drop?

`python -m tests.bench.gate [runs]` prints one table. Every night brings 20, 30 or 50 labels of a system that is
right on .85 of everything, which is what was agreed, or on .80 from night 0, 100 or 200 on. Nights are estimated and
watched as the product does it: by strata, with the standard error of each, at least .85, alpha 5 %, a drop of 5.
`graded` answers are Beta-distributed with the same mean; `weighted` ones come from five strata of equal samples and
sizes 1 to 5; `stratified` ones from a stratum of 3/4 right on .95 (.91 after the drop) and one of 1/4 right on .55
(.47), allocated by Neyman. `days` of a standard deviation of 5 points differ by themselves, independently or each
resembling the last (`follow`, .5 to .9); `above` is two points above the gate.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.nights import watched
from gt_platform.stats.survey import Design, ratio, stratified

Floats = NDArray[np.float64]
NIGHTS, AGREED, DROP, ALPHA = 365, 0.85, 0.05, 0.05
NEVER = NIGHTS
FRAME = 3000
RIGHT, FALLEN, FIRST = (0.95, 0.55), (0.91, 0.47), 0.57


@dataclass(frozen=True)
class World:
    """A year of `labels` answers a night, right on AGREED and `above` of them, and on DROP less from `change` on."""

    labels: int
    change: int = NEVER
    kind: str = "plain"
    above: float = 0.0
    days: float = 0.0
    follow: float = 0.0

    @property
    def strata(self) -> list[tuple[int, int]]:
        """Labels and size of each."""
        if self.kind == "weighted":
            return [(self.labels // 5, FRAME // 15 * (part + 1)) for part in range(5)]
        if self.kind == "stratified":
            first = round(self.labels * FIRST)
            return [(first, FRAME * 3 // 4), (self.labels - first, FRAME // 4)]
        return [(self.labels, FRAME)]

    def design(self) -> Design:
        """That of every night."""
        labels, sizes = (np.array(part) for part in zip(*self.strata, strict=True))
        return stratified(np.repeat(np.arange(labels.size), labels), sizes, np.zeros(labels.size, np.int64))

    def answers(self, rng: np.random.Generator) -> Floats:
        """(labels, NIGHTS) answers."""
        fallen = np.arange(NIGHTS) >= self.change
        labels = [count for count, _ in self.strata]
        if self.kind == "stratified":
            mean = np.where(fallen, np.repeat(FALLEN, labels)[:, None], np.repeat(RIGHT, labels)[:, None])
        else:
            mean = np.broadcast_to(AGREED - DROP * fallen, (sum(labels), NIGHTS))
        mean = np.clip(mean + self.above + self.days * _following(rng, self.follow), 0.0, 1.0)
        if self.kind == "graded":  # of a fifth of the variance of right-or-wrong ones
            return rng.beta(4 * mean, 4 * (1 - mean))
        return (rng.random(mean.shape) < mean).astype(np.float64)


def _following(rng: np.random.Generator, correlation: float) -> Floats:
    """A year of standard normal numbers, each so correlated with the last."""
    fresh = rng.standard_normal(NIGHTS)
    found = fresh.copy()
    for night in range(1, NIGHTS):
        found[night] = correlation * found[night - 1] + np.sqrt(1 - correlation**2) * fresh[night]
    return found


def alarmed(world: World, answers: Floats) -> int | None:
    """The night of the gate's alarm."""
    found = ratio(world.design(), answers, np.ones_like(answers))
    share = np.clip(found.value, 0, 1)
    return watched(share, found.error, found.n, at_least=AGREED, drop=DROP, alpha=ALPHA).alarm.night


def measure(world: World, runs: int, seed: int = 1) -> tuple[float, float]:
    """Share of runs with a false alarm, and the median labels from the change to the alarm in the others."""
    rng = np.random.default_rng(seed)
    nights = [alarmed(world, world.answers(rng)) for _ in range(runs)]
    false = [night is not None and night < world.change for night in nights]
    delays = [
        np.inf if night is None else (night - world.change + 1) * world.labels
        for night, early in zip(nights, false, strict=True)
        if not early
    ]
    return float(np.mean(false)), float(np.median(delays)) if world.change < NEVER else np.nan


def worlds() -> Iterator[World]:
    """The worlds it is tried in."""
    for kind, sizes in {"plain": (20, 30, 50), "stratified": (20, 30, 50), "weighted": (30,), "graded": (30,)}.items():
        for labels in sizes:
            for change in (NEVER, 0, 100, 200):
                yield World(labels, change, kind=kind)
    for labels in (20, 50):
        for follow in (0.0, 0.5, 0.8, 0.9):
            yield World(labels, days=0.05, follow=follow)
        yield World(labels, days=0.03, follow=0.5)
        yield World(labels, days=0.05, follow=0.8, above=0.02)


def main(runs: int) -> None:
    """Print the table."""
    print(f"{'answers':10} {'a night':>7} {'days':>5} {'follow':>6} {'above':>5} {'drop at':>8}", end="")
    print(f" {'false alarms':>12} {'median labels':>13}")
    for world in worlds():
        false, delay = measure(world, runs)
        change, labels = ("never", "") if world.change == NEVER else (f"{world.change}", f"{delay:.0f}")
        print(f"{world.kind:10} {world.labels:7} {world.days:5.2f} {world.follow:6.1f} {world.above:5.2f} ", end="")
        print(f"{change:>8} {false:12.1%} {labels:>13}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
