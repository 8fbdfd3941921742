"""Random cases for each statistic of a corpus, as its parts, fast to draw: for tests and for tests/bench/metrics."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.answers.boxes import Boxes
from gt_platform.answers.choice import Choice
from gt_platform.answers.number import Number
from gt_platform.answers.ordinal import Ordinal
from gt_platform.answers.text import Text
from gt_platform.metrics import Case, metrics

Floats = NDArray[np.float64]
Generator = np.random.Generator
Draw = Callable[[int, Generator], list[tuple[Any, Any, float]]]
LABELS = ["a", "b", "c", "d"]
MOODS = Choice(labels=dict.fromkeys(LABELS, ""))
EITHER = Choice(labels={"spam": "", "ham": ""})
GRADES = Ordinal(scale=dict.fromkeys(LABELS, ""))
AGES = Number(minimum=0, maximum=100, unit="years")
WORDS = [f"w{at}" for at in range(40)]
TEXTS = Text()
PICTURES = Boxes(labels={"cat": "", "dog": ""}, width=100, height=100)


def _labels(n: int, rng: Generator) -> list[tuple[Any, Any, float]]:
    """Wrong more often where confidence is low, and of rarer labels."""
    true = rng.choice(LABELS, n, p=[0.5, 0.3, 0.12, 0.08])
    sure = rng.uniform(0.4, 1, n)
    said = np.where(rng.random(n) < sure * np.where(true > "b", 0.75, 1), true, rng.choice(LABELS, n))
    return list(zip(said.tolist(), true.tolist(), sure.tolist(), strict=True))


def _either(n: int, rng: Generator) -> list[tuple[Any, Any, float]]:
    true = rng.choice(["spam", "ham"], n, p=[0.3, 0.7])
    sure = rng.uniform(0.5, 1, n)
    said = np.where(rng.random(n) < sure, true, np.where(true == "spam", "ham", "spam"))
    return list(zip(said.tolist(), true.tolist(), sure.tolist(), strict=True))


def _numbers(n: int, rng: Generator) -> list[tuple[Any, Any, float]]:
    true = np.clip(rng.gamma(4, 10, n), 0, 100)
    said = np.clip(true + rng.normal(0, 4 + true / 5), 0, 100)
    return list(zip(said.tolist(), true.tolist(), [1.0] * n, strict=True))


def _texts(n: int, rng: Generator) -> list[tuple[Any, Any, float]]:
    """Some words replaced, some outputs cut short."""
    found: list[tuple[Any, Any, float]] = []
    for _ in range(n):
        true = rng.choice(WORDS, rng.integers(4, 16))
        said = np.where(rng.random(len(true)) < rng.uniform(0.4, 1), true, rng.choice(WORDS, len(true)))
        found.append((" ".join(said[: rng.integers(3, len(said) + 1)]), " ".join(true), 1.0))
    return found


def _box(corner: Floats, label: str) -> dict[str, Any]:
    return {"x": float(corner[0]), "y": float(corner[1]), "width": 20.0, "height": 20.0, "label": label}


def _pictures(n: int, rng: Generator) -> list[tuple[Any, Any, float]]:
    """A cat, and in half of them a dog far from it; the surer the model the nearer its boxes."""
    found: list[tuple[Any, Any, float]] = []
    for _ in range(n):
        sure, dogs = rng.uniform(0.1, 1), rng.random() < 0.5
        true = [(rng.uniform(5, 25, 2), "cat"), *([(rng.uniform(55, 75, 2), "dog")] if dogs else [])]
        said = [
            (corner + rng.normal(0, 1 + 3 * (1 - sure), 2), label if rng.random() < sure else "cat")
            for corner, label in true
            if rng.random() < 0.9
        ]
        found.append(([_box(*one) for one in said], [_box(*one) for one in true], float(sure)))
    return [([one for one in said if min(one["x"], one["y"]) >= 0], true, sure) for said, true, sure in found]


WORLDS: dict[str, tuple[Any, Draw]] = {
    **dict.fromkeys(("macro_f1", "macro_precision", "macro_recall", "balanced_accuracy", "mcc"), (MOODS, _labels)),
    **dict.fromkeys(("weighted_f1", "weighted_precision", "weighted_recall", "confidence_auc"), (MOODS, _labels)),
    "auc": (EITHER, _either),
    "quadratic_kappa": (GRADES, _labels),
    **dict.fromkeys(("rmse", "r2", "spearman"), (AGES, _numbers)),
    "map": (PICTURES, _pictures),
    **dict.fromkeys(("bleu", "chrf"), (TEXTS, _texts)),
}


def drawn(name: str, n: int, rng: Generator) -> Floats:
    """The parts of n random cases, (n, k)."""
    kind, draw = WORLDS[name]
    metric: Any = metrics()[name]
    cases = (Case(kind=kind, output=said, truth=true, confidence=sure) for said, true, sure in draw(n, rng))
    return np.array([parts for case in cases if (parts := metric.parts(case)) is not None], dtype=np.float64)
