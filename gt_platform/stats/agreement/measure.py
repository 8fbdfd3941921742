"""Every agreement coefficient that applies to ratings: overall, by slice, by label and by pair of annotators."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.agreement.alpha import alpha, labels_against_rest
from gt_platform.stats.agreement.chance import fleiss, gwet, percent
from gt_platform.stats.agreement.coefficient import (
    Basis,
    Coefficient,
    Resampling,
    Scale,
    coefficients,
    too_few,
    without,
)
from gt_platform.stats.agreement.cohen import cohen, kappas
from gt_platform.stats.agreement.intraclass import (
    ONE_WAY,
    TWO_WAY,
    complete,
    of_mean,
    one_way,
    two_way,
    usual,
)
from gt_platform.stats.agreement.pairs import Cell, pairs
from gt_platform.stats.agreement.ratings import Ratings
from gt_platform.stats.agreement.scales import MOST_VALUES, Level, refuse_unknown
from gt_platform.stats.agreement.tally import Tally, tally

Floats = NDArray[np.float64]

NUMERIC = ("interval", "ratio")
TOO_MANY = f"not given: more than {MOST_VALUES:,} different values; group them, or take the interval level"


@dataclass(frozen=True)
class LabelAgreement:
    """Agreement on one value: specific agreement, and alpha of it against all others."""

    value: float
    specific: Coefficient
    alpha: Coefficient


@dataclass(frozen=True, kw_only=True)
class PairAgreement:
    """Agreement of two annotators, by the codes they were given, on the units both rated."""

    first: int
    second: int
    coefficients: tuple[Coefficient, ...]


def agreement(
    ratings: Ratings, level: Level = "nominal", *, resampling: Resampling | None = None
) -> tuple[Coefficient, ...]:
    """The coefficients that apply at a level of measurement, each with two 95 % intervals: for these annotators on
    other units, and for annotators like these.

    At every level percent agreement, Krippendorff's alpha and Gwet's AC1 or AC2, and between two annotators Cohen's
    kappa; of labels also Fleiss' kappa, of interval and ratio numbers the intraclass correlations. Labels
    that could be chosen count though nobody did. Raises ValueError for an unknown level, or for negative values on a
    ratio scale.
    """
    refuse_unknown(level)
    resampling = resampling or Resampling()
    counted = tally(ratings, ordered=level != "nominal", panel=True)
    basis = Basis(counted.pairable, ratings.annotators)
    share = Scale(lowest=(0.0,), size=(counted.usual,))
    found = coefficients(("percent",), percent(counted), basis, resampling, share)
    found += _corrected(counted, level, basis, resampling)
    if ratings.annotators == 2:
        found += _of_two(ratings, level, resampling)
    if level in NUMERIC:
        found += _intraclass(ratings, counted, basis, resampling)
    return found


def agreement_by_slice(
    ratings: Ratings, slice_code: ArrayLike, level: Level = "nominal", *, resampling: Resampling | None = None
) -> dict[int, tuple[Coefficient, ...]]:
    """The coefficients within each slice; `slice_code` (n,) is that of each rating, negative for none.

    What labels there are to choose from is taken from all ratings. Raises ValueError.
    """
    codes = np.asarray(slice_code)
    if codes.shape != ratings.unit.shape or (len(codes) and codes.dtype.kind not in "iu"):
        raise ValueError(f"{codes.shape} slice codes of {ratings.unit.shape} ratings: one integer a rating")
    return {
        int(code): agreement(ratings.where(codes == code), level, resampling=resampling)
        for code in np.unique(codes[codes >= 0])
    }


def agreement_by_label(ratings: Ratings, *, resampling: Resampling | None = None) -> tuple[LabelAgreement, ...]:
    """Agreement on each value used, in rising order; the units counted are those with two ratings that it was given to.

    Raises ValueError for more than MOST_VALUES values.
    """
    if len(ratings.values) > MOST_VALUES:
        raise ValueError(f"{len(ratings.values):,} different values are too many to look at one by one")
    resampling = resampling or Resampling()
    counted = tally(ratings, ordered=False, panel=True)
    count = len(counted.values)
    used = counted.frequency @ counted.counts > 0
    given = (counted.frequency * (counted.size >= 2)) @ (counted.counts > 0).astype(np.float64)
    names = ("specific",) * count + ("alpha",) * count
    whole = Basis(counted.pairable, ratings.annotators)
    lowest = (0.0,) * count + (-1.0,) * count  # specific agreement is a share
    scale = Scale(lowest=lowest, size=(counted.usual,) * len(names))
    found = coefficients(names, labels_against_rest(counted), whole, resampling, scale)
    rows = [
        LabelAgreement(
            float(value),
            *(
                _on(
                    Basis(int(given[at]), ratings.annotators, f"{whole.called} with this label"),
                    found[place],
                    resampling,
                )
                for place in (at, at + count)
            ),
        )
        for at, value in enumerate(counted.values)
        if used[at]
    ]
    return tuple(sorted(rows, key=lambda row: row.value))


def agreement_by_pair(
    ratings: Ratings, level: Level = "nominal", *, most: int | None = None, resampling: Resampling | None = None
) -> tuple[PairAgreement, ...]:
    """Percent agreement and Cohen's kappa of every two annotators who share a unit, in the order of their codes.

    With `most`, only of that many pairs, those that share the most units; each takes a millisecond.
    """
    refuse_unknown(level)
    resampling = resampling or Resampling()
    found = pairs(ratings)
    chosen = np.sort(np.argsort(-found.units, kind="stable")[:most])
    return tuple(
        PairAgreement(
            first=int(ratings.names[found.first[at]]),
            second=int(ratings.names[found.second[at]]),
            coefficients=_kappas(found.table(at), ratings.values, level, resampling),
        )
        for at in chosen.tolist()
    )


def _on(basis: Basis, coefficient: Coefficient, resampling: Resampling) -> Coefficient:
    reason = too_few(basis, resampling) or coefficient.reason
    if reason:
        return without(coefficient.name, basis, reason, coefficient.value)
    return replace(coefficient, units=basis.units)


def _kappas(cell: Cell, values: Floats, level: Level, resampling: Resampling) -> tuple[Coefficient, ...]:
    basis = Basis(int(cell.count.sum()), 2, "units that both rated")
    names = ("percent", *kappas(level))
    scale = Scale(lowest=(0.0, *(-1.0 for _ in names[1:])), size=(2.0,) * len(names))
    return coefficients(names, cohen(cell, values, level), basis, resampling, scale)


def _of_two(ratings: Ratings, level: Level, resampling: Resampling) -> tuple[Coefficient, ...]:
    found = pairs(ratings)
    if not len(found.first):
        basis = Basis(0, 2, "units that both rated")
        return tuple(without(name, basis, too_few(basis, resampling)) for name in kappas(level))
    return _kappas(found.table(0), ratings.values, level, resampling)[1:]


def _corrected(counted: Tally, level: Level, basis: Basis, resampling: Resampling) -> tuple[Coefficient, ...]:
    """The coefficients corrected for chance that look at counts alone."""
    many = len(counted.values) > MOST_VALUES
    scale = Scale(lowest=(-1.0,), size=(counted.usual,), numbers=level in NUMERIC)
    second = "ac1" if level == "nominal" else "ac2"
    if many:
        rest = tuple(without(name, basis, TOO_MANY) for name in (("fleiss", second) if second == "ac1" else (second,)))
    else:
        rest = coefficients((second,), gwet(counted, level), basis, resampling, scale)
        if level == "nominal":
            rest = coefficients(("fleiss",), fleiss(counted), basis, resampling, scale) + rest
    if many and level in ("nominal", "ratio"):
        return without("alpha", basis, TOO_MANY), *rest
    return coefficients(("alpha",), alpha(counted, level), basis, resampling, scale) + rest


def _intraclass(ratings: Ratings, counted: Tally, basis: Basis, resampling: Resampling) -> tuple[Coefficient, ...]:
    size, annotators = usual(counted), float(ratings.annotators)
    scale = Scale(lowest=(-1.0,) * 2, size=(size, 1.0), numbers=True)
    first = coefficients(ONE_WAY, one_way(counted), basis, resampling, scale)
    matrix = complete(ratings)
    whole = Basis(len(matrix), ratings.annotators, f"units that all {ratings.annotators} annotators rated")
    if ratings.annotators < 2:
        whole = Basis(0, ratings.annotators, "units with two annotators")
    scale = replace(
        scale,
        lowest=(-1.0,) * 4,
        size=(annotators,) * 2 + (1.0,) * 2,
        undefined="undefined: the units do not differ",
    )
    second = coefficients(TWO_WAY, two_way(matrix), whole, resampling, scale)
    return *_with_means(first, size), *_with_means(second, annotators)


def _with_means(found: tuple[Coefficient, ...], size: float) -> tuple[Coefficient, ...]:
    """Single correlations and, behind them, those of means of `size`: without an annotator means are of fewer."""
    half = len(found) // 2
    return *found[:half], *(_as_mean(*pair, size) for pair in zip(found[:half], found[half:], strict=True))


def _as_mean(single: Coefficient, mean: Coefficient, size: float) -> Coefficient:
    if single.alike_low is None or single.alike_high is None or mean.value is None or mean.low is None:
        return mean
    low, high = (of_mean(bound, size) for bound in (single.alike_low, single.alike_high))
    return replace(mean, alike_low=min(low, mean.value), alike_high=high, alike_reason="")
