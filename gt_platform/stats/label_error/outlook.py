"""What is expected of the items of a night: cells of votes by output, their shares, and how unsure each one's truth is.

What a budget buys of it belongs in `budget`; what past nights taught in `taught`.
"""

from dataclasses import dataclass
from math import comb

import numpy as np

from gt_platform.stats.label_error.cells import Flags, Floats

HARD_RIGHT = 0.6
"""How often annotators and model are right on items that are hard for all of them."""


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """What is expected of a yes-or-no question: how often model and annotators are right, how many answers an item has.

    `hard` is the share of items on which all of them are right only HARD_RIGHT of the time, together.
    """

    model: float
    annotators: float
    overlap: int = 3
    hard: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """C cells of items: their `share`, the `variance` of what the truth adds within each, and `asked`, after one answer
    more; each (C,). `open` marks those in which one answer more may turn the leading one. `rate` is the metric, from 0
    to 1 or NaN where it has no bounds, `scatter` the variance of what an item adds to it, and `stated` what it would
    seem to be if the leading answers were the truth.
    """

    rate: float
    scatter: float
    stated: float
    share: Floats
    variance: Floats
    asked: Floats
    open: Flags
    overlap: int


def outlook(assumed: Assumed) -> Outlook:
    """The cells of votes by output that these chances make, for accuracy. Raises ValueError for impossible chances."""
    if not (0.5 < assumed.annotators <= 1 and 0 < assumed.model < 1 and 0 <= assumed.hard < 1 and assumed.overlap >= 1):
        raise ValueError(
            f"annotators right on {assumed.annotators:g}, model on {assumed.model:g}, hard {assumed.hard:g}, overlap "
            f"{assumed.overlap}: annotators must be better than chance, the model between 0 and 1, hard below 1"
        )
    kinds = ((1 - assumed.hard, assumed.annotators, assumed.model), (assumed.hard, HARD_RIGHT, HARD_RIGHT))
    votes = range((assumed.overlap + 1) // 2, assumed.overlap + 1)
    mass = np.array(
        [[_mass(kind, assumed.overlap, for_, agrees) for kind in kinds] for for_ in votes for agrees in (0, 1)]
    )
    skill = np.array([kind[1] for kind in kinds])[:, None]
    # one answer more, for the leading answer or against it: of items where that is right, and where it is wrong
    more = mass * np.hstack([skill, 1 - skill]), mass * np.hstack([1 - skill, skill])
    share = mass.sum(axis=(1, 2))
    undecided = np.array([2 * for_ == assumed.overlap for for_ in votes for _ in (0, 1)])
    agrees = np.array([at for _ in votes for at in (0, 1)])
    rate = (1 - assumed.hard) * assumed.model + assumed.hard * HARD_RIGHT
    return Outlook(
        rate=rate,
        scatter=rate * (1 - rate),
        stated=float((share * np.where(undecided, 0.5, agrees)).sum()),
        share=share,
        variance=_variances(mass),
        asked=sum((_variances(part) * part.sum(axis=(1, 2)) for part in more), np.zeros(1)) / share,
        open=np.array([2 * for_ - assumed.overlap <= 1 for for_ in votes for _ in (0, 1)]),
        overlap=assumed.overlap,
    )


def _mass(kind: tuple[float, float, float], overlap: int, for_: int, agrees: int) -> tuple[float, float]:
    """The share of items with `for_` votes for the leading answer, which the output agrees with or not: right, wrong.

    With as many votes for one answer as for the other, the leading one is right half of the time.
    """
    share, skill, model = kind
    ways = comb(overlap, for_) * (0.5 if 2 * for_ == overlap else 1.0)
    right, wrong = (ways * chance**for_ * (1 - chance) ** (overlap - for_) for chance in (skill, 1 - skill))
    with_output = (model, 1 - model) if agrees else (1 - model, model)
    return share * right * with_output[0], share * wrong * with_output[1]


def _variances(mass: Floats) -> Floats:
    """e (1 - e), e the share of wrong leading answers in each cell, from (C, kinds, right or wrong)."""
    by_truth = mass.sum(axis=1)
    wrong = by_truth[:, 1] / np.maximum(by_truth.sum(axis=1), 1e-300)
    return np.asarray(wrong * (1 - wrong))
