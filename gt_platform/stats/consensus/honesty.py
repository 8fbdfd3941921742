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
from gt_platform.stats.consensus.folds import thinned
from gt_platform.stats.consensus.rings import ALONE, LEAST_ANNOTATORS, copying
from gt_platform.stats.consensus.votes import MOST_CELLS, Codes, Votes

NEARLY_HALF = 0.45
"""Share of all answers without which suspects cannot pass for the majority; half of a panel give that many surely."""


@dataclass(frozen=True)
class Honesty:
    """Of each annotator, (annotators,): how many `answers`, whether there are enough to be `judged`, whether they are
    one and the same (`constant`) or surely given blindly (`blind`), and the ring of those who copy, else ALONE.

    Suspects are constant, copy, or cannot be told from blind annotators.
    """

    answers: Codes
    judged: Flags
    constant: Flags
    blind: Flags
    rings: Codes
    suspects: Flags

    @property
    def copies(self) -> Flags:
        """Those who give or take one another's answers, (annotators,)."""
        return np.asarray(self.rings != ALONE)

    @property
    def refusal(self) -> str | None:
        """Why no majority can be trusted, or None."""
        judged, suspects, copies = (int(flags.sum()) for flags in (self.judged, self.suspects, self.copies))
        sizes = np.unique(self.rings[self.copies], return_counts=True)[1]
        voices = int((2 * sizes < judged).sum())  # a small ring's one voice is as good as anybody's
        few = self.answers[self.suspects].sum() < NEARLY_HALF * self.answers.sum()
        if judged < LEAST_ANNOTATORS or 2 * (suspects - voices) < judged or few:
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
    answers = np.bincount(votes.annotator, minlength=votes.annotators)
    if len(votes.item) * votes.labels > 2 * MOST_CELLS:
        nobody = np.zeros(votes.annotators, dtype=np.bool_)
        return Honesty(answers, nobody, nobody, nobody, np.full(votes.annotators, ALONE), nobody)
    constant = one_answer(votes)
    varied = votes.only(~constant[votes.annotator])
    rings = copying(varied)
    copies = rings != ALONE
    rest = varied.only(~copies[varied.annotator])
    doubt, blind = doubtful(rest)
    tally = votes.tally().sum(axis=1)
    judged = np.bincount(votes.annotator[tally[votes.item] > 1], minlength=votes.annotators) >= LEAST_ANSWERS
    return Honesty(answers, judged, constant, constant | blind, rings, constant | copies | doubt)


def blind_to(votes: Votes, truth: Codes) -> Flags:
    """Annotators whose answers follow the known truth no better than blindly, (annotators,); `truth` (items,), -1
    unknown.
    """
    asked = thinned(votes.only(truth[votes.item] >= 0), MOST_CELLS // votes.labels)
    shares = np.zeros((len(asked.item), asked.labels))
    shares[np.arange(len(asked.item)), truth[asked.item]] = 1.0
    found = against(asked.annotator, asked.label, shares, asked.annotators)
    return np.asarray(found.judged & (found.score <= BLIND))
