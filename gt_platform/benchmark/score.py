"""Scores of the production model against the latest release, each with its interval.

How evidence is gathered belongs in `evidence`; how a ratio is estimated in `gt_platform.stats`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.benchmark.believed import Beliefs, beliefs
from gt_platform.benchmark.computed import Basis
from gt_platform.benchmark.estimate import Estimated, counted, production
from gt_platform.benchmark.evidence import Cut, Evidence, gather
from gt_platform.benchmark.experts import Experts, experts
from gt_platform.benchmark.measurements import measurements
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import MEASUREMENTS, PAST_SCORES, SCORES, SCORINGS
from gt_platform.project import Gates, Project
from gt_platform.stats.intervals import LEVEL, Interval, intervals
from gt_platform.stats.survey import Design, ratio, stratified, unweighted

Floats = NDArray[np.float64]

PRODUCTION, RELEASE = "production", "release"
NEXT_SCORING = "SELECT coalesce(max(scoring), 0) + 1 FROM scorings WHERE release = ?"
RELEASE_NOW, STANDING = "SELECT max(release) FROM releases", "SELECT * FROM scores"
# a sum's last bits depend on the processor's order of adding; no score is known to ten digits
DIGITS = 10
PLAIN = "plain ratio of the labeled events, no design"
UNCHECKED = "annotators' answers taken as they are, without expert checks: {}"
Known = Experts | Beliefs | None
"""What is known of the truth beyond annotators' answers."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """The scores of a release: how many rows, how many changed, and the gate's (else the first) metric over all time.

    `release` is None before the first one; `headline` is a row of `scores`, None where there is none.
    """

    release: int | None
    rows: int
    written: int
    headline: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class _Period:
    """Consecutive frames: `units`, `strata` and `frames` are where they lie in the evidence."""

    scope: str
    name: str
    units: slice
    strata: slice
    frames: slice


def score(store: Store, project: Project) -> Scored:
    """Compute every score of the latest release and make `scores` hold them; earlier ones are in its history.

    Estimand "production" speaks for every event of the sampled frames: each labeled event stands for those of
    its stratum it was drawn for; sampled events that have no answers yet are taken to be missing at random in
    their stratum, and a frame without any answer is left out. An item whose answers tie counts with the mean
    over them, because leaving hard items out would flatter the model. Estimand "release" is the plain score of
    the labeled events. It is what other tools report: where the events were chosen for being unusual, it says
    nothing about production.

    Where the project's truth is what experts would say, their blind checks correct annotators' answers and widen the
    interval by what is not known of those they did not see. Without them the truth is imputed from annotators' answers
    and the outputs, where these can tell, and no production score decides a gate.
    """
    basis = Basis.now(store, project, SCORES.name)
    release = store.read(RELEASE_NOW).item()
    if release is None:
        return Scored(release=None, rows=0, written=0, headline=None)
    if basis.stands(store):
        return _scored(project, release, store.read(STANDING), written=0)
    table, measured = _computed(store, project, release)

    def write(writer: Writer) -> int:
        writer.append(PAST_SCORES, writer.read("SELECT * FROM scores WHERE release < ?", [release]))
        writer.replace(MEASUREMENTS, measured)
        changed = writer.replace(SCORES, table)
        if changed:
            _note(writer, release)
        basis.note(writer)
        return changed

    return _scored(project, release, table, written=store.commit(f"scores of release {release}", write))


def _scored(project: Project, release: int, table: pl.DataFrame, *, written: int) -> Scored:
    of_all = {"label": "*", "scope": "all", "model": "*", "slice": "*", "estimand": PRODUCTION}
    headline = table.filter(metric=project.headline, **of_all).rows(named=True)
    return Scored(release=release, rows=table.height, written=written, headline=headline[0] if headline else None)


def _note(writer: Writer, release: int) -> None:
    """Say which snapshot has these scores: the one that the commit makes."""
    scoring = writer.read(NEXT_SCORING, [release]).item()
    row = {"release": release, "scoring": scoring, "snapshot_id": writer.makes, "scored_at": datetime.now(UTC)}
    writer.append(SCORINGS, SCORINGS.frame([row]))


def unscored(store: Store, project: Project) -> bool:
    """Whether `score` would write anything; as costly as `score` where scores are of the latest release."""
    release, scored = store.read(RELEASE_NOW).item(), store.read(STANDING)
    if release is None or scored["release"].ne(release).any():
        return release is not None
    table, _ = _computed(store, project, release)
    return not table.sort(SCORES.key).equals(scored.select(table.columns).sort(SCORES.key))


def _computed(store: Store, project: Project, release: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of `scores` and of `measurements`."""
    evidence = gather(store, project, {*project.benchmark.metrics, project.headline})
    known, why = _known(store, project, evidence)
    evidence = known.evidence if isinstance(known, Experts) else evidence
    table = SCORES.frame({"release": release} | row for row in _rows(evidence, project, known, why))
    return table, measurements(evidence, known)


