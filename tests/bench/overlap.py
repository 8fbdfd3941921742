"""Labels spent at equal accuracy: as many answers for every item, against one more only where they are needed.

`python -m tests.bench.overlap [SEEDS] [FOLDER]` replays the answers of FOLDER's real crowds, and of simulated ones, in
random order: every night ITEMS of them are settled together, items that are too weak get one more answer, and all are
settled anew, up to the maximum. `python -m tests.bench.overlap calibration [SEEDS] [FOLDER]` compares how sure the
settled answers claim to be with how many are right.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gt_platform.stats.consensus.settle import ABSTAINS, Consensus, settle
from gt_platform.stats.consensus.votes import Votes, votes
from tests.bench.consensus import DATA
from tests.bench.panels import LABELS, simulated
from tests.stats.consensus.panels import panel

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

REAL = {"cf_weather": 5, "cf_weather_amt": 10, "music_genre": 5, "sp_amt": 10}
"""Answers an item that are replayed; items with fewer are left out."""
ITEMS = 60
BOUNDS = (0.7, 0.8, 0.9)
STARTS = (2, 3)
DRAWS = 2000
HEAD = (
    "| begins with | at most | asks below | by | answers spent | right | fixed overlap needs | saved | weak in the end "
    "| right among the rest |"
)


@dataclass(frozen=True)
class Crowd:
    """The first `most` answers to each of I items: who said what, both (I, most), and the truth, (I,)."""

    name: str
    annotator: Codes
    label: Codes
    truth: Codes
    labels: int

    @property
    def most(self) -> int:
        """Answers that each item has."""
        return int(self.label.shape[1])

    def pool(self, chosen: Codes) -> Crowd:
        """Some of the items."""
        return Crowd(self.name, self.annotator[chosen], self.label[chosen], self.truth[chosen], self.labels)

    def votes(self, count: Codes) -> Votes:
        """The first answers of each item, `count` (I,) of them."""
        item, place = np.nonzero(np.arange(self.most) < count[:, None])
        who = np.unique(self.annotator[item, place], return_inverse=True)[1]
        return votes(item, who, self.label[item, place], labels=self.labels)


Sure = Callable[[Votes, Consensus], Floats]


def as_settled(_: Votes, found: Consensus) -> Floats:
    """The confidence of the settlement."""
    return found.confidence


RULES: dict[str, Sure] = {"settled confidence": as_settled}


def crowds(folder: Path, seed: int) -> Iterator[Crowd]:
    """Every crowd with its answers in an order of its own."""
    rng = np.random.default_rng(seed)
    for name, most in REAL.items():
        if (folder / name).exists():
            yield _crowd(name, *_read(folder / name), most, rng)
    for make in ("spammers", "confusable pairs"):
        frame, truth = simulated(make, seed)
        yield _crowd(make, frame, truth, LABELS[make], 9, rng)
    cast, truth = panel(seed, items=300, annotators=12, labels=3, per_item=10)
    frame = pd.DataFrame({"task": cast.item, "worker": cast.annotator, "label": cast.label})
    yield _crowd("honest panel", frame, truth, 3, 10, rng)


def _read(folder: Path) -> tuple[pd.DataFrame, Codes, int]:
    table = pd.read_csv(folder / "answers.csv", dtype=str).drop_duplicates(["task", "worker"], keep="last")
    known = pd.read_csv(folder / "truth.csv", dtype=str).set_index("task")["label"]
    coded = {column: pd.factorize(table[column], sort=True) for column in ("task", "worker", "label")}
    tasks, labels = coded["task"][1], coded["label"][1]
    frame = pd.DataFrame({column: codes for column, (codes, _) in coded.items()})
    return frame, pd.Index(labels).get_indexer(known.reindex(tasks)), len(labels)


def _crowd(name: str, frame: pd.DataFrame, truth: Any, labels: int, most: int, rng: np.random.Generator) -> Crowd:
    mixed = frame.iloc[rng.permutation(len(frame))]
    first = mixed.groupby("task").head(most).sort_values("task", kind="stable")
    full = first.groupby("task").filter(lambda answers: len(answers) == most)
    annotator, label = (full[column].to_numpy().reshape(-1, most) for column in ("worker", "label"))
    return Crowd(name, annotator, label, np.asarray(truth)[full["task"].to_numpy()[::most]], labels)


@dataclass(frozen=True)
class Result:
    """Of one replay, items on average: answers spent, right, weak at the end, and right among the others."""

    spent: float
    right: float
    weak: float
    right_settled: float


def pools(crowd: Crowd, rng: np.random.Generator) -> list[Crowd]:
    """The crowd's items dealt out to nights."""
    nights = max(1, round(len(crowd.truth) / ITEMS))
    return [crowd.pool(chosen) for chosen in np.array_split(rng.permutation(len(crowd.truth)), nights)]


