"""The production score's estimator: which of those in `gt_platform.stats` speaks for a cut of the traffic.

What is estimated, over which frames, belongs in `score`.
"""

from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from gt_platform.benchmark.believed import Beliefs
from gt_platform.benchmark.corpus import Lines
from gt_platform.benchmark.evidence import Codes, Cut, Evidence, Flags, Floats
from gt_platform.benchmark.experts import Experts
from gt_platform.benchmark.known import verified, with_days
from gt_platform.stats.between import Sampled
from gt_platform.stats.design import unit_weights
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.label_error.imputation import imputed
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.telling import told_by_beliefs, told_by_cells
from gt_platform.stats.label_error.two_phase import Corrected, Units, corrected
from gt_platform.stats.survey import Design, Estimates, ratio

GREG_UNITS = 100
"""Labeled events from which the regression on what is known of every event is used. Its intervals hold at every size,
but with 20 to 50 events they are 2 to 10 % wider than those by strata, with 100 as wide, and from 200 on up to 20 %
narrower, where confidence tells much (tests/bench/coverage.py, estimators.py)."""
VERIFIED_UNITS = 20
"""The same where the outcome of some events is their truth, known at once, and the others' comes with an answer: among
those labeled so far outcomes are too many, and strata alone know nothing of it. From GREG_UNITS on the day counts, too,
since outcomes come late: with them of older frames most are in (tests/bench/late_outcomes.py)."""
BY_STRATA = "stratified ratio, Taylor variance with pooled prior"
REGRESSION = "GREG on "
BY_REGRESSION = f"{REGRESSION}confidence, drift score and feedback within strata, Taylor variance with pooled prior"
LINEARISED = "linearised"
CLUSTERED = "clustered by user, session or input"
SAMPLED = "of users like these"
DOMINANT = 0.2
"""Share of the labeled events from which one user's make a score say little of users like these; only said."""


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """Estimates of m metric columns, each field (m,), and how each was made; `population` events are spoken for.

    `lines` made the metrics of the events' columns. `n` (m,) labeled events have a part in each; of them `invalid` (m,)
    have an output that is no valid answer, and `checked` (m,) were answered blind by an expert. `labels` (m,) is the
    share of the variance that wrong labels make, None where they are the truth by definition.
    """

    estimates: Estimates
    methods: list[str]
    population: int
    lines: Lines
    n: Codes
    invalid: Codes
    checked: Codes
    labels: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class _Part:
    """The answered units of a period, and the cut's own totals of what is known of every event of its frames."""

    answered: Flags
    inside: Flags
    auxiliary: Floats
    totals: Floats
    clusters: Codes | Sampled | None
    design: Design


def production(
    evidence: Evidence,
    units: slice,
    frames: slice,
    cut: Cut,
    design: Design,
    known: Experts | Beliefs | None = None,
) -> Estimated:
    """Estimate every metric column of a cut over all events of the frames that have answers.

    Weights are calibrated on the cut's own totals of confidence, drift score and feedback, from GREG_UNITS labeled
    events on. Events of one user, session or input may be right or wrong together: what they vary together is added.
    Where experts checked annotators' answers, the others are corrected by what they said of their cells, and what that
    leaves unknown is added, too; so is what is not known of a truth that is only believed.
    """
    part, population = _part(evidence, units, frames, cut, design)
    mine = np.flatnonzero(part.answered) + units.start
    expected = evidence.shares if known is None or not evidence.statistics else known.expected(evidence)
    lines = evidence.lines(_of(expected, mine, part.inside), unit_weights(design))
    shares = lines(_of(evidence.shares, mine, part.inside))
    numerator, denominator = shares.numerator, shares.denominator
    enough = (denominator != 0).sum(axis=0) >= (VERIFIED_UNITS if verified(part.auxiliary) else GREG_UNITS)
    methods = [
        (BY_REGRESSION if each else BY_STRATA) + _linearised(at >= evidence.ratios) + _clustered(part)
        for at, each in enumerate(enough)
    ]
    checked = known.checked[mine] if isinstance(known, Experts) else np.zeros(len(mine), dtype=np.bool_)
    counts = counted(denominator, invalid=evidence.invalid[mine], checked=checked)
    if known is None:
        estimates = lines.sobered(_estimated(part, enough, numerator, denominator))
        return Estimated(estimates=estimates, methods=methods, population=population, lines=lines, **counts)
    if isinstance(known, Experts):
        of_experts = Units(cell=known.cell[mine], checked=known.known[mine], shares=shares, inside=part.inside)
        corrections = known.along(lines) if evidence.statistics else known.corrections
        estimate = partial(_estimated, _told(part, told_by_cells(design, of_experts, corrections)), enough)
        found = corrected(design, of_experts, corrections, estimate)
    else:
        found = _imputed(part, known, mine, enough, lines)
    return Estimated(
        estimates=lines.sobered(found.estimates),
        methods=[f"{method}, {known.how}" for method in methods],
        population=population,
        lines=lines,
        labels=found.labels,
        **counts,
    )


