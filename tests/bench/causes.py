"""Causes of disagreement, planted and found: `python -m tests.bench.causes [RUNS]`, and on real crowds
`python -m tests.bench.causes crowds FOLDER [odd|even]`.

In simulated worlds one cause is planted between the labels 0 and 1 of two to six, everything else at random: 150 to
1,000 items, 4 to 20 annotators of unequal skill, 3 to 5 answers an item, one or two versions of the guidelines, answers
asked again or none, rulings on none to 30 % of the items. Real crowds have causes of their own, unknown; in them a
person's misunderstanding and wrong truths are planted, and people are taken out by dealing each item's answers anew.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gt_platform.stats.disagreement import UNKNOWN, Given, disagreements
from gt_platform.stats.disagreement.causes import CAUSES
from tests.bench.crowds import digest

PLANTED = ("none", "misunderstanding", "truth", "ambiguity", "no_single_answer")
CATEGORIES = ("zencrowd_all", "d_possent", "snow_temp", "s_dog", "reuters8", "labelme_scenes", "trec2011_relevance")
Codes = NDArray[np.int64]


@dataclass(kw_only=True)
class World:
    """Items with a true label; some between the labels 0 and 1 are hard, where a world has such."""

    rng: np.random.Generator
    cause: str
    items: int
    annotators: int
    answers: int
    labels: int
    slip: float
    hard: float
    again: float
    versions: int
    strength: float
    ruled: float
    settles: bool
    """Whether the second version of the guidelines settles what was ambiguous."""

    def __post_init__(self) -> None:
        rng = self.rng
        self.truth = rng.integers(0, self.labels, self.items)
        self.between = (self.truth < 2) & (rng.random(self.items) < self.hard)
        self.second = rng.beta(2, 2, self.items)
        self.version = np.arange(self.items) * self.versions // self.items
        if self.cause == "ambiguity" and self.settles:
            self.between &= self.version == 0
        self.skill = rng.uniform(0.4, 1.6, self.annotators)
        camps = rng.choice([0.0, 1.0])
        log_odds = np.log(self.second / (1 - self.second))
        stance = camps * rng.normal(size=self.annotators)
        self.opinion = stance + log_odds[:, None] + rng.normal(size=(self.items, self.annotators)) > 0
        self.mistaken = int(rng.integers(self.annotators)) if self.cause == "misunderstanding" else UNKNOWN

    def said(self, item: int, who: int) -> int:
        """An answer, of those that are given anew each time."""
        true, rng = int(self.truth[item]), self.rng
        if rng.random() < self.slip * self.skill[who]:
            return int((true + rng.integers(1, self.labels)) % self.labels)
        if self.between[item] and self.cause == "ambiguity":
            return int(rng.random() < self.second[item])
        if self.between[item] and self.cause == "no_single_answer":
            return int(self.opinion[item, who])
        if who == self.mistaken and true == 0 and rng.random() < self.strength:
            return 1
        return true

    def rulings(self) -> Codes:
        """What is known of items; hard ones are ruled as if by one more annotator."""
        known = np.where(self.rng.random(self.items) < self.ruled, self.truth, UNKNOWN)
        if self.cause in ("ambiguity", "no_single_answer"):
            known = np.where((known >= 0) & self.between, self.rng.random(self.items) < self.second, known)
        if self.cause == "truth":
            known[(known == 1) & (self.rng.random(self.items) < self.strength / 2)] = 0
        return known.astype(np.int64)

    def given(self) -> Given:
        """Everything that was answered."""
        size = min(self.answers, self.annotators)
        asked = [(at, who) for at in range(self.items) for who in self.rng.permutation(self.annotators)[:size].tolist()]
        asked += [asked[at] for at in self.rng.permutation(len(asked))[: int(self.again * self.items)].tolist()]
        item, annotator = (np.array(column) for column in zip(*asked, strict=True))
        label = np.array([self.said(*one) for one in asked])
        rows = {"item": item, "version": self.version[item], "annotator": annotator, "label": label}
        return Given(**rows, truth=self.rulings())


def world(cause: str, rng: np.random.Generator) -> World:
    """One of the many."""
    return World(
        rng=rng,
        cause=cause,
        items=int(rng.choice([150, 400, 1000])),
        annotators=int(rng.choice([4, 6, 10, 20])),
        answers=int(rng.choice([3, 4, 5])),
        labels=int(rng.choice([2, 3, 6])),
        slip=rng.uniform(0.02, 0.15),
        hard=rng.uniform(0.15, 0.5),
        again=float(rng.choice([0, 0.2, 0.6])),
        versions=int(rng.choice([1, 2])),
        strength=rng.uniform(0.4, 0.9),
        ruled=float(rng.choice([0, 0.1, 0.3])),
        settles=bool(rng.random() < 0.4),
    )


def able(one: World) -> bool:
    """Whether a world has the evidence that its cause is named by, on 400 items or more."""
    needs = {
        "ambiguity": one.again > 0.2 or (one.versions > 1 and one.settles),
        "no_single_answer": one.again > 0.2 and one.versions > 1,
        "truth": one.ruled > 0.2,
        "misunderstanding": one.annotators >= 6 or one.ruled > 0,
    }
    return one.items >= 400 and needs.get(one.cause, True)


def simulated(runs: int) -> None:
    """Print what was found between 0 and 1 in worlds of each cause, and what was between other labels."""
    print(f"{'planted':<18}" + "".join(f"{cause:>22}" for cause in CAUSES) + f"{'elsewhere':>12}{'with evidence':>18}")
    for at, cause in enumerate(PLANTED):
        found, elsewhere, with_evidence = Counter[str](), 0, Counter[bool]()
        for run in range(runs):
            one = world(cause, np.random.default_rng([at, run]))
            told = {pair.pair: pair.cause for pair in disagreements(one.given())}
            here = told.pop((0, 1), "insufficient_evidence")
            found[here] += 1
            elsewhere += any(other != "insufficient_evidence" for other in told.values())
            with_evidence[here == cause] += able(one)
        shares = "".join(f"{found[name] / runs:>22.1%}" for name in CAUSES)
        ready = "" if cause == "none" else f"{with_evidence[True]} of {with_evidence.total()}"
        print(f"{cause:<18}{shares}{elsewhere / runs:>12.1%}{ready:>18}", flush=True)


def crowd(folder: Path, half: str | None) -> Given:
    """A real crowd with its gold as what is known, of one half of the tasks or all."""
    rows, true = (pd.read_csv(folder / name, dtype=str).dropna() for name in ("answers.csv", "truth.csv"))
    if half is not None:
        rows = rows[[digest(task) % 2 == (half == "odd") for task in rows["task"]]]
    rows = rows.drop_duplicates(["task", "worker"], keep="last")
    gold = true[true["label"].isin(rows["label"])].set_index("task")["label"]
    names = {label: at for at, label in enumerate(sorted(rows["label"].unique()))}
    item, tasks = pd.factorize(rows["task"])
    known = np.array([names[gold[task]] if task in gold.index else UNKNOWN for task in tasks])
    return Given(
        item=item.astype(np.int64), version=np.zeros(len(rows), dtype=np.int64),
        annotator=pd.factorize(rows["worker"])[0].astype(np.int64),
        label=rows["label"].map(names).to_numpy().astype(np.int64), truth=known,
    )  # fmt: skip


def dealt(given: Given, rng: np.random.Generator) -> Given:
    """Each item's answers dealt anew among those who gave them: nobody departs any more."""
    order = np.lexsort((np.arange(len(given.item)), given.item))
    mixed = np.lexsort((rng.random(len(given.item)), given.item))
    label = given.label.copy()
    label[order] = given.label[mixed]
    return replace(given, label=label)


