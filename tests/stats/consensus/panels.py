"""Panels of annotators whose skill, manners and truth are known."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.votes import Votes, votes

Codes = NDArray[np.int64]


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
    copying.
    """
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, labels, items)
    right = rng.random((annotators, items)) < rng.uniform(0.7, 0.95, (annotators, 1))
    given = np.where(right, truth, (truth + rng.integers(1, labels, (annotators, items))) % labels)
    if manner == "random":
        given[:bad] = rng.integers(0, labels, (bad, items))
    elif manner == "constant":
        given[:bad] = 0
    elif manner == "copying":
        given[:bad] = rng.integers(0, labels, items)
    asked = np.argsort(rng.random((items, annotators)), axis=1)[:, :per_item]
    item = np.repeat(np.arange(items), per_item)
    return votes(item, asked.ravel(), given[asked.ravel(), item], labels=labels), truth
