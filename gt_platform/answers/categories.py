"""Settling answers that are one of a few categories: names to codes, and consensus back into settlements."""

from collections.abc import Mapping, Sequence

import numpy as np

from gt_platform.answers.base import Answer, Answers, Known, Settlement
from gt_platform.answers.voting import TIE, tally
from gt_platform.canonical import canonical
from gt_platform.stats.consensus.blindness import Flags
from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.settle import ABSTAINS, Consensus, settle
from gt_platform.stats.consensus.votes import Codes, Floats, Votes, votes

DIGITS = 6  # a probability's further ones depend on the order of sums
MOST_LISTED = 5_000_000  # items x labels up to which `soft` has every label: about 500 MB
WEAK = "no answer is more probable than not"
LEFT_OUT = "only annotators answered who always give the same answer"


def categories(answers: Answers, labels: Sequence[str], known: Mapping[str, Answer]) -> dict[str, Settlement]:
    """Settle every item by `gt_platform.stats.consensus`; `known` items keep their truth, and teach.

    Those that were drawn by chance (`Known`) also calibrate: with enough of them confidences are probabilities.
    Answers that are none of `labels`, given under an older schema, count as labels of their own. Raises ValueError
    for more items times labels than there is memory for.
    """
    if not answers.items:
        return {}
    seen = {*answers.answers, *known.values()}
    names = [*labels, *sorted(seen - set(labels))]
    names += ["(another)"] * (2 - len(names))
    items, annotators = sorted(set(answers.items)), sorted(set(answers.annotators))
    cast = votes(
        _codes(answers.items, items),
        _codes(answers.annotators, annotators),
        _codes(answers.answers, names),
        labels=len(names),
    )
    place = {name: code for code, name in enumerate(names)}
    gold = np.array([place[known[item]] if item in known else UNKNOWN for item in items])
    chance = known.drawn if isinstance(known, Known) else {}
    drawn = np.array([chance.get(item, 0.0) for item in items])
    found = settle(cast, gold, drawn=drawn) if known else settle(cast)
    return dict(zip(items, _settlements(cast, found, gold != UNKNOWN, annotators, names), strict=True))


def _settlements(
    cast: Votes, found: Consensus, known: Flags, annotators: Sequence[str], names: Sequence[str]
) -> list[Settlement]:
    method = _method(found)
    starts = np.searchsorted(cast.item, np.arange(cast.items + 1))
    keys = [canonical(name) for name in names]
    settled = []
    for item in range(cast.items):
        at = slice(starts[item], starts[item + 1])
        lead, label = int(found.leading[item]), int(found.label[item])
        given = [keys[code] for code in cast.label[at]]
        counts = tally(given)
        settled.append(
            Settlement(
                answer=None if label == ABSTAINS else names[label],
                confidence=round(float(found.confidence[item]), DIGITS),
                votes=counts,
                method=method,
                leading=names[lead],
                agreed=tuple(
                    annotators[annotator]
                    for annotator, code in zip(cast.annotator[at], cast.label[at], strict=True)
                    if code == lead
                ),
                soft=_soft(keys, found.posterior[item], every=found.posterior.size <= MOST_LISTED),
                reason=_reason(found, cast.annotator[at], counts) if label == ABSTAINS else None,
                confidence_is="probability" if found.calibrated or known[item] else "share of votes",
            )
        )
    return settled


def _method(found: Consensus) -> str:
    parts = [" + ".join(found.models), f"answers to an item correlate by {found.correlation:.2f}"]
    if left_out := int(found.excluded.sum()):
        parts.append(f"without {left_out} who always answer the same")
    if copies := int(found.copies.sum()):
        parts.append(f"what {copies} copied counts once")
    if found.calibrated:
        parts.append("calibrated by known items")
    return "; ".join(parts)


def _soft(keys: Sequence[str], row: Floats, *, every: bool) -> dict[str, float]:
    listed = range(len(keys)) if every else np.flatnonzero(row.round(DIGITS)).tolist()
    return {keys[k]: round(float(row[k]), DIGITS) for k in listed}


def _reason(found: Consensus, annotators: Codes, votes: Mapping[str, int]) -> str:
    if found.refusal is not None:
        return found.refusal
    if found.excluded[annotators].all():
        return LEFT_OUT
    most = max(votes.values())
    return TIE if list(votes.values()).count(most) > 1 else WEAK


def _codes(names: Sequence[str], known: Sequence[str]) -> Codes:
    place = {name: code for code, name in enumerate(known)}
    return np.array([place[name] for name in names], dtype=np.int64)
