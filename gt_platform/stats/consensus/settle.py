"""Consensus on categories: what the votes come to, how sure that is, and where it abstains."""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.consensus.blindness import Flags
from gt_platform.stats.consensus.calibration import TELLING, calibrated, worth
from gt_platform.stats.consensus.dependence import dependence
from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.honesty import Honesty, blind_to, honesty
from gt_platform.stats.consensus.models import affordable, together
from gt_platform.stats.consensus.rings import once
from gt_platform.stats.consensus.votes import TIE, Codes, Floats, Votes, leading

ABSTAINS = -1
ALL_BLIND = "no annotator follows the known truth better than blindly"
LEAST_GOLD = 20  # known items that judge annotators, instead of how they answer beside one another
TAUGHT = 50.0
"""Known items from which on annotators are taken for what these show rather than for what the answers alone do: with
fewer of a crowd that shares mistakes, single draws made up to a point more of the other items wrong."""
LEAST_CONFIDENCE = 0.5
"""A settled answer must be more probable than not."""
BREAKS_TIES = 2 / 3
"""Where as many gave another answer, it must be as sure as two of three."""
MOST_SHARES = 125_000_000  # of items x labels, or annotators x labels: 1 GB, needed several times over


@dataclass(frozen=True)
class Consensus:
    """What the votes come to, item by item.

    `label` (items,) is the settled one, ABSTAINS where none is; `leading` (items,) the one ahead, ABSTAINS only for an
    item that nobody answered. `posterior` (items, labels) has each label's weighted share of the votes, or its
    probability where the pool is `calibrated`; `confidence` (items,) is that of the leading label. `excluded`
    (annotators,) are those whose answers count only where there are no others, `copies` (annotators,) those whose
    answers to an item count once. `models` are those that spoke, `correlation` is how much annotators err together;
    `refusal` says why nothing at all is settled.
    """

    label: Codes
    leading: Codes
    confidence: Floats
    posterior: Floats
    excluded: Flags
    copies: Flags
    calibrated: bool
    models: tuple[str, ...]
    correlation: float
    refusal: str | None


def settle(
    votes: Votes, gold: Codes | None = None, *, drawn: Floats | None = None, least: float = LEAST_CONFIDENCE
) -> Consensus:
    """Settle every item by all models `together`; ties, and confidences up to `least`, abstain.

    `gold` (items,) holds known truth, UNKNOWN elsewhere: it stands, and annotators are known by it as well. `drawn`
    (items,) has the inclusion probability of gold that was drawn by chance, 0 for gold that was not: the drawn ones
    calibrate. Annotators who always answer the same are left out, what was copied counts once, and nothing is settled
    when half of the annotators there is enough to judge by, with half of the answers, do so or cannot be told from
    blind ones. Raises ValueError for more items, or annotators, times labels than MOST_SHARES.
    """
    _refuse_too_many(votes)
    known = gold != UNKNOWN if gold is not None else np.zeros(votes.items, dtype=np.bool_)
    found = honesty(votes)
    refusal = _refusal(votes, gold, found)
    excluded, counted = np.zeros(votes.annotators, dtype=np.bool_), votes
    if refusal is None:
        excluded, counted = found.constant, votes.only(~found.constant[votes.annotator])
        counted = counted.only(once(counted, found.rings))
    correlation = dependence(counted) if len(counted.item) else 0.0
    chance = np.where(known, drawn, 0.0) if drawn is not None else np.zeros(votes.items)
    soft = _soft(counted, gold, correlation, chance, alone=found.refusal is not None)
    tally = counted.tally()
    voted = tally.sum(axis=1) > 0
    soft = _last_resort(votes, soft, ~voted & ~known)
    lead, alone = leading(soft)
    confidence = soft[np.arange(votes.items), lead]
    undisputed = leading(tally)[1]
    settled = alone & voted & (confidence > np.where(undisputed, least, max(least, BREAKS_TIES)) + TIE)
    answered = np.bincount(votes.item, minlength=votes.items) > 0
    return Consensus(
        np.where((settled & (refusal is None)) | known, lead, ABSTAINS),
        np.where(answered | known, lead, ABSTAINS),
        np.where(answered | known, confidence, 0.0),
        soft,
        excluded,
        found.copies,
        worth(chance[chance > 0]) >= TELLING,
        affordable(counted),
        correlation,
        refusal,
    )


def _soft(votes: Votes, gold: Codes | None, correlation: float, drawn: Floats, *, alone: bool) -> Floats:
    """What all models together say, calibrated by the gold that was drawn.

    Annotators are what gold shows of them as far as there is enough of it, or where it `alone` can be trusted.
    """
    untold = together(votes, None, correlation)
    answered = np.bincount(votes.item, minlength=votes.items) > 0
    known = np.zeros(votes.items, dtype=np.bool_) if gold is None else gold != UNKNOWN
    if gold is None or not known.any():
        return untold
    few = 0.0 if alone else TAUGHT
    share = (known & answered).sum() / max((known & answered).sum() + few, 1)
    soft = np.asarray(share * together(votes, gold, correlation) + (1 - share) * untold)
    telling = np.flatnonzero((drawn > 0) & answered)
    if len(telling):
        soft = calibrated(soft, untold[telling], gold[telling], drawn[telling])
    soft[known] = 0
    soft[known, gold[known]] = 1
    return soft


def _last_resort(votes: Votes, soft: Floats, alone: Flags) -> Floats:
    """With the shares of all votes, half as sure, for the items that only annotators answered who are left out."""
    if alone.any():
        tally = votes.only(alone[votes.item]).tally()[alone]
        total = np.maximum(tally.sum(axis=1, keepdims=True), 1)
        soft = soft.copy()
        soft[alone] = (tally / total + 1 / votes.labels) / 2
    return soft


def _refuse_too_many(votes: Votes) -> None:
    if max(votes.items, votes.annotators) * votes.labels > MOST_SHARES:
        raise ValueError(
            f"{votes.items:,} items and {votes.annotators:,} annotators with {votes.labels:,} different labels are too "
            "many to settle by label: if the labels are free text, settle them as text, else in parts"
        )


def _refusal(votes: Votes, gold: Codes | None, found: Honesty) -> str | None:
    """Why nothing can be settled, if so: by enough gold, else by how annotators answer beside one another."""
    if gold is None or np.count_nonzero(gold != UNKNOWN) < LEAST_GOLD:
        return found.refusal
    return ALL_BLIND if blind_to(votes, gold)[votes.annotator].all() else None
