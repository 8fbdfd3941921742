"""How often the gate errs, by simulation of what it decides by: thousands of samples where a lake takes a second each.

`python -m tests.bench.candidate_gates [RUNS [PART …]]` prints tables: `margin`, `together`, `same`, `ranks`, `items`.
Events come in two strata, a usual one of 4/5 of the traffic, where production is right on 90 %, and an odd one, right
on 60 %, half of the labels each; of users who have five each on average, where that is said. A candidate loses and
gains on a tenth of the items together, half of them items on which all candidates change alike; what it gains less
what it loses is exactly the difference. What is decided, by which functions, is as in `gt_platform.benchmark`:
`tests.bench.candidates` has the same by the product, on a lake.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.comparisons.difference import Besides, Difference, mean_difference
from gt_platform.stats.comparisons.ranks import Gain, ranks
from gt_platform.stats.comparisons.verdict import Decision, non_inferiority
from gt_platform.stats.design import stratified, unit_weights
from gt_platform.stats.looks import at_every_look, level_of
from gt_platform.stats.survey import ratio

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MARGIN, CHURN, SLICES, AHEAD = 0.02, 0.1, 4, 0.08
SHARE, RIGHT = np.array([0.2, 0.8]), np.array([0.6, 0.9])
FRAME = 1_000_000
HOW = ("for every look", "for one")


@dataclass(frozen=True, kw_only=True)
class World:
    """`labels` a look, of candidates better by `gains`; by `elsewhere` on slices but the first, where it is said.

    A `plain` sample has as many of each stratum as traffic.
    """

    labels: int
    gains: tuple[float, ...] = (-MARGIN,)
    looks: int = 1
    slices: int = 0
    elsewhere: float | None = None
    users: bool = False
    churn: float = CHURN
    at_once: int = 1
    plain: bool = False


@dataclass(frozen=True)
class Drawn:
    """n labeled events in the order of strata: what each candidate gains on each, (n, K), when and whose it came."""

    gain: Floats
    first: Floats
    stratum: NDArray[np.int64]
    look: NDArray[np.int64]
    slice: NDArray[np.int64]
    user: NDArray[np.int64]

    def within(self, kept: Flags) -> "Drawn":
        """Those events."""
        return Drawn(
            self.gain[kept], self.first[kept], self.stratum[kept], self.look[kept], self.slice[kept], self.user[kept]
        )


def drawn(world: World, rng: np.random.Generator) -> Drawn:
    """All looks' events."""
    count = world.labels * world.looks
    odd = round(count * SHARE[0]) if world.plain else count // 2
    stratum = np.repeat([0, 1], [odd, count - odd])
    look, slice_ = rng.integers(0, world.looks, count), rng.integers(0, SLICES, count)
    user = rng.integers(0, max(count // 5, 1), count) if world.users else np.arange(count)
    first = rng.random(count) < RIGHT[stratum]
    others = world.gains if world.elsewhere is None else (world.elsewhere,) * len(world.gains)
    true = np.where((slice_ > 0)[:, None], others, world.gains)
    # the same share of what is right is lost, and of what is wrong gained, in either stratum
    right = float(SHARE @ RIGHT)
    chance = np.where(first[:, None], (world.churn - true) / 2 / right, (world.churn + true) / 2 / (1 - right))
    shared, own = rng.random(count), rng.random(true.shape)
    if world.users:  # an item of a user is changed as the user's others are, half of the time
        shared = np.where(rng.random(count) < 0.5, rng.random(count)[user], shared)
    changed = np.where(rng.random(true.shape) < 0.5, shared[:, None], own) < chance
    return Drawn(np.where(changed, np.where(first, -1.0, 1.0)[:, None], 0.0), first * 1.0, stratum, look, slice_, user)


def found(seen: Drawn, inside: Flags, value: Floats) -> Difference | None:
    """The difference of a candidate on a part of the events, as `benchmark.differences` makes it of settled truth."""
    design = stratified(seen.stratum, (SHARE * FRAME).astype(np.int64), np.zeros(2, dtype=np.int64), noisy=True)
    cluster = seen.user if len(np.unique(seen.user[inside])) < int(inside.sum()) else None
    size = inside[:, None].astype(np.float64)
    made = ratio(design, value[:, None] * size, size, cluster=cluster)
    error, freedom = np.nan_to_num([made.error[0], made.freedom[0]]).tolist()
    besides = Besides(sampling=error, freedom=max(freedom, 1.0))
    weights = unit_weights(design)[inside]
    return mean_difference(value[inside], weights=weights, clusters=seen.user[inside], besides=besides, most=1.0)


def verdict(seen: Drawn, candidate: int, world: World, look: int) -> Decision:
    """That of the gate at a look."""
    level, value = level_of(look, world.at_once), seen.gain[:, candidate]
    parts = [np.ones(len(value), dtype=np.bool_), *(seen.slice == at for at in range(world.slices))]
    apart = [found(seen, inside, value) for inside in parts]
    sure = 1 - (1 - level) / len(parts)
    if any(non_inferiority(one and one.at(sure), MARGIN).decision == "fail" for one in apart):
        return "fail"
    passed = all(non_inferiority(one and one.at(level), MARGIN).decision == "pass" for one in apart)
    return "pass" if passed else "insufficient_evidence"


def said(world: World, rng: np.random.Generator) -> list[set[Decision]]:
    """What the gate says of each candidate, at any of the looks."""
    every = drawn(world, rng)
    seen = [every.within(every.look < look) for look in range(1, world.looks + 1)]
    return [
        {verdict(one, candidate, world, look) for look, one in enumerate(seen, 1)}
        for candidate in range(len(world.gains))
    ]


def rates(world: World, runs: int, seed: int = 1) -> tuple[float, float, float]:
    """How often a candidate passes at some look, how often any of them does, how often one fails."""
    rng = np.random.default_rng([seed, world.labels, len(world.gains), world.looks, world.slices])
    told = [said(world, rng) for _ in range(runs)]
    passed = np.array([["pass" in one for one in run] for run in told])
    failed = np.array([["fail" in one for one in run] for run in told])
    return float(passed.mean()), float(passed.any(axis=1).mean()), float(failed.mean())


def margin(runs: int) -> Iterator[str]:
    """One candidate, one look, worse by just the margin or equal: verdicts, and whether the interval holds."""
    for name, users, churn in (("events", False, CHURN), ("users", True, CHURN), ("only lost", False, MARGIN)):
        for labels in (200, 500, 2000):
            for gain in (-MARGIN, 0.0):
                world = World(labels=labels, gains=(gain,), users=users, churn=churn)
                rng = np.random.default_rng([1, labels, users])
                held, halves, verdicts = 0, list[float](), list[Decision]()
                for _ in range(runs):
                    seen = drawn(world, rng)
                    apart = found(seen, np.ones(labels, dtype=np.bool_), seen.gain[:, 0])
                    verdicts.append(non_inferiority(apart, MARGIN).decision)
                    if apart is not None:
                        held += apart.low <= gain <= apart.high
                        halves.append((apart.high - apart.low) / 2)
                passed, failed = (np.mean([one == name for one in verdicts]) for name in ("pass", "fail"))
                told = f"pass {passed:6.1%}  fail {failed:6.1%}  covered {held / len(halves):6.1%}"
                yield f"{name:9} labels {labels:5} gain {gain:+.2f}  {told}  half {np.mean(halves):.4f}"


def together(runs: int) -> Iterator[str]:
    """At the margin: many candidates, slices that must not lose, weekly looks, and all of it."""
    plain = World(labels=500)
    for name, world, share in (
        ("20 candidates", replace(plain, gains=(-MARGIN,) * 20), 0.5),
        ("20 candidates, at_once: 20", replace(plain, gains=(-MARGIN,) * 20, at_once=20), 0.5),
        ("4 slices, all at the margin", replace(plain, labels=2000, slices=SLICES), 1.0),
        ("4 slices, one at the margin", replace(plain, labels=2000, slices=SLICES, elsewhere=AHEAD), 1.0),
        ("26 weekly looks", replace(plain, labels=100, looks=26), 1.0),
        ("26 looks, users", replace(plain, labels=100, looks=26, users=True), 1.0),
        ("20 candidates, 2 slices, 12 looks", World(labels=150, gains=(-MARGIN,) * 20, slices=2, looks=12), 0.1),
    ):
        passed, any_, failed = rates(world, max(int(runs * share), 1))
        yield f"{name:36} passes {passed:6.2%}  any of them {any_:6.1%}  fails {failed:6.2%}"


def same(runs: int) -> Iterator[str]:
    """A system against itself, asked anew (a tenth of the answers change) or with the very same answers."""
    for labels in (200, 500, 2000):
        for churn in (CHURN, 0.02, 0.0):
            world = World(labels=labels, gains=(0.0,), churn=churn)
            rng = np.random.default_rng([2, labels])
            seen = (drawn(world, rng) for _ in range(runs))
            apart = [found(one, np.ones(labels, dtype=np.bool_), one.gain[:, 0]) for one in seen]
            verdicts = [non_inferiority(one, MARGIN).decision for one in apart]
            told = {name: np.mean([one == name for one in verdicts]) for name in ("pass", "fail")}
            better, worse = (
                np.mean([one is not None and one.p_value <= 0.05 and sign * one.estimate > 0 for one in apart])
                for sign in (1, -1)
            )
            yield (
                f"labels {labels:5} changed {churn:4.0%}  fail {told['fail']:6.2%}  better {better:6.2%}  "
                f"worse {worse:6.2%}  pass {told['pass']:6.1%}"
            )


def ranked(runs: int) -> Iterator[str]:
    """Ten systems, of which some are equal: how often all true ranks are within bounds at all looks, and how wide those
    are at the last; as the leaderboard has them, and by p-values of one look.
    """
    for name, gains in (
        ("all equal", (0.0,) * 10),
        ("two groups", (0.0,) * 5 + (-0.04,) * 5),
        ("a ladder", tuple(-0.01 * at for at in range(10))),
    ):
        true = np.array([(1 + sum(one > mine for one in gains), sum(one >= mine for one in gains)) for mine in gains])
        for labels, looks in ((300, 1), (1000, 1), (100, 26)):
            world = World(labels=labels, gains=gains, looks=looks)
            rng, count = np.random.default_rng([3, labels]), runs if looks == 1 else max(runs // 5, 1)
            told = np.array([_looked(drawn(world, rng), looks) for _ in range(count)])
            held = (told[..., 0] <= true[:, 0]) & (true[:, 1] <= told[..., 1])
            shares = held.all(axis=(1, 3)).mean(axis=0)
            wide = (told[:, -1, ..., 1] - told[:, -1, ..., 0] + 1).mean(axis=(0, 2))
            parts = [
                f"{how} {share:6.1%}, {width:.1f} wide" for how, share, width in zip(HOW, shares, wide, strict=True)
            ]
            yield f"{name:11} labels {labels:5} looks {looks:2}  all ranks held: {'; '.join(parts)}"


def _looked(every: Drawn, looks: int) -> list[list[list[tuple[int, int]]]]:
    """The ranks of all candidates at each look, for every look and for one."""
    return [_ranks(every.within(every.look < look)) for look in range(1, looks + 1)]


def _ranks(seen: Drawn) -> list[list[tuple[int, int]]]:
    told, every = [list[Gain](), list[Gain]()], np.ones(len(seen.gain), dtype=np.bool_)
    for one, other in combinations(range(seen.gain.shape[1]), 2):
        apart = found(seen, every, seen.gain[:, other] - seen.gain[:, one])
        if apart is not None:
            p_values = (at_every_look(apart.p_value, apart.groups), apart.p_value)
            for gains, p_value in zip(told, p_values, strict=True):
                gains.append(Gain(first=one, second=other, gain=apart.estimate, p_value=p_value))
    return [ranks(seen.gain.shape[1], gains) for gains in told]


def items(runs: int) -> Iterator[str]:
    """An equal candidate: how often it passes by pairs and as two scores, and how many labels 80 % would take."""
    for churn in (0.02, 0.05, 0.1, 0.2):
        world = World(labels=2000, gains=(0.0,), churn=churn)
        halves = np.array(
            [_halves(drawn(world, np.random.default_rng([4, run]))) for run in range(max(runs // 10, 20))]
        )
        # a half-width of this lets 80 % of equal candidates pass
        wanted = MARGIN * 1.96 / (1.96 + 0.8416)
        needed = [int(2000 * (half / wanted) ** 2) for half in halves.mean(axis=0)]
        rng = np.random.default_rng([5, needed[0]])
        seen = (drawn(replace(world, labels=needed[0]), rng) for _ in range(runs))
        passed = np.mean([verdict(one, 0, world, 1) == "pass" for one in seen])
        two = f"by two scores {needed[1]:6,} ({needed[1] / needed[0]:.1f} times)"
        yield f"changed {churn:4.0%}  labels for 80 %: paired {needed[0]:6,} (passes {passed:5.1%})  {two}"


def _halves(seen: Drawn) -> tuple[float, float]:
    """Half-widths of the paired difference, and of that of two scores taken for independent, by the same design."""
    every = np.ones(len(seen.gain), dtype=np.bool_)
    apart = found(seen, every, seen.gain[:, 0])
    design = stratified(seen.stratum, (SHARE * FRAME).astype(np.int64), np.zeros(2, dtype=np.int64), noisy=True)
    both = np.column_stack([seen.first, seen.first + seen.gain[:, 0]])
    error = ratio(design, both, np.ones_like(both)).error
    return (apart.high - apart.low) / 2 if apart else np.nan, 1.96 * float(np.hypot(*error))


PARTS: dict[str, Callable[[int], Iterator[str]]] = {
    "margin": margin, "together": together, "same": same, "ranks": ranked, "items": items,
}  # fmt: skip


def main(runs: int = 1000, *parts: str) -> None:
    """Print the tables."""
    for name in parts or PARTS:
        for line in PARTS[name](runs):
            print(f"{name:9} {line}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, *sys.argv[2:])
