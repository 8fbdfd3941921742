"""One step of an ordered scale per item from several annotators', who stray by distance, each in one of a few ways."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.layout import refuse_bad, totals
from gt_platform.stats.consensus.manners import manners

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

PLACES = 3
"""Places of a truth within its step: the middle, and towards each neighbour. With one, posteriors are too sure."""
MOST_CYCLES = 200
TOLERANCE = 1e-6
"""Rise of the bound per answer below which a cycle was the last."""
HALF = 0.5 - 1e-9
"""The median of two equally likely halves is the lower one, whatever the rounding."""


@dataclass(frozen=True)
class Consensus:
    """What I items come to on a scale of K steps.

    `step` (I,) is the posterior median, the step with the least expected distance to the truth, and `probability`
    (I, K) the posterior. `exact` and `apart` (R,) say of each annotator how often an answer is the true step, and how
    many steps off it is on average. `bounds` are the lower bounds of the log evidence after each cycle.
    """

    step: Codes
    probability: Floats
    exact: Floats
    apart: Floats
    bounds: tuple[float, ...]


def settle_steps(item: Codes, annotator: Codes, step: Codes, steps: int, known: Codes | None = None) -> Consensus:
    """The posterior of each item when the probability of an answer falls with its distance from the truth.

    P(answer k | truth at t) is proportional to exp(-concentration |k - t - severity|^power): the distance model of
    agreement (Agresti 1988), as Mallows' (1957) for rankings. An annotator has one of the `manners`, and how common
    each is gets learned from all annotators, as do the steps: a mixture of annotator types (Venanzi et al. 2014),
    fitted by variational Bayes (Attias 2000) from the medians on. It takes few answers to tell manners apart, where a
    confusion matrix has K (K - 1) parameters. A truth may lie between the middles of steps, where answers split; how
    often is learned too.

    `item`, `annotator`, `step` are (N,) codes from 0; `known` (I,) is the true step of items that have one, -1
    elsewhere. Raises ValueError for arrays that do not match, steps off the scale, and an annotator who answers an item
    twice.
    """
    refuse_bad(item, annotator, step)
    _refuse_off_scale(step, steps, known)
    items = max(int(item.max(initial=-1)) + 1, 0 if known is None else len(known))
    truth = np.full(items, -1) if known is None else np.concatenate([known, np.full(items - len(known), -1)])
    fit = _Fit(item, annotator, step, truth, steps)
    while len(fit.bounds) < MOST_CYCLES:
        fit.cycle()
        if len(fit.bounds) > 1 and fit.bounds[-1] - fit.bounds[-2] < TOLERANCE * len(item):
            break
    probability = fit.posterior.reshape(items, steps, PLACES).sum(axis=2)
    middle = (np.cumsum(probability, axis=1) < HALF).sum(axis=1)
    return Consensus(middle, probability, *fit.quality(), tuple(fit.bounds))


class _Fit:
    """The factors: posteriors of items (I, P) and of annotators (R, G), shares of steps, places and manners."""

    def __init__(self, item: Codes, annotator: Codes, step: Codes, truth: Codes, steps: int) -> None:
        self.item, self.annotator, self.step, self.steps = item, annotator, step, steps
        self.table, self.prior, self.mirror = manners(steps, PLACES)  # (G, P, K), (G,), (G,)
        annotators = int(annotator.max(initial=0)) + 1
        self.manner = np.tile(self.prior, (annotators, 1))
        self.common = self.prior
        self.share, self.place = np.full(steps, 1 / steps), np.full(PLACES, 1 / PLACES)
        self.ruled_out = (truth[:, None] >= 0) & (truth[:, None] != np.repeat(np.arange(steps), PLACES))
        self.posterior = self._medians(truth)
        self.bounds: list[float] = []
        self._shares()
        self._annotators()

    def cycle(self) -> None:
        """One update of every factor; the bound is that of the items' posterior with all else as it was."""
        likely = self._items()
        self.bounds.append(likely - self._divergence() + self._log_priors())
        self._shares()
        self._annotators()

    def _medians(self, truth: Codes) -> Floats:
        """Where to begin: the middle answer or two of each item, or its known step; any other start settles on halves
        where two camps of annotators are a step apart."""
        items = len(truth)
        count = np.bincount(self.item, minlength=items)
        ordered = np.append(self.step[np.lexsort((self.step, self.item))], 0)
        first = np.cumsum(count) - count
        begin = np.zeros((items, self.steps, PLACES))
        for at in ((count - 1) // 2, count // 2):
            middle = np.where(truth >= 0, truth, ordered[first + at.clip(0)])
            begin[np.arange(items), middle, PLACES // 2] += 0.5
        return begin.reshape(items, -1)

    def quality(self) -> tuple[Floats, Floats]:
        """Share of exact answers and mean distance of each annotator, (R,), over truths as common as they are."""
        ladder = np.arange(self.steps)
        step_of = np.repeat(ladder, PLACES)
        far = np.abs(step_of[:, None] - ladder)
        weight = np.exp(self.table) * np.outer(self.share, self.place).ravel()[:, None]
        exact, apart = (weight * (far == 0)).sum(axis=(1, 2)), (weight * far).sum(axis=(1, 2))
        return self.manner @ exact, self.manner @ apart

    def _items(self) -> float:
        expected = np.tensordot(self.manner, self.table, axes=1)  # (R, P, K)
        each = expected[self.annotator, :, self.step]
        logs = totals(self.item, each, len(self.posterior)) + np.log(np.outer(self.share, self.place)).ravel()
        logs = np.where(self.ruled_out, -np.inf, logs)
        top = logs.max(axis=1, initial=-np.inf, keepdims=True)
        total = np.exp(logs - top).sum(axis=1, keepdims=True)
        self.posterior = np.exp(logs - top) / total
        return float((np.log(total) + top).sum())

    def _shares(self) -> None:
        """Half an item more for each step and place, so that none is impossible; truths lean neither way."""
        total = self.posterior.sum(axis=0).reshape(self.steps, PLACES)
        self.share = _normal(total.sum(axis=1) + 0.5)
        place = total.sum(axis=0) + 0.5
        self.place = _normal(place + place[::-1])

    def _annotators(self) -> None:
        """Which manner fits an annotator's answers, and how common it is; as many annotators are lenient as severe."""
        cell = self.annotator * self.steps + self.step
        seen = totals(cell, self.posterior[self.item], len(self.manner) * self.steps)
        seen = seen.reshape(len(self.manner), self.steps, -1).transpose(0, 2, 1)  # (R, P, K)
        logs = np.tensordot(seen, self.table, axes=([1, 2], [1, 2])) + np.log(self.common)
        self.manner = np.exp(logs - logs.max(axis=1, keepdims=True))
        self.manner /= self.manner.sum(axis=1, keepdims=True)
        count = self.manner.sum(axis=0) + self.prior
        self.common = _normal(count + count[self.mirror])

    def _divergence(self) -> float:
        some = self.manner > 0
        ratio = np.where(some, self.manner, 1.0) / self.common
        return float((self.manner * np.log(np.where(some, ratio, 1.0))).sum())

    def _log_priors(self) -> float:
        halves = (np.log(self.share).sum() + np.log(self.place).sum()) / 2
        return float(halves + self.prior @ np.log(self.common))


def _normal(count: Floats) -> Floats:
    return np.asarray(count / count.sum())


def _refuse_off_scale(step: Codes, steps: int, known: Codes | None) -> None:
    if steps < 2:
        raise ValueError(f"a scale has at least two steps, not {steps}")
    if step.min(initial=0) < 0 or step.max(initial=0) >= steps:
        raise ValueError(f"steps must be 0 to {steps - 1}; leave out what is missing")
    if known is not None and (known.min(initial=0) < -1 or known.max(initial=0) >= steps):
        raise ValueError(f"known steps must be 0 to {steps - 1}, or -1 where there is none")
