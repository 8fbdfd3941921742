"""A column by a method of Evidently's that the project names, calibrated as every other: by rows, days and clusters."""

from dataclasses import replace

import numpy as np
import polars as pl

from gt_platform.drift.evidently.methods import (
    EQUAL,
    ROWS,
    Kind,
    Scale,
    UncomputableError,
    most_rows,
    quietly,
    registered,
    value_of,
)
from gt_platform.drift.levels import worth_of
from gt_platform.stats.distances import Floats
from gt_platform.stats.permutation import TESTS, Chance, TwoSample
from gt_platform.stats.rows import compare_rows
from gt_platform.stats.units import Flags, Units, first_of

Sides = tuple[pl.Series, pl.Series]


def by_method(
    method: str, reference: pl.Series, current: pl.Series, units: Units, how: Chance, *, beside: TwoSample
) -> TwoSample:
    """The distance, its threshold and p-value by `method`, as Evidently values them, of at most `most_rows` a side.

    What else was looked at `beside` stays. Rows of both come in an order that says nothing of them; the first are
    taken. Raises UncomputableError.
    """
    kind = kind_of(reference)
    if kind == "cat" and "cat" not in {of.value for of in registered()[method]}:
        raise UncomputableError(f"Evidently's {method} is for numbers, and these are categories")
    (reference, current), units = _few((reference, current), units, method)
    if not units.held.any() or current.is_empty():
        return replace(beside, value=0.0, threshold=0.0, p_distance=1.0)
    sides = coded((reference, current))
    worth = _worth((reference, current), sides, units)
    scale, value = Scale(method=method, rows=(int(units.held.sum()), len(current))), value_of(method, kind)

    def distance(first: Floats, second: Floats) -> float:
        return replace(scale, rows=(first.size, second.size)).distance(value(first, second))

    how = replace(how, alpha=how.alpha / TESTS) if beside.aspects else how
    with quietly():
        _, threshold, p_value = compare_rows(distance, sides, how, units=units, worth=worth)
        found = value(sides[0][units.held], sides[1])
    return replace(beside, value=found, threshold=scale.value(threshold), p_distance=p_value)


def chosen(sides: Sides) -> str | None:
    """The method that Evidently itself would choose of a column, by its type, its values and the reference's rows."""
    import pandas as pd
    from evidently.legacy.calculations.stattests import get_stattest

    reference, current = (side.drop_nulls().head(ROWS) for side in sides)
    if reference.is_empty() or current.is_empty():
        return None
    first, second = (pd.Series(values) for values in coded((reference, current)))
    return str(get_stattest(first, second, kind_of(reference), None).name)


def kind_of(side: pl.Series) -> Kind:
    """What a column is to Evidently."""
    return "num" if side.dtype == pl.Float64 else "cat"


def coded(sides: Sides) -> tuple[Floats, Floats]:
    """The values of both sides, which lack none; of categories codes in the order of their names."""
    if kind_of(sides[0]) == "num":
        return sides[0].to_numpy(), sides[1].to_numpy()
    levels = pl.concat(sides).unique().sort()
    codes = [side.replace_strict(levels, range(len(levels)), return_dtype=pl.Float64).to_numpy() for side in sides]
    return codes[0], codes[1]


def _few(sides: Sides, units: Units, method: str) -> tuple[Sides, Units]:
    """The first rows that have a value; of days that the frame is not compared with as many again."""
    there = tuple(_there(side) for side in sides)
    most = most_rows(method)
    if method in EQUAL:
        most = min(most, int((there[0] & units.held).sum()), int(there[1].sum()))
    kept = first_of(there[0] & units.held, most) | first_of(there[0] & ~units.held, most)
    now = first_of(there[1], most)
    few = sides[0].filter(pl.Series(kept)), sides[1].filter(pl.Series(now))
    return few, units.only(kept, now)


def _there(side: pl.Series) -> Flags:
    found: Flags = (~side.is_null()).to_numpy()
    return found


def _worth(sides: Sides, values: tuple[Floats, Floats], units: Units) -> float:
    from scipy.stats import rankdata

    if units.clusters is None:
        return 1.0
    if sides[0].dtype == pl.String:
        return worth_of(sides, units)
    ranks = rankdata(np.concatenate(values))
    return units.worth(ranks[: values[0].size], ranks[values[0].size :])
