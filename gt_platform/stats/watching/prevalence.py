"""How common each answer is in truth, from what is put out and how outputs and truths go together on labeled items.

That holds as far as an output of a given truth comes as often as before (label shift: Saerens, Latinne & Decaestecker
2002; Lipton, Wang & Smola 2018). Whether it does is asked of labels in explained.py.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gt_platform.stats.watching.daily import Codes, Daily, Flags, Floats, Moved, moved

REPLICATES = 40
TO_OUTPUT = 2.0
"""Labels' worth by which a cell's truths are drawn to those of its output."""
TO_ALL = 1.0
"""The same, of an output's to those of all."""
RIDGE = 1e-6
LEAST = 1e-3
"""The smallest share an answer is taken to have where shares are divided by one another."""


@dataclass(frozen=True, kw_only=True)
class Labels:
    """n labeled events: `cell` (n,) of C, `truth` (n,) of K and the `weight` (n,) that each stands for.

    `output` (C,) says which cells are of one output.
    """

    cell: Codes
    truth: Codes
    weight: Floats
    output: Codes
    answers: int

    @cached_property
    def worth(self) -> Floats:
        """Weights that add up to as many labels of equal weight as these are worth (Kish 1965)."""
        total = float(self.weight.sum())
        scaled: Floats = self.weight * (total / max(float((self.weight**2).sum()), 1e-300))
        return scaled


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """What a reference says: each answer's `prior` (K,), and `tells` (C, K), what an event of a cell adds to each.

    The prevalence of answers on a day is its cells' shares times `tells`: Lipton's estimate by generalized least
    squares, which with as many cells as answers inverts the confusion matrix.
    """

    prior: Floats
    tells: Floats


def confusion(share: Floats, labels: Labels, worth: Floats | None = None) -> Confusion:
    """Learn it from the reference's `share` (C,) of each cell and its labels; R times where `worth` is (R, n)."""
    truths = _truths(labels, labels.worth if worth is None else worth)
    joint = share[:, None] * truths
    prior = joint.sum(axis=-2)
    of_truth = joint / prior[..., None, :]
    standard = np.divide(of_truth, share[:, None], out=np.zeros_like(joint), where=share[:, None] > 0)
    information = of_truth.mT @ standard + RIDGE * np.eye(labels.answers)
    return Confusion(prior=prior, tells=np.linalg.solve(information, standard.mT).mT)


@dataclass(frozen=True, kw_only=True)
class Prevalence:
    """Of K answers how far each has `moved` from the `prior` share, and its share `now` (K,), a distribution.

    `errors` (R, K) are by how much the change would be another, had other items been labeled.
    """

    confusion: Confusion
    now: Floats
    moved: tuple[Moved, ...]
    errors: Floats

    @property
    def prior(self) -> Floats:
        """The reference's shares, (K,)."""
        return self.confusion.prior

    def commoner(self, counts: Floats) -> Floats:
        """How much commoner answers are on each of D days with so many events by cell (D, C), (D, K).

        It is 1 on days that lie no further off than this day's interval is wide: what they seem to tell is chance.
        """
        rows = np.maximum(counts.sum(axis=1, keepdims=True), 1)
        shares = _distribution(counts / rows @ self.confusion.tells)
        half = np.array([(one.high - one.low) / 2 for one in self.moved])
        far = (np.abs(shares - self.prior) > half).any(axis=1, keepdims=True)
        return np.where(far, shares / self.prior, 1.0)


def prevalence(then: Floats, now: Floats, labels: Labels, days: tuple[Codes, Flags]) -> Prevalence:
    """Compare a day's events by cell `now` (C,) with those of the reference's days `then` (D, C).

    `days` are codes of days like one another, and which are like this one, as in `Daily`.
    """
    groups, alike = days
    held = then[alike].sum(axis=0) + 1e-9
    share = held / held.sum()
    found = confusion(share, labels)
    gap = now / now.sum() - share
    errors = _errors(share, labels, gap) - gap @ found.tells
    changes = [
        moved(
            _of_cells(then, found.tells[:, label], share, groups, alike),
            _of_cells(now[None], found.tells[:, label], share),
            doubt=float((errors[:, label] ** 2).mean()),
        )
        for label in range(labels.answers)
    ]
    shares = _distribution((found.prior + gap @ found.tells)[None])[0]
    return Prevalence(confusion=found, now=shares, moved=tuple(changes), errors=errors)


def _distribution(shares: Floats) -> Floats:
    kept = np.clip(shares, LEAST, None)
    told: Floats = kept / kept.sum(axis=1, keepdims=True)
    return told


def _of_cells(
    counts: Floats, value: Floats, share: Floats, groups: Codes | None = None, alike: Flags | None = None
) -> Daily:
    rows = counts.sum(axis=1)
    days = len(rows)
    return Daily(
        mean=np.divide(counts @ value, rows, out=np.zeros(days), where=rows > 0),
        rows=rows,
        variance=float(share @ value**2 - (share @ value) ** 2),
        freedom=float(max(rows.sum() - days, 1)),
        groups=np.zeros(days, np.int64) if groups is None else groups,
        alike=np.ones(days, np.bool_) if alike is None else alike,
    )


def _truths(labels: Labels, worth: Floats) -> Floats:
    """The share of each truth in each cell, (…, C, K): few labels lean on their output's, and these on all."""
    cells, answers, drawn = len(labels.output), labels.answers, worth.shape[:-1]
    at = labels.cell * answers + labels.truth
    sums = [np.bincount(at, one, cells * answers) for one in worth.reshape(-1, len(at))]
    counts = np.array(sums).reshape(*drawn, cells, answers)
    total = counts.sum(axis=(-2, -1), keepdims=True)
    everywhere = (counts.sum(axis=-2, keepdims=True) + 0.5) / (total + 0.5 * answers)
    outputs = np.zeros((int(labels.output.max()) + 1, *drawn, answers))
    np.add.at(outputs, labels.output, np.moveaxis(counts, -2, 0))
    outputs = np.moveaxis(outputs, 0, -2)
    of_output = (outputs + TO_ALL * everywhere) / (outputs.sum(axis=-1, keepdims=True) + TO_ALL)
    leaning = counts + TO_OUTPUT * of_output[..., labels.output, :]
    truths: Floats = leaning / leaning.sum(axis=-1, keepdims=True)
    return truths


def _errors(share: Floats, labels: Labels, gap: Floats) -> Floats:
    """The change as each of R other draws of labels would tell it, (R, K): Rubin's (1981) bootstrap."""
    drawn = np.random.default_rng(len(labels.truth)).exponential(size=(REPLICATES, len(labels.truth)))
    errors: Floats = gap @ confusion(share, labels, labels.worth * drawn).tells
    return errors
