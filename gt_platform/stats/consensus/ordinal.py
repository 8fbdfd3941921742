"""One step of an ordered scale per item from several annotators', if the labels behave like a scale at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.layout import refuse_bad, totals
from gt_platform.stats.consensus.numbers import settle_numbers

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

MISFIT = 0.04
SURE_MISFIT = 4.0
"""Hits lost, and standard errors of that, from which labels are no scale. Five simulated steps, with biased, blind and
uneven annotators, lost .035 at most; shuffled categories lose .05 to .4, and those of five real sets .08 to .36."""
LEAST_OTHERS = 2
ROUNDING = 1e-9


@dataclass(frozen=True)
class Consensus:
    """What I items come to on a scale of K steps.

    `step` (I,) is the leading one, `middle` (I,) whether it is one of two that are as near. `share` (I, K) is the share
    of the answers behind each step, weighed by their annotators' precision; where errors are `checked` against items
    drawn by chance, the probability of each. Unless it `is_scale`, labels do not behave like steps, and all this means
    little.
    """

    step: Codes
    middle: Flags
    share: Floats
    checked: bool
    is_scale: bool


def settle_steps(
    item: Codes,
    annotator: Codes,
    step: Codes,
    steps: int,
    known: Codes | None = None,
    drawn: Floats | None = None,
) -> Consensus | None:
    """The step nearest to what `settle_numbers` makes of the steps as numbers; None with too few answers for that.

    A scale's steps are taken to be equally far apart, as rounding the mean takes them to be: in simulation (normal
    errors on a latent quality, biased, uneven and blind annotators) no model of steps was nearer to the truth. `item`,
    `annotator`, `step` are (N,) codes from 0; `known` (I,) is the true step of items that have one, -1 elsewhere;
    `drawn` (I,) as in `settle_numbers`. Raises ValueError as that does, and for steps off the scale.
    """
    refuse_bad(item, annotator, step)
    _refuse_off_scale(step, steps, known)
    truth = None if known is None else np.where(known < 0, np.nan, known)
    found = settle_numbers(item, annotator, step.astype(np.float64), truth, drawn)
    if found.error is None:
        return None
    share = totals(item * steps + step, found.weight[:, None], len(found.estimate) * steps).reshape(-1, steps)
    if found.checked:
        share = _probability(found.estimate, found.error, steps)
    if known is not None:
        share[np.flatnonzero(known >= 0)] = np.eye(steps)[known[known >= 0]]
    place = np.nan_to_num(found.estimate).clip(0, steps - 1)
    low, high = np.ceil(place - 0.5 - ROUNDING), np.floor(place + 0.5 + ROUNDING)
    low, high, rows = low.astype(np.int64), high.astype(np.int64), np.arange(len(place))
    lost, errors = misfit(item, step, steps, found.weight)
    return Consensus(
        np.where(share[rows, high] > share[rows, low], high, low),
        low < high,
        share,
        found.checked,
        lost <= MISFIT or errors <= SURE_MISFIT,
    )


def misfit(item: Codes, step: Codes, steps: int, weight: Floats) -> tuple[float, float]:
    """By how much more often the majority of an item's other answers is exactly what one says than their rounded mean.

    `weight` (N,) is each answer's in both. As a share of all answers with LEAST_OTHERS others, and in standard errors,
    answers to one item going together. On a scale, what lies between two answers is likelier than either; of labels
    that are none, it is as wrong as any other.
    """
    if not len(item):
        return 0.0, 0.0
    some = np.bincount(item)[item] > LEAST_OTHERS
    cell = item * steps + step
    given: Floats = np.bincount(cell, weight, (int(item.max()) + 1) * steps).astype(np.float64)
    others = given.reshape(-1, steps)[item] - weight[:, None] * np.eye(steps)[step]
    others, said, of = others[some], step[some], item[some]
    if not len(said):
        return 0.0, 0.0
    mean = others @ np.arange(steps) / others.sum(axis=1)
    top = others >= others.max(axis=1, keepdims=True) - ROUNDING
    by_majority = top[np.arange(len(said)), said] / top.sum(axis=1)
    ends = np.ceil(mean - 0.5 - ROUNDING), np.floor(mean + 0.5 + ROUNDING)
    lost = by_majority - np.mean([said == end for end in ends], axis=0)
    by_item = np.bincount(of, lost)
    error = float(np.sqrt((by_item**2).sum()))
    return float(lost.mean()), float(by_item.sum()) / error if error else 0.0


def _probability(estimate: Floats, error: Floats, steps: int) -> Floats:
    """Of each step, (I, K), that the truth lies nearest to it; the outermost have all that is beyond."""
    from scipy.special import ndtr

    cuts = np.arange(steps - 1) + 0.5
    below = ndtr((cuts - estimate[:, None]) / np.maximum(error, ROUNDING)[:, None])
    ends = np.zeros((len(estimate), 1)), np.ones((len(estimate), 1))
    return np.diff(np.hstack([ends[0], below, ends[1]]), axis=1)


def _refuse_off_scale(step: Codes, steps: int, known: Codes | None) -> None:
    if steps < 2:
        raise ValueError(f"a scale has at least two steps, not {steps}")
    if step.min(initial=0) < 0 or step.max(initial=0) >= steps:
        raise ValueError(f"steps must be 0 to {steps - 1}; leave out what is missing")
    if known is not None and (known.min(initial=0) < -1 or known.max(initial=0) >= steps):
        raise ValueError(f"known steps must be 0 to {steps - 1}, or -1 where there is none")
