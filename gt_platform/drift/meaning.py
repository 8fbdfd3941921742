"""Whether texts say something else than the reference's: how well a classifier tells them apart that did not see them.

Scores of single events by a classifier belong in scores.py, all other columns in verdicts.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.drift.columns import UNSPACED
from gt_platform.drift.evidently.texts import area_by_evidently, half_seen
from gt_platform.embeddings import embeddings
from gt_platform.project import DriftColumn
from gt_platform.stats.permutation import TESTS, Chance, TwoSample, decided, missing_moved
from gt_platform.stats.units import Codes, Flags, Floats, Units, first_of

STATISTIC = "domain_classifier_auc"
MOST_DAYS = 8
"""Days of the reference that tell how well a day is told from the others; each costs as much as the frame."""
A_DAY = 500
"""Rows of each of them, and of the frame, so that a classifier learns a day as well as the frame."""
ONE_DAY = 2_000
"""Rows a side where the reference is one day."""
FOLDS = 5
DEALT = 20
"""Times that rows are dealt out again; each costs as much as a day."""
TERMS = 2**16  # buckets words are hashed into
WORD = r"(?u)\b\w+\b"
CHARACTERS = 4_000  # of a text that are read


def compare_meaning(
    reference: pl.Series, current: pl.Series, how: Chance, *, units: Units, column: DriftColumn
) -> TwoSample:
    """The area under the curve of an out-of-fold classifier of texts, or of vectors as JSON; null where missing.

    Logistic regression on TF-IDF of words (of characters in scripts that part none by spaces), or on the vectors that
    events carry or the column's `embedding` makes; or Evidently's own classifier, where the column names a method. Both
    sides are in an order of which the first rows are an even sample. What rows make of it by chance is told by dealing
    them out again a few times; days add what those of the reference are told apart by. Raises UncomputableError.
    """
    there = reference.is_not_null().to_numpy(), current.is_not_null().to_numpy()
    gone = () if all(side.all() for side in there) else (missing_moved(~there[0], ~there[1], units),)
    few = _few(units, *there)
    kept = units.only(*few)
    texts = reference.filter(pl.Series(few[0])), current.filter(pl.Series(few[1]))
    if min(map(len, texts)) < FOLDS:
        return TwoSample(aspects=gone)
    before, frame = np.arange(kept.day.size), kept.day.size + np.arange(len(texts[1]))
    area, chance = _told(pl.concat(texts), (before, frame), column, how)
    if kept.clusters is not None:
        chance *= np.sqrt(kept.worth(*_Classifier.of(pl.concat(texts), column.embedding).ranks(before, frame)))
    observed = area(before, frame)
    days = kept.reference(np.bincount(kept.day, minlength=kept.groups.size).astype(np.float64))
    apart = np.zeros(kept.groups.size)
    for day in np.flatnonzero(days.told):
        apart[day] = area(np.flatnonzero(kept.day != day), np.flatnonzero(kept.day == day))
    alpha = how.alpha / TESTS if gone else how.alpha
    threshold, p_value = decided(max(observed, 0.0), chance, days, np.maximum(apart, 0.0), frame.size, alpha)
    return TwoSample(value=0.5 + observed, threshold=0.5 + threshold, p_distance=p_value, aspects=gone)


def _told(
    texts: pl.Series, sides: tuple[Codes, Codes], column: DriftColumn, how: Chance
) -> tuple[Callable[[Codes, Codes], float], Floats]:
    """What computes the area less one half, and how far above 0 that lies by chance, sorted."""
    if column.method is not None:
        return area_by_evidently(texts), half_seen(sides[0].size, sides[1].size, how.permutations)
    classifier = _Classifier.of(texts, column.embedding)
    return classifier.area, _by_chance(classifier, sides[0].size, len(texts), how)


def _few(units: Units, reference: Flags, current: Flags) -> tuple[Flags, Flags]:
    """Of the rows that are there the first of some days alike, evenly chosen, and the first of the frame."""
    here = reference & units.held
    days = np.unique(units.day[here])
    most = A_DAY if days.size > 1 else ONE_DAY
    chosen = days[np.unique(np.linspace(0, days.size - 1, min(MOST_DAYS, days.size)).round().astype(np.int64))]
    first = np.zeros(reference.size, np.bool_)
    for day in chosen:
        first |= first_of(here & (units.day == day), most)
    return first, first_of(current, most)


def _by_chance(classifier: "_Classifier", reference: int, rows: int, how: Chance) -> Floats:
    """Sorted, how far above one half the area lies by chance.

    By Student's t: folds share what they learn from, so that Mann & Whitney's deviation is a third too small.
    """
    from scipy.special import stdtrit

    drawn = how.drawn
    dealt = (drawn.permutation(rows) for _ in range(DEALT))
    areas = [classifier.area(order[:reference], order[reference:]) for order in dealt]
    deviation = float(np.sqrt(np.mean(np.square(areas))))
    found: Floats = np.maximum(deviation * stdtrit(DEALT, (np.arange(how.permutations) + 0.5) / how.permutations), 0.0)
    return found


@dataclass(frozen=True)
class _Classifier:
    """Features of all rows, and the fold of each: equal texts are in one."""

    features: Any
    fold: Codes

    @classmethod
    def of(cls, texts: pl.Series, embedding: str | None) -> Self:
        fold = np.array([crc32(text.encode()) % FOLDS for text in texts], dtype=np.int64)
        if embedding is not None:
            return cls(np.asarray(embeddings()[embedding](texts.to_list()), dtype=np.float64), fold)
        vectors = _vectors(texts)
        return cls(_terms(texts) if vectors is None else vectors, fold)

    def area(self, before: Codes, after: Codes) -> float:
        """The area less one half, within folds."""
        return self._ordered(before, after)[0]

    def ranks(self, before: Codes, after: Codes) -> tuple[Floats, Floats]:
        """Each row's rank in its fold, from 0 to 1."""
        found = self._ordered(before, after)[1]
        return found[: before.size], found[before.size :]

    def _ordered(self, before: Codes, after: Codes) -> tuple[float, Floats]:
        from scipy.stats import rankdata
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        rows = np.concatenate([before, after])
        is_after = np.arange(rows.size) >= before.size
        ranks, above, pairs = np.full(rows.size, 0.5), 0.0, 0
        for fold in range(FOLDS):
            held_out = np.flatnonzero(self.fold[rows] == fold)
            seen = np.flatnonzero(self.fold[rows] != fold)
            sides = int(is_after[held_out].sum()), int((~is_after[held_out]).sum())
            if not sides[0] or not sides[1] or np.unique(is_after[seen]).size < 2:
                continue
            with threadpool_limits(1):  # the order of sums would depend on the number of cores
                model = LogisticRegression(class_weight="balanced", solver="liblinear")
                model.fit(self.features[rows[seen]], is_after[seen])
            order = rankdata(model.decision_function(self.features[rows[held_out]]).round(9))
            ranks[held_out] = (order - 0.5) / held_out.size
            above += float(order[is_after[held_out]].sum()) - sides[0] * (sides[0] + 1) / 2
            pairs += sides[0] * sides[1]
        return (above / pairs - 0.5 if pairs else 0.0), ranks


def _terms(texts: pl.Series) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

    parted = texts.str.slice(0, CHARACTERS).str.replace_all(f"({UNSPACED})", " $1 ")
    words = HashingVectorizer(n_features=TERMS, alternate_sign=False, norm=None, token_pattern=WORD)
    return TfidfTransformer(sublinear_tf=True).fit_transform(words.transform(parted))


def _vectors(texts: pl.Series) -> NDArray[np.float64] | None:
    """What rows hold where all are lists of as many numbers, each scaled over all rows; None where they are not."""
    if not texts.str.starts_with("[").all():
        return None
    try:
        rows = texts.str.json_decode(pl.List(pl.Float64))
    except pl.exceptions.PolarsError:
        return None
    if rows.list.len().n_unique() != 1 or rows.list.eval(pl.element().is_null().any()).list.any().any():
        return None
    found = np.array(rows.to_list(), dtype=np.float64)
    scale = found.std(axis=0)
    return np.asarray((found - found.mean(axis=0)) / np.where(scale > 0, scale, 1.0))
