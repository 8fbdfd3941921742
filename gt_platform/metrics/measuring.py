"""What an output adds to each metric of a project: those of its answer kind, and those of the registry that it names.

What follows for a score belongs in `benchmark`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from gt_platform.answers import Answer, AnswerKind, Measure
from gt_platform.metrics.base import Case, Corpus, Floats, Metric, Ratio, valid
from gt_platform.metrics.registry import metrics

Bounds = dict[str, tuple[float, float]]
Column = tuple[str, str]
Added = dict[Column, tuple[float, float]]
"""Numerator and denominator by metric and label. Of corpus statistics each part is a numerator, its denominator how far
the case counts; their columns are named by the metric and the part's number, and begin with PARTS."""
PARTS = "parts of "


@dataclass(frozen=True, kw_only=True)
class Measuring:
    """An answer kind with the metrics that are measured; a name that the kind has is the kind's.

    Where outputs are `repeated`, each is a list of outputs to the same item, and adds their mean.
    """

    kind: AnswerKind
    names: tuple[str, ...]
    repeated: bool = False

    @cached_property
    def registered(self) -> Mapping[str, Metric]:
        """Those named that are not the kind's. A name nobody has is left to whoever declared it."""
        others = [name for name in self.names if name not in self.kind.metrics()]
        return {name: metrics()[name] for name in others if name in metrics()} if others else {}

    @property
    def statistics(self) -> tuple[Corpus, ...]:
        """Those of them that are statistics of the corpus."""
        return tuple(metric for metric in self.registered.values() if isinstance(metric, Corpus))

    @cached_property
    def bounds(self) -> Bounds:
        """Of the kind's own and of the registered ones, the lowest and highest possible value."""
        return self.kind.metrics() | {name: one.limits(self.kind) for name, one in self.registered.items()}

    @property
    def lower_is_better(self) -> frozenset[str]:
        """Of which less is better; of a kind's own, which does not say, those named an error."""
        own = {name for name in self.kind.metrics() if name.endswith("error")}
        return frozenset(own | {name for name, metric in self.registered.items() if metric.lower_is_better})

    @property
    def reads_confidence(self) -> bool:
        """Whether what an output adds depends on how sure the model said it is."""
        return any("confidence" in metric.needs for metric in self.registered.values())

    @cached_property
    def families(self) -> Mapping[Callable[[Case], Sequence[float] | None], str]:
        """The name of the columns of each way to take a case apart: that of the first metric that does."""
        named: dict[Callable[[Case], Sequence[float] | None], str] = {}
        for metric in self.statistics:
            named.setdefault(metric.parts, PARTS + metric.name)
        return named

    def measure(self, output: Answer, truth: Answer, confidence: float | None = None) -> list[Measure]:
        """What an output adds to every metric that is a ratio of totals."""
        own, case = self.kind.measure(output, truth), self._case(output, truth, confidence)
        return own if case is None else own + self._ratios(case)

    def _case(self, output: Answer, truth: Answer, confidence: float | None) -> Case | None:
        """What the registered metrics look at; a truth of an older schema, that is no answer any more, is none."""
        if not self.registered or valid(self.kind, truth) is None:
            return None
        return Case(kind=self.kind, output=output, truth=truth, confidence=confidence)

    def _ratios(self, case: Case) -> list[Measure]:
        return [
            Measure(metric.name, label, *share)
            for metric in self.registered.values()
            if isinstance(metric, Ratio)
            for label, share in metric.shares(case).items()
        ]

    def added(self, output: str, answers: Iterable[str], confidence: float | None = None) -> Added:
        """What an output adds, on average over the answers that may be the truth; nothing without any. All are JSON."""
        told, given = json.loads(output), [json.loads(answer) for answer in answers]
        pairs = list(product(told if self.repeated else [told], given))
        if len(pairs) == 1:
            return self._of_one(*pairs[0], confidence)
        sums: dict[Column, Floats] = {}
        for one, answer in pairs:
            for column, share in self._of_one(one, answer, confidence).items():
                sums[column] = sums.get(column, np.zeros(2)) + np.array(share)
        return {column: tuple((total / len(pairs)).tolist()) for column, total in sums.items()}

    def _of_one(self, output: Answer, truth: Answer, confidence: float | None) -> Added:
        own, case = self.kind.measure(output, truth), self._case(output, truth, confidence)
        ratios = own if case is None else own + self._ratios(case)
        found: Added = {(one.metric, one.label): (one.numerator, one.denominator) for one in ratios}
        for parts, name in self.families.items() if case else ():
            told = None if case is None else parts(case)
            found |= {(name, f"{at:04}"): (float(part), 1.0) for at, part in enumerate(() if told is None else told)}
        return found
