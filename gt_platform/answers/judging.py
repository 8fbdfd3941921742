"""Answers that judge outputs: what of them is measured, and any kind as one whose metrics are of the judgement.

What a kind's answers are belongs in its own file, and so does which of them may be counted: see `Judges`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from gt_platform.answers.base import Answer, AnswerKind, Judges, Measure
from gt_platform.answers.wrapping import Wrapping

Bounds = dict[str, tuple[float, float]]


@runtime_checkable
class JudgingKind(AnswerKind, Judges, Protocol):
    """A kind whose answers may be judgements."""


@dataclass(frozen=True)
class Judging(Wrapping[JudgingKind]):
    """A kind whose answers judge outputs: its metrics are of the judgement, and the output itself counts for nothing.

    Of answers all is as the `kind` has it.
    """

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:  # noqa: ARG002 - the protocol of all kinds
        """What the judgement adds to each metric, whatever the output is."""
        return self.kind.judged(truth)

    def metrics(self) -> Bounds:
        """The metrics of judgements."""
        return self.kind.judgements()


def judging(kind: AnswerKind) -> Judging | None:
    """The kind as one that judges outputs; None where nothing of its answers can be counted."""
    return Judging(kind) if isinstance(kind, JudgingKind) and kind.judgements() else None


def share_of(label: str) -> str:
    """The metric that is the share of outputs judged so."""
    return f"share of {label}"


def shares(labels: Iterable[str], chosen: Collection[str]) -> list[Measure]:
    """For each label, whether it is among the chosen."""
    return [Measure(share_of(label), "*", float(label in chosen), 1.0) for label in labels]


def shares_bounds(labels: Iterable[str]) -> Bounds:
    """Their bounds."""
    return {share_of(label): (0.0, 1.0) for label in labels}
