"""`gt agreement`: how far the people who answered agree, and what is known of each of them. Needs no project."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer

from gt_platform.cli.agreement_tables import print_report
from gt_platform.cli.app import Format, UsageError, app, errors
from gt_platform.cli.judged import NUMERIC, Judged, in_words, judged
from gt_platform.cli.reading import Reading, reads
from gt_platform.cli.show import show
from gt_platform.stats.agreement import (
    Coefficient,
    LabelAgreement,
    PairAgreement,
    Ratings,
    agreement,
    agreement_by_label,
    agreement_by_pair,
    agreement_by_slice,
    ratings,
)
from gt_platform.stats.agreement.scales import MOST_VALUES
from gt_platform.stats.annotators import Levels, NumberProfile, Profile, Share, answers, number_profiles, profiles

COLUMNS = {
    "scope": pl.String,
    "slice": pl.String,
    "label": pl.String,
    "annotator": pl.String,
    "other_annotator": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "alike_low": pl.Float64,
    "alike_high": pl.Float64,
    "n": pl.Int64,
    "annotators": pl.Int64,
    "state": pl.String,
    "reason": pl.String,
}
MOST_PAIRS = 5000
"""Pairs of annotators that are compared, those with the most tasks in common: a few seconds' worth."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that is told about a file of answers."""

    given: Judged
    overall: tuple[Coefficient, ...]
    by_slice: dict[str, tuple[Coefficient, ...]]
    by_label: tuple[LabelAgreement, ...]
    by_pair: tuple[PairAgreement, ...]
    annotators: list[Profile] | list[NumberProfile]


@app.command("agreement")
@reads("split")
def agreement_command(
    path: Annotated[Path, typer.Argument(help="Answers: columns task, worker, label and, if known, secs.")],
    how: Reading,
    level: Annotated[str, typer.Option(help="nominal, ordinal, interval or ratio: what labels mean.")] = "nominal",
    by: Annotated[str | None, typer.Option(help="A column of the file: agreement within each of its values.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Known labels, columns task, label, to judge by.")] = None,
    pause: Annotated[float, typer.Option(help="Annotators surely below are paused.", min=0, max=1)] = 0.5,
    watch: Annotated[float, typer.Option(help="Annotators surely below are watched.", min=0, max=1)] = 0.7,
    top: Annotated[int, typer.Option(help="How many pairs and annotators the tables show.", min=1)] = 15,
    layout: Format = "table",
) -> None:
    """How far annotators agree, with 95 % intervals for these annotators and for annotators like these, by label and by
    pair; and each annotator's state, with its reason.

    CSV, TSV, JSONL or Parquet. The tables show the worst pairs and annotators first; csv, json and jsonl hold all,
    of pairs the 5,000 with the most tasks in common.
    """
    if pause > watch:
        raise UsageError(f"--pause {pause} is above --watch {watch}: whoever is paused would never have been watched")
    try:
        report = _measured(judged(path, level, how, by=by, gold=gold), Levels(pause=pause, watch=watch))
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None
    if len(report.by_pair) == MOST_PAIRS:
        errors.print(f"pairs: the {MOST_PAIRS:,} with the most tasks in common, no others", highlight=False)
    if layout != "table":
        show(pl.DataFrame(list(_rows(report)), schema=COLUMNS), layout)
        return
    print_report(report.given, report.overall, report.by_slice, report.by_label, report.by_pair, report.annotators, top)


def _measured(given: Judged, levels: Levels) -> Report:
    rated = ratings(given.task, given.annotator, given.value, scale=given.scale)
    sliced = {} if given.slice_of is None else agreement_by_slice(rated, given.slice_of, given.level)
    labelled = given.level not in NUMERIC and len(rated.values) <= MOST_VALUES
    return Report(
        given=given,
        overall=agreement(rated, given.level),
        by_slice={given.slices[code]: found for code, found in sliced.items()},
        by_label=agreement_by_label(rated) if labelled else (),
        by_pair=_pairs(rated, given),
        annotators=_annotators(given, levels),
    )


