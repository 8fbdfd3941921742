"""Settled categories beside the peers on every set of votes with known truth in a folder.

Called as `python -m tests.bench.consensus unseen [FOLDER]`; what the peers settle is in `tests.bench.consensus`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.settle import ABSTAINS, Consensus, settle
from gt_platform.stats.consensus.votes import Votes, votes

Peers = Callable[[pd.DataFrame], dict[str, "pd.Series[str]"]]
MOST_LABELS, MOST_NUMBERS = 50, 10
"""Labels, and numbers, beyond which answers are no categories."""
RARE = 10  # items that the rarest class counted must have
GOLD = 0.1
DRAWS, FEW = 10, (20, 50)
"""Draws of a few known items, and how many are known."""
BINS = 10
SPLITS, TRUTHS = 100, 200  # of the known items in halves, and of what they would be were all confidences right
HEAD = (
    "| votes | answers | ours | best | behind | majority | unlabeled | rarest F1, behind | macro F1, behind "
    "| ECE, as shares | ECE, with 10 % gold | behind, F1 behind of the best on other items | ECE by chance |"
)


@dataclass(frozen=True)
class Case:
    """One set: the frame of task, worker, label; the same as votes; the truth by task, else UNKNOWN."""

    name: str
    frame: pd.DataFrame
    cast: Votes
    tasks: pd.Index[str]
    labels: list[str]
    truth: Any


def cases(folder: Path) -> Iterator[Case]:
    """Every FOLDER/*/answers.csv of categories that has a truth.csv beside it; other kinds are passed over."""
    for file in sorted(folder.glob("*/answers.csv")):
        if (file.parent / "truth.csv").exists() and (case := _case(file.parent)) is not None:
            yield case


def _case(folder: Path) -> Case | None:
    try:
        frame = pd.read_csv(folder / "answers.csv", dtype=str)[["task", "worker", "label"]].dropna()
        known = pd.read_csv(folder / "truth.csv", dtype=str)[["task", "label"]].dropna()
    except (KeyError, ValueError):
        return None
    said = frame["label"].unique()
    if not _categories(list(said)) or not known["label"].isin(said).mean() > 0.5:
        return None
    frame = frame.drop_duplicates(["task", "worker"], keep="last")
    (item, tasks), (annotator, _), (label, labels) = (pd.factorize(frame[name], sort=True) for name in frame)
    truth = known.drop_duplicates("task", keep="last").set_index("task")["label"].reindex(tasks)
    names = [*labels, *sorted(set(truth.dropna()) - set(labels))]
    cast = votes(item, annotator, label, labels=max(len(names), 2))
    return Case(folder.name, frame, cast, pd.Index(tasks), names, pd.Index(names).get_indexer(pd.Index(truth)))


def _categories(said: list[str]) -> bool:
    numbers = pd.to_numeric(pd.Series(said), errors="coerce").notna().all()
    most = MOST_NUMBERS if numbers else MOST_LABELS
    return len(said) <= most and not any(text.lstrip().startswith(("[", "{")) for text in said)


def unseen(folder: Path, peers: Peers) -> None:
    """Print each set's figures, then the mean and the worst."""
    print(HEAD + "\n|" + "---|" * HEAD.count(" | ") + "---|")
    rows = []
    for case in cases(folder):
        row = _figures(case, {name: _codes(found, case) for name, found in peers(case.frame).items()})
        rows.append(row)
        told = " | ".join(f"{value:.2f}" for value in row)
        print(f"| {case.name} | {len(case.frame):,} | {told} |", flush=True)
    if rows:
        for name, found in (("mean", np.mean(rows, axis=0)), ("worst", np.max(rows, axis=0))):
            print(f"| {name} | | " + " | ".join(f"{value:.2f}" for value in found) + " |")


def gold(folder: Path) -> None:
    """Print by how much a few known items, drawn by chance, move the share of right answers to the others."""
    print("| votes | known | mean of the draws | worst | best |\n|---|---:|---:|---:|---:|")
    for case in cases(folder):
        before = settle(case.cast).leading
        for count in FEW:
            moved = [_moved(case, before, *_drawn(case.truth, count, seed)) for seed in range(DRAWS)]
            print(
                f"| {case.name} | {count} | {np.mean(moved):+.2f} | {min(moved):+.2f} | {max(moved):+.2f} |", flush=True
            )


def _moved(case: Case, before: Any, known: Any, drawn: Any) -> float:
    rest = np.where(drawn > 0, UNKNOWN, case.truth)
    return _right(settle(case.cast, known, drawn=drawn).leading, rest) - _right(before, rest)


