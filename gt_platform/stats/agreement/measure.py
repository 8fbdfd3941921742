"""Every agreement coefficient that applies to ratings: overall, by slice, by label and by pair of annotators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.agreement.alpha import alpha, labels_against_rest
from gt_platform.stats.agreement.chance import fleiss, gwet, percent
from gt_platform.stats.agreement.coefficient import Basis, Coefficient, Resampling, coefficients, too_few, without
from gt_platform.stats.agreement.cohen import cohen, kappas
from gt_platform.stats.agreement.intraclass import ONE_WAY, TWO_WAY, complete, one_way, two_way
from gt_platform.stats.agreement.pairs import Cell, pairs
from gt_platform.stats.agreement.ratings import Ratings
from gt_platform.stats.agreement.scales import MOST_VALUES, Level, refuse_unknown
from gt_platform.stats.agreement.tally import Tally, tally

Floats = NDArray[np.float64]

TOO_MANY = f"not given: more than {MOST_VALUES:,} different values; group them, or take the interval level"


@dataclass(frozen=True)
class LabelAgreement:
    """Agreement on one value: specific agreement, and alpha of it against all others."""

    value: float
    specific: Coefficient
    alpha: Coefficient


@dataclass(frozen=True)
class PairAgreement:
    """Agreement of two annotators, by the codes they were given, on the units both rated."""

    first: int
    second: int
    coefficients: tuple[Coefficient, ...]


def agreement(
    ratings: Ratings, level: Level = "nominal", *, categories: int | None = None, resampling: Resampling | None = None
) -> tuple[Coefficient, ...]:
    """The coefficients that apply at a level of measurement, each with a 95 % bootstrap interval over units.

    At every level percent agreement, Krippendorff's alpha and Gwet's AC1 or AC2, and between two annotators Cohen's
    kappa; of labels also Fleiss' kappa, of interval and ratio numbers the intraclass correlations. `categories` is how
    many labels there were to choose from, if more than were used. Raises ValueError for an unknown level, or for
    negative values on a ratio scale.
    """
    refuse_unknown(level)
    resampling = resampling or Resampling()
    counted = tally(ratings, ordered=level != "nominal")
    basis = Basis(counted.pairable, ratings.annotators)
    found = coefficients(("percent",), percent(counted), basis, resampling, lowest=0.0)
    found += _corrected(counted, level, categories, basis, resampling)
    if ratings.annotators == 2:
        found += _of_two(ratings, level, resampling)
    if level in ("interval", "ratio"):
        found += _intraclass(ratings, basis, resampling)
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
        int(code): agreement(ratings.where(codes == code), level, categories=len(ratings.values), resampling=resampling)
        for code in np.unique(codes[codes >= 0])
    }


def agreement_by_label(ratings: Ratings, *, resampling: Resampling | None = None) -> tuple[LabelAgreement, ...]:
    """Agreement on each value used, in rising order; the units counted are those with two ratings that it was given to.

    Raises ValueError for more than MOST_VALUES values.
    """
    if len(ratings.values) > MOST_VALUES:
        raise ValueError(f"{len(ratings.values):,} different values are too many to look at one by one")
    resampling = resampling or Resampling()
    counted = tally(ratings, ordered=False)
    count = len(counted.values)
    given = (counted.frequency * (counted.size >= 2)) @ (counted.counts > 0).astype(np.float64)
    names = ("specific",) * count + ("alpha",) * count
    whole = Basis(counted.pairable, ratings.annotators)
    found = coefficients(names, labels_against_rest(counted), whole, resampling)
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
            int(ratings.names[found.first[at]]),
            int(ratings.names[found.second[at]]),
            _kappas(found.table(at), ratings.values, level, resampling),
        )
        for at in chosen.tolist()
    )


def _on(basis: Basis, coefficient: Coefficient, resampling: Resampling) -> Coefficient:
    reason = too_few(basis, resampling) or coefficient.reason
    if reason:
        return without(coefficient.name, basis, reason)
    return Coefficient(
        name=coefficient.name,
        value=coefficient.value,
        low=coefficient.low,
        high=coefficient.high,
        units=basis.units,
        annotators=basis.annotators,
    )


def _kappas(cell: Cell, values: Floats, level: Level, resampling: Resampling) -> tuple[Coefficient, ...]:
    basis = Basis(int(cell.count.sum()), 2, "units that both rated")
    names = ("percent", *kappas(level))
    lowest = [0.0, *(-1.0 for _ in names[1:])]
    return coefficients(names, cohen(cell, values, level), basis, resampling, lowest=lowest)


def _of_two(ratings: Ratings, level: Level, resampling: Resampling) -> tuple[Coefficient, ...]:
    found = pairs(ratings)
    if not len(found.first):
        basis = Basis(0, 2, "units that both rated")
        return tuple(without(name, basis, too_few(basis, resampling)) for name in kappas(level))
    return _kappas(found.table(0), ratings.values, level, resampling)[1:]


def _corrected(
    counted: Tally, level: Level, categories: int | None, basis: Basis, resampling: Resampling
) -> tuple[Coefficient, ...]:
    """The coefficients corrected for chance that look at counts alone."""
    many = len(counted.values) > MOST_VALUES
    second = "ac1" if level == "nominal" else "ac2"
    if many:
        rest = tuple(without(name, basis, TOO_MANY) for name in (("fleiss", second) if second == "ac1" else (second,)))
    else:
        rest = coefficients((second,), gwet(counted, level, categories), basis, resampling)
        if level == "nominal":
            rest = coefficients(("fleiss",), fleiss(counted), basis, resampling) + rest
    if many and level in ("nominal", "ratio"):
        return without("alpha", basis, TOO_MANY), *rest
    return coefficients(("alpha",), alpha(counted, level), basis, resampling) + rest


def _intraclass(ratings: Ratings, basis: Basis, resampling: Resampling) -> tuple[Coefficient, ...]:
    lowest = float("-inf")
    first = coefficients(ONE_WAY, one_way(ratings), basis, resampling, lowest=lowest)
    matrix = complete(ratings)
    whole = Basis(len(matrix), ratings.annotators, f"units that all {ratings.annotators} annotators rated")
    if ratings.annotators < 2:
        whole = Basis(0, ratings.annotators, "units with two annotators")
    equal = "undefined: the units do not differ"
    return first + coefficients(TWO_WAY, two_way(matrix), whole, resampling, lowest=lowest, undefined=equal)
