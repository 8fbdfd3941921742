"""Whether an honest majority can be made out at all: annotators who answer blindly, and annotators who copy one
another.

No truth is needed, and none is settled here. What to think of a single annotator belongs in
`gt_platform.stats.annotators`.
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.consensus.blindness import (
    BLIND,
    LEAST_ANSWERS,
    Flags,
    against,
    doubtful,
    one_answer,
)
from gt_platform.stats.consensus.copying import LEAST_ANNOTATORS, copying
from gt_platform.stats.consensus.folds import thinned
from gt_platform.stats.consensus.votes import MOST_CELLS, Codes, Votes


@dataclass(frozen=True)
class Honesty:
    """Of `judged` annotators, who have enough answers, those who are `blind`, those who copy, and `suspects`;
    (annotators,).

    Suspects copy, or cannot be told from blind annotators.
    """

    judged: Flags
    blind: Flags
    copies: Flags
    suspects: Flags

    @property
    def refusal(self) -> str | None:
        """Why no majority can be trusted, or None."""
        judged, suspects, copies = (int(flags.sum()) for flags in (self.judged, self.suspects, self.copies))
        if judged < LEAST_ANNOTATORS or 2 * suspects < judged:
            return None
        blind = suspects - copies
        parts = [f"{blind} answer no better than blindly"] * bool(blind)
        parts += [f"{copies} give one another's answers"] * bool(copies)
        return (
            f"no honest majority can be made out: of {judged} annotators with {LEAST_ANSWERS} answers or more, "
            f"{' and '.join(parts)}; give gold answers, or leave those annotators out"
        )


def honesty(votes: Votes) -> Honesty:
    """Look for annotators who always answer the same, who copy, and who answer blindly; each kind hides the next.

    With very many labels only some of the items are looked at; nobody is judged where nothing tells items apart.
    """
    votes = thinned(votes, MOST_CELLS // votes.labels)
    if len(votes.item) * votes.labels > 2 * MOST_CELLS:
        return Honesty(*np.zeros((4, votes.annotators), dtype=np.bool_))
    constant = one_answer(votes)
    varied = votes.only(~constant[votes.annotator])
    copies = copying(varied)
    rest = varied.only(~copies[varied.annotator])
    doubt, blind = doubtful(rest)
    tally = votes.tally().sum(axis=1)
    judged = np.bincount(votes.annotator[tally[votes.item] > 1], minlength=votes.annotators) >= LEAST_ANSWERS
    return Honesty(judged, constant | blind, copies, constant | copies | doubt)


def blind_to(votes: Votes, truth: Codes) -> Flags:
    """Annotators whose answers follow the known truth no better than blindly, (annotators,); `truth` (items,), -1
    unknown.
    """
    asked = thinned(votes.only(truth[votes.item] >= 0), MOST_CELLS // votes.labels)
    shares = np.zeros((len(asked.item), asked.labels))
    shares[np.arange(len(asked.item)), truth[asked.item]] = 1.0
    found = against(asked.annotator, asked.label, shares, asked.annotators)
    return np.asarray(found.judged & (found.score <= BLIND))
