"""The contract of a metric."""

import math
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, ClassVar

import numpy as np
import pytest

from gt_platform.answers import Answer, AnswerKind
from gt_platform.metrics import Case, Corpus, Linearised, Metric, Ratio
from gt_platform.testing.pools import STRANGE

DIGITS = 1e-6
TILT = 1e-3
"""How much heavier a case is made to see where the statistic goes."""
NEAR = 0.05
"""Of the largest influence: how far what a case moves may be from what it is said to."""


class MetricContract:
    """What is promised of a metric. `cases` are ten or more of (output, truth, confidence) of a `kind` it suits.

    - It says what it is, whose values it has, and what it is of nothing.
    - An output may be anything, and a confidence may be missing: it adds finite numbers or takes no part.
    - Over whatever cases, it lies within its limits.
    - A case counted twice is two cases; neither the order of cases nor the unit of weights matters.
    - A statistic has as many parts of each case, and moves as its influences say: none of all together, each a little
      heavier as far as its own.
    """

    metric: ClassVar[Metric]
    kind: ClassVar[AnswerKind]
    cases: ClassVar[Sequence[tuple[Answer, Answer, float | None]]]
    smooth: ClassVar[bool] = True
    """False of a statistic that jumps, whose influences are those of a smooth one near it."""

    @property
    def given(self) -> list[Case]:
        """The cases."""
        return [
            Case(kind=self.kind, output=output, truth=self.kind.validate(truth), confidence=sure)
            for output, truth, sure in self.cases
        ]

    def test_it_says_what_it_is(self) -> None:
        """For `gt metrics` and the docs."""
        assert isinstance(self.metric, Ratio | Corpus)
        assert self.metric.suits(self.kind)
        assert all((self.metric.name, self.metric.about, self.metric.library, self.metric.empty))
        low, high = self.metric.limits(self.kind)
        assert low < high
        assert len(self.cases) >= 10

    def test_whatever_comes_adds_finite_numbers(self) -> None:
        """Or nothing."""
        truths = [self.kind.validate(truth) for _, truth, _ in self.cases[:3]]
        for output in STRANGE:
            for truth in truths:
                for sure in (None, 0.0, 1.0) if self.metric.needs else (None,):
                    self._added(Case(kind=self.kind, output=output, truth=truth, confidence=sure))

    def test_nothing_handed_to_it_is_changed(self) -> None:
        """Neither outputs nor truths."""
        before = deepcopy(list(self.cases))
        for case in self.given:
            self._added(case)
        assert list(self.cases) == before

    def test_it_lies_within_its_limits(self) -> None:
        """Of all cases, and of those that a weight makes most of."""
        low, high = self.metric.limits(self.kind)
        for seed in range(4):
            weight = np.random.default_rng(seed).exponential(1, len(self.cases)) + 0.01
            for found in self._value(self.given, weight).values():
                assert math.isnan(found) or low - DIGITS <= found <= high + DIGITS

    def test_a_case_counted_twice_is_two(self) -> None:
        """In any order, whatever weights are counted in."""
        weight = np.array([1.0 + at % 3 for at in range(len(self.cases))])
        found = self._value(self.given, weight)
        again = [case for case, times in zip(self.given, weight, strict=True) for _ in range(int(times))]
        for other in (self._value(again[::-1], np.full(len(again), 1.0)), self._value(self.given, 7 * weight)):
            assert other == pytest.approx(found, abs=DIGITS, rel=DIGITS, nan_ok=True)

    def test_a_statistic_moves_as_its_influences_say(self) -> None:
        """Around any weights at which it has a value."""
        if not isinstance(self.metric, Corpus):
            return
        parts, weight = self._parts(self.given), np.random.default_rng(1).uniform(1, 2, len(self.cases))
        kept = np.array([each is not None for each in parts])
        rows = np.array([each for each in parts if each is not None], dtype=np.float64)
        weight = weight[kept]
        line = self.metric.linearised(rows, weight)
        if math.isnan(line.value):
            return
        influence = line.influence(rows, np.ones(len(rows)))
        assert weight @ influence == pytest.approx(0, abs=DIGITS * weight.sum() * max(1.0, np.abs(influence).max()))
        assert line.influence(np.zeros_like(rows), np.zeros(len(rows))) == pytest.approx(np.zeros(len(rows)))
        for at in range(len(rows)) if self.smooth else ():
            moved = self._moved(rows, weight, at, line)
            assert moved == pytest.approx(influence[at], abs=NEAR * np.abs(influence).max() + DIGITS)

    def _moved(self, rows: Any, weight: Any, at: int, line: Linearised) -> float:
        assert isinstance(self.metric, Corpus)
        heavier = weight.copy()
        heavier[at] *= 1 + TILT
        share = (heavier[at] - weight[at]) / heavier.sum()
        return float((self.metric.linearised(rows, heavier).value - line.value) / share)

    def _added(self, case: Case) -> None:
        if isinstance(self.metric, Ratio):
            for label, (numerator, denominator) in self.metric.shares(case).items():
                assert isinstance(label, str)
                assert math.isfinite(numerator)
                assert math.isfinite(denominator)
                assert denominator >= 0
        elif isinstance(self.metric, Corpus):
            parts = self.metric.parts(case)
            assert parts is None or all(map(math.isfinite, parts))
            lengths = (len(each) for one in self.given if (each := self.metric.parts(one)) is not None)
            assert parts is None or len(parts) == next(lengths)

    def _parts(self, cases: Sequence[Case]) -> list[Sequence[float] | None]:
        assert isinstance(self.metric, Corpus)
        return [self.metric.parts(case) for case in cases]

    def _value(self, cases: Sequence[Case], weight: Any) -> dict[str, float]:
        """By label; NaN where there is none."""
        if isinstance(self.metric, Ratio):
            shares = [self.metric.shares(case) for case in cases]
            sums = {
                label: np.array([each.get(label, (0.0, 0.0)) for each in shares]).T @ weight
                for label in sorted({label for each in shares for label in each})
            }
            return {label: float(up / down) if down else math.nan for label, (up, down) in sums.items()}
        parts = self._parts(cases)
        kept = np.array([each is not None for each in parts])
        if not kept.any() or not isinstance(self.metric, Corpus):
            return {"*": math.nan}
        rows = np.array([each for each in parts if each is not None], dtype=np.float64)
        return {"*": self.metric.linearised(rows, weight[kept]).value}
