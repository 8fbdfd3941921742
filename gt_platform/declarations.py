"""Telling the lake what a project declares, so that SQL can ask; reading it from files is in `declaration`."""

import json
from datetime import UTC, datetime
from typing import Any

from gt_platform.canonical import canonical
from gt_platform.feedback import recounted
from gt_platform.labeling.guidelines import keep_guidelines
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import DECLARATIONS, INVALID_OUTPUTS
from gt_platform.lake.views import labels_flat
from gt_platform.project import Project
from gt_platform.sampling import design_of

LATEST = "SELECT * FROM current_declaration"


def declare(store: Store, project: Project) -> bool:
    """Append what is declared if it differs from the latest row, and whether it did.

    With it go the view that has the declared attributes as columns and, where outputs are read otherwise than before,
    the counts of those that are no valid answers.
    """
    row, view = _row(project), labels_flat(project.benchmark.slices)
    known = _newest(store)
    if known | row == known and store.defines(view):
        return False
    counts = None if _reads(known) == _reads(row) else recounted(store, project.outputs)

    def work(writer: Writer) -> bool:
        newest = _newest(writer)
        changed = newest | row != newest
        if changed:
            numbered = row | {"number": newest.get("number", 0) + 1, "declared_at": datetime.now(UTC)}
            writer.append(DECLARATIONS, DECLARATIONS.frame([numbered]))
            keep_guidelines(writer, {project.guidelines})
        if counts is not None:
            writer.replace(INVALID_OUTPUTS, counts)
        writer.define(view)
        return changed

    return store.commit(f"declaration of {project.name}", work)


def _newest(tables: Store | Writer) -> dict[str, Any]:
    return next(tables.read(LATEST).iter_rows(named=True), {})


def _reads(row: dict[str, Any]) -> tuple[Any, ...]:
    """What decides which outputs are valid answers; before it could be declared, none were looked at."""
    declared = json.loads(row.get("declared", "{}"))
    return "output" in declared, declared.get("output"), declared.get("answer")


def _row(project: Project) -> dict[str, Any]:
    gates, labeling = project.gates, project.labeling
    labels = project.answer.get("labels")
    meant = {value: json.loads(answer) for value, answer in project.meant.items()}  # equal answers in equal text
    return {
        "guideline_version": project.guideline_version,
        "schema_version": project.schema_version,
        "design": design_of(project),
        "question": project.question,
        "kind": project.answer["kind"],
        "labels": None if labels is None else canonical(labels),
        "start": project.start,
        "metric": project.headline,
        "attributes": canonical(list(project.benchmark.slices)),
        "budget": project.sampling.budget,
        "overlap": labeling.overlap,
        "maximum": labeling.maximum,
        "score_at_least": gates.overall.at_least if gates.overall else None,
        "score_at_most": gates.overall.at_most if gates.overall else None,
        "agreement_gate": gates.agreement.pairs if gates.agreement else None,
        "quarantined_gate": gates.quarantined_share,
        "declared": canonical(project.model_dump(mode="json") | {"outcomes": meant}),
        "guidelines": project.guidelines,
    }