def fixed(nights: list[Crowd]) -> Floats:
    """The share of items right by the answer that leads, with 1, 2, … answers each, (most,)."""
    shares = []
    for count in range(1, nights[0].most + 1):
        right = [settle(night.votes(np.full(len(night.truth), count))).leading == night.truth for night in nights]
        shares.append(np.concatenate(right).mean())
    return np.array(shares)


def adaptive(nights: list[Crowd], start: int, bound: float, sure: Sure) -> dict[int, Result]:
    """What each maximum comes to: rounds do not depend on it until it is reached."""
    rounds: dict[int, list[Floats]] = {}
    for night in nights:
        count = np.full(len(night.truth), start)
        for maximum in range(start, night.most + 1):
            cast = night.votes(count)
            found = settle(cast)
            weak = (found.label == ABSTAINS) | (sure(cast, found) < bound)
            right = found.leading == night.truth
            rounds.setdefault(maximum, []).append(np.stack([count, right, weak, right & ~weak]).astype(np.float64))
            count = count + (weak & (count == maximum))
    results = {}
    for maximum, parts in rounds.items():
        spent, right, weak, settled = np.concatenate(parts, axis=1).mean(axis=1)
        results[maximum] = Result(spent, right, weak, settled / (1 - weak) if weak < 1 else float("nan"))
    return results


def needed(curve: Floats, right: float) -> float:
    """Answers an item that fixed overlap needs for this share right; the most there are if it never gets there.

    Interpolated between the counts that are better than all smaller ones: with two labels a second answer is not.
    """
    better = np.flatnonzero(np.diff(np.maximum.accumulate(curve), prepend=-np.inf) > 0)
    if right > curve[better[-1]]:
        return float(len(curve))
    return float(np.interp(right, curve[better], better + 1.0))


def saving(curves: Floats, results: list[Result]) -> tuple[float, float, float]:
    """The share of answers saved at equal accuracy, with bounds: a bootstrap over seeds, (seeds, most) curves."""
    spent, right = (np.array([getattr(one, name) for one in results]) for name in ("spent", "right"))
    rng = np.random.default_rng(0)
    draws = [np.arange(len(results)), *(rng.integers(0, len(results), len(results)) for _ in range(DRAWS))]
    saved = [1 - spent[drawn].mean() / needed(curves[drawn].mean(axis=0), right[drawn].mean()) for drawn in draws]
    low, high = np.quantile(saved[1:], [0.025, 0.975])
    return saved[0], float(low), float(high)


def compare(seeds: int, folder: Path) -> None:
    """Print what adaptive overlap spends beside the fixed overlap that is as accurate, by crowd and on average."""
    dealt: dict[str, list[list[Crowd]]] = {}
    for seed in range(seeds):
        for crowd in crowds(folder, seed):
            dealt.setdefault(crowd.name, []).append(pools(crowd, np.random.default_rng(seed)))
    print(f"| crowd {HEAD}\n|---|---:|---:|---|---|---:|---:|---|---:|---:|---:|")
    rows: dict[tuple[object, ...], list[Row]] = {}
    for name, nights in dealt.items():
        curves = np.stack([fixed(night) for night in nights])
        shares = " ".join(f"{share:.1%}" for share in curves.mean(axis=0))
        print(f"| {name} | with 1, 2, … answers each: {shares} |||||||||", flush=True)
        for case, row in _rows(nights, curves):
            print(f"| {name} {_cells(case, row)}", flush=True)
            rows.setdefault(case, []).append(row)
    print(f"\n{HEAD}\n|---:|---:|---|---|---:|---:|---|---:|---:|---:|")
    for case, found in rows.items():
        print(_cells(case, Row(*np.mean(found, axis=0))))


