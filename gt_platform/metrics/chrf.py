"""chrF of a corpus (Popović 2015), with sacrebleu's n-grams of characters."""

from typing import Any

import numpy as np

from gt_platform.metrics.base import Case, Corpus, Floats, between, of_means
from gt_platform.metrics.kinds import text
from gt_platform.metrics.variants import said, variants

ORDERS = 6
BETA = 2


def _counted(case: Case) -> tuple[float, ...]:
    """Of each order of n-grams those of the output, of the truth, and of both; of several variants the best one's."""
    from sacrebleu.metrics.helpers import extract_all_char_ngrams as ngrams

    ours = ngrams(said(case), ORDERS)
    found = [np.array(_matched(ours, ngrams(variant, ORDERS)), dtype=np.float64) for variant in variants(case)]
    best = max(found, key=lambda counts: float(_score(counts[np.newaxis])[0]))
    return tuple(best.tolist())


def _matched(ours: list[Any], theirs: list[Any]) -> list[float]:
    rows = [
        (one.total() if other else 0, other.total(), (one & other).total())
        for one, other in zip(ours, theirs, strict=True)
    ]
    return [float(count) for row in rows for count in row]


def _score(mean: Floats) -> Floats:
    """F of precision and recall, each the mean over the orders that both sides have."""
    ours, theirs, both = (mean[:, at::3] for at in range(3))
    there = (ours > 0) & (theirs > 0)
    orders = np.maximum(there.sum(axis=1), 1)
    precision, recall = (
        np.divide(both, side, out=np.zeros_like(both), where=there).sum(axis=1) / orders for side in (ours, theirs)
    )
    down = BETA**2 * precision + recall
    up = 100 * (1 + BETA**2) * precision * recall
    return np.asarray(np.divide(up, down, out=np.zeros_like(up), where=down > 0))


CHRF = Corpus(
    name="chrf",
    about="F2 of runs of one to six characters, spaces left out, of all outputs and truths",
    suits=text,
    limits=between(0.0, 100.0),
    library="sacrebleu.corpus_chrf",
    empty="0 where nothing was put out",
    requires="sacrebleu",
    parts=_counted,
    linearised=of_means(_score),
)
