"""Every candidate on the latest release, beside production: what `candidate_scores` and `comparisons` hold."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gt_platform.benchmark.compared import comparisons
from gt_platform.benchmark.differences import Measured, differences, measured
from gt_platform.benchmark.estimate import Estimated
from gt_platform.benchmark.reads import Once, Reads
from gt_platform.benchmark.systems import Given, Production, Whose
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import CANDIDATE_SCORES, COMPARISONS, PREDICTIONS
from gt_platform.project import Project
from gt_platform.project.candidates import PRODUCTION
from gt_platform.stats.intervals import Interval, intervals

ESTIMANDS = ("production", "benchmark")
DIGITS = 10  # as scores are
RELEASE = "SELECT max(release) FROM releases"
OUTPUTS = """
    SELECT candidate, item_id, list(output ORDER BY repetition) AS outputs FROM current_predictions
    WHERE candidate IN (SELECT unnest($names::VARCHAR[])) GROUP BY ALL
"""
LAST_ASKED = """
    SELECT candidate, max(made_at) AS last FROM predictions GROUP BY candidate
    HAVING last < (SELECT max(first_seen) FROM items)
"""
NAMES = "SELECT DISTINCT candidate FROM predictions ORDER BY candidate"


@dataclass(frozen=True, kw_only=True)
class Stood:
    """How many candidates were scored on which release, and how many rows changed."""

    release: int | None
    candidates: int
    changed: int


def systems(store: Reads, project: Project, names: list[str]) -> dict[str, Whose]:
    """Those that are named, "production" among them or not, by name."""
    outputs: dict[str, dict[str, list[str | None]]] = defaultdict(dict)
    for name, item, given in store.read(OUTPUTS, {"names": names}).iter_rows():
        outputs[name][item] = given
    asked = dict(store.read(LAST_ASKED).iter_rows())
    return {
        name: Production(project) if name == PRODUCTION else Given(project, outputs[name], asked.get(name))
        for name in names
    }


def stand(store: Store, project: Project) -> Stood:
    """Score and compare every candidate on the latest release; how they stood on earlier ones stays as it was."""
    if project.judges_outputs or not store.row_counts([PREDICTIONS])[PREDICTIONS.name]:
        return Stood(release=None, candidates=0, changed=0)
    release, names = store.read(RELEASE).item(), store.read(NAMES)["candidate"].to_list()
    if release is None:
        return Stood(release=None, candidates=len(names), changed=0)
    scores, compared, metrics = [], [], metrics_of(project)
    known = Once(store)
    every = systems(known, project, [PRODUCTION, *names])
    for estimand in ESTIMANDS:
        found = {name: measured(known, project, system, metrics, estimand) for name, system in every.items()}
        scores += [row | {"candidate": name} for name, one in found.items() for row in _scores(project, one)]
        compared += list(_compared(known, project, found))
    tables = {
        table: table.frame({"release": release} | row for row in rows)
        for table, rows in ((CANDIDATE_SCORES, scores), (COMPARISONS, compared))
    }

    def write(writer: Writer) -> int:
        return sum(writer.replace(table, rows, release=release) for table, rows in tables.items())

    changed = store.commit(f"candidates on release {release}", write)
    return Stood(release=release, candidates=len(names), changed=changed)


def metrics_of(project: Project) -> set[str]:
    """What candidates are measured by."""
    return {*project.benchmark.metrics, project.headline, *project.candidates.margins}


def _compared(store: Reads, project: Project, found: dict[str, Measured]) -> Iterator[dict[str, Any]]:
    baseline = project.candidates.baseline
    if baseline not in found:
        return
    for name, second in found.items():
        if name != baseline:
            first, second = alike(store, project, found[baseline], second)
            apart = differences(store, project, first, second)
            yield from map(_rounded, comparisons(project, (name, baseline), first, second, apart))


def alike(store: Reads, project: Project, *both: Measured) -> Iterator[Measured]:
    """Two systems on the items that both were asked."""
    untils = [one.system.until for one in both]
    last = min((until for until in untils if until), default=None)
    for one, until in zip(both, untils, strict=True):
        if until == last:
            yield one
        else:
            metrics = {metric for metric, _ in one.columns}
            yield measured(store, project, replace(one.system, until=last), metrics, one.standing.estimand)


def _scores(project: Project, found: Measured) -> Iterator[dict[str, Any]]:
    offered = project.measuring.bounds
    bounds = np.array([offered[metric] for metric, _ in found.columns], dtype=np.float64).reshape(-1, 2)
    for cut in found.standing.cuts:
        made = found.estimated[cut.slice]
        missing = found.missing(cut)
        known = intervals(made.estimates, bounds[:, 0], bounds[:, 1])
        for at, (metric, label) in enumerate(found.columns):
            row = {"estimand": found.standing.estimand, "metric": metric, "label": label, "slice": cut.slice}
            yield _rounded(row | _estimate(found, made, at, known[at]) | {"missing": missing})


def _estimate(found: Measured, made: Estimated, at: int, interval: Interval | None) -> dict[str, Any]:
    labels = None if made.labels is None else float(made.labels[at])
    method = f"{made.methods[at]}, {found.standing.why}" if found.standing.why else made.methods[at]
    row: dict[str, Any] = {"n": int(made.n[at]), "n_invalid": int(made.invalid[at]), "population": made.population}
    row |= {"against": found.standing.against}
    if interval is None:
        unknown = dict.fromkeys(("estimate", "low", "high", "standard_error", "sampling_share"))
        return row | unknown | {"method": f"{method}; insufficient evidence"}
    row |= {"estimate": interval.estimate, "low": interval.low, "high": interval.high, "method": method}
    error = float(made.estimates.error[at])
    return row | {"standard_error": error, "sampling_share": None if labels is None else 1 - labels}


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, DIGITS) if isinstance(value, float) else value for name, value in row.items()}