class Row(NamedTuple):
    """One line of the table: what was spent, what fixed overlap needs, what that saves, and what is left to review."""

    spent: float
    right: float
    needed: float
    saved: float
    low: float
    high: float
    weak: float
    rest: float


def _rows(nights: list[list[Crowd]], curves: Floats) -> Iterator[tuple[tuple[object, ...], Row]]:
    most = nights[0][0].most
    for start in STARTS:
        for bound in BOUNDS:
            for rule, sure in RULES.items():
                found = [adaptive(night, start, bound, sure) for night in nights]
                for maximum in sorted({5, most}):
                    case = (start, 5 if maximum == 5 else "9 or 10", bound, rule)
                    yield case, _row(curves, [one[maximum] for one in found])


def _row(curves: Floats, results: list[Result]) -> Row:
    names = ("spent", "right", "weak", "right_settled")
    spent, right, weak, rest = (float(np.nanmean([getattr(one, name) for one in results])) for name in names)
    return Row(spent, right, needed(curves.mean(axis=0), right), *saving(curves, results), weak, rest)


def _cells(case: tuple[object, ...], row: Row) -> str:
    return (
        f"| {' | '.join(map(str, case))} | {row.spent:.2f} | {row.right:.1%} | {row.needed:.2f} "
        f"| {row.saved:.0%} ({row.low:.0%} to {row.high:.0%}) | {row.weak:.0%} | {row.rest:.1%} |"
    )


def calibration(seeds: int, folder: Path) -> None:
    """Print how sure the leading answers claim to be, and how many are right, by rule and number of answers."""
    print("| crowd | answers | right | " + " | ".join(f"{rule}: claimed | off | Brier" for rule in RULES) + " |")
    print("|---|---:|---:|" + "---:|---:|---:|" * len(RULES))
    scores: list[Floats] = []
    for of_crowd in zip(*(crowds(folder, seed) for seed in range(seeds)), strict=True):
        for count in (2, 3, 5):
            rows = [
                _claims(night, count)
                for seed, crowd in enumerate(of_crowd) for night in pools(crowd, np.random.default_rng(seed))
            ]  # fmt: skip
            right, *claims = np.concatenate(rows, axis=1)
            scored = [(claim.mean(), _off(claim, right), ((claim - right) ** 2).mean()) for claim in claims]
            scores.append(np.array(scored)[:, 1:])
            cells = " | ".join(f"{mean:.3f} | {off:.3f} | {brier:.3f}" for mean, off, brier in scored)
            print(f"| {of_crowd[0].name} | {count} | {right.mean():.3f} | {cells} |", flush=True)
    for rule, (off, brier) in zip(RULES, np.mean(scores, axis=0), strict=True):
        print(f"{rule}: {off:.3f} off on average, Brier score {brier:.3f}")


def _claims(night: Crowd, count: int) -> Floats:
    cast = night.votes(np.full(len(night.truth), count))
    found = settle(cast)
    led = found.label != ABSTAINS
    return np.stack([(found.leading == night.truth)[led], *(sure(cast, found)[led] for sure in RULES.values())])


def _off(claim: Floats, right: Floats) -> float:
    """Mean distance between what is claimed and what is right, in tenths of confidence."""
    tenth = np.minimum((claim * 10).astype(np.int64), 9)
    gaps = [
        abs(claim[tenth == one].mean() - right[tenth == one].mean()) * (tenth == one).mean() for one in np.unique(tenth)
    ]
    return float(sum(gaps))


def main(arguments: list[str]) -> None:
    """Dispatch."""
    what = calibration if arguments[:1] == ["calibration"] else compare
    rest = arguments[1:] if what is calibration else arguments
    what(int(rest[0]) if rest else 10, Path(rest[1]) if len(rest) > 1 else DATA)


if __name__ == "__main__":
    main(sys.argv[1:])
