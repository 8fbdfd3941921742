"""Candidates in Dagster: a partition for each, by which their files are taken in. What that is, is in `candidates`."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import candidates
from gt_platform.assets.showing import markdown
from gt_platform.assets.tables import key, spec
from gt_platform.candidates import Folder
from gt_platform.lake.tables import PREDICTIONS, RUNS
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.stages import OCCASIONAL

FILLED = (RUNS, PREDICTIONS)
SHOWN = {
    RUNS: "SELECT source, taken, known, refused, outcome, started_at FROM runs WHERE candidate = ? ORDER BY started_at",
    PREDICTIONS: "SELECT answered, failed, repetitions, last_made, meta FROM candidates WHERE candidate = ?",
}


def partitions(project: Project) -> dg.DynamicPartitionsDefinition:
    """A partition for each candidate that is known."""
    return dg.DynamicPartitionsDefinition(name=f"{project.name}_candidates")


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
