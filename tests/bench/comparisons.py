"""Do tests of two systems cry wolf as seldom as they say, and do intervals of their difference hold the truth?

`python -m tests.bench.comparisons [runs]` prints two tables. Type I: how often each test finds, at alpha 5 %, a
difference that is not there; of the gate, how often it passes a system that is worse by exactly the margin (2.5 % are
allowed). Coverage: how often the 95 % interval holds a true difference; where a difference only shifts the values, that
is what the type I rate of t leaves of 100 %. `plain` ignores clusters or weights, for
contrast; `withheld` is how often there was insufficient evidence."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.comparisons.difference import Difference, mean_difference
from gt_platform.stats.comparisons.mcnemar import accuracy_difference, mcnemar
from gt_platform.stats.comparisons.sign_flips import sign_flips
from gt_platform.stats.comparisons.verdict import non_inferiority

Floats = NDArray[np.float64]
SIZES = (50, 200, 1000)
CLUSTER = 5
MARGIN = 0.05


@dataclass(frozen=True)
class Pairs:
    """One draw: both systems' scores, each item's cluster and weight, and the true mean difference."""

    first: Floats
    second: Floats
    cluster: NDArray[np.int64]
    weight: Floats
    truth: float

    @property
    def difference(self) -> Floats:
        return self.second - self.first


Draw = Callable[[int, np.random.Generator, float], Pairs]


def binary(n: int, rng: np.random.Generator, shift: float) -> Pairs:
    """Right or wrong, .85 against .85 + shift, six in ten of the first's errors shared by the second."""
    lost, gained = 0.06 - min(shift, 0), 0.06 + max(shift, 0)
    kind = rng.choice(4, n, p=[0.85 - lost, lost, gained, 0.15 - gained])
    first, second = kind <= 1, kind % 2 == 0
    return _independent(first.astype(np.float64), second.astype(np.float64), gained - lost)


def ordinal(n: int, rng: np.random.Generator, shift: float) -> Pairs:
    """Rubric scores whose differences are -2 to 2, half of them 0."""
    step = rng.choice([-2.0, -1.0, 0.0, 1.0, 2.0], n, p=[0.08, 0.17, 0.5, 0.17, 0.08]) + shift
    return _independent(np.zeros(n), step, shift)


def skewed(n: int, rng: np.random.Generator, shift: float) -> Pairs:
    """Exponential differences about their mean: skewness 2."""
    return _independent(np.zeros(n), rng.standard_exponential(n, dtype=np.float64) - (1 - shift), shift)


def clustered(n: int, rng: np.random.Generator, shift: float) -> Pairs:
    """Sessions of 1 to 9 items, 5 on average, with an intraclass correlation of .3."""
    groups = n // CLUSTER
    size = rng.integers(1, 2 * CLUSTER, groups)
    code = np.repeat(np.arange(groups), size)
    step = np.sqrt(0.3) * rng.normal(0, 1, groups)[code] + np.sqrt(0.7) * rng.normal(0, 1, code.size) + shift
    return Pairs(np.zeros(code.size), step, code, np.ones(code.size), shift)


def clustered_binary(n: int, rng: np.random.Generator, shift: float) -> Pairs:
    """Right or wrong; in one session in five the systems part, in others they seldom do."""
    groups = n // CLUSTER
    size = rng.integers(1, 2 * CLUSTER, groups)
    code = np.repeat(np.arange(groups), size)
    lean = np.where(rng.random(groups) < 0.2, rng.choice([-0.6, 0.6], groups), 0.0)[code] + shift
    parted = rng.random(code.size) < np.abs(lean)
    noise = rng.choice([-1.0, 0.0, 1.0], code.size, p=[0.02, 0.96, 0.02])
    step = np.where(parted, np.sign(lean), noise * (np.abs(lean) < 0.3))
    return Pairs(0.5 - step / 2, 0.5 + step / 2, code, np.ones(code.size), np.nan if shift else 0.0)


def weighted(n: int, rng: np.random.Generator, shift: float) -> Pairs:
    """Items drawn with probability .1 to 1, more often where the second system does worse."""
    chance = rng.uniform(0.1, 1, 40 * n)
    step = rng.normal(0, 1, chance.size) - 0.5 * (chance - 0.55) + shift
    drawn = np.flatnonzero(rng.random(chance.size) < chance / (40 * 0.55))
    return Pairs(np.zeros(drawn.size), step[drawn], np.arange(drawn.size), 1 / chance[drawn], shift)


