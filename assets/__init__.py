"""The lake's tables as Dagster assets: one thin file per stage, and no logic.

A stage computes and writes in `gt_platform`; what is here says when it runs, what it depends on, and what the
UI shows of it. An asset's key is its table: `["sentiment", "ground_truth"]` is `gt.sentiment.ground_truth`.
"""

import dagster as dg

from gt_platform.assets import (
    annotations,
    assignments,
    checks,
    decisions,
    drift,
    ground_truth,
    ingest,
    kept_by_hand,
    releases,
    sample,
    scores,
)
from gt_platform.project import Project


def build(project: Project) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Every table of one project, in the order they flow."""
    stages = (ingest, drift, sample, assignments, annotations, decisions, ground_truth, releases, scores)
    return [*kept_by_hand.build(project), *(stage.build(project) for stage in stages)]


def build_checks(project: Project) -> list[dg.AssetChecksDefinition]:
    """Every check of one project's tables."""
    return checks.build(project)
