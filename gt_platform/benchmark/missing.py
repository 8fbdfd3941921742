"""Sampled events whose truth nobody settled: how many, and whether they are unlike the others."""

from dataclasses import dataclass

import numpy as np

from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.missing import Difference, differences

MOST_OUTPUTS = 20

# Undecided and unruled, or left by annotators. What nobody has got to yet is no part of it.
UNITS = """
    SELECT e.output, e.confidence, r.drift_score, t.item_id IS NULL AS missing
    FROM sample s JOIN events e ON e.event_id = s.event_id LEFT JOIN row_scores r ON r.event_id = s.event_id
    LEFT JOIN ground_truth t ON t.item_id = s.item_id LEFT JOIN current_decisions d ON d.item_id = s.item_id
    WHERE t.item_id IS NOT NULL OR d.status = 'adjudicate' OR s.item_id IN (FROM unanswered_items)
    ORDER BY ALL
"""
SEEN = "SELECT count(answer) FROM expert_answers WHERE pattern = 'undecided'"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Of `events` sampled and due, `missing` have no truth; `differs` is what they differ in, the surest first.

    `seen` items that annotators left undecided were answered by experts.
    """

    events: int
    missing: int
    differs: tuple[Difference, ...]
    seen: int = 0


def missing(store: Store, project: Project) -> Missing:
    """Look at all sampled events whose truth is due."""
    units = project.outputs.frame(store.read(UNITS))
    flags = units["missing"].to_numpy().astype(np.bool_)
    known = {
        "the model's confidence": units["confidence"].cast(float).fill_null(float("nan")).to_numpy(),
        "the drift score": units["drift_score"].cast(float).fill_null(float("nan")).to_numpy(),
    }
    outputs = units["output"].value_counts(sort=True)["output"].to_list()
    for output in [] if project.judges_outputs else outputs[:MOST_OUTPUTS]:
        known[f"output {output}"] = (units["output"] == output).to_numpy().astype(np.float64)
    unlike = tuple(differences(flags, known))
    return Missing(events=len(flags), missing=int(flags.sum()), differs=unlike, seen=store.read(SEEN).item())