DESIGNED = ("clustered", "clustered binary", "weighted")
POPULATIONS: dict[str, Draw] = {
    "binary": binary,
    "ordinal": ordinal,
    "skewed": skewed,
    "clustered": clustered,
    "clustered binary": clustered_binary,
    "weighted": weighted,
}


def findings_of(name: str, pairs: Pairs) -> Iterator[tuple[str, bool]]:
    """Which tests find a difference at 5 %."""
    d, weights, clusters = pairs.difference, pairs.weight, pairs.cluster
    if (found := mean_difference(d, weights=weights, clusters=clusters)) is not None:
        yield "t", found.p_value <= 0.05
    if name != "skewed":  # signs are exact for symmetric errors only
        yield "sign flips", sign_flips(d, weights=weights, clusters=clusters, flips=999).p_value <= 0.05
    if name == "binary":
        exact = mcnemar(pairs.first, pairs.second)
        yield "McNemar exact", exact.p_value <= 0.05
        yield "McNemar mid-p", exact.mid_p <= 0.05
    if name in DESIGNED and (plain := mean_difference(d)) is not None:
        yield "t, plain", plain.p_value <= 0.05


def gates_of(_: str, pairs: Pairs) -> Iterator[tuple[str, bool]]:
    """Whether the non-inferiority gate passes."""
    found = accuracy_difference(pairs.first, pairs.second)
    yield "gate at the margin", non_inferiority(found, MARGIN).decision == "pass"


def intervals_of(name: str, pairs: Pairs) -> Iterator[tuple[str, bool]]:
    """Which intervals hold the truth; without an interval there is none to err."""
    d, weights, clusters = pairs.difference, pairs.weight, pairs.cluster
    found: dict[str, Difference | None] = {
        "t": mean_difference(d, weights=weights, clusters=clusters),
    }
    if name == "binary":
        found["score"] = accuracy_difference(pairs.first, pairs.second)
    if name in DESIGNED:
        found["t, plain"] = mean_difference(d)
    for method, interval in found.items():
        if interval is not None:
            yield method, interval.low <= pairs.truth <= interval.high


def measure(
    name: str,
    n: int,
    runs: int,
    of: Callable[[str, Pairs], Iterator[tuple[str, bool]]],
    shift: float = 0.0,
    seed: int = 1,
) -> dict[str, tuple[float, float]]:
    """Of the runs in which each method gave an answer, the share in which it was yes; and the share without one."""
    rng = np.random.default_rng(seed)
    seen: dict[str, list[bool]] = {}
    for _ in range(runs):
        for method, yes in of(name, POPULATIONS[name](n, rng, shift)):
            seen.setdefault(method, []).append(yes)
    return {method: (float(np.mean(found)), 1 - len(found) / runs) for method, found in seen.items()}


def main(runs: int) -> None:
    """Print both tables."""
    print(f"{'type I':10} {'differences':17} {'n':>5}  share of runs that found one")
    for name in POPULATIONS:
        for n in SIZES:
            print(f"{'':10} {name:17} {n:5}  {_row(measure(name, n, runs, findings_of))}", flush=True)
    for n in SIZES:
        print(f"{'':10} {'binary':17} {n:5}  {_row(measure('binary', n, runs, gates_of, -MARGIN))}", flush=True)
    print(f"{'coverage':10} {'differences':17} {'n':>5}  share of intervals that held the truth")
    for shift in (0.03, -MARGIN):
        for n in SIZES:
            print(f"{'':10} {f'binary {shift:+.2f}':17} {n:5}  {_row(measure('binary', n, runs, intervals_of, shift))}")


def _independent(first: Floats, second: Floats, truth: float) -> Pairs:
    return Pairs(first, second, np.arange(first.size), np.ones(first.size), truth)


def _row(shares: dict[str, tuple[float, float]]) -> str:
    return "  ".join(
        f"{method} {share:.1%}" + (f" (withheld {silent:.0%})" if silent else "")
        for method, (share, silent) in shares.items()
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
