"""Whose outputs are scored: production's, or what anybody else put out for the same items."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import polars as pl

from gt_platform.answers import Answer, AnswerKind, Measure, Wrapping
from gt_platform.metrics import Measuring
from gt_platform.project import Project

MISSING = "null"
"""What stands for an output that is not there, which is no valid answer."""
Column = tuple[str, str]


class System(Protocol):
    """What puts out an answer to every sampled event."""

    @property
    def kind(self) -> AnswerKind:
        """How its outputs are compared."""

    @property
    def measuring(self) -> Measuring:
        """What they add to metrics."""

    def read(self, units: pl.DataFrame) -> pl.DataFrame:
        """Events (with event_id, item_id and production's output) with its `output` as it is compared with truth.

        `read` is the answer where it is not the output as it came, `invalid` the reason why there is none.
        """


@dataclass(frozen=True)
class Production:
    """The model that serves."""

    project: Project

    @property
    def kind(self) -> AnswerKind:
        """The project's."""
        return self.project.answer_kind

    @property
    def measuring(self) -> Measuring:
        """The project's."""
        return self.project.measuring

    def read(self, units: pl.DataFrame) -> pl.DataFrame:
        """What it put out, read as the project declares."""
        return self.project.outputs.frame(units)


@dataclass(frozen=True)
class Repeated(Wrapping[AnswerKind]):
    """A kind whose outputs are lists of outputs to the same item: what they add to a metric is their mean."""

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """The mean over the outputs."""
        sums: dict[Column, list[float]] = {}
        for one in output:
            for share in self.kind.measure(one, truth):
                total = sums.setdefault((share.metric, share.label), [0.0, 0.0])
                total[0] += share.numerator
                total[1] += share.denominator
        return [Measure(*column, above / len(output), below / len(output)) for column, (above, below) in sums.items()]

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether more than half of the outputs do."""
        return 2 * sum(self.kind.agrees(answer, one) for one in output) > len(output)

    def metrics(self) -> dict[str, tuple[float, float]]:
        """The kind's."""
        return self.kind.metrics()


@dataclass(frozen=True)
class Given:
    """Outputs that are known by item, JSON texts, one a repetition; None where there is none to it."""

    project: Project
    outputs: Mapping[str, Sequence[str | None]]

    @property
    def kind(self) -> AnswerKind:
        """The project's, over repetitions."""
        return Repeated(self.project.answer_kind)

    @property
    def measuring(self) -> Measuring:
        """The project's, over repetitions."""
        return replace(self.project.measuring, repeated=True)

    def read(self, units: pl.DataFrame) -> pl.DataFrame:
        """Lists of outputs, each read as the project declares; invalid where any of them is, or there is none."""
        told = {item: self._told(self.outputs.get(item) or [None]) for item in units["item_id"].unique()}
        rows = [(*told[item], None) for item in units["item_id"]]
        named = zip(("output", "invalid", "read"), zip(*rows, strict=True) if rows else ((), (), ()), strict=True)
        return units.with_columns(pl.Series(name, list(values), dtype=pl.String) for name, values in named)

    def _told(self, outputs: Sequence[str | None]) -> tuple[str, str | None]:
        read = self.project.outputs.frame(pl.DataFrame({"output": [one or MISSING for one in outputs]}))
        invalid = read["invalid"].drop_nulls()
        return json.dumps([json.loads(one) for one in read["output"]]), invalid[0] if len(invalid) else None
