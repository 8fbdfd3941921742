"""Drift verdicts: each column's distance to the reference, judged by permutation and Benjamini-Hochberg.

Frames in, rows of the drift table out. Reading frames belongs in columns.py, Evidently's report in report.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import polars as pl

from gt_platform.canonical import number
from gt_platform.drift.columns import unusable_counts
from gt_platform.project import Drift
from gt_platform.stats.multiplicity import q_values
from gt_platform.stats.permutation import TwoSample, compare_levels, compare_numbers, enough_permutations

FRAME = "*"
DIGITS = 12  # beyond, sums depend on how the machine orders them


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A row of the drift table, without its day."""

    column_name: str
    verdict: Literal["drift", "no_drift", "insufficient_evidence", "reference"]
    n_reference: int
    n_current: int
    statistic: str | None = None
    value: float | None = None
    threshold: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    detail: str | None = None


def judge(
    reference: pl.DataFrame, current: pl.DataFrame, names: Sequence[str], drift: Drift, *, seed: str
) -> list[Verdict]:
    """One verdict per column of `names`, then the frame's own, '*'.

    Columns are Float64 or String in both frames, null where missing; the order of rows does not matter. A column
    drifts when its q-value is at most `drift.alpha`, the frame when any column does. Fewer than `drift.minimum`
    rows on either side are insufficient evidence. `seed` names the comparison; equal ones draw equal permutations.
    """
    if min(reference.height, current.height) < drift.minimum:
        unsure = partial(Verdict, n_reference=reference.height, n_current=current.height)
        why = f"{reference.height:,} rows in the reference, {current.height:,} in the frame; "
        why += f"{drift.minimum:,} are needed of each"
        return [unsure(column_name=name, verdict="insufficient_evidence", detail=why) for name in (*names, FRAME)]
    measured = [_measured(reference[name], current[name], drift, len(names), f"{seed}/{name}") for name in names]
    tested = [verdict for verdict in measured if verdict.p_value is not None]
    found = q_values([verdict.p_value for verdict in tested if verdict.p_value is not None])
    q_of = {verdict.column_name: _rounded(q) for verdict, q in zip(tested, found, strict=True)}
    columns = [_decided(verdict, q_of.get(verdict.column_name), drift.alpha) for verdict in measured]
    return [*columns, _of_frame(columns)]


def in_reference(names: Sequence[str], rows: int) -> list[Verdict]:
    """The verdicts of a frame that is part of the reference: nothing is compared, so it counts no reference rows."""
    return [Verdict(column_name=name, verdict="reference", n_reference=0, n_current=rows) for name in (*names, FRAME)]


def _measured(reference: pl.Series, current: pl.Series, drift: Drift, columns: int, seed: str) -> Verdict:
    verdict = partial(Verdict, column_name=reference.name, n_reference=len(reference), n_current=len(current))
    numeric, missing = reference.dtype == pl.Float64, reference.null_count() + current.null_count()
    counts = None if numeric else _counts(reference, current)
    levels = 0 if counts is None else counts["level"].count()
    if why := unusable_counts(len(reference) + len(current) - missing, levels):
        return verdict(verdict="insufficient_evidence", detail=why)
    permutations = enough_permutations(drift.permutations, columns * (2 if numeric and missing else 1), drift.alpha)
    drawn = number(seed)
    if counts is None:
        numbers = [side.fill_null(float("nan")).to_numpy() for side in (reference, current)]
        result = compare_numbers(*numbers, permutations=permutations, alpha=drift.alpha, seed=drawn)
    else:
        sides = counts["reference"].to_numpy(), counts["current"].to_numpy()
        result = compare_levels(*sides, permutations=permutations, alpha=drift.alpha, seed=drawn)
    return verdict(
        verdict="no_drift",
        statistic="wasserstein" if numeric else "jensenshannon",
        value=_rounded(result.value),
        threshold=_rounded(result.threshold),
        p_value=_rounded(result.p_value),
        detail=_missing(reference, current, result),
    )


def _counts(reference: pl.Series, current: pl.Series) -> pl.DataFrame:
    """Rows per level on each side, null being a level, in the order of the levels."""
    sides = [
        reference.alias("level").value_counts(name="reference"),
        current.alias("level").value_counts(name="current"),
    ]
    both = pl.concat(sides, how="diagonal").group_by("level")
    return both.agg(pl.col("reference", "current").sum().cast(pl.Int64)).sort("level")


def _missing(reference: pl.Series, current: pl.Series, result: TwoSample) -> str | None:
    if result.p_missing is None:
        return None
    shares = [side.null_count() / len(side) for side in (reference, current)]
    return f"missing in {shares[0]:.1%} of the reference, {shares[1]:.1%} of the frame (p {result.p_missing:.2g})"


def _decided(verdict: Verdict, q_value: float | None, alpha: float) -> Verdict:
    if q_value is None:
        return verdict
    return replace(verdict, q_value=q_value, verdict="drift" if q_value <= alpha else "no_drift")


def _of_frame(columns: list[Verdict]) -> Verdict:
    drifted = [verdict.column_name for verdict in columns if verdict.verdict == "drift"]
    untested = [verdict.column_name for verdict in columns if verdict.q_value is None]
    notes = ["drift in " + ", ".join(drifted)] * bool(drifted)
    notes += ["insufficient evidence in " + ", ".join(untested)] * bool(untested)
    return Verdict(
        column_name=FRAME,
        verdict="drift" if drifted else "no_drift" if len(untested) < len(columns) else "insufficient_evidence",
        n_reference=columns[0].n_reference,
        n_current=columns[0].n_current,
        p_value=min((v.p_value for v in columns if v.p_value is not None), default=None),
        q_value=min((v.q_value for v in columns if v.q_value is not None), default=None),
        detail="; ".join(notes) or None,
    )


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
