"""Consensus on categories: the model the evidence is for, the answers it settles, and where it abstains."""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.consensus.blindness import Flags
from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.honesty import blind_to, honesty
from gt_platform.stats.consensus.models import MAJORITY, affordable
from gt_platform.stats.consensus.one_coin import one_coin
from gt_platform.stats.consensus.selection import LEAST_GOLD, Choice, choose, posterior
from gt_platform.stats.consensus.votes import TIE, Codes, Floats, Votes, leading

ABSTAINS = -1
ALL_BLIND = "no annotator follows the known truth better than blindly"
LEAST_CONFIDENCE = 0.5
"""A settled answer must be more probable than not."""
MOST_SHARES = 125_000_000  # of items x labels, or annotators x labels: 1 GB, needed several times over


@dataclass(frozen=True)
class Consensus:
    """What the votes come to, item by item.

    `label` (items,) is the settled one, ABSTAINS where none is; `leading` (items,) the one ahead, ABSTAINS for an item
    without votes. `confidence` (items,) is the majority's share of the votes, or the leading label's probability;
    `posterior` (items, labels) each label's share of the votes, or its probability under the models. `excluded`
    (annotators,) are those whose answers do not count. `refusal` says why nothing at all is settled.
    """

    label: Codes
    leading: Codes
    confidence: Floats
    posterior: Floats
    excluded: Flags
    choice: Choice
    refusal: str | None


def settle(votes: Votes, gold: Codes | None = None, *, least: float = LEAST_CONFIDENCE) -> Consensus:
    """Settle every item, weighing models by `choose`; ties, and probabilities up to `least`, abstain.

    `gold` (items,) holds known truth, UNKNOWN elsewhere: known items keep it, and annotators are judged by it. Without
    enough of it, annotators who answer blindly or copy one another are left out, and nothing is settled when they are
    half of those there is enough to judge by, or more. Raises ValueError for more items, or annotators, times labels
    than MOST_SHARES.
    """
    _refuse_too_many(votes)
    excluded, refusal = _judged(votes, gold)
    counted = votes.only(~excluded[votes.annotator])
    choice = choose(counted, gold) if refusal is None else Choice({MAJORITY: 1.0}, "nothing is settled")
    soft = posterior(counted, choice, gold)
    tally = counted.tally()
    lead, alone, confidence = (
        _by_majority(counted, tally, gold) if set(choice.weights) == {MAJORITY} else _by_model(soft, least)
    )
    known = gold != UNKNOWN if gold is not None else np.zeros(votes.items, dtype=np.bool_)
    if gold is not None:
        lead, confidence = np.where(known, gold, lead), np.where(known, 1.0, confidence)
    voted = tally.sum(axis=1) > 0
    settled = (alone & voted & (refusal is None)) | known
    every = votes.tally()
    lead = np.where(voted | known, lead, leading(every)[0])
    return Consensus(
        np.where(settled, lead, ABSTAINS),
        np.where((every.sum(axis=1) > 0) | known, lead, ABSTAINS),
        np.where(voted | known, confidence, 0.0),
        soft,
        excluded,
        choice,
        refusal,
    )


def _refuse_too_many(votes: Votes) -> None:
    if max(votes.items, votes.annotators) * votes.labels > MOST_SHARES:
        raise ValueError(
            f"{votes.items:,} items and {votes.annotators:,} annotators with {votes.labels:,} different labels are too "
            "many to settle by label: if the labels are free text, settle them as text, else in parts"
        )


def _judged(votes: Votes, gold: Codes | None) -> tuple[Flags, str | None]:
    """Annotators whose answers do not count, and why nothing can be settled, if so."""
    nobody = np.zeros(votes.annotators, dtype=np.bool_)
    if gold is not None and np.count_nonzero(gold != UNKNOWN) >= LEAST_GOLD:
        blind = blind_to(votes, gold)
        return (nobody, ALL_BLIND) if blind[votes.annotator].all() else (blind, None)
    found = honesty(votes)
    return (found.copies | found.blind, None) if found.refusal is None else (nobody, found.refusal)


def _by_model(soft: Floats, least: float) -> tuple[Codes, Flags, Floats]:
    lead, alone = leading(soft)
    confidence = soft.max(axis=1)
    return lead, alone & (confidence > least + TIE), confidence


def _by_majority(votes: Votes, tally: Floats, gold: Codes | None) -> tuple[Codes, Flags, Floats]:
    """Plurality; among labels that tie, the one ahead is the more probable with annotators weighed by their skill.

    With too many labels for that, the first by its code is ahead.
    """
    lead, alone = leading(tally)
    most = tally.max(axis=1, keepdims=True)
    if affordable(votes):
        weighed = one_coin(votes, errors="pooled", prevalence="estimated", gold=gold).posterior
        lead, _ = leading(np.where(tally == most, weighed, 0.0))
    return lead, alone, most[:, 0] / np.maximum(tally.sum(axis=1), 1)
