"""Drift verdicts: how each column differs from the reference, judged by chance and Benjamini-Hochberg.

Frames in, rows of the drift table out. Reading frames belongs in columns.py, Evidently's report in report.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Literal

import polars as pl

from gt_platform.canonical import number
from gt_platform.drift.against import Against
from gt_platform.drift.columns import uncomparable
from gt_platform.drift.evidently.columns import by_method, chosen
from gt_platform.drift.evidently.methods import UncomputableError
from gt_platform.drift.levels import Tally, counted, tally
from gt_platform.drift.meaning import STATISTIC as MEANING
from gt_platform.drift.meaning import compare_meaning
from gt_platform.drift.units import units_of
from gt_platform.drift.words import in_words
from gt_platform.project import Drift
from gt_platform.project.methods import AUTOMATIC
from gt_platform.stats.multiplicity import q_values
from gt_platform.stats.permutation import Chance, TwoSample, compare_levels, compare_numbers, enough_permutations
from gt_platform.stats.units import Floats, Units

FRAME = "*"
FIRST_DAYS = 7
"""Days from which a rolling reference tells how days differ."""
UNTOLD = "the reference is one day, which does not tell how days differ"
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
    evidently_method: str | None = None
    evidently_value: float | None = None
    evidently_drift: bool | None = None


def judge(
    reference: pl.DataFrame,
    current: pl.DataFrame,
    names: Sequence[str],
    drift: Drift,
    *,
    seed: str,
    since: date | None = None,
) -> list[Verdict]:
    """One verdict per column of `names`, then the frame's own, '*'.

    Columns are Float64 or String in both frames, null where missing; the order of rows does not matter. Both have each
    row's frame_day and cluster; the reference may have days that tell how days differ though they are not compared. A
    column drifts when its q-value is at most `drift.alpha`, the frame when any column does. Fewer than `drift.minimum`
    rows on either side are insufficient evidence. `seed` names the comparison; equal ones draw equal permutations.
    `since` is where an accepted drift began, if one is in force.
    """
    if drift.methods or drift.meanings:  # so that the first rows of a side are an even sample
        reference, current = (side.sort("position", "event_id") for side in (reference, current))
    few = min(reference.height, current.height) < drift.minimum
    units = Units.one_day(reference.height)
    if not few:
        units = units_of(reference, current, Against.declared(drift.reference, current["frame_day"][0], since))
    rows = int(units.held.sum())
    if why := _too_few(rows, units, current.height, drift):
        unsure = partial(Verdict, n_reference=rows, n_current=current.height)
        return [unsure(column_name=name, verdict="insufficient_evidence", detail=why) for name in (*names, FRAME)]
    measured = [_measured(reference[name], current[name], units, drift, len(names), f"{seed}/{name}") for name in names]
    tested = [verdict for verdict in measured if verdict.p_value is not None]
    found = q_values([verdict.p_value for verdict in tested if verdict.p_value is not None])
    q_of = {verdict.column_name: rounded(q) for verdict, q in zip(tested, found, strict=True)}
    columns = [_decided(verdict, q_of.get(verdict.column_name), drift.alpha) for verdict in measured]
    return [*columns, _of_frame(columns, units)]


def in_reference(names: Sequence[str], rows: int) -> list[Verdict]:
    """The verdicts of a frame that is part of the reference: nothing is compared, so it counts no reference rows."""
    return [Verdict(column_name=name, verdict="reference", n_reference=0, n_current=rows) for name in (*names, FRAME)]


def _too_few(reference: int, units: Units, current: int, drift: Drift) -> str | None:
    if min(reference, current) < drift.minimum:
        return f"{reference:,} rows in the reference, {current:,} in the frame; {drift.minimum:,} are needed of each"
    needed = min(FIRST_DAYS, drift.reference.rolling or 0)
    if units.groups.size < needed:
        return f"{units.groups.size} days before this one have events; the rolling reference needs {needed}"
    return None


def _measured(reference: pl.Series, current: pl.Series, units: Units, drift: Drift, columns: int, seed: str) -> Verdict:
    verdict = partial(Verdict, column_name=reference.name, n_reference=int(units.held.sum()), n_current=len(current))
    how = Chance(
        permutations=enough_permutations(drift.permutations, columns, drift.alpha), alpha=drift.alpha, seed=number(seed)
    )
    if column := drift.meanings.get(reference.name):
        if not current.count() or not reference.count():
            return verdict(verdict="insufficient_evidence", detail="no event has a value")
        try:
            result = compare_meaning(reference, current, how, units=units, column=column)
        except UncomputableError as error:
            return verdict(verdict="insufficient_evidence", detail=str(error))
        return _as_found(verdict, column.method or MEANING, result, drift.alpha)
    numeric = reference.dtype == pl.Float64
    counts = None if numeric else counted(reference, current, units)
    present = len(reference) + len(current) - reference.null_count() - current.null_count()
    levels = 0 if counts is None else counts["level"].n_unique() - bool(reference.null_count() + current.null_count())
    if why := uncomparable(current.drop_nulls(), present, levels):
        return verdict(verdict="insufficient_evidence", detail=why)
    if counts is None:
        result = compare_numbers(_as_numbers(reference), _as_numbers(current), how, units=units)
    else:
        result = _levels(tally(counts, (reference, current), units), how, units)
    method = drift.methods.get(reference.name)
    if method == AUTOMATIC:
        method = chosen((reference, current))
    if method is not None:
        try:
            result = by_method(method, reference, current, units, how, beside=result)
        except UncomputableError as error:
            return verdict(verdict="insufficient_evidence", detail=str(error))
    return _as_found(verdict, method or ("wasserstein" if numeric else "jensenshannon"), result, drift.alpha)


def _as_found(verdict: Callable[..., Verdict], statistic: str, result: TwoSample, alpha: float) -> Verdict:
    return verdict(
        verdict="no_drift",
        statistic=statistic,
        value=rounded(result.value),
        threshold=rounded(result.threshold),
        p_value=rounded(result.p_value),
        detail=in_words(result.aspects, alpha),
    )


def _as_numbers(values: pl.Series) -> Floats:
    return values.fill_null(float("nan")).to_numpy()


def _levels(found: Tally, how: Chance, units: Units) -> TwoSample:
    return compare_levels(
        found.reference,
        found.current,
        how,
        days=(units.groups, units.alike),
        worth=found.worth,
        named=found.named,
        unusual=found.unusual,
    )


def _decided(verdict: Verdict, q_value: float | None, alpha: float) -> Verdict:
    if q_value is None:
        return verdict
    return replace(verdict, q_value=q_value, verdict="drift" if q_value <= alpha else "no_drift")


def _of_frame(columns: list[Verdict], units: Units) -> Verdict:
    drifted = [verdict.column_name for verdict in columns if verdict.verdict == "drift"]
    untested = [verdict.column_name for verdict in columns if verdict.q_value is None]
    notes = ["drift in " + ", ".join(drifted)] * bool(drifted)
    notes += ["insufficient evidence in " + ", ".join(untested)] * bool(untested)
    notes += [UNTOLD] * (not units.several)
    return Verdict(
        column_name=FRAME,
        verdict="drift" if drifted else "no_drift" if len(untested) < len(columns) else "insufficient_evidence",
        n_reference=columns[0].n_reference,
        n_current=columns[0].n_current,
        p_value=min((v.p_value for v in columns if v.p_value is not None), default=None),
        q_value=min((v.q_value for v in columns if v.q_value is not None), default=None),
        detail="; ".join(notes) or None,
    )


def rounded(number: float) -> float:
    """As it is stored."""
    return float(f"{number:.{DIGITS}g}")
