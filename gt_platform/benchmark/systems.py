"""Whose outputs are scored: production's, or what anybody else put out for the same items."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import polars as pl

from gt_platform.answers import Answer, AnswerKind, Wrapping
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

    @property
    def of_events(self) -> bool:
        """Whether it only ever answered what came as an event."""

    @property
    def until(self) -> datetime | None:
        """When it was last asked, where newer items are there: of those nothing is said, as nobody asked it."""

    def read(self, units: pl.DataFrame) -> pl.DataFrame:
        """Events (with event_id, item_id and production's output) with its `output` as it is compared with truth.

        `read` is the answer where it is not the output as it came, `invalid` the reason why there is none.
        """


@dataclass(frozen=True)
class Production:
    """The model that serves."""

    project: Project
    until: datetime | None = None

    @property
    def kind(self) -> AnswerKind:
        """The project's."""
        return self.project.answer_kind

    @property
    def measuring(self) -> Measuring:
        """The project's."""
        return self.project.measuring

    @property
    def of_events(self) -> bool:
        """It did."""
        return True

    def read(self, units: pl.DataFrame) -> pl.DataFrame:
        """What it put out, read as the project declares."""
        return self.project.outputs.frame(units)


@dataclass(frozen=True)
class Repeated(Wrapping[AnswerKind]):
    """A kind whose outputs are lists of outputs to the same item; `Measuring` averages what they add."""

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether more than half of the outputs do."""
        return 2 * sum(self.kind.agrees(answer, one) for one in output) > len(output)


@dataclass(frozen=True)
class Given:
    """Outputs that are known by item, JSON texts, one a repetition; None where there is none to it."""

    project: Project
    outputs: Mapping[str, Sequence[str | None]]
    until: datetime | None = None

    @property
    def kind(self) -> AnswerKind:
        """The project's, over repetitions."""
        return Repeated(self.project.answer_kind)

    @property
    def measuring(self) -> Measuring:
        """The project's, over repetitions."""
        return replace(self.project.measuring, repeated=True)

    @property
    def of_events(self) -> bool:
        """It may be asked anything."""
        return False

    def read(self, units: pl.DataFrame) -> pl.DataFrame:
        """Lists of outputs, each read as the project declares; invalid where any of them is, or there is none."""
        given = [tuple(self.outputs.get(item) or [None]) for item in units["item_id"]]
        told = {outputs: self._told(outputs) for outputs in dict.fromkeys(given)}
        output, invalid = ([told[outputs][part] for outputs in given] for part in (0, 1))
        named = {"output": output, "invalid": invalid}
        texts = [pl.Series(name, values, dtype=pl.String) for name, values in named.items()]
        return units.with_columns(*texts, read=pl.lit(None, dtype=pl.String))

    def _told(self, outputs: Sequence[str | None]) -> tuple[str, str | None]:
        read = [self.project.outputs.read(json.loads(one or MISSING)) for one in outputs]
        invalid = [one.reason for one in read if one.reason]
        return json.dumps([one.plain if one.reason else one.answer for one in read]), next(iter(invalid), None)


Whose = Production | Given