def _figures(case: Case, theirs: dict[str, Any]) -> list[float]:
    truth, known = case.truth, case.truth != UNKNOWN
    found = settle(case.cast)
    known_by, drawn = _drawn(truth, max(1, round(GOLD * np.count_nonzero(known))), len(truth))
    told = settle(case.cast, known_by, drawn=drawn)
    scores = {name: _right(one, truth) for name, one in theirs.items()}
    ours, best = _right(found.leading, truth), max(scores.values())
    rarest, macro = ([_f1(one, truth)[at] for one in theirs.values()] for at in (0, 1))
    mine = _f1(found.leading, truth)
    return [
        ours, best, best - ours, scores["majority"], 100 * float((found.leading == ABSTAINS)[known].mean()),
        max(rarest) - mine[0], max(macro) - mine[1],
        _ece(found, truth), _ece(told, np.where(drawn > 0, UNKNOWN, truth)),
        *_chosen_elsewhere(found.leading, list(theirs.values()), truth), _by_chance(found, truth),
    ]  # fmt: skip


def _chosen_elsewhere(ours: Any, theirs: list[Any], truth: Any) -> tuple[float, float]:
    """By how much the method that is best on one half of the known items is ahead of ours on the other half.

    By share right and by F1 of the rarest class. The best of six on the very items it was chosen on is ahead by luck.
    """
    rng, ahead = np.random.default_rng(len(truth)), []
    for _ in range(SPLITS):
        half = rng.random(len(truth)) < 0.5
        chosen_on, judged_on = (np.where(part, truth, UNKNOWN) for part in (half, ~half))
        row = []
        for measure in (_right, _rarest):
            at = int(np.argmax([measure(one, chosen_on) for one in theirs]))
            row.append(measure(theirs[at], judged_on) - measure(ours, judged_on))
        ahead.append(row)
    right, rarest = np.mean(ahead, axis=0)
    return float(right), float(rarest)


def _by_chance(found: Consensus, truth: Any) -> float:
    """The calibration error to expect of as many items were every confidence, moved to the mean that is right, true."""
    known = truth != UNKNOWN
    sure, right = found.confidence[known], (found.leading == truth)[known]
    sure = np.clip(sure + right.mean() - sure.mean(), 0.01, 0.99)
    rng = np.random.default_rng(len(truth))
    return float(np.mean([_off(sure, rng.random(len(sure)) < sure) for _ in range(TRUTHS)]))


def _codes(found: pd.Series[str], case: Case) -> Any:
    return pd.Index(case.labels).get_indexer(pd.Index(found.reindex(case.tasks)))


def _drawn(truth: Any, count: int, seed: int) -> tuple[Any, Any]:
    """So many of the known items, drawn by chance, and their inclusion probabilities."""
    known = np.flatnonzero(truth != UNKNOWN)
    chosen = np.random.default_rng(seed).choice(known, count, replace=False)
    gold, drawn = np.full(len(truth), UNKNOWN), np.zeros(len(truth))
    gold[chosen], drawn[chosen] = truth[chosen], count / len(known)
    return gold, drawn


def _right(settled: Any, truth: Any) -> float:
    known = truth != UNKNOWN
    return float(100 * (settled == truth)[known].mean())


def _rarest(settled: Any, truth: Any) -> float:
    return _f1(settled, truth)[0]


def _f1(settled: Any, truth: Any) -> tuple[float, float]:
    """Of the rarest class that has RARE items, and the mean over classes, in points."""
    known = truth != UNKNOWN
    settled, truth = settled[known], truth[known]
    count = np.bincount(truth)
    found = [
        200 * ((settled == label) & (truth == label)).sum() / ((settled == label).sum() + count[label])
        for label in np.flatnonzero(count)
    ]
    often = count[count > 0]
    rarest = int(np.where(often >= min(RARE, often.max()), often, often.max() + 1).argmin())
    return float(found[rarest]), float(np.mean(found))


def _ece(found: Consensus, truth: Any) -> float:
    """Expected calibration error over deciles of confidence, in points."""
    known = truth != UNKNOWN
    return _off(found.confidence[known], (found.leading == truth)[known])


def _off(sure: Any, right: Any) -> float:
    decile = np.minimum((sure * BINS).astype(int), BINS - 1)
    parts = [(decile == at, at) for at in range(BINS) if (decile == at).any()]
    return 100 * float(sum(abs(sure[mask].mean() - right[mask].mean()) * mask.mean() for mask, _ in parts))
