"""`python -m tests.bench.metrics [REPLICATES [STATISTIC …]]`: do 95 % intervals of statistics of a corpus cover them?

Each statistic has a world of random cases (`tests/metrics/worlds.py`), of which 20,000 are a population whose value is
known. From it samples are drawn plainly, and in two strata, of which the one where outputs are worse has a fifth of the
population and half of the sample. The interval is the one that scores have. Printed is, for each size and way, how
often it covers, with the mean of half its width.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from gt_platform.benchmark.corpus import Statistic, lines
from gt_platform.metrics import Corpus, metrics
from gt_platform.stats.design import Design, stratified, unit_weights, unweighted
from gt_platform.stats.intervals import intervals
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.survey import ratio
from tests.metrics.worlds import WORLDS, Floats, drawn

POPULATION = 20_000
SIZES = (50, 200, 1000)
REPLICATES = 1000
WORSE = 0.2
"""Share of the population in the stratum that is drawn from more."""


def strata(parts: Floats, metric: Any, rng: np.random.Generator) -> Floats:
    """Which cases are worse, by what they move the statistic by, as a guess with much noise would tell."""
    moved = metric.linearised(parts, np.ones(len(parts))).influence(parts, np.ones(len(parts)))
    guess = moved / moved.std() + rng.normal(0, 1.5, len(parts))
    return np.asarray(guess < np.quantile(guess, WORSE))


def sample(n: int, worse: Floats, rng: np.random.Generator, *, weighted: bool) -> tuple[Any, Design]:
    """Which cases are drawn, and how they stand for the population."""
    if not weighted:
        return rng.choice(len(worse), n, replace=False), unweighted(n)
    sides = [np.flatnonzero(worse == side) for side in (0, 1)]
    chosen = [rng.choice(side, n // 2, replace=False) for side in sides]
    sizes = np.array([len(side) for side in sides])
    stratum = np.repeat(np.arange(2), n // 2)
    return np.concatenate(chosen), stratified(stratum, sizes, np.zeros(2, dtype=np.int64), noisy=True)


def covered(name: str, n: int, replicates: int, *, weighted: bool, seed: int = 7) -> tuple[float, float, float]:
    """How often intervals cover, half their mean width, and how often there was none."""
    kind, _ = WORLDS[name]
    metric, rng = metrics()[name], np.random.default_rng(seed)
    assert isinstance(metric, Corpus)
    population = drawn(name, POPULATION, rng)
    truth = metric.linearised(population, np.ones(POPULATION)).value
    worse = strata(population, metric, rng)
    low, high = (np.array([bound]) for bound in metric.limits(kind))
    hits, widths, none = 0, [], 0
    for _ in range(replicates):
        chosen, design = sample(n, worse, rng, weighted=weighted)
        parts = population[chosen]
        shares = Shares(numerator=parts, denominator=np.ones(parts.shape))
        statistic = Statistic(metric=metric, first=0, last=parts.shape[1])
        line = lines((statistic,), 0, shares, unit_weights(design))
        made = line(shares)
        estimates = line.sobered(ratio(design, made.numerator, made.denominator))
        (found,) = intervals(estimates, low, high)
        if found is None:
            none += 1
            continue
        hits += found.low <= truth <= found.high
        widths.append((found.high - found.low) / 2)
    given = max(replicates - none, 1)
    return hits / given, float(np.mean(widths or [np.nan])), none / replicates


def table(replicates: int, names: Sequence[str]) -> Iterator[str]:
    """Lines of Markdown."""
    heads = [f"{way} {n}" for way in ("plain", "weighted") for n in SIZES]
    yield "| statistic | " + " | ".join(heads) + " |"
    yield "|---" * (len(heads) + 1) + "|"
    for name in sorted(names or WORLDS):
        cells = []
        for weighted in (False, True):
            for n in SIZES:
                share, half, none = covered(name, n, replicates, weighted=weighted)
                cells.append(f"{share:.1%} ± {half:.3g}" + (f" ({none:.0%} none)" if none else ""))
        yield f"| {name} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATES, sys.argv[2:]):
        print(line, flush=True)
