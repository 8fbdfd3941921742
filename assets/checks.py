"""A stage's checks as Dagster's. What is checked is computed in `gt_platform/checks.py`.

A check that blocks stops what would build on wrong data. One that lacks evidence neither passes nor fails: it
shows as a warning that says so.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import dagster as dg

from gt_platform import checks
from gt_platform.assets.tables import daily, key
from gt_platform.checks import EVER, Finding
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stages import Question, Stage


def specs(project: Project, stage: Stage) -> list[dg.AssetCheckSpec]:
    """Every check of a stage, structural or not."""
    return [
        dg.AssetCheckSpec(
            check.name,
            asset=key(project, check.table),
            description=check.asks,
            blocking=check.blocks,
            partitions_def=daily(project) if stage.per_day else None,
        )
        for check in (*stage.structural, *stage.checks)
    ]


def key_of(project: Project, asked: Question) -> dg.AssetCheckKey:
    """The key of a check, to select it by."""
    return dg.AssetCheckKey(key(project, asked.table), asked.name)


def results(
    context: dg.AssetExecutionContext, project: Project, store: Store, stage: Stage, days: Sequence[date]
) -> Iterator[dg.AssetCheckResult]:
    """What was found by every check that is selected, and by structural ones that fail though nobody selected them.

    The nightly jobs do not select those: they are asked every night, but to record that each passed would cost
    Dagster more than all of a quiet night's work.
    """
    selected, span = context.selected_asset_check_keys, (days[0], days[-1]) if days else EVER
    structure = checks.structure(store, stage.tables, scanned=stage.scanned)
    for asked in stage.structural:
        finding = structure[asked.table.name, asked.name]
        if key_of(project, asked) in selected or finding.verdict == "fail":
            yield _result(project, asked, finding)
    for check in stage.checks:
        if key_of(project, check) in selected:
            yield _result(project, check, check.evaluate(store, project, span))


def _result(project: Project, asked: Question, finding: Finding) -> dg.AssetCheckResult:
    lenient = asked.warns or finding.verdict == "insufficient_evidence"
    return dg.AssetCheckResult(
        asset_key=key(project, asked.table),
        check_name=asked.name,
        passed=finding.verdict == "pass",
        severity=dg.AssetCheckSeverity.WARN if lenient else dg.AssetCheckSeverity.ERROR,
        description=finding.said,
        metadata={"verdict": finding.verdict, **finding.facts},
    )
