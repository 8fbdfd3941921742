"""What a metric is of cases at hand, by hand: what the tests hold against a library."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gt_platform.metrics import Case, Corpus, Linearised, Ratio, metrics
from gt_platform.metrics.base import Floats

Pair = tuple[Any, Any] | tuple[Any, Any, float | None]


def cases(kind: Any, pairs: Sequence[Pair]) -> list[Case]:
    """Of outputs and truths, with confidences where there are any."""
    return [
        Case(kind=kind, output=pair[0], truth=kind.validate(pair[1]), confidence=pair[2] if len(pair) > 2 else None)
        for pair in pairs
    ]


def value(name: str, kind: Any, pairs: Sequence[Pair], weight: Floats | None = None, label: str = "*") -> float:
    """The metric of these cases, each weighing as much as it is told to."""
    metric, weights = metrics()[name], np.ones(len(pairs)) if weight is None else weight
    assert metric.suits(kind), name
    if isinstance(metric, Corpus):
        return at(name, kind, pairs, weights)[0].value
    assert isinstance(metric, Ratio)
    shares = np.array([metric.shares(case).get(label, (0.0, 0.0)) for case in cases(kind, pairs)])
    return float(weights @ shares[:, 0] / (weights @ shares[:, 1]))


def at(name: str, kind: Any, pairs: Sequence[Pair], weight: Floats) -> tuple[Linearised, Floats]:
    """The statistic at these cases, and their parts."""
    metric = metrics()[name]
    assert isinstance(metric, Corpus)
    parts = np.array([metric.parts(case) for case in cases(kind, pairs)], dtype=np.float64)
    return metric.linearised(parts, weight), parts
