"""The chance of each truth among like inputs, and whether labels say that such chances are tilted as label shift does.

Labels tell whether it is the prevalence of answers that moved outputs: then an answer that became commoner is true more
often among like inputs, too. Where only inputs changed it is not.
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.watching.daily import Codes, Floats
from gt_platform.stats.watching.rightness import Rightness, learned

UNKNOWN = -1
LEAST_REACH = 1e-3
"""What a tilt must change in a mean event's logarithm of odds for labels to tell of it."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """n labeled events by their `output` and `truth` (n,), codes of K answers or UNKNOWN: no valid one, tied.

    `features` (n, p) and `weight` (n,) are as in `Labeled`.
    """

    features: Floats
    weight: Floats
    output: Codes
    truth: Codes
    answers: int


@dataclass(frozen=True, kw_only=True)
class Tilt:
    """How far answers to like inputs are tilted as label shift tilts them, 1, rather than not at all, 0; its error."""

    found: float
    error: float


@dataclass(frozen=True, kw_only=True)
class Truths:
    """How truths went with outputs in a reference: the chance that an output is true, and what is where it is not."""

    hit: Rightness
    missed: Floats

    def chances(self, events: Answered) -> Floats:
        """Each event's chance of each truth, (n, K)."""
        valid = np.flatnonzero(events.output != UNKNOWN)
        hit = np.where(events.output == UNKNOWN, 0.0, self.hit.expected(events.features))
        found: Floats = (1 - hit)[:, None] * self.missed[events.output]
        found[valid, events.output[valid]] = hit[valid]
        return found


def truths(then: Answered) -> Truths:
    """Learn it from the reference's labels; truths among misses lean on what is true at all where there are few."""
    known = then.truth != UNKNOWN
    output, truth, weight = then.output[known], then.truth[known], then.weight[known]
    hit = learned(then.features[known], (output == truth).astype(np.float64), weight, shares=True)
    scaled = weight * weight.sum() / (weight**2).sum()
    rows = then.answers + 1  # the last, which UNKNOWN is the place of, has no valid output
    counts = np.bincount((output % rows) * then.answers + truth, scaled, rows * then.answers)
    counts = counts.reshape(rows, then.answers)
    leaning = counts + (counts.sum(axis=0) + 0.5) / (counts.sum() + 0.5 * then.answers)
    leaning[np.arange(then.answers), np.arange(then.answers)] = 0
    return Truths(hit=hit, missed=leaning / leaning.sum(axis=1, keepdims=True))


def tilt(then: Truths, now: Answered, commoner: Floats) -> Tilt | None:
    """Ask the labels of now; `commoner` (n, K) is how much commoner each answer is on an event's day than before.

    None where no label can tell. It is where the score of a tilt's size, which is 0 or 1, puts it.
    """
    chances, logs = then.chances(now), np.log(commoner)
    usual = (chances * logs).sum(axis=1)
    tilted = chances * commoner
    reach = (tilted * logs).sum(axis=1) / tilted.sum(axis=1) - usual
    weight = np.where(now.truth != UNKNOWN, now.weight, 0.0)
    whole = float(weight @ reach)
    if whole <= LEAST_REACH * float(weight.sum()):
        return None
    seen = logs[np.arange(len(logs)), now.truth] - usual
    found = float(weight @ seen) / whole
    own = float((weight**2 * (seen - found * reach) ** 2).sum()) / whole**2
    slope = (then.hit.slope(now.features) * (weight * _by_hit(then, now, logs))[:, None]).sum(axis=0) / whole
    return Tilt(found=found, error=float(np.sqrt(own + slope @ then.hit.covariance @ slope)))


def _by_hit(then: Truths, now: Answered, logs: Floats) -> Floats:
    """How `usual` changes with the chance that the output is true, (n,)."""
    of_output = logs[np.arange(len(logs)), now.output]
    return np.where(now.output == UNKNOWN, 0.0, of_output - (then.missed[now.output] * logs).sum(axis=1))
