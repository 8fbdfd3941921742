"""How far each two annotators agree on the items both answered, corrected for chance where answers have a level."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gt_platform.answers import AnswerKind
from gt_platform.answers.form import form_of, level_of
from gt_platform.labeling.agreement import rated, share_of
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.agreement import Coefficient, Level, agreement_by_pair
from gt_platform.stats.agreement.coefficient import Basis, Resampling, too_few, without
from gt_platform.stats.agreement.pairs import pairs
from gt_platform.stats.intervals import wilson

MOST = 400
"""Pairs that are told, those with most items in common: each takes a millisecond."""
SAID = """
    SELECT item_id, round, list({who: annotator, answer: answer::VARCHAR} ORDER BY annotator) AS given
    FROM valid_annotations ANTI JOIN added_items USING (item_id)
    GROUP BY item_id, round HAVING count(*) > 1 ORDER BY item_id, round
"""
CORRECTED = {"nominal": "Cohen's kappa", "ordinal": "quadratic weighted kappa", "interval": "quadratic weighted kappa"}
PLAIN = "mean agreement, not corrected for chance"
"""What the coefficient of a pair is called, by the level of the answers; the plain one where they have none."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two annotators, by their codes, the first before the second: the coefficient, and their plain agreement."""

    one: str
    other: str
    coefficient: Coefficient
    agreement: Coefficient


@dataclass(frozen=True, kw_only=True)
class Pairwise:
    """Every pair that shares an item, or of `pairs_in_all` the MOST that share most; `measure` is what theirs is."""

    measure: str
    corrected: bool
    pairs: tuple[Pair, ...]
    pairs_in_all: int

    @property
    def annotators(self) -> tuple[str, ...]:
        """Everybody in a pair, by code."""
        return tuple(sorted({code for pair in self.pairs for code in (pair.one, pair.other)}))


def pairwise(store: Store, project: Project, *, most: int = MOST) -> Pairwise:
    """Of the answers of every round that were not set aside, without those to what was added by hand.

    Cohen's kappa of labels, the quadratic weighted kappa of what has an order, each with a bootstrap interval over
    items; of other answers the mean over items of how far the answer kind says they agree, with Wilson's interval at
    the number of items, which is wide enough. Below the fewest items there is no interval: insufficient evidence.
    """
    level = level_of(form_of(project.answer_kind))
    found, count = _plain(store, project.answer_kind) if level is None else _corrected(store, project, level, most)
    ordered = sorted(found, key=lambda pair: (-pair.agreement.units, pair.one, pair.other))
    return Pairwise(
        measure=PLAIN if level is None else CORRECTED[level],
        corrected=level is not None,
        pairs=tuple(ordered[:most]),
        pairs_in_all=count,
    )


def _corrected(store: Store, project: Project, level: Level, most: int) -> tuple[list[Pair], int]:
    answers, names = rated(store, project)
    found = agreement_by_pair(answers, level, most=most)
    told = [
        Pair(
            one=names[pair.first],
            other=names[pair.second],
            coefficient=pair.coefficients[-1],
            agreement=pair.coefficients[0],
        )
        for pair in found
    ]
    return told, len(pairs(answers).units)


def _plain(store: Store, kind: AnswerKind) -> tuple[list[Pair], int]:
    shares: dict[tuple[str, str], list[float]] = {}
    for given in store.read(SAID)["given"]:
        for one, other in combinations(given, 2):
            share = share_of(kind, [one["answer"], other["answer"]])
            if share is not None:
                shares.setdefault((one["who"], other["who"]), []).append(share)
    means = {both: _mean(found) for both, found in shares.items()}
    told = [Pair(one=one, other=other, coefficient=mean, agreement=mean) for (one, other), mean in means.items()]
    return told, len(told)


def _mean(shares: list[float]) -> Coefficient:
    value, basis = sum(shares) / len(shares), Basis(len(shares), 2, "items that both answered")
    if reason := too_few(basis, Resampling()):
        return without("percent", basis, reason, value)
    low, high = (float(bound[0]) for bound in wilson(np.array([value]), np.array([float(len(shares))])))
    return Coefficient(name="percent", value=value, low=low, high=high, units=basis.units, annotators=2)