def crowds(folder: Path, half: str | None, runs: int = 20) -> None:
    """Print, for each set, what is found as it is, and how often what is planted or was taken out."""
    for name in CATEGORIES:
        given = crowd(folder / name, half)
        own = [(one.pair, one.cause) for one in disagreements(given) if one.cause != "insufficient_evidence"]
        print(f"{name}: {len(given.item):,} answers; as it is {own or 'nothing'}")
        print("  ", *(f"{what} {count} of {tried};" for what, count, tried in _planted(given, runs)), flush=True)


def _planted(given: Given, runs: int) -> Iterator[tuple[str, int, int]]:
    rng = np.random.default_rng(len(given.item))
    taken = [dealt(given, rng) for _ in range(runs)]
    yield "nobody departs, somebody said to", sum(any(one.departing for one in disagreements(x)) for x in taken), runs
    pair = disagreements(given)[0].pair
    often = np.flatnonzero(np.bincount(given.annotator[given.label == pair[0]]) >= 40)
    if len(often):
        whom = [int(who) for who in rng.choice(often, runs)]
        hits = [_departs(_mistaken(one, who, pair, rng), who) for one, who in zip(taken, whom, strict=True)]
        yield "somebody says the second of two labels for the first in 7 of 10, found", sum(hits), runs
    yield "truth wrong where it is not", sum(_truth(one, pair) for one in taken), runs
    yield (
        "a quarter of one label's truths is wrong, found",
        sum(_truth(_untrue(x, pair, rng), pair) for x in taken),
        runs,
    )


def _departs(given: Given, who: int) -> bool:
    return any(who == one.annotator for pair in disagreements(given) for one in pair.departing)


def _truth(given: Given, pair: tuple[int, int]) -> bool:
    return any(one.pair == pair and one.cause == "truth" for one in disagreements(given))


def _mistaken(given: Given, who: int, pair: tuple[int, int], rng: np.random.Generator) -> Given:
    said = (given.annotator == who) & (given.label == pair[0]) & (rng.random(len(given.item)) < 0.7)
    return replace(given, label=np.where(said, pair[1], given.label))


def _untrue(given: Given, pair: tuple[int, int], rng: np.random.Generator) -> Given:
    wrong = (given.truth == pair[1]) & (rng.random(len(given.truth)) < 0.25)
    return replace(given, truth=np.where(wrong, pair[0], given.truth))


if __name__ == "__main__":
    if sys.argv[1:2] == ["crowds"]:
        crowds(Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
    else:
        simulated(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
