"""Panels of annotators whose skill, manners and truth are known."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.votes import Votes, votes

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


def panel(
    seed: int,
    *,
    items: int = 200,
    annotators: int = 10,
    labels: int = 3,
    per_item: int = 5,
    manner: str = "",
    bad: int = 0,
) -> tuple[Votes, Codes]:
    """Votes and the truth: annotators right 70 to 95 % of the time, the first `bad` of them random, constant or
    copying one another, or `taking` 19 of 20 answers from the last.
    """
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, labels, items)
    given = said(rng, truth, rng.uniform(0.7, 0.95, annotators), labels)
    if manner == "random":
        given[:bad] = rng.integers(0, labels, (bad, items))
    elif manner == "constant":
        given[:bad] = 0
    elif manner == "copying":
        given[:bad] = rng.integers(0, labels, items)
    elif manner == "taking":
        given[:bad] = np.where(rng.random((bad, items)) < 0.95, given[-1], given[:bad])
    return asked(rng, given, labels, per_item), truth


def said(rng: np.random.Generator, truth: Codes, right: Floats, labels: int) -> Codes:
    """What annotators who are `right` that often (R,) say of every item, each by themselves, (R, items)."""
    shape = len(right), len(truth)
    wrong = (truth + rng.integers(1, labels, shape)) % labels
    return np.where(rng.random(shape) < right[:, None], truth, wrong)


def asked(rng: np.random.Generator, given: Codes, labels: int, per_item: int) -> Votes:
    """The votes of `per_item` annotators an item, chosen by chance, of all that would be `given` (R, items)."""
    annotators, items = given.shape
    who = np.argsort(rng.random((items, annotators)), axis=1)[:, :per_item].ravel()
    item = np.repeat(np.arange(items), per_item)
    return votes(item, who, given[who, item], labels=labels)


def experts(seed: int, *, items: int = 300, labels: int = 2, per_item: int = 5) -> Votes:
    """Two experts, right on 92 to 97 %, among eight annotators who are right on 70 %."""
    rng = np.random.default_rng(seed)
    right = np.concatenate([rng.uniform(0.92, 0.97, 2), np.full(8, 0.7)])
    return asked(rng, said(rng, rng.integers(0, labels, items), right, labels), labels, per_item)


def team(seed: int, *, items: int = 260, labels: int = 3, per_item: int = 5) -> Votes:
    """Six who are right on 14 of 15 and never wrong together, one who always is right, one of chance, and two who give
    the same answers, a third of them right.
    """
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, labels, items)
    wrong = (truth + rng.integers(1, labels, (3, items))) % labels
    slip = np.where(rng.random(items) < 0.4, rng.integers(0, 6, items), -1)
    good = np.where(np.arange(7)[:, None] == slip, wrong[0], truth)
    copied = np.where(rng.random(items) < 2 / 3, wrong[1], truth)
    given = np.vstack([good, rng.integers(0, labels, items), copied, copied])
    return asked(rng, given, labels, per_item)


def circle(seed: int, *, items: int = 400, labels: int = 2, per_item: int = 20, copied: bool = False) -> Votes:
    """Twelve experts, right on 92 to 97 %, among 60; on three items of ten most others see the same wrong label.

    Or, `copied`, twelve of those others who take 19 of 20 answers from a thirteenth.
    """
    rng = np.random.default_rng(seed)
    truth, hard = rng.integers(0, labels, items), rng.random(items) < 0.3
    seems = (truth + rng.integers(1, labels, items)) % labels
    given = said(rng, truth, np.full(60, 0.85), labels)
    given = np.where(hard, np.where(rng.random((60, items)) < 0.7, seems, truth), given)
    if copied:
        given[:12] = np.where(rng.random((12, items)) < 0.95, given[12], given[:12])
    else:
        given[:12] = said(rng, truth, rng.uniform(0.92, 0.97, 12), labels)
    return asked(rng, given, labels, per_item)
