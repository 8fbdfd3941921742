"""The checks of every table, one Dagster step per stage. What is checked is computed in `gt_platform/checks.py`.

A check that blocks stops what would build on wrong data. One that lacks evidence neither passes nor fails: it
shows as a warning that says so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg

from gt_platform import benchmark, checks, feedback, truth
from gt_platform.assets import (
    annotations,
    assignments,
    decisions,
    drift,
    ground_truth,
    ingest,
    releases,
    sample,
    scores,
)
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import daily, days, key
from gt_platform.checks import EVER, Days, Finding
from gt_platform.lake import Store
from gt_platform.lake.tables import (
    ANNOTATIONS,
    DECISIONS,
    DRIFT,
    EVENTS,
    FEEDBACK,
    FILES,
    GROUND_TRUTH,
    SAMPLE,
    SCORES,
    STALE,
    STANDINGS,
    Table,
)
from gt_platform.project import Project

Evaluate = Callable[[Store, Project, Days], Finding]


@dataclass(frozen=True)
class Check:
    """A named question about a table. `warns` only: a `fail` is worth a look, and is no fault of the platform."""

    name: str
    table: Table
    asks: str
    evaluate: Evaluate
    blocks: bool = False
    warns: bool = False


QUALITY = (
    Check("conservation", FILES, "Every line of every file became a row, a duplicate or a quarantined record.",
          lambda store, _, days: checks.conservation(store, feedback.verify_conservation(store), days), blocks=True),
    Check("quarantined_share", FILES, "The share of quarantined lines is within the project's gate.",
          checks.quarantined_share),
    Check("drift", DRIFT, "The frame looks like the reference.",
          lambda store, _, days: checks.drift(store, days), warns=True),
    Check("agreement", ANNOTATIONS, "Annotators agree with each other as much as the project's gate asks.",
          lambda store, project, _: checks.agreement(store, project)),
    Check("annotator_quality", STANDINGS, "No annotator is watched or paused.",
          lambda store, project, _: checks.annotator_quality(store, project), warns=True),
    Check("stale", STALE, "All truth was decided under the present guidelines.",
          lambda store, project, _: checks.stale(store, project), warns=True),
    Check("fold", GROUND_TRUTH, "The standing truth is what the decisions make it.",
          lambda store, *_: checks.items(truth.verify_fold(store), "equal to the fold of the decisions"), blocks=True),
    Check("score", SCORES, "The production score keeps the project's gate, judged on the bound of its interval.",
          lambda store, project, _: checks.score(store, project)),
    Check("regression", SCORES, "Looked at every night, the score has not fallen below the project's gate.",
          lambda store, project, _: checks.regression(project, benchmark.regression(store, project))),
)  # fmt: skip

# What everything else is made from. The write API keeps every table's keys; `gt verify` scans them all.
FACTS = (EVENTS, FEEDBACK, SAMPLE, ANNOTATIONS, DECISIONS)

STAGES: dict[str, tuple[Sequence[Table], bool]] = {
    "ingest": (ingest.TABLES, True),
    "drift": (drift.TABLES, True),
    "sample": (sample.TABLES, True),
    "assignments": (assignments.TABLES, True),
    "annotations": (annotations.TABLES, False),
    "decisions": (decisions.TABLES, False),
    "ground_truth": (ground_truth.TABLES, False),
    "releases": (releases.TABLES, False),
    "scores": (scores.TABLES, False),
}


def build(project: Project) -> list[dg.AssetChecksDefinition]:
    """One definition per stage, so that a run pays for nine steps and not for thirty."""
    return [_of_stage(project, name, _checks(tables), per_day) for name, (tables, per_day) in STAGES.items()]


def _of_stage(project: Project, stage: str, asked: Sequence[Check], per_day: bool) -> dg.AssetChecksDefinition:
    by_key = {dg.AssetCheckKey(key(project, check.table), check.name): check for check in asked}

    @dg.multi_asset_check(
        name=f"{project.name}_{stage}_checks",
        specs=[_spec(project, check, per_day) for check in asked],
        can_subset=True,
    )
    def look(
        context: dg.AssetCheckExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.AssetCheckResult]:
        covered = days(context)
        span = (covered[0], covered[-1]) if covered else EVER
        for wanted in sorted(context.selected_asset_check_keys):
            finding = by_key[wanted].evaluate(platform.store(project), project, span)
            yield _result(wanted, by_key[wanted], finding)

    return look


def _spec(project: Project, check: Check, per_day: bool) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name,
        asset=key(project, check.table),
        description=check.asks,
        blocking=check.blocks,
        partitions_def=daily(project) if per_day else None,
    )


def _result(wanted: dg.AssetCheckKey, check: Check, finding: Finding) -> dg.AssetCheckResult:
    lenient = check.warns or finding.verdict == "insufficient evidence"
    return dg.AssetCheckResult(
        asset_key=wanted.asset_key,
        check_name=wanted.name,
        passed=finding.verdict == "pass",
        severity=dg.AssetCheckSeverity.WARN if lenient else dg.AssetCheckSeverity.ERROR,
        description=finding.said,
        metadata={"verdict": finding.verdict, **finding.facts},
    )


def _checks(tables: Iterable[Table]) -> list[Check]:
    return [check for table in tables for check in (*_structural(table), *(c for c in QUALITY if c.table is table))]


def _structural(table: Table) -> list[Check]:
    schema = Check("schema", table, "The lake's table has the columns, types and NOT NULLs it is defined with.",
                   lambda store, *_: checks.schema(store, table), blocks=True)  # fmt: skip
    keys = Check("keys", table, f"No ({', '.join(table.key)}) stands twice, found by scanning.",
                 lambda store, *_: checks.keys(store, table), blocks=True)  # fmt: skip
    return [schema, keys] if table in FACTS else [schema]