def _pairs(rated: Ratings, given: Judged) -> tuple[PairAgreement, ...]:
    return () if rated.annotators < 2 else agreement_by_pair(rated, given.level, most=MOST_PAIRS)


def _annotators(given: Judged, levels: Levels) -> list[Profile] | list[NumberProfile]:
    if given.level in NUMERIC:
        return number_profiles(
            given.task,
            given.annotator,
            given.value,
            annotators=len(given.annotators),
            truth=given.truth,
            seconds=given.seconds,
            levels=levels,
        )
    sizes = {"units": len(given.tasks), "annotators": len(given.annotators), "labels": len(given.labels)}
    known = np.where(np.isnan(given.truth), -1, np.nan_to_num(given.truth)).astype(np.int64)
    coded = answers(given.task, given.annotator, given.code, **sizes)
    return profiles(coded, truth=known, seconds=given.seconds, levels=levels, names=given.annotators)


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    """One row for each number, as programs want them."""
    given = report.given
    yield from (_row("all", found) for found in report.overall)
    for name, slice_found in report.by_slice.items():
        yield from (_row("slice", found, slice=name) for found in slice_found)
    for label in report.by_label:
        named = given.labels[int(label.value)]
        yield from (_row("label", found, label=named) for found in (label.specific, label.alpha))
    for pair in report.by_pair:
        one, other = given.annotators[pair.first], given.annotators[pair.second]
        yield from (_row("pair", found, annotator=one, other_annotator=other) for found in pair.coefficients)
    for profile in report.annotators:
        yield from _annotator_rows(given, profile)


def _row(scope: str, found: Coefficient, **names: str) -> dict[str, Any]:
    numbers = {"value": found.value, "low": found.low, "high": found.high}
    alike = {"alike_low": found.alike_low, "alike_high": found.alike_high}
    reason = (
        found.reason if scope == "pair" else found.reason or found.alike_reason
    )  # of a pair, none is to be expected
    basis = {"n": found.units, "annotators": found.annotators, "reason": in_words(reason) or None}
    return {"scope": scope, "measure": found.name, **numbers, **alike, **basis, **names}


def _annotator_rows(given: Judged, profile: Profile | NumberProfile) -> Iterator[dict[str, Any]]:
    who = {"scope": "annotator", "annotator": given.annotators[profile.annotator]}
    share = profile.accuracy if isinstance(profile, Profile) else profile.correlation
    measure = ("accuracy" if isinstance(profile, Profile) else "correlation") + f"_by_{profile.basis}"
    yield {**who, "measure": measure, "state": profile.state, "reason": in_words(profile.reason), **_share(share)}
    yield {**who, "measure": "answers", "n": profile.answers}
    if isinstance(profile, NumberProfile) and profile.deviation is not None:
        off = profile.deviation
        yield {**who, "measure": "deviation", "value": off.mean, "low": off.low, "high": off.high, "n": off.n}
    if isinstance(profile, Profile) and profile.use is not None:
        used = profile.use
        label = given.labels[used.label]
        yield {**who, "measure": "overused_share", "label": label, "value": used.share, "n": used.n}
        yield {**who, "measure": "expected_share", "label": label, "value": used.expected, "n": used.n}
    if profile.speed is not None:
        yield {**who, "measure": "median_secs", "value": profile.speed.median, "n": profile.speed.hasty.n}
        yield {**who, "measure": "hasty", **_share(profile.speed.hasty)}
    if given.consistency[profile.annotator] is not None:
        yield {**who, "measure": "self_consistency", **_share(given.consistency[profile.annotator])}


def _share(share: Share | None) -> dict[str, Any]:
    return {} if share is None else {"value": share.value, "low": share.low, "high": share.high, "n": share.n}
