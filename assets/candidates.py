"""Candidates in Dagster: a partition for each, by which their files are taken in. What that is, is in `candidates`."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import benchmark, candidates
from gt_platform.assets.showing import markdown
from gt_platform.assets.tables import key, spec
from gt_platform.candidates import Folder
from gt_platform.lake.tables import PREDICTIONS, RELEASES, RUNS
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.stages import OCCASIONAL

FILLED = (RUNS, PREDICTIONS)
SHOWN = {
    RUNS: "SELECT source, taken, known, refused, outcome, started_at FROM runs WHERE candidate = ? ORDER BY started_at",
    PREDICTIONS: "SELECT answered, failed, repetitions, last_made, meta FROM candidates WHERE candidate = ?",
}
STOOD = """
    SELECT estimand, metric, label, round(estimate, 4) AS estimate, round(low, 4) AS low, round(high, 4) AS high, n,
           missing, n_invalid, against
    FROM candidate_scores WHERE candidate = ? AND release = ? AND slice = '*' ORDER BY estimand DESC, metric, label
"""


def partitions(project: Project) -> dg.DynamicPartitionsDefinition:
    """A partition for each candidate that is known."""
    return dg.DynamicPartitionsDefinition(name=f"{project.name}_candidates")


def released(project: Project) -> dg.DynamicPartitionsDefinition:
    """A partition for each release."""
    return dg.DynamicPartitionsDefinition(name=f"{project.name}_releases")


def again(project: Project) -> dg.AssetKey:
    """Beside the project's tables, of which it is none."""
    return dg.AssetKey([project.name, "candidate_backfill"])


def build_again(project: Project) -> dg.AssetsDefinition:
    """What scores a candidate on any release, which nobody does by himself."""

    @dg.asset(
        key=again(project),
        deps=[key(project, RELEASES), key(project, PREDICTIONS)],
        partitions_def=dg.MultiPartitionsDefinition({"candidate": partitions(project), "release": released(project)}),
        group_name=project.name,
        owners=list(project.owners),
        kinds={"numpy"},
        description="Score a candidate on a release that was the latest once, by its labels: pick both, or many.",
    )
    def run(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
        """Fill the rows of one candidate and one release, and show them."""
        asked: dict[str, str] = context.partition_key.keys_by_dimension
        store, release = platform.store(project), int(asked["release"])
        found = benchmark.stand_again(store, project, asked["candidate"], release)
        shown = markdown(store.read(STOOD, [asked["candidate"], release]))
        return dg.MaterializeResult(metadata={"rows": found.changed, "summary": shown})

    return run


def build(project: Project) -> dg.AssetsDefinition:
    """What takes in a candidate's files."""
    specs = [
        spec(project, table, after=OCCASIONAL[table]).replace_attributes(partitions_def=partitions(project))
        for table in FILLED
    ]

    @dg.multi_asset(name=f"{project.name}_{PREDICTIONS.name}", description=candidates.__doc__, specs=specs)
    def run(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        """Take in what lies in the folder of the run's candidate, and show what of it was refused."""
        found = platform.take_in_candidate(project, context.partition_key)
        store = platform.store(project)
        for table, sql in SHOWN.items():
            shown = {"summary": markdown(store.read(sql, [context.partition_key]))}
            yield dg.MaterializeResult(key(project, table), metadata=shown | (_facts(found) if table is RUNS else {}))

    return run


def _facts(found: Folder) -> dict[str, Any]:
    refused = found.taken.refused
    facts = {"files": found.files, "taken": found.taken.taken, "known": found.taken.known, "refused": refused.height}
    return facts | ({"refused_rows": markdown(refused.select("line", "reason", "detail"))} if refused.height else {})
