"""How honest the model's confidence is: it is taken for the probability that its output is right."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from gt_platform.metrics.base import SHARE, Case, Corpus, Floats, Linearised, Ratio, between
from gt_platform.metrics.kinds import any_answer, labels, two_labels

LEAST = float(np.finfo(np.float64).eps)
"""The least probability that is believed of anything, as in scikit-learn: a sure mistake costs 36, not infinity."""
WITHOUT = "an event without a confidence takes no part"


def right(case: Case) -> float:
    """Whether the output is right, by the kind."""
    return float(case.kind.agrees(case.truth, case.output))


def _brier(case: Case) -> Mapping[str, tuple[float, float]]:
    return {} if case.confidence is None else {"*": ((case.confidence - right(case)) ** 2, 1.0)}


def _log_loss(case: Case) -> Mapping[str, tuple[float, float]]:
    if case.confidence is None:
        return {}
    chance = case.confidence if right(case) else 1 - case.confidence
    return {"*": (-math.log(min(max(chance, LEAST), 1 - LEAST)), 1.0)}


def _sure_and_right(case: Case) -> Sequence[float] | None:
    return None if case.confidence is None else (case.confidence, right(case))


def _said_and_true(case: Case) -> Sequence[float] | None:
    """How likely the model takes the second label to be, and whether it is true; of an invalid output, the other one.

    The area is the same whichever label is asked about.
    """
    first, second = labels(case.kind)
    if case.confidence is None:
        return None
    said = case.valid or (first if case.truth == second else second)
    return (case.confidence if said == second else 1 - case.confidence, float(case.truth == second))


def area(parts: Floats, weight: Floats) -> Linearised:
    """The chance that a positive case, (score, 1), has a higher score than a negative one, (score, 0); ties are half.

    What a case moves it by is how it stands among all of the other sort (DeLong, DeLong & Clarke-Pearson 1988), each
    with its weight. A case may be a share of both.
    """
    score, positive = parts.T
    order, place = np.unique(score, return_inverse=True)
    for_, against = (np.bincount(place, weight * share, len(order)) for share in (positive, 1 - positive))
    total, other = float(for_.sum()), float(against.sum())
    if total <= 0 or other <= 0:
        return Linearised(value=math.nan, influence=lambda of, _: np.full(len(of), math.nan))
    below = (np.cumsum(against) - against / 2) / other
    above = 1 - (np.cumsum(for_) - for_ / 2) / total
    value = float(for_ @ below) / total
    share = total / (total + other)
    # between two scores of the sample nothing changes: the middle of their places
    ends = [np.concatenate([[0.0], np.cumsum(one)]) / one.sum() for one in (against, for_)]

    def influence(of: Floats, counts: Floats) -> Floats:
        at = np.clip(np.searchsorted(order, of[:, 0]), 0, len(order) - 1)
        met = order[at] == of[:, 0]
        gap = np.searchsorted(order, of[:, 0])
        wins = np.where(met, below[at], ends[0][gap])
        losses = np.where(met, above[at], 1 - ends[1][gap])
        return np.asarray(of[:, 1] * (wins - value) / share + (counts - of[:, 1]) * (losses - value) / (1 - share))

    return Linearised(value=value, influence=influence)


BRIER = Ratio(
    name="brier",
    about="the mean square of confidence less rightness: 0 where the model is sure and right, 0.25 for a coin",
    suits=any_answer,
    limits=between(*SHARE),
    library="sklearn.metrics.brier_score_loss",
    empty=WITHOUT,
    lower_is_better=True,
    needs=("confidence",),
    shares=_brier,
)
LOG_LOSS = Ratio(
    name="log_loss",
    about="the mean of minus the logarithm of how likely the model took what came true: right, or not",
    suits=any_answer,
    limits=between(0.0, -math.log(LEAST)),
    library="sklearn.metrics.log_loss",
    empty=WITHOUT,
    lower_is_better=True,
    needs=("confidence",),
    shares=_log_loss,
)
AUC = Corpus(
    name="auc",
    about="the chance that of two cases, one of either label, the model finds the right one likelier",
    suits=two_labels,
    limits=between(*SHARE),
    library="sklearn.metrics.roc_auc_score",
    empty=f"insufficient evidence where only one label is true; {WITHOUT}",
    needs=("confidence",),
    parts=_said_and_true,
    linearised=area,
)
CONFIDENCE_AUC = Corpus(
    name="confidence_auc",
    about="the chance that of two outputs, one right and one wrong, the model is surer of the right one",
    suits=any_answer,
    limits=between(*SHARE),
    library="sklearn.metrics.roc_auc_score",
    empty=f"insufficient evidence where all are right, or all wrong; {WITHOUT}",
    needs=("confidence",),
    parts=_sure_and_right,
    linearised=area,
)
