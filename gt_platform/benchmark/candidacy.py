"""Candidates beside production, on the latest release and on earlier ones: `candidate_scores` and `comparisons`."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from gt_platform.benchmark.candidates import truth_of
from gt_platform.benchmark.compared import comparisons
from gt_platform.benchmark.computed import Basis
from gt_platform.benchmark.differences import Measured, differences, measured
from gt_platform.benchmark.estimate import Estimated
from gt_platform.benchmark.reads import Once, Reads, Relabeled
from gt_platform.benchmark.systems import Given, Production, Whose
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import CANDIDATE_SCORES, COMPARISONS, PREDICTIONS, Table
from gt_platform.project import Project
from gt_platform.project.candidates import PRODUCTION
from gt_platform.stats.intervals import Interval, intervals

ESTIMANDS = ("production", "benchmark")
DIGITS = 10  # as scores are
ADDED = """
    SELECT DISTINCT origin FROM added_items SEMI JOIN ground_truth USING (item_id)
    WHERE origin <> 'active_learning' ORDER BY origin
"""
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
Row = dict[str, Any]
Told = tuple[list[Row], list[Row]]
"""Rows of `candidate_scores` and of `comparisons`."""


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
    with store.snapshot():
        basis = Basis.now(store, project, CANDIDATE_SCORES.name)
        release, names = store.read(RELEASE).item(), store.read(NAMES)["candidate"].to_list()
        if basis.stands(store):
            return Stood(release=release, candidates=len(names), changed=0)
        told = [] if release is None else list(_told(store, project, [PRODUCTION, *names]))
    if release is None:
        return Stood(release=None, candidates=len(names), changed=0)

    def write(writer: Writer) -> int:
        basis.note(writer)
        return sum(writer.replace(table, rows, release=release) for table, rows in _tables(release, told).items())

    changed = store.commit(f"candidates on release {release}", write)
    return Stood(release=release, candidates=len(names), changed=changed)


def metrics_of(project: Project) -> set[str]:
    """What candidates are measured by."""
    return {*project.benchmark.metrics, project.headline, *project.candidates.margins}


def stand_again(store: Store, project: Project, candidate: str, release: int) -> Stood:
    """Score and compare one candidate on any release: by its labels, and by all else as it is known now.

    Others' rows, and those of other releases, stay as they are. Raises LakeError for a release that is not there.
    """
    baseline = project.candidates.baseline
    with store.snapshot():
        known = [PRODUCTION, *store.read(NAMES)["candidate"]]
        if project.judges_outputs or candidate not in known:
            return Stood(release=None, candidates=0, changed=0)
        _, truth = truth_of(store, release)
        names = [name for name in dict.fromkeys([baseline, candidate]) if name in known]
        *_, told = _told(Relabeled(store, truth), project, names)

    def write(writer: Writer) -> int:
        return sum(writer.put(table, rows) for table, rows in _tables(release, [told]).items())

    changed = store.commit(f"{candidate} on release {release}", write)
    return Stood(release=release, candidates=1, changed=changed)


def _tables(release: int, told: list[Told]) -> dict[Table, pl.DataFrame]:
    return {
        table: table.frame({"release": release} | row for part in told for row in part[at])
        for at, table in enumerate((CANDIDATE_SCORES, COMPARISONS))
    }


def _told(store: Reads, project: Project, names: list[str]) -> Iterator[Told]:
    """The scores and comparisons of each system by each estimand; no more than two systems are held at a time."""
    baseline, known = project.candidates.baseline, Once(store)
    estimands = (*ESTIMANDS, *known.read(ADDED)["origin"])

    def found(name: str) -> list[Measured]:
        (system,) = systems(store, project, [name]).values()
        return [measured(known, project, system, metrics_of(project), estimand) for estimand in estimands]

    first = found(baseline) if baseline in names else []
    for name in names:
        second = first if name == baseline else found(name)
        scores = [row | {"candidate": name} for one in second for row in _scores(project, one)]
        pairs = zip(first, second, strict=True) if first and name != baseline else ()
        yield scores, [row for both in pairs for row in _compared(known, project, (name, baseline), *both)]


def _compared(
    store: Reads, project: Project, named: tuple[str, str], first: Measured, second: Measured
) -> Iterator[Row]:
    first, second = alike(store, project, first, second)
    apart = differences(store, project, first, second)
    yield from map(_rounded, comparisons(project, named, first, second, apart))


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
