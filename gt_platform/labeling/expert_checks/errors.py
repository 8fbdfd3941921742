"""How unevenly experts correct the items of a cell: guessed by how annotators voted, learned from what experts said."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.answers import AnswerKind
from gt_platform.project import Project
from gt_platform.stats.label_error.checking import deviations as spread

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

GUESSED: Mapping[str, float] = {"unanimous": 0.05, "strong": 0.15, "split": 0.3, "undecided": 0.5}
"""Share of items on which an expert would say something else, before any was asked: of three annotators right on 80 to
90 %, 1-2 % of the unanimous and 10-30 % of the split are wrong; more, because some items are hard for all."""


def deviations(project: Project, items: Sequence[Mapping[str, Any]], code: Codes, cells: int) -> Floats:
    """The standard deviation of what experts change in the headline metric, of an item of each cell, (cells,).

    `items` have pattern, consensus, output and the expert's answer, if any. The guess counts for as many checks as
    `stats.label_error.checking` says.
    """
    share = np.array([GUESSED[item["pattern"]] for item in items])
    size = np.maximum(np.bincount(code, minlength=cells), 1)
    guess = np.bincount(code, share * (1 - share), cells) / size
    answered = [at for at, item in enumerate(items) if item["answer"] is not None and item["consensus"] is not None]
    if not answered:
        return np.sqrt(guess)
    kind, metric = project.answer_kind, project.headline
    changes = [_change(kind, metric, items[at]) for at in answered]
    scale = max((abs(change) for change in changes), default=0.0) or 1.0
    change, of = np.array(changes) / scale, code[answered]
    n = np.bincount(of, minlength=cells)
    total, squares = np.bincount(of, change, cells), np.bincount(of, change**2, cells)
    own = np.maximum(squares - total**2 / np.maximum(n, 1), 0)
    return spread(guess, own, n)


def _change(kind: AnswerKind, metric: str, item: Mapping[str, Any]) -> float:
    """How much more the event adds to the metric by the expert's answer than by annotators', over all its labels."""
    true, led = (_added(kind, metric, item["output"], item[name]) for name in ("answer", "consensus"))
    parts = [np.subtract(true.get(label, (0.0, 0.0)), led.get(label, (0.0, 0.0))) for label in true.keys() | led.keys()]
    size = float(np.sqrt(sum(float((part**2).sum()) for part in parts)))
    return size if sum(float(part[0]) for part in parts) >= 0 else -size


def _added(kind: AnswerKind, metric: str, output: str, answer: str) -> dict[str, tuple[float, float]]:
    found = kind.measure(json.loads(output), json.loads(answer))
    return {one.label: (one.numerator, one.denominator) for one in found if one.metric == metric}
