"""How unlike the reference each event of a frame is: an out-of-fold domain classifier.

Verdicts about whole columns belong in verdicts.py. Nothing else in the platform imports scikit-learn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.drift.columns import sampled, unusable

FOLDS = 5
MOST_TRAINED = 20_000  # rows of each side; more hardly move the weights of so simple a model
ROWS_AT_ONCE = 50_000
TERMS = 2**15  # buckets words are hashed into
FARTHEST = 5.0  # standard deviations; an outlier must not outweigh everything else
UNDECIDED = 0.5
DIGITS = 6  # far coarser than the last bits, which depend on the machine

Floats = NDArray[np.float64]


def score_rows(reference: pl.DataFrame, current: pl.DataFrame, names: Sequence[str]) -> Floats:
    """For each row of `current` the probability of being from it rather than from `reference`, 0 to 1.

    Both hold position, fold, text (of the input) and the columns `names`. Logistic regression with both sides
    weighing the same, over the columns and the words of the texts, trained on at most 20,000 rows a side. Folds go
    by input, so the model that scores an event saw no event with the same input. 0.5 where there is nothing left to
    train on. The scores of events do not depend on the order of rows.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):  # otherwise the order of sums, and the last digits, depend on the number of cores
        encoder, models = _trained(reference, current, names)
        parts = [_scored(part, encoder, models) for part in current.iter_slices(ROWS_AT_ONCE)]
    return np.concatenate(parts).round(DIGITS)


def _trained(reference: pl.DataFrame, current: pl.DataFrame, names: Sequence[str]) -> tuple["_Encoder", dict[int, Any]]:
    from sklearn.linear_model import LogisticRegression

    sides = [sampled(side, MOST_TRAINED) for side in (reference, current)]
    together = pl.concat(sides)
    encoder = _Encoder.fitted(together, names)
    features = encoder.encode(together)
    is_current = np.repeat([0, 1], [side.height for side in sides])
    folds = _folds(together)
    models: dict[int, Any] = {}
    for fold in range(FOLDS):
        seen = np.flatnonzero(folds != fold)
        if np.unique(is_current[seen]).size == 2:
            # on 1,000 short texts liblinear takes an eighth of the time of the default solver, to the same weights
            model = LogisticRegression(class_weight="balanced", solver="liblinear")
            models[fold] = model.fit(features[seen], is_current[seen])
    return encoder, models


def _scored(part: pl.DataFrame, encoder: "_Encoder", models: dict[int, Any]) -> Floats:
    scores = np.full(part.height, UNDECIDED)
    features, folds = encoder.encode(part), _folds(part)
    for fold, model in models.items():
        held_out = np.flatnonzero(folds == fold)
        if held_out.size:
            scores[held_out] = model.predict_proba(features[held_out])[:, 1]
    return scores


def _folds(rows: pl.DataFrame) -> NDArray[np.int64]:
    return (rows["fold"] % FOLDS).to_numpy().astype(np.int64)


@dataclass(frozen=True)
class _Encoder:
    """Turns rows into features. Scales and levels come from the training rows of both sides, labels unseen."""

    scales: dict[str, tuple[float, float]]
    levels: dict[str, list[str]]

    @classmethod
    def fitted(cls, rows: pl.DataFrame, names: Sequence[str]) -> Self:
        usable = [rows[name] for name in names if unusable(rows[name]) is None]
        numeric = {column.name: column.drop_nulls().to_numpy() for column in usable if column.dtype == pl.Float64}
        return cls(
            {name: (float(values.mean()), float(values.std()) or 1.0) for name, values in numeric.items()},
            {c.name: c.drop_nulls().unique().sort().to_list() for c in usable if c.dtype == pl.String},
        )

    def encode(self, rows: pl.DataFrame) -> Any:
        """A sparse matrix with a row for each row."""
        from scipy.sparse import csr_matrix, hstack
        from sklearn.feature_extraction.text import HashingVectorizer

        words = HashingVectorizer(n_features=TERMS, alternate_sign=False).transform(rows["text"].fill_null(""))
        numbers = [self._number(rows[name], *scale) for name, scale in self.scales.items()]
        levels = [self._one_hot(rows[name], levels) for name, levels in self.levels.items()]
        return hstack([csr_matrix(block) for block in (*numbers, *levels)] + [words], format="csr")

    @staticmethod
    def _number(values: pl.Series, mean: float, deviation: float) -> Floats:
        standard = (values.fill_null(mean).to_numpy() - mean) / deviation
        return np.column_stack([np.clip(standard, -FARTHEST, FARTHEST), values.is_null().to_numpy()])

    @staticmethod
    def _one_hot(values: pl.Series, levels: list[str]) -> Any:
        from scipy.sparse import csr_matrix

        code = values.replace_strict(levels, range(len(levels)), default=len(levels), return_dtype=pl.Int64).to_numpy()
        shape = (len(values), len(levels) + 1)  # the last: missing, or never seen in training
        return csr_matrix((np.ones(len(values)), (np.arange(len(values)), code)), shape=shape)
