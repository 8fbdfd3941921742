"""How unevenly experts correct the items of a cell: guessed by how annotators voted, learned from what experts said."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.metrics import Measuring
from gt_platform.project import Project
from gt_platform.stats.label_error.checking import deviations as spread
from gt_platform.stats.label_error.doubts import GUESSED

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_ALTERNATIVES = 12
"""Different answers beyond which, as with numbers and texts, an error is taken to change as much in every cell."""


def deviations(project: Project, items: Sequence[Mapping[str, Any]], code: Codes, cells: int) -> Floats:
    """The standard deviation of what experts change in the headline metric, of an item of each cell, (cells,).

    `items` have pattern, consensus, output and the expert's answer, if any. Guessed is how often an expert says
    something else, and what that would change: for one label's F1, an output of that label counts for more. The guess
    counts for as many checks as `stats.label_error.checking` says.
    """
    effect = _Effect(project.measuring, project.steering, items)
    share = np.array([GUESSED[item["pattern"]] for item in items])
    size = np.maximum(np.bincount(code, minlength=cells), 1)
    guess = np.bincount(code, share * (1 - share) * effect.of_errors(items, _likely(project, items)), cells) / size
    answered = [at for at, item in enumerate(items) if item["answer"] is not None and item["consensus"] is not None]
    if not answered:
        return np.sqrt(guess)
    change = np.array([effect(items[at]["output"], items[at]["consensus"], items[at]["answer"]) for at in answered])
    of = code[answered]
    n = np.bincount(of, minlength=cells)
    total, squares = np.bincount(of, change, cells), np.bincount(of, change**2, cells)
    return spread(guess, np.maximum(squares - total**2 / np.maximum(n, 1), 0), n)


def _likely(project: Project, items: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """What annotators say of each item, else what the model does, where that is an answer."""
    return [
        item["consensus"] or (None if project.judges_outputs or item.get("invalid") else item["output"])
        for item in items
    ]


class _Effect:
    """What another truth changes in the headline metric, over all its labels: numerator - metric x denominator.

    Each label's is relative to its mean denominator, so that rare labels count as much as others.
    """

    def __init__(self, measuring: Measuring, metric: str, items: Sequence[Mapping[str, Any]]) -> None:
        self._measuring, self._metric = measuring, metric
        self._known: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
        led = [self._added(item["output"], item["consensus"]) for item in items if item["consensus"] is not None]
        labels = sorted({label for added in led for label in added})
        sums = {label: np.sum([added.get(label, (0.0, 0.0)) for added in led], axis=0) for label in labels}
        self._ratio = {label: float(total[0] / total[1]) for label, total in sums.items() if total[1]}
        self._scale = {label: float(total[1]) / len(led) for label, total in sums.items() if total[1]}

    def __call__(self, output: str, consensus: str, truth: str) -> float:
        """Signed by whether the metric rises."""
        led, true = self._added(output, consensus), self._added(output, truth)
        parts = []
        for label, ratio in self._ratio.items():
            (n, d), (was_n, was_d) = true.get(label, (0.0, 0.0)), led.get(label, (0.0, 0.0))
            parts.append(((n - was_n) - ratio * (d - was_d)) / self._scale[label])
        size = float(np.sqrt(np.sum(np.square(parts))))
        return size if sum(parts) >= 0 else -size

    def of_errors(self, items: Sequence[Mapping[str, Any]], likely: Sequence[str | None]) -> Floats:
        """The mean square for each of n items if what is `likely` were not true, by what is true of the others."""
        common = Counter(item["consensus"] for item in items if item["consensus"] is not None).most_common()
        if not self._ratio or len(common) > MOST_ALTERNATIVES:
            return np.ones(len(items))
        pairs = [(item["output"], led) for item, led in zip(items, likely, strict=True)]
        squares = {pair: self._square(*pair, common) for pair in set(pairs)}
        return np.array([squares[pair] for pair in pairs])

    def _square(self, output: str, consensus: str | None, common: Sequence[tuple[str, int]]) -> float:
        if consensus is None:
            return 1.0
        others = [(self(output, consensus, truth) ** 2, count) for truth, count in common if truth != consensus]
        total = sum(count for _, count in others)
        return sum(square * count for square, count in others) / total if total else 1.0

    def _added(self, output: str, answer: str) -> dict[str, tuple[float, float]]:
        if (output, answer) not in self._known:
            found = self._measuring.measure(json.loads(output), json.loads(answer))
            self._known[output, answer] = {
                one.label: (one.numerator, one.denominator) for one in found if one.metric == self._metric
            }
        return self._known[output, answer]
