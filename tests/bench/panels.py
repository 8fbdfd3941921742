"""Consensus on categories beyond the four real sets: thinned votes, simulated makes, and panels that are not honest.

`python -m tests.bench.panels votes [FOLDER]` settles FOLDER's real votes thinned to a few an item, and simulated ones
of six makes, beside the peers that are fast; `python -m tests.bench.panels honesty` counts refused panels, and
`rings` experts kept and copiers found.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gt_platform.stats.consensus.honesty import honesty
from gt_platform.stats.consensus.rings import ALONE, copying
from gt_platform.stats.consensus.settle import settle
from gt_platform.stats.consensus.votes import votes
from tests.bench.consensus import DATA, wawa
from tests.stats.consensus.panels import circle, experts, panel, team

THINNED = {"cf_weather": (3,), "cf_weather_amt": (3, 5, 10), "music_genre": (2, 3), "sp_amt": (3, 5)}
# items, annotators, answers an item
MAKES = {
    "a rare label": (1500, 120, 3),
    "confusable pairs": (600, 100, 9),
    "ordered labels": (800, 200, 6),
    "spammers": (800, 164, 10),
    "weak annotators": (1500, 200, 5),
    "hard items": (800, 60, 5),
}
PREVALENCE = {
    "a rare label": (0.87, 0.13),
    "ordered labels": (0.55, 0.2, 0.1, 0.15),
    "weak annotators": (0.15, 0.15, 0.2, 0.3, 0.2),
}
LABELS = {
    "a rare label": 2,
    "confusable pairs": 4,
    "ordered labels": 4,
    "spammers": 2,
    "weak annotators": 5,
    "hard items": 3,
}
PAIRS = np.array([[0.75, 0.2, 0.03, 0.02], [0.25, 0.7, 0.03, 0.02], [0.03, 0.02, 0.7, 0.25], [0.02, 0.03, 0.2, 0.75]])


def matrices(make: str, annotators: int, rng: np.random.Generator) -> Any:
    """Confusion matrices of the annotators of a make, (annotators, labels, labels)."""
    labels = LABELS[make]
    eye, even = np.eye(labels), np.full((labels, labels), 1 / labels)
    if make == "a rare label":
        right = np.stack([rng.beta(20, 1.5, annotators), rng.beta(4, 2.5, annotators)], axis=1)
        return right[:, :, None] * eye + (1 - right)[:, :, None] * (1 - eye)
    if make == "confusable pairs":
        skill = rng.beta(3, 1.2, annotators)[:, None, None]
        return skill * PAIRS + (1 - skill) * even
    if make == "ordered labels":
        step = np.arange(labels)[None] - np.arange(labels)[:, None]
        shift, width = rng.normal(0, 0.4, annotators), rng.gamma(2, 0.45, annotators) + 0.15
        near = np.exp(-((step[None] - shift[:, None, None]) ** 2) / (2 * width[:, None, None] ** 2))
        return near / near.sum(axis=2, keepdims=True)
    if make == "spammers":
        skill = rng.beta(5, 1.6, annotators)[:, None, None]
        return skill * eye + (1 - skill) * (1 - eye)
    weights = np.array([1.2, 1, 1, 1.5, 0.8]) + 3 * eye[None] * rng.beta(2, 1, (annotators, labels, 1))
    drawn = rng.gamma(weights)
    return drawn / drawn.sum(axis=2, keepdims=True)


def simulated(make: str, seed: int) -> tuple[pd.DataFrame, Any]:
    """Answers of a make, and the truth by task."""
    rng = np.random.default_rng(seed)
    items, annotators, per_item = MAKES[make]
    labels = LABELS[make]
    truth = rng.choice(labels, items, p=PREVALENCE.get(make))
    busy = rng.gamma(0.6, 1, annotators)
    worker = np.concatenate(
        [rng.choice(annotators, per_item, replace=False, p=busy / busy.sum()) for _ in range(items)]
    )
    task = np.repeat(np.arange(items), per_item)
    if make == "hard items":
        right = 1 / 3 + 2 / 3 * rng.beta(2, 1, items)[task] * (0.5 + 0.5 * (worker % 7) / 6)
        wrong = (truth[task] + rng.integers(1, labels, len(task))) % labels
        label = np.where(rng.random(len(task)) < right, truth[task], wrong)
    else:
        steps = matrices(make, annotators, rng)[worker, truth[task]].cumsum(axis=1)
        label = (rng.random(len(task))[:, None] > steps).sum(axis=1).clip(0, labels - 1)
    return pd.DataFrame({"task": task, "worker": worker, "label": label}), truth


def sets(folder: Path) -> Iterator[tuple[str, pd.DataFrame, Any]]:
    """Every set by name, its answers as codes, and the truth by task, -1 where it is unknown."""
    for name, sizes in THINNED.items():
        if not (folder / name).exists():
            continue
        table = pd.read_csv(folder / name / "answers.csv", dtype=str).drop_duplicates(["task", "worker"], keep="last")
        known = pd.read_csv(folder / name / "truth.csv", dtype=str).set_index("task")["label"]
        (task, tasks), (worker, _), (label, labels) = (
            pd.factorize(table[column], sort=True) for column in ("task", "worker", "label")
        )
        whole = pd.DataFrame({"task": task, "worker": worker, "label": label})
        truth = pd.Index(labels).get_indexer(known.reindex(tasks))
        for size in sizes:
            for seed in range(2):
                mixed = whole.sample(frac=1, random_state=seed)
                yield f"{name}, {size} an item", mixed.groupby("task").head(size), truth
    for make in MAKES:
        for seed in range(2):
            yield (make, *simulated(make, seed))


def compare(folder: Path) -> None:
    """Print how far behind the best of four peers the settled answers are on each set."""
    from crowdkit.aggregation import DawidSkene, MajorityVote, OneCoinDawidSkene

    behind = []
    print("| votes | answers | ours | Wawa | majority | one-coin | Dawid-Skene | best less ours |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, answers, truth in sets(folder):
        annotators = pd.factorize(answers["worker"])[0]
        labels = max(int(truth.max()), int(answers["label"].max())) + 1
        found = settle(votes(answers["task"].to_numpy(), annotators, answers["label"].to_numpy(), labels=labels))
        known = truth >= 0
        ours = 100 * float((found.leading == truth)[known].mean())
        settled = [
            wawa(answers),
            *(peer().fit_predict(answers) for peer in (MajorityVote, OneCoinDawidSkene, DawidSkene)),
        ]
        theirs = [100 * float((one.reindex(range(len(truth))).to_numpy() == truth)[known].mean()) for one in settled]
        behind.append(max(theirs) - ours)
        row = " | ".join(f"{score:.1f}" for score in theirs)
        print(f"| {name} | {len(answers):,} | **{ours:.1f}** | {row} | {behind[-1]:+.1f} |", flush=True)
    print(f"\nbest of four less ours: {np.mean(behind):+.2f} points on average, {max(behind):+.2f} at most")


def refusals() -> None:
    """Print how many simulated panels are refused, honest ones and others."""
    honest = [
        honesty(panel(seed, items=items, annotators=annotators, labels=labels, per_item=min(annotators, 5))[0])
        for items in (30, 40, 60, 100, 200)
        for annotators in (3, 4, 6, 10) for labels in (2, 3, 5) for seed in range(40)
    ]  # fmt: skip
    refused = sum(found.refusal is not None for found in honest)
    accused = sum(bool(found.constant.any() or found.copies.any()) for found in honest)
    print(f"{len(honest):,} honest panels: {refused} refused, {accused} with anyone left out")
    print("\npanels refused of 30, ten each with 2, 3 and 5 labels")
    print("| items | annotators, dishonest | random | constant | copying |\n|---:|---|---:|---:|---:|")
    for items in (40, 60, 100, 200):
        for annotators, bad in ((3, 2), (4, 2), (6, 2), (6, 3), (10, 5)):
            row = [_refused(items, annotators, bad, manner) for manner in ("random", "constant", "copying")]
            print(f"| {items} | {annotators}, {bad} | {row[0]} | {row[1]} | {row[2]} |", flush=True)


def rings() -> None:
    """Print in how many of 100 panels, five answers an item, experts are accused of copying, and copiers are found.

    Two experts right on 92 to 97 % among eight right on 70 %; two who take 19 of 20 answers from one of eight others.
    """
    print("| items | labels | experts kept | copiers found |\n|---:|---:|---:|---:|")
    for items in (200, 300, 500):
        for labels in (2, 4):
            kept = sum((copying(experts(seed, items=items, labels=labels))[:2] == ALONE).all() for seed in range(100))
            taking = (panel(seed, items=items, labels=labels, manner="taking", bad=2)[0] for seed in range(100))
            found = sum((copying(cast)[:2] != ALONE).all() for cast in taking)
            print(f"| {items} | {labels} | {kept} | {found} |", flush=True)
    print("\n| labels | circles of twelve experts kept, of 50 | of twelve who copy found |\n|---:|---:|---:|")
    for labels in (2, 4):
        kept = sum((copying(circle(seed, labels=labels)) == ALONE).all() for seed in range(50))
        copied = (copying(circle(seed, labels=labels, copied=True))[:13] for seed in range(50))
        found = sum((rings != ALONE).all() for rings in copied)
        print(f"| {labels} | {kept} | {found} |", flush=True)
    teams = [copying(team(seed)) for seed in range(100)]
    kept, found = sum((one[:8] == ALONE).all() for one in teams), sum((one[8:] != ALONE).all() for one in teams)
    print(f"\nof 100 teams of seven good ones, one of chance and two who copy: {kept} kept, {found} copiers found")


def _refused(items: int, annotators: int, bad: int, manner: str) -> int:
    cast = (
        panel(seed, items=items, annotators=annotators, labels=labels, per_item=annotators, manner=manner, bad=bad)[0]
        for labels in (2, 3, 5) for seed in range(10)
    )  # fmt: skip
    return sum(honesty(one).refusal is not None for one in cast)


def main(arguments: list[str]) -> None:
    """Dispatch."""
    warnings.filterwarnings("ignore")
    what, *rest = arguments or ["votes"]
    if what == "honesty":
        refusals()
    elif what == "rings":
        rings()
    else:
        compare(Path(rest[0]) if rest else DATA)


if __name__ == "__main__":
    main(sys.argv[1:])
