"""Did a rule help? Is the interval true, and is nothing found where nothing changed?

`python -m tests.bench.rules_helped [draws] [FOLDER]`.

Simulated: of half of the items one label is right and people give it in .9, of the others two labels come into question
with .4 to .9 of the first; a rule about one label moves a share of those answers to the first one. "Naive" is the mean
gain on all items on which somebody gave the label. With a FOLDER of crowds (answers.csv with task, worker, label) the
answers of real people are dealt into three before and three after: nothing changed, and whatever is found is false.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.labeling.asked_twice import taken_twice
from gt_platform.labeling.helped import Effect, told_of
from gt_platform.labeling.touched import Reach
from gt_platform.project import Project
from gt_platform.project.guidelines import Touches
from tests.support.sentiment import LABELS, declare

Floats = NDArray[np.float64]
Row = dict[str, Any]

NAMES = list(LABELS)
RULE = Reach(touches=Touches(labels=(NAMES[0],)))
SLOTS = (3, 5)
GAINS = (0.0, 0.5, 1.0)
SIZES = (40, 100, 400)
MANY = 400_000
LEAST_ITEMS = 60


def world(rng: np.random.Generator, items: int, gain: float) -> tuple[Floats, Floats]:
    """How often each label is given to each item, before and after, (n, 3)."""
    first = rng.integers(0, 3, items)
    other, row = (first + rng.integers(1, 3, items)) % 3, np.arange(items)
    unsure, mix = rng.random(items) < 0.5, rng.uniform(0.4, 0.9, items)
    before = np.full((items, 3), 0.05)
    before[row, first] = np.where(unsure, 0.95 * mix, 0.9)
    before[row, other] = np.where(unsure, 0.95 * (1 - mix), 0.05)
    after = np.where(unsure[:, None], (1 - gain) * before + gain * np.eye(3)[first], before)
    return before / before.sum(axis=1, keepdims=True), after / after.sum(axis=1, keepdims=True)


def answered(rng: np.random.Generator, chances: Floats, slots: int) -> list[list[str]]:
    """What so many people say of each item, as JSON texts."""
    given = (rng.random((len(chances), slots, 1)) > chances.cumsum(axis=1)[:, None, :]).sum(axis=2)
    return [[json.dumps(NAMES[label]) for label in row] for row in given]


def rows(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> list[Row]:
    """As the lake has them."""
    return [
        {"before": list(one), "after": list(two), "attributes": "{}"} for one, two in zip(before, after, strict=True)
    ]


def drawn(rng: np.random.Generator, items: int, gain: float, slots: int) -> list[Row]:
    """Items asked before and after."""
    before, after = world(rng, items, gain)
    return rows(answered(rng, before, slots), answered(rng, after, slots))


def naive(found: Sequence[Row], label: str) -> float:
    """The mean gain over all items on which somebody gave a label."""
    touched = [row for row in found if json.dumps(label) in row["before"]]
    return float(np.mean([_share(row["after"]) - _share(row["before"]) for row in touched])) if touched else np.nan


def _share(answers: Sequence[str]) -> float:
    return float(np.mean([one == other for one, other in combinations(answers, 2)]))


def truth(project: Project, gain: float, slots: int) -> tuple[list[float], float]:
    """The gain in pairs and in AC1 of very many items, and the naive one."""
    found = drawn(np.random.default_rng(99), MANY, gain, slots)
    taken, _ = taken_twice(project, found, [RULE])
    weight = taken.weight / taken.weight.sum()
    pairs = [weight @ part for part in (taken.before, taken.after)]
    chance = [((share := weight @ part) * (1 - share)).sum() / 2 for part in (taken.first, taken.second)]
    ac1 = [(share - by_chance) / (1 - by_chance) for share, by_chance in zip(pairs, chance, strict=True)]
    return [pairs[1] - pairs[0], ac1[1] - ac1[0]], naive(found, NAMES[0])


def simulated(project: Project, draws: int) -> Iterator[str]:
    """A line a cell."""
    yield "slots moved items | gain  naive | pairs: held width | AC1: held width | helped, did not, insufficient"
    for slots in SLOTS:
        for gain in GAINS:
            true, raw = truth(project, gain, slots)
            for items in SIZES:
                rng = np.random.default_rng(7)
                found = [told_of(project, drawn(rng, items, gain, slots), None, [RULE]) for _ in range(draws)]
                yield f"{slots:5} {gain:5} {items:5} | {true[0]:+.3f} {raw:+.3f} | " + _cell(found, true)


def _cell(found: Sequence[Sequence[Effect]], true: Sequence[float]) -> str:
    parts = []
    for at, value in enumerate(true):
        bounds = [(one[at].gain.low, one[at].gain.high) for one in found]
        given = [(low, high) for low, high in bounds if low is not None and high is not None]
        held = np.mean([low <= value <= high for low, high in given])
        parts.append(f"{held:6.1%} {np.mean([high - low for low, high in given]):.2f} ({len(given)})")
    said = [one[0].verdict for one in found]
    return " | ".join(
        [
            *parts,
            " ".join(
                f"{said.count(name) / len(said):.1%}" for name in ("helped", "did not help", "insufficient evidence")
            ),
        ]
    )


def crowds(project: Project, folder: Path, draws: int) -> Iterator[str]:
    """A line for each crowd with enough tasks that six people gave one of three labels, the first its rule's."""
    for place in sorted(folder.iterdir()):
        if not (place / "answers.csv").exists():
            continue
        table = pl.read_csv(place / "answers.csv", infer_schema=False)
        if table["label"].n_unique() > len(NAMES):
            continue
        names = dict(zip(sorted(table["label"].unique()), NAMES, strict=False))
        tasks = [
            [json.dumps(names[label]) for label in given]
            for _, given in sorted(table.group_by("task").agg("label").iter_rows())
            if len(given) >= 6
        ]
        if len(tasks) < LEAST_ITEMS:
            continue
        rng = np.random.default_rng(7)
        dealt = [[rng.permutation(given)[:6].tolist() for given in tasks] for _ in range(draws)]
        parts = [rows([one[:3] for one in deal], [one[3:] for one in deal]) for deal in dealt]
        found = [told_of(project, part, None, [RULE])[0] for part in parts]
        gains = [one.gain.value for one in found if one.gain.value is not None]
        false = np.mean([one.verdict == "helped" for one in found])
        raw = np.mean([naive(part, NAMES[0]) for part in parts])
        yield f"{place.name:24} {len(tasks):6} tasks: naive {raw:+.3f}, ours {np.mean(gains):+.3f}, helped {false:.1%}"


def main(draws: int = 400, folder: str | None = None) -> None:
    """Print both tables."""
    with TemporaryDirectory() as home:
        project = declare(Path(home))
    for line in simulated(project, draws):
        print(line, flush=True)
    for line in crowds(project, Path(folder), draws) if folder else ():
        print(line, flush=True)


if __name__ == "__main__":
    main(*(int(one) if one.isdigit() else one for one in sys.argv[1:]))  # type: ignore[arg-type]
