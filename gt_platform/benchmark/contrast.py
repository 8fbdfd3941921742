"""Two systems' outputs to the same items as one: what each item adds to the difference of their metrics."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.answers import Answer, AnswerKind, Wrapping, agreeing
from gt_platform.benchmark.columns import rows
from gt_platform.benchmark.corpus import Lines
from gt_platform.benchmark.systems import Column, System
from gt_platform.metrics import Added, Measuring
from gt_platform.stats.label_error.shares import Shares

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Slope:
    """How a system's m metrics move with what a unit adds to its columns, on a part of the traffic.

    `lines` makes the metrics' shares of columns, `ratio` (m,) are the metrics, and `size` (m,) the means of their
    denominators over all units.
    """

    lines: Lines
    ratio: Floats
    size: Floats

    def pulls(self, shares: Shares) -> Floats:
        """By how much each of n units moves the metrics, times the number of units: (n, m)."""
        told = self.lines(shares)
        return (told.numerator - self.ratio * told.denominator) / self.size


@dataclass(frozen=True, kw_only=True)
class Contrasted:
    """A metric of two systems on a slice; `first` and `second` are its places among theirs."""

    column: Column
    slice: str
    first: int
    second: int
    difference: float


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two: how its outputs are measured, into which columns, and its slopes by slice."""

    measuring: Measuring
    columns: list[Column]
    slopes: dict[str, Slope]

    def given(self, output: str) -> list[str]:
        """What it put out, as JSON texts: one, or as many as there are repetitions."""
        return [json.dumps(one) for one in json.loads(output)] if self.measuring.repeated else [output]

    def pulls(self, output: str, answers: list[str]) -> dict[str, Floats]:
        """Of one output (JSON), by slice."""
        shares = rows([self.measuring.added(output, answers)], self.columns)
        return {slice_: slope.pulls(shares)[0] for slice_, slope in self.slopes.items()}


@dataclass(frozen=True, kw_only=True)
class Contrast(Measuring):
    """Measures pairs of outputs; its metrics are numbered differences, in the order of `contrasted`.

    A unit's share of one is its linearised value, the mean of which over all units is the difference of two ratios of
    totals and varies as it does (Sarndal, Swensson & Wretman 1992, 5.6): so that it is estimated like any other metric,
    label errors that strike both systems at once included.
    """

    first: Side
    second: Side
    contrasted: tuple[Contrasted, ...]

    def parted(self, outputs: Sequence[str], says: Sequence[str | None]) -> list[str]:
        """How each of n pairs of outputs parts: not at all, or into who says what annotators say, as short texts.

        An error in labels does the same to the difference of two accuracies wherever pairs part alike, and nothing
        where both said the same: cells as fine as those of one system have too few checks where two differ.
        """
        return [self._parting(pair, said) for pair, said in zip(outputs, says, strict=True)]

    def _parting(self, pair: str, said: str | None) -> str:
        one, other = json.loads(pair)
        first, second = self.first.given(one), self.second.given(other)
        if len({*first, *second}) == 1:
            return "same"
        return "".join(str(int(_mostly(self.kind, said, given))) for given in (first, second))

    def added(self, output: str, answers: Iterable[str], confidence: float | None = None) -> Added:  # noqa: ARG002
        """The linearised value in each difference; nothing without any answer."""
        given = list(answers)
        if not given:
            return {}
        one, other = json.loads(output)
        first, second = self.first.pulls(one, given), self.second.pulls(other, given)
        return {
            (str(at), "*"): (float(second[to.slice][to.second] - first[to.slice][to.first]) + to.difference, 1.0)
            for at, to in enumerate(self.contrasted)
        }


def _mostly(kind: AnswerKind, said: str | None, given: list[str]) -> bool:
    """Whether more than half of the outputs are what annotators say."""
    return said is not None and 2 * sum(agreeing(kind, said, one) for one in given) > len(given)


@dataclass(frozen=True)
class Pairs(Wrapping[AnswerKind]):
    """A kind whose outputs are pairs of JSON texts; `Contrast` measures them."""

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the second output does."""
        return self.kind.agrees(answer, json.loads(output[1]))


@dataclass(frozen=True)
class Both:
    """Two systems as one that puts out pairs."""

    first: System
    second: System
    measuring: Measuring

    @property
    def kind(self) -> AnswerKind:
        """How pairs are compared with an answer."""
        return Pairs(self.second.kind)

    @property
    def of_events(self) -> bool:
        """Whether one of them did."""
        return self.first.of_events or self.second.of_events

    @property
    def until(self) -> datetime | None:
        """When one of them was last asked."""
        return min((system.until for system in (self.first, self.second) if system.until), default=None)

    def read(self, units: pl.DataFrame) -> pl.DataFrame:
        """Pairs of outputs, each as its system has it."""
        pairs = zip(*(system.read(units)["output"] for system in (self.first, self.second)), strict=True)
        output = pl.Series("output", [json.dumps(pair) for pair in pairs], dtype=pl.String)
        nothing = pl.lit(None, dtype=pl.String)
        return units.with_columns(output, read=nothing, invalid=nothing)
