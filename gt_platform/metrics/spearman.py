"""Spearman's correlation of ranks."""

from collections.abc import Sequence

import numpy as np

from gt_platform.answers.form import Quantity, form_of
from gt_platform.metrics.base import Case, Corpus, Floats, Linearised, between
from gt_platform.metrics.kinds import number


def _pair(case: Case) -> Sequence[float]:
    """Output and truth; what is no valid number is the end of the range that is farther from the truth."""
    form = form_of(case.kind)
    assert isinstance(form, Quantity)  # noqa: S101 - only such a kind suits
    far = form.minimum if case.truth > (form.minimum + form.maximum) / 2 else form.maximum
    return (far if case.valid is None else case.valid), case.truth


class _Ranks:
    """The share of a weighted sample that is below a value, ties half, and what a value adds to sums of them."""

    def __init__(self, values: Floats, share: Floats) -> None:
        self._order, place = np.unique(values, return_inverse=True)
        self._below = np.concatenate([[0.0], np.cumsum(np.bincount(place, share))])
        self._place = place

    def of(self, values: Floats) -> Floats:
        """The rank of each, from 0 to 1."""
        first, last = (np.searchsorted(self._order, values, side=side) for side in ("left", "right"))
        return np.asarray((self._below[first] + self._below[last]) / 2)

    def above(self, other: Floats, values: Floats) -> Floats:
        """For each value the sum of `other` (n,), of the sample, over those above it, ties half."""
        sums = np.bincount(self._place, other, len(self._order))
        rest = sums.sum() - np.concatenate([[0.0], np.cumsum(sums)])
        first, last = (np.searchsorted(self._order, values, side=side) for side in ("left", "right"))
        return np.asarray((rest[first] + rest[last]) / 2)


def _linearised(parts: Floats, weight: Floats) -> Linearised:
    """The correlation of weighted mid-ranks, and its influence: a unit counts with its own ranks, and it moves the
    ranks of those above it.
    """
    share = weight / weight.sum()
    ranks = [_Ranks(values, share) for values in parts.T]
    own = [each.of(values) - 0.5 for each, values in zip(ranks, parts.T, strict=True)]
    covariance = float(share @ (own[0] * own[1]))
    variance = [float(share @ one**2) for one in own]
    scale = float(np.sqrt(variance[0] * variance[1]))
    value = covariance / scale if scale > 0 else float("nan")

    def influence(of: Floats, counts: Floats) -> Floats:
        mine = [each.of(values) - 0.5 for each, values in zip(ranks, of.T, strict=True)]

        def moved(side: int, with_: Floats) -> Floats:
            return ranks[side].above(share * with_, of[:, side]) - float(share @ (with_ * (own[side] + 0.5)))

        joint = mine[0] * mine[1] - covariance + moved(0, own[1]) + moved(1, own[0])
        squares = [mine[side] ** 2 - variance[side] + 2 * moved(side, own[side]) for side in range(2)]
        spread = squares[0] / variance[0] + squares[1] / variance[1] if scale > 0 else np.zeros(len(of))
        return np.asarray(counts * (joint / scale - value / 2 * spread)) if scale > 0 else np.full(len(of), np.nan)

    return Linearised(value=value, influence=influence)


SPEARMAN = Corpus(
    name="spearman",
    about="how far outputs and truths have one order, whatever the scale: the correlation of their ranks",
    suits=number,
    limits=between(-1.0, 1.0),
    library="scipy.stats.spearmanr",
    empty="insufficient evidence where outputs or truths are all one number",
    parts=_pair,
    linearised=_linearised,
)
