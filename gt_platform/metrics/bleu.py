"""BLEU of a corpus (Papineni et al. 2002), with sacrebleu's tokens, counts and smoothing."""

from functools import cache, partial
from typing import Any

import numpy as np

from gt_platform.metrics.base import Case, Corpus, Floats, Linearised, between, of_means
from gt_platform.metrics.kinds import text
from gt_platform.metrics.variants import said, variants

ORDERS = 4


@cache
def _sacrebleu() -> Any:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU()


def _counted(case: Case) -> tuple[float, ...]:
    """Matches and counts of n-grams of 1 to 4 words, then the lengths of output and of the closest variant."""
    found = _sacrebleu().corpus_score([said(case)], [[variant] for variant in variants(case)])
    return (*map(float, found.counts), *map(float, found.totals), float(found.sys_len), float(found.ref_len))


def _score(mean: Floats, *, cases: int) -> Floats:
    """An order without any match in so many cases counts as half a match, the next as a quarter, and so on."""
    right, count, ours, theirs = mean[:, :ORDERS], mean[:, ORDERS : 2 * ORDERS], mean[:, -2], mean[:, -1]
    none = right <= 0
    smoothed = np.where(none, 0.5 ** np.cumsum(none, axis=1) / cases, right)
    known = (right > 0).any(axis=1) & (count > 0).all(axis=1) & (ours > 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        precision = np.exp(np.log(smoothed / count).mean(axis=1))
        brevity = np.where(ours < theirs, np.exp(1 - theirs / ours), 1.0)
        return np.where(known, 100 * precision * brevity, 0.0)


def _linearised(parts: Floats, weight: Floats) -> Linearised:
    return of_means(partial(_score, cases=len(parts)))(parts, weight)


BLEU = Corpus(
    name="bleu",
    about="how many of the words, and runs of up to four, of all outputs are in the truths, with a penalty for brevity",
    suits=text,
    limits=between(0.0, 100.0),
    library="sacrebleu.corpus_bleu",
    empty="0 where no word is right, and where no output has four words",
    requires="sacrebleu",
    parts=_counted,
    linearised=_linearised,
)
