"""What most others said: what stands in for the truth where none is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.annotators.answers import Answers

Codes = NDArray[np.int64]
NONE = -1


@dataclass(frozen=True, kw_only=True)
class Leading:
    """The labels most often given to each unit, (units,): first and second, and how often they and the third were."""

    first: Codes
    second: Codes
    counts: tuple[Codes, Codes, Codes]


def plurality(given: Answers) -> Codes:
    """The label given most often to each unit, (units,); -1 where two share the lead or nobody answered."""
    lead = leading(given)
    return np.where(lead.counts[0] > lead.counts[1], lead.first, NONE)


def majority_of_others(given: Answers) -> Codes:
    """For each answer the label that most others gave the unit, (n,); -1 where they tie or there are none.

    Leaving the answer itself out keeps an annotator from confirming himself.
    """
    lead = leading(given)
    best, runner_up, third = (count[given.unit] for count in lead.counts)
    first, second = lead.first[given.unit], lead.second[given.unit]
    own_first, own_second = given.code == first, given.code == second
    # without the own answer the leader has one less, or his rival has
    best_left, second_left = best - own_first, runner_up - own_second
    ahead = np.where(best_left > np.maximum(second_left, third), first, NONE)
    overtaken = (second_left > best_left) & (second_left > third)
    return np.where(overtaken, second, ahead)


def leading(given: Answers) -> Leading:
    """The leading labels of each unit; ties are in the order of the labels' codes, and no rule depends on them."""
    cells = given.counts.tocoo()
    unit, code, count = cells.row.astype(np.int64), cells.col.astype(np.int64), cells.data.astype(np.int64)
    order = np.lexsort((code, -count, unit))
    unit, code, count = unit[order], code[order], count[order]
    place = np.arange(len(unit)) - np.searchsorted(unit, unit)
    labels = np.full((2, given.units), NONE, dtype=np.int64)
    counts = np.zeros((3, given.units), dtype=np.int64)
    for rank in range(3):
        at = place == rank
        counts[rank, unit[at]] = count[at]
        if rank < 2:
            labels[rank, unit[at]] = code[at]
    return Leading(first=labels[0], second=labels[1], counts=(counts[0], counts[1], counts[2]))
