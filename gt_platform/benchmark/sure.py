"""A system with what it says of its own chance of being right: what each output adds to its reliability."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.answers import Answer, AnswerKind, Wrapping
from gt_platform.benchmark.reads import Reads
from gt_platform.benchmark.systems import System
from gt_platform.metrics import Added, Measuring
from gt_platform.project.candidates import PRODUCTION

Floats = NDArray[np.float64]
Confidences = Mapping[str, Sequence[float | None]]
OF_EVENTS = "SELECT event_id, [confidence] FROM events SEMI JOIN sample USING (event_id)"
OF_ITEMS = """
    SELECT item_id, list(confidence ORDER BY repetition) FROM current_predictions
    WHERE candidate = $name GROUP BY item_id
"""


@dataclass(frozen=True, kw_only=True)
class Reliability(Measuring):
    """Measures outputs with their confidences: how right each bin is and its share, the Brier score, the error.

    Bins lie between `cuts`, ascending. `signed` is the middle of each bin's confidences less rightness, by the sign
    this was seen with: the mean of it is the calibration error as seen. A value of few kinds each, so that units whose
    label errors do the same to it are found.
    """

    cuts: Floats
    middle: Floats
    sign: Floats

    def added(self, output: str, answers: Iterable[str], confidence: float | None = None) -> Added:  # noqa: ARG002
        """On average over answers and repetitions; nothing of an output without a confidence."""
        told, given = json.loads(output), [json.loads(answer) for answer in answers]
        pairs = [
            (sure, float(self.kind.agrees(truth, said)))
            for said, sure in zip(told[::2], told[1::2], strict=True)
            if sure is not None
            for truth in given
        ]
        sums: dict[tuple[str, str], Floats] = {}
        for sure, right in pairs:
            for column, share in self._of_confidence(sure, right).items():
                sums[column] = sums.get(column, np.zeros(2)) + np.array(share)
        return {column: tuple((total / len(pairs)).tolist()) for column, total in sums.items()}

    def _of_confidence(self, sure: float, right: float) -> Added:
        place = int(np.searchsorted(self.cuts, sure, side="left"))
        bins = {("share", f"{at:02}"): (float(at == place), 1.0) for at in range(len(self.cuts) + 1)}
        signed = self.sign[place] * (self.middle[place] - right)
        return bins | {
            ("right", f"{place:02}"): (right, 1.0),
            ("brier", "*"): ((sure - right) ** 2, 1.0),
            ("signed", "*"): (float(signed), 1.0),
        }


@dataclass(frozen=True)
class Said(Wrapping[AnswerKind]):
    """A kind whose outputs are lists: an output, its confidence, the next repetition's output, and so on."""

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether more than half of the outputs do."""
        told = output[::2]
        return 2 * sum(self.kind.agrees(answer, one) for one in told) > len(told)


@dataclass(frozen=True)
class Sure:
    """A system whose outputs come with their confidences, by event of production's, by item of a candidate's."""

    system: System
    measuring: Reliability
    confidences: Confidences

    @property
    def kind(self) -> AnswerKind:
        """How such lists are compared with an answer."""
        return Said(self.measuring.kind)

    @property
    def of_events(self) -> bool:
        """Whether it only ever answered what came as an event."""
        return self.system.of_events

    @property
    def until(self) -> datetime | None:
        """When it was last asked."""
        return self.system.until

    def of(self, units: pl.DataFrame) -> list[Sequence[float | None]]:
        """The confidences of each event's repetitions."""
        key = "event_id" if self.of_events else "item_id"
        return [self.confidences.get(name, (None,)) for name in units[key]]

    def read(self, units: pl.DataFrame) -> pl.DataFrame:
        """Outputs as lists, each with its confidence."""
        read = self.system.read(units)
        said = [[json.loads(one)] if self.of_events else json.loads(one) for one in read["output"]]
        lists = [
            [part for pair in zip(outputs, sure, strict=True) for part in pair]
            for outputs, sure in zip(said, self.of(units), strict=True)
        ]
        output = pl.Series("output", [json.dumps(one) for one in lists], dtype=pl.String)
        return read.with_columns(output, read=pl.lit(None, dtype=pl.String))


def confidences(store: Reads, name: str) -> Confidences:
    """What is stored of a system's, by event or item."""
    if name == PRODUCTION:
        return dict(store.read(OF_EVENTS).iter_rows())
    return dict(store.read(OF_ITEMS, {"name": name}).iter_rows())
