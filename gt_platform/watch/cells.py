"""Cells of events whose outputs tell the same of their truth: an output, and how sure the model was of it."""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.watching.daily import Codes, Floats
from gt_platform.stats.watching.prevalence import Labels
from gt_platform.watch.evidence import BANDS, Events, bands

PARTS = 3
LABELS_EACH = 15
"""Labels that each part of an output's events must have for them to be told apart by confidence."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Of each output and band of confidence its cell, `code` (K + 1, BANDS + 1), and of each cell its output, (C,)."""

    code: Codes
    output: Codes

    def counts(self, outputs: Floats) -> Floats:
        """Events by day and cell, (D, C), of those by output and band (D, K + 1, BANDS + 1)."""
        into = np.zeros((self.code.size, len(self.output)))
        into[np.arange(self.code.size), self.code.ravel()] = 1
        found: Floats = outputs.reshape(len(outputs), -1) @ into
        return found

    def labels(self, known: Events, answers: int) -> Labels:
        """Labeled events that have a truth."""
        return Labels(
            cell=self.code[known.output, bands(known.confidence)],
            truth=known.truth,
            weight=known.weight,
            output=self.output,
            answers=answers,
        )


def cells(outputs: Floats, known: Events) -> Cells:
    """Cut a reference's counts (K + 1, BANDS + 1) of each output into PARTS, where enough events have labels."""
    code, output = np.zeros(outputs.shape, np.int64), list[int]()
    told = np.bincount(known.output % len(outputs), minlength=len(outputs))
    for answer, events in enumerate(outputs[:, :BANDS]):
        parts = PARTS if told[answer] >= PARTS * LABELS_EACH else 1
        below = np.cumsum(events) - events / 2
        part = np.minimum(np.floor(parts * below / max(float(events.sum()), 1.0)).astype(np.int64), parts - 1)
        part = np.unique(part, return_inverse=True)[1]
        code[answer, :BANDS], code[answer, BANDS] = part + len(output), len(output)
        output += [answer] * (int(part.max()) + 1)
    return Cells(code=code, output=np.array(output, dtype=np.int64))