def _rows(evidence: Evidence, project: Project, known: Known, why: str) -> Iterator[dict[str, Any]]:
    offered = evidence.measuring.bounds
    bounds = np.array([offered[metric] for metric, _ in evidence.scored], dtype=np.float64).reshape(-1, 2)
    watched = {"*"} | {gate.of for gate in project.gates.score}
    for period in _periods(evidence, project):
        answered = evidence.answered[period.units]
        design = stratified(
            evidence.stratum[period.units][answered] - period.strata.start,
            evidence.sizes[period.strata],
            evidence.frame_of[period.strata],
            noisy=known is None,  # a few annotators' answers were drawn for each, too
        )
        for cut in evidence.cuts:
            if period.scope == "day" and cut.slice not in watched:
                continue  # a day's slice is a handful of labels
            where = {"model": cut.model, "slice": cut.slice, "scope": period.scope, "period": period.name}
            for estimand, made in _estimates(evidence, period, cut, design, known):
                found = intervals(made.estimates, bounds[:, 0], bounds[:, 1])
                wider = _together(made, bounds, found, len(project.gates.score))
                counts = zip(made.n.tolist(), made.invalid.tolist(), made.checked.tolist(), strict=True)
                errors = made.estimates.error.tolist()
                parts = zip(evidence.scored, counts, made.methods, found, errors, wider, _labels(made), strict=True)
                unsure = project.truth == "experts" and not isinstance(known, Experts) and estimand == PRODUCTION
                for (metric, label), (n, invalid, checked), method, interval, error, wide, labels in parts:
                    row = where | {"metric": metric, "label": label, "estimand": estimand, "n": n}
                    row |= {"n_invalid": invalid, "population": made.population, "checked": checked}
                    row |= _shown(f"{method}, {why}" if why and estimand == PRODUCTION else method, interval, error)
                    row |= _against(labels, interval)
                    verdict = _verdict(project.gates, row, wide)
                    yield row | {"verdict": "insufficient_evidence" if unsure and verdict != "none" else verdict}


def _known(store: Store, project: Project, evidence: Evidence) -> tuple[Known, str]:
    """What experts' checks say of the truth, else what is to be believed of it, else nothing, and why that is."""
    if project.truth != "experts":
        return None, ""
    known = experts(store, project, evidence) or beliefs(store, project, evidence)
    return (None, UNCHECKED.format(known)) if isinstance(known, str) else (known, "")


def _together(made: Estimated, bounds: Floats, found: list[Interval | None], gates: int) -> list[Interval | None]:
    """The intervals that fail a gate: of several gates one in twenty has a false failure, as of a single one."""
    if gates < 2:
        return found
    return intervals(made.estimates, bounds[:, 0], bounds[:, 1], level=1 - (1 - LEVEL) / gates)


def _labels(made: Estimated) -> list[float | None]:
    return [None] * len(made.methods) if made.labels is None else made.labels.tolist()


def _against(labels: float | None, interval: Interval | None) -> dict[str, Any]:
    """Whose truth a row is held against, and how much of its variance is sampling."""
    if labels is None:
        return {"against": "annotators"}
    return {"against": "experts", "sampling_share": None if interval is None else round(1 - labels, DIGITS)}


def _estimates(
    evidence: Evidence, period: _Period, cut: Cut, design: Design, known: Known
) -> Iterator[tuple[str, Estimated]]:
    """Each estimand with its estimates of all metric columns."""
    yield PRODUCTION, production(evidence, period.units, period.frames, cut, design, known)
    labeled = cut.member[period.units] & evidence.labeled[period.units]
    n = int(labeled.sum())
    told = evidence.within(period.units, labeled)
    lines = evidence.lines(told, np.ones(n))
    told = lines(told)
    plain = lines.sobered(ratio(unweighted(n), told.numerator, told.denominator))
    nobody = np.zeros(n, dtype=np.bool_)
    counts = counted(told.denominator, invalid=evidence.invalid[period.units][labeled], checked=nobody)
    methods = [PLAIN] * len(evidence.scored)
    yield RELEASE, Estimated(estimates=plain, methods=methods, population=n, lines=lines, **counts)


def _periods(evidence: Evidence, project: Project) -> Iterator[_Period]:
    """All frames, each week of seven days counted from the project's start, each day."""
    weeks = [project.start + timedelta(days=(day - project.start).days // 7 * 7) for day in evidence.days]
    names = {
        "all": ["*"] * len(evidence.days),
        "week": [week.isoformat() for week in weeks],
        "day": [day.isoformat() for day in evidence.days],
    }
    for scope, of_day in names.items():
        for name in dict.fromkeys(of_day):
            first, last = of_day.index(name), len(of_day) - of_day[::-1].index(name)
            units = np.searchsorted(evidence.frame, [first, last])
            strata = np.searchsorted(evidence.frame_of, [first, last])
            yield _Period(
                scope=scope,
                name=name,
                units=slice(*units.tolist()),
                strata=slice(*strata.tolist()),
                frames=slice(first, last),
            )


def _shown(method: str, interval: Interval | None, error: float) -> dict[str, Any]:
    if interval is None:
        unknown = dict.fromkeys(("estimate", "low", "high", "standard_error"))
        return {**unknown, "method": f"{method}; insufficient evidence"}
    effective = "the whole frame" if np.isinf(interval.effective) else f"effective n {interval.effective:.0f}"
    return {
        "estimate": round(interval.estimate, DIGITS),
        "low": round(interval.low, DIGITS),
        "high": round(interval.high, DIGITS),
        "standard_error": None if np.isnan(error) else round(error, DIGITS),
        "method": f"{method}; 95 % interval at {effective}",
    }


def _verdict(gates: Gates, row: dict[str, Any], wide: Interval | None) -> str:
    """How a row compares with its gate: every production score of its metric does, `checks.score` says which bind."""
    if row["estimate"] is None or wide is None:
        return "insufficient_evidence"
    gate = gates.binding(row["metric"], row["slice"]) if row["estimand"] == PRODUCTION else None
    if gate is None:
        return "none"
    if gate.surely(row["low"], row["high"]):
        return "pass"
    return "fail" if gate.surely(wide.low, wide.high) is False else "insufficient_evidence"
