"""Spans counted in nervaluate's ways: what is merely near is partly right."""

from collections.abc import Callable, Mapping
from typing import Any

from gt_platform.metrics.base import SHARE, Case, Ratio, between
from gt_platform.metrics.kinds import labels, spans

SCHEMES = {"strict": "StrictEvaluation", "partial": "PartialEvaluation", "exact_bounds": "ExactEvaluation",
    "label_overlap": "EntityTypeEvaluation"}  # fmt: skip
MEANS = {
    "strict": "bounds and label must be right",
    "partial": "labels are left aside; a span that overlaps a true one is half right",
    "exact_bounds": "labels are left aside; bounds must be right",
    "label_overlap": "a span is right that overlaps a true one with its label",
}
PARTS = ("precision", "recall", "f1")


def _entities(places: list[dict[str, Any]]) -> list[Any]:
    """Its spans end with their last character, ours behind it."""
    from nervaluate.entities import Entity

    return [Entity(label=one["label"], start=one["start"], end=one["end"] - 1) for one in places]


def _counted(scheme: str, case: Case) -> tuple[float, float, float]:
    """What is right, of what was marked, and of what there is."""
    from nervaluate import strategies

    found, _ = getattr(strategies, SCHEMES[scheme])().evaluate(
        _entities(case.truth), _entities(case.valid or []), labels(case.kind)
    )
    return found.correct + found.partial / 2, float(found.actual), float(found.possible)


def _shares(scheme: str, part: str) -> Callable[[Case], Mapping[str, tuple[float, float]]]:
    def shares(case: Case) -> dict[str, tuple[float, float]]:
        right, marked, there = _counted(scheme, case)
        return {"*": {"precision": (right, marked), "recall": (right, there), "f1": (2 * right, marked + there)}[part]}

    return shares


def _metric(scheme: str, part: str) -> Ratio:
    of = {"precision": "spans marked", "recall": "spans there are", "f1": "both"}[part]
    return Ratio(
        name=f"{scheme}_{part}",
        about=f"what is right of the {of}: {MEANS[scheme]}" if part != "f1" else f"F1 of spans: {MEANS[scheme]}",
        suits=spans,
        limits=between(*SHARE),
        library=f"nervaluate.Evaluator, {SCHEMES[scheme]}",
        empty="an input without spans on either side takes no part; an invalid output marks none",
        requires="nervaluate",
        shares=_shares(scheme, part),
    )


STRICT_PRECISION, STRICT_RECALL, STRICT_F1 = (_metric("strict", part) for part in PARTS)
PARTIAL_PRECISION, PARTIAL_RECALL, PARTIAL_F1 = (_metric("partial", part) for part in PARTS)
EXACT_BOUNDS_PRECISION, EXACT_BOUNDS_RECALL, EXACT_BOUNDS_F1 = (_metric("exact_bounds", part) for part in PARTS)
LABEL_OVERLAP_PRECISION, LABEL_OVERLAP_RECALL, LABEL_OVERLAP_F1 = (_metric("label_overlap", part) for part in PARTS)
