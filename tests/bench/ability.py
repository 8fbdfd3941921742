"""Labels spent at equal accuracy: who is asked for one more answer, whoever is next or those who are right most often?

`python -m tests.bench.ability chosen|held [SEEDS] [FOLDER]` replays FOLDER's real crowds: those by which a rule may be
chosen, or the others. An annotator can only be asked of an item that they answered. Every night ITEMS more items get
START answers; all items so far are settled together, the weak ones get one more answer, and all are settled anew, up to
MOST. Annotators are known, as in the product, by nothing but what was answered so far.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gt_platform.stats.annotators.ability import abilities
from gt_platform.stats.consensus.settle import ABSTAINS, Consensus, settle
from gt_platform.stats.consensus.votes import Votes, votes
from tests.bench.consensus import DATA

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

SETS = {
    "chosen": ("cf_weather", "d_possent", "potato_pairs", "snow_temp", "trec2011_relevance", "zencrowd_all"),
    "held": ("cf_weather_amt", "music_genre", "s_dog", "sp_amt", "truthfulness_s3"),
}
"""All crowds that give single labels to single items, MOST answers an item or more: each second one by name."""
ITEMS, NIGHTS, START, MOST = 60, 4, 2, 5
BOUNDS = (0.0, 0.7, 0.8, 0.9)
ENOUGH = 8.0
"""Answers' worth of the usual annotator that what is known of one is mixed with."""
DRAWS = 2000


@dataclass(frozen=True)
class Crowd:
    """Of each item (I,) the true label, and who gave it which; of each annotator the share right of all they gave."""

    name: str
    pool: list[tuple[Codes, Codes]]
    truth: Codes
    labels: int
    right: Floats


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Who is asked: by ability for the `first` answers, for `further` ones, or for neither.

    A share `floor` of what goes by ability goes by chance all the same, and nobody gets more than `load` times what
    they would by chance. An `oracle` knows what truth says of them.
    """

    first: bool = False
    further: bool = False
    floor: float = 0.0
    load: float = np.inf
    oracle: bool = False


TODAY = "by chance"
POLICIES = {
    TODAY: Policy(),
    "further: the ablest": Policy(further=True),
    "further: the ablest, floor .2": Policy(further=True, floor=0.2),
    "further: the ablest, floor .2, load 2": Policy(further=True, floor=0.2, load=2),
    "all: the ablest, floor .2, load 2": Policy(first=True, further=True, floor=0.2, load=2),
    "further: the ablest, if known": Policy(further=True, oracle=True),
}


def crowds(names: tuple[str, ...], folder: Path, seed: int) -> Iterator[Crowd]:
    """Each crowd with as many items as the nights take, in an order of its own."""
    rng = np.random.default_rng(seed)
    for name in names:
        place = next(one for one in (folder / name, folder / "crowds" / name) if one.exists())
        table = pd.read_csv(place / "answers.csv", dtype=str).drop_duplicates(["task", "worker"], keep="last")
        known = pd.read_csv(place / "truth.csv", dtype=str)
        if name == "potato_pairs":  # which of the two it is, instead of its name
            table, known = (
                one.assign(
                    label=[str(task.split("_vs_").index(label)) for task, label in one[["task", "label"]].values]
                )
                for one in (table, known)
            )
        yield _crowd(name, table.merge(known, on="task", suffixes=("", "_true")), rng)


def _crowd(name: str, table: pd.DataFrame, rng: np.random.Generator) -> Crowd:
    who = pd.factorize(table["worker"], sort=True)[0]
    labels = pd.Index(sorted({*table["label"], *table["label_true"]}))
    said, true = (labels.get_indexer(table[column]) for column in ("label", "label_true"))
    right = np.bincount(who, said == true) / np.bincount(who)
    full = [rows for rows in table.groupby("task", sort=True).indices.values() if len(rows) >= MOST]
    chosen = [full[one] for one in rng.permutation(len(full))[: ITEMS * NIGHTS]]
    pool = [(who[rows], said[rows]) for rows in chosen]
    return Crowd(name, pool, np.array([true[rows[0]] for rows in chosen]), len(labels), right)


class Replay:
    """One crowd asked by one policy, below one bound."""

    def __init__(self, crowd: Crowd, policy: Policy, bound: float, seed: int) -> None:
        self.crowd, self.policy, self.bound = crowd, policy, bound
        self.rng = np.random.default_rng(seed)
        self.asked: list[list[int]] = [[] for _ in crowd.pool]
        """Places in an item's pool, in the order in which they were asked."""
        self.open = 0
        self.given, self.usual = np.zeros((2, len(crowd.right)))
        self.ability = self.crowd.right if policy.oracle else np.zeros(len(crowd.right))

    def run(self) -> tuple[float, float, float, float]:
        """Answers an item, the share right in the end, the share weak, and the largest share of one annotator."""
        for night in range(0, len(self.crowd.pool), ITEMS):
            self.open = min(night + ITEMS, len(self.crowd.pool))
            for item in self.rng.permutation(np.repeat(np.arange(night, self.open), START)):
                self._ask(int(item), by_ability=self.policy.first)
            while len(more := self._weak(found := self._settled())):
                for item in self.rng.permutation(more):
                    self._ask(int(item), by_ability=self.policy.further)
        count = np.array([len(asked) for asked in self.asked])
        led = found.leading == self.crowd.truth
        return float(count.mean()), float(led.mean()), float(self._unsure(found).mean()), self.given.max() / count.sum()

    def _ask(self, item: int, *, by_ability: bool) -> None:
        who = self.crowd.pool[item][0]
        left = np.setdiff1d(np.arange(len(who)), self.asked[item])
        self.usual[who[left]] += 1 / len(left)
        if by_ability and self.rng.random() >= self.policy.floor:
            spared = left[self.given[who[left]] < self.policy.load * self.usual[who[left]] + 1]
            left = spared if len(spared) else left
            worth = self.ability[who[left]]
            left = left[worth == worth.max()]
        chosen = int(self.rng.choice(left))
        self.given[who[chosen]] += 1
        self.asked[item].append(chosen)

    def _settled(self) -> Consensus:
        """What all answers so far come to; and what they say of annotators is learned."""
        found = settle(self._votes(MOST)[0])
        if not self.policy.oracle and (self.policy.first or self.policy.further):
            self._learn()
        return found

    def _learn(self) -> None:
        """By the answers that were asked by chance, where the first ones were: those to hard items tell less."""
        cast, people = self._votes(MOST if self.policy.first else START)
        share, given = abilities(cast).share, np.bincount(cast.annotator)
        usual = float((share * given).sum() / given.sum())
        self.ability = np.full(len(self.crowd.right), usual)
        self.ability[people] = (share * given + usual * ENOUGH) / (given + ENOUGH)

    def _votes(self, most: int) -> tuple[Votes, Codes]:
        """The first answers of each item, at most so many, and who the annotators are."""
        places = [asked[:most] for asked in self.asked[: self.open]]
        item = np.repeat(np.arange(self.open), [len(one) for one in places])
        who, said = (
            np.concatenate([part[of][one] for one, part in zip(places, self.crowd.pool, strict=False)]) for of in (0, 1)
        )
        people, annotator = np.unique(who, return_inverse=True)
        return votes(item, annotator, said, labels=self.crowd.labels), people

    def _unsure(self, found: Consensus) -> NDArray[np.bool_]:
        return np.asarray((found.label == ABSTAINS) | (found.confidence < self.bound))

    def _weak(self, found: Consensus) -> Codes:
        below = np.array([len(asked) < MOST for asked in self.asked[: self.open]])
        return np.flatnonzero(self._unsure(found) & below)


