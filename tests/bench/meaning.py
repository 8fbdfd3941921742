"""What texts say: false alarms where days have topics of their own, and what is found, beside Evidently's classifier.

`python -m tests.bench.meaning [RUNS]`. A text is 5 to 25 of 2,000 words, three in ten of them its topic's; days mix
eight topics, each in its own way. 14 reference days, 200 or 1,000 texts a day, alpha 1 %, judged as in the nightly job;
Evidently's `abs_text_content_drift` is asked of the same rows, 2,000 a side at most, at its own threshold.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.drift.evidently.methods import quietly
from gt_platform.drift.meaning import compare_meaning
from gt_platform.project import DriftColumn
from gt_platform.stats.permutation import Chance
from gt_platform.stats.units import Units

Floats = NDArray[np.float64]
DAYS, WORDS, TOPICS, OWN = 14, 2_000, 8, 0.3
MIXED = 20.0
"""Of the topics' shares by day, in Dirichlet's distribution: .04 about .125."""
COLUMN = DriftColumn(name="text", of="input", measure="meaning")
HOW = Chance(permutations=999, alpha=0.01, seed=1)


@dataclass(frozen=True)
class World:
    """Words' shares in general, and by topic, the last of which is new."""

    general: Floats
    topics: Floats

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "World":
        general = 1 / np.arange(1, WORDS + 1)
        topics = general * rng.gamma(0.3, 1, (TOPICS + 1, WORDS))
        return cls(general / general.sum(), topics / topics.sum(axis=1, keepdims=True))

    def day(self, rng: np.random.Generator, rows: int, *, commoner: float = 0.0, new: float = 0.0) -> list[str]:
        """A day's texts: the first topic's share is so much larger, and a share is of the new one."""
        mix = rng.dirichlet(np.full(TOPICS, MIXED)) * (1 - commoner)
        mix[0] += commoner
        topic = rng.choice(TOPICS + 1, rows, p=[*(mix * (1 - new)), new])
        return [" ".join(self._words(rng, of)) for of in topic]

    def _words(self, rng: np.random.Generator, topic: int) -> list[str]:
        share = (1 - OWN) * self.general + OWN * self.topics[topic]
        return [f"w{word}" for word in rng.choice(WORDS, rng.integers(5, 26), p=share)]


CHANGES: dict[str, dict[str, float]] = {
    "nothing": {},
    "a topic 20 points commoner": {"commoner": 0.2},
    "a topic 40 points commoner": {"commoner": 0.4},
    "a new topic in a fifth": {"new": 0.2},
}


def by_evidently(reference: list[str], current: list[str]) -> bool:
    """What Evidently decides of texts."""
    import pandas as pd
    from evidently.legacy.calculations.stattests import get_stattest
    from evidently.legacy.core import ColumnType

    sides = pd.Series(reference[:2_000]), pd.Series(current[:2_000])
    with quietly():
        test = get_stattest(*sides, ColumnType.Text, "abs_text_content_drift")
        return bool(test(*sides, ColumnType.Text, None).drifted)


def measure(change: dict[str, float], rows: int, runs: int) -> tuple[float, float, float]:
    """Shares of runs found here and by Evidently, and CPU seconds of one here."""
    found, theirs, spent = [], [], 0.0
    units = Units(day=np.arange(DAYS * rows) % DAYS, groups=np.zeros(DAYS, np.int64), alike=np.ones(DAYS, np.bool_))
    for run in range(runs):
        rng = np.random.default_rng([rows, run])
        world = World.drawn(rng)
        days = [world.day(rng, rows) for _ in range(DAYS)]
        before = [text for texts in zip(*days, strict=True) for text in texts]
        current = world.day(rng, rows, **change)
        began = time.process_time()
        one = compare_meaning(pl.Series(before), pl.Series(current), HOW, units=units, column=COLUMN)
        spent += time.process_time() - began
        found.append(one.p_value <= HOW.alpha)
        theirs.append(by_evidently(before, current))
    return float(np.mean(found)), float(np.mean(theirs)), spent / runs


def main(runs: int) -> None:
    """Print the table."""
    print(f"{'change':<30}{'rows':>6}  found  Evidently  CPU s")
    for name, change in CHANGES.items():
        for rows in (200, 1_000):
            found, theirs, spent = measure(change, rows, runs)
            print(f"{name:<30}{rows:>6,}  {found:5.0%}  {theirs:9.0%}  {spent:5.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