def _of(shares: Shares, mine: Codes, inside: Flags) -> Shares:
    """Of these units alone; nothing of those that are not inside."""
    kept = inside[:, None]
    return Shares(numerator=shares.numerator[mine] * kept, denominator=shares.denominator[mine] * kept)


class Counts(TypedDict):
    """Of m metric columns: labeled events, those whose output is no valid answer, and those experts checked, (m,)."""

    n: Codes
    invalid: Codes
    checked: Codes


def counted(denominator: Floats, *, invalid: Flags, checked: Flags) -> Counts:
    """Of n events with these shares (n, m) of the denominators, as their labels have them, those that have a part."""
    part = denominator != 0
    return {
        "n": part.sum(axis=0),
        "invalid": (invalid[:, None] & part).sum(axis=0),
        "checked": (checked[:, None] & part).sum(axis=0),
    }


def _linearised(is_statistic: bool) -> str:
    return f", {LINEARISED}" if is_statistic else ""


def _clustered(part: _Part) -> str:
    """What is said of events that repeat, and of whom the score is true where one user has most of them."""
    if part.clusters is None:
        return ""
    if isinstance(part.clusters, Sampled):
        return f", {SAMPLED}: {len(np.unique(part.clusters.code[part.inside])):,} of them have events"
    _, events = np.unique(part.clusters[part.inside], return_counts=True)
    most = events.max() / events.sum()
    if most < DOMINANT:
        return f", {CLUSTERED}"
    return f", {CLUSTERED} (one with {most:.0%} of the events: true of this traffic, not of users like these)"


def _told(part: _Part, told: Floats) -> _Part:
    """The same where clusters are a sample, of whose truth the units' values tell no more than this."""
    if not isinstance(part.clusters, Sampled):
        return part
    return replace(part, clusters=replace(part.clusters, told=told))


def _imputed(part: _Part, known: Beliefs, mine: Codes, enough: Flags, lines: Lines) -> Corrected:
    """By what the truth of these units may be; nothing is stated of labels too rare for that."""
    candidates = [lines(_of(one, mine, part.inside)) for one in known.candidates]
    told = told_by_beliefs(part.design, candidates, known.truth.posterior[known.item[mine]])
    estimate = partial(_estimated, _told(part, told), enough)
    found = imputed(part.design, known.item[mine], candidates, known.truth, estimate)
    error = np.where(known.vague, np.nan, found.estimates.error)
    return replace(found, estimates=replace(found.estimates, error=error))


def _part(evidence: Evidence, units: slice, frames: slice, cut: Cut, design: Design) -> tuple[_Part, int]:
    """Also how many events the cut has in frames that have answers."""
    answered = evidence.answered[units]
    inside = cut.member[units][answered]
    spoken_for = np.isin(np.arange(len(evidence.days))[frames], evidence.frame[units][answered])
    cluster = evidence.cluster[units][answered]
    repeated = len(np.unique(cluster[inside])) < int(inside.sum())
    everything = np.ones((len(cluster), len(evidence.scored)))
    auxiliary, totals = evidence.auxiliary[units][answered] * inside[:, None], cut.totals[frames][spoken_for]
    if verified(auxiliary) and inside.sum() >= GREG_UNITS:
        day = np.array([day.toordinal() for day in evidence.days]) - evidence.days[0].toordinal()
        auxiliary = with_days(auxiliary, day[evidence.frame[units]][answered])
        totals = with_days(totals, day[frames][spoken_for])
    part = _Part(
        answered=answered,
        inside=inside,
        auxiliary=auxiliary,
        totals=totals.sum(axis=0),
        clusters=(Sampled(code=cluster, told=everything) if evidence.sampled else cluster) if repeated else None,
        design=design,
    )
    return part, int(cut.population[frames][spoken_for].sum())


def _estimated(part: _Part, enough: NDArray[np.bool_], numerator: Floats, denominator: Floats) -> Estimates:
    """By strata, or where there are `enough` (m,) units by regression."""
    if not enough.any():
        return ratio(part.design, numerator, denominator, cluster=part.clusters)
    sharper = greg(part.design, numerator, denominator, part.auxiliary, part.totals, cluster=part.clusters)
    if enough.all():
        return sharper
    return _chosen(enough, sharper, ratio(part.design, numerator, denominator, cluster=part.clusters))


def _chosen(where: NDArray[np.bool_], one: Estimates, other: Estimates) -> Estimates:
    parts = ((getattr(one, field.name), getattr(other, field.name)) for field in fields(Estimates))
    return Estimates(*(np.where(where, mine, theirs) for mine, theirs in parts))