def replayed(given: tuple[str, Path, int]) -> dict[tuple[str, str], Floats]:
    """Of one seed, by crowd and policy: what `run` gives at each bound, (bounds, 4)."""
    which, folder, seed = given
    return {
        (crowd.name, name): np.array([Replay(crowd, policy, bound, seed).run() for bound in BOUNDS])
        for crowd in crowds(SETS[which], folder, seed)
        for name, policy in POLICIES.items()
    }


def compare(which: str, seeds: int, folder: Path) -> None:
    """Print what each policy spends beside what chance needs to be as often right."""
    with ProcessPoolExecutor(2) as two:
        found = list(two.map(replayed, [(which, folder, seed) for seed in range(seeds)]))
    print("| crowd | asked | answers an item | right | answers saved, % | more right, points | busiest annotator |")
    print("|---|---|---:|---:|---|---|---:|")
    saved: dict[str, list[Floats]] = {}
    for name in SETS[which]:
        today = np.array([one[name, TODAY] for one in found])
        for policy in POLICIES:
            results = np.array([one[name, policy] for one in found])
            draws = _saved(today, results)
            saved.setdefault(policy, []).append(draws)
            spent, right, _, busiest = results.mean(axis=(0, 1))
            print(f"| {name} | {policy} | {spent:.2f} | {right:.1%} | {_cell(draws)} | {busiest:.0%} |", flush=True)
    for policy, of_crowds in saved.items():
        print(f"| all | {policy} | | | {_cell(np.mean(of_crowds, axis=0))} | |")


def _saved(today: Floats, results: Floats) -> Floats:
    """The share of answers saved at equal accuracy, on average over the bounds: as found, then in bootstrap draws."""
    rng = np.random.default_rng(0)
    draws = [np.arange(len(results)), *(rng.integers(0, len(results), len(results)) for _ in range(DRAWS))]
    return np.array([_at_equal_accuracy(today[drawn].mean(axis=0), results[drawn].mean(axis=0)) for drawn in draws])


def _at_equal_accuracy(today: Floats, results: Floats) -> tuple[float, float]:
    """Of two curves (bounds, 4): the share of answers saved, and by how much more is right for as many answers."""
    needed, spent = (_needed(curve, today[:, 1]).sum() for curve in (results, today))
    more = np.interp(today[:, 0], results[:, 0], results[:, 1]) - today[:, 1]
    return float(1 - needed / spent), float(more.mean())


def _needed(curve: Floats, right: Floats) -> Floats:
    """Answers an item for these shares right, between the points that are better than all before; MOST beyond them."""
    better = np.diff(np.maximum.accumulate(curve[:, 1]), prepend=-np.inf) > 0
    return np.asarray(np.interp(right, curve[better, 1], curve[better, 0], right=MOST))


def _cell(draws: Floats) -> str:
    low, high = np.quantile(draws[1:], [0.025, 0.975], axis=0)
    saved, more = (
        f"{100 * at:.1f} ({100 * a:.1f} to {100 * b:.1f})" for at, a, b in zip(draws[0], low, high, strict=True)
    )
    return f"{saved} | {more}"


def main(arguments: list[str]) -> None:
    """Dispatch."""
    which, seeds, *folder = [*arguments, *("chosen", "10")[len(arguments) :]]
    compare(which, int(seeds), Path(folder[0]) if folder else DATA)


if __name__ == "__main__":
    main(sys.argv[1:])
