"""What a day's values of a column are by themselves, in a few numbers: what changes are dated from later.

How days compare belongs in verdicts.py; what became of a column over many days in changes.py.
"""

import json
from collections.abc import Mapping

import polars as pl

from gt_platform.drift.columns import NUMBER, uncomparable

AT = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Shares of a day's numbers below the values that are kept."""
MOST_KEPT = 12  # levels of a day, the most frequent ones
LONGEST = 40  # characters of a level's name
DIGITS = 6
SAME_HOURS = "same hours"
"""In a profile: 1 where the column drifts, and does not at the hours of the frame."""

Profile = dict[str, float]
"""Quantiles `at 0.5`, or shares of levels `is NAME`; with both, shares `missing` and `number`, and the count `rows`."""


def profiled(values: pl.Series, *, of_hours: bool = False) -> str | None:
    """A day's values of a column, as JSON; None where they cannot be compared. `of_hours`: SAME_HOURS is so."""
    present = values.drop_nulls()
    levels = 0 if values.dtype == pl.Float64 else present.n_unique()
    if uncomparable(present, len(present), levels):
        return None
    found: Profile = {"rows": float(len(values)), "missing": values.null_count() / len(values)}
    found |= _quantiles(present) if values.dtype == pl.Float64 else _shares(present, len(values))
    found |= {SAME_HOURS: 1.0} if of_hours else {}
    return json.dumps({name: float(f"{value:.{DIGITS}g}") for name, value in found.items()}, ensure_ascii=False)


def read_profile(text: str) -> Profile:
    """A profile as it was kept."""
    found: Mapping[str, float] = json.loads(text)
    return dict(found)


def _quantiles(present: pl.Series) -> Profile:
    kept = {f"at {share}": float(present.quantile(share, "linear") or 0.0) for share in AT}
    return {"number": 1.0, **kept}


def _shares(present: pl.Series, rows: int) -> Profile:
    named = present.str.slice(0, LONGEST).alias("level").value_counts(name="rows")
    kept = named.sort(["rows", "level"], descending=[True, False]).head(MOST_KEPT)
    number = present.cast(pl.Float64, strict=False).is_not_null() | (present == NUMBER)
    return {"number": float(number.sum()) / rows} | {f"is {level}": count / rows for level, count in kept.iter_rows()}
