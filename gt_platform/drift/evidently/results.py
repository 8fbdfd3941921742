"""What a night's snapshot says in figures: Evidently's decisions under its own names of metrics, and our verdicts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from gt_platform.drift.verdicts import FRAME, Verdict

PREFIX = "evidently:metric_v2:"
VALUE, COUNT = f"{PREFIX}ValueDrift", f"{PREFIX}DriftedColumnsCount"
"""Evidently's metrics of a column and of a frame."""
Q_VALUE, SHARE = f"{PREFIX}GroundTruthQ", f"{PREFIX}GroundTruthShare"
"""Ours: a column's q-value, and the share of columns that drift."""
METRICS = UUID("5a0f6e0c-8a6e-5a52-8a0e-2f3f9e4f7d11")


def metric_results(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Evidently's results, by their ids."""
    columns = [verdict for verdict in verdicts if verdict.column_name != FRAME]
    found = [
        _single(VALUE, verdict.evidently_value, f"Value drift for {verdict.column_name}", _by_evidently(verdict))
        for verdict in columns
    ]
    found += [
        _single(Q_VALUE, verdict.q_value, f"q-value of {verdict.column_name}", {"column": verdict.column_name})
        for verdict in columns
    ]
    judged = [verdict.verdict == "drift" for verdict in columns if verdict.q_value is not None]
    theirs = [verdict.evidently_drift for verdict in columns if verdict.evidently_drift is not None]
    found.append(_single(SHARE, sum(judged) / len(judged) if judged else None, "Share of columns that drift", {}))
    found.append(_count(theirs))
    return {result.metric_value_location.metric.metric_id: result for result in found if result is not None}


def _by_evidently(verdict: Verdict) -> dict[str, str]:
    return {"column": verdict.column_name, "method": verdict.evidently_method or ""}


def _single(metric: str, value: float | None, name: str, params: dict[str, str]) -> Any:
    from evidently.core.metric_types import SingleValue

    if value is None:
        return None
    return SingleValue(display_name=name, value=value, metric_value_location=_location(metric, params, {}))


def _count(drifted: Sequence[bool]) -> Any:
    from evidently.core.metric_types import CountValue, SingleValue

    if not drifted:
        return None
    values = {"count": sum(drifted), "share": sum(drifted) / len(drifted)}
    parts = {
        part: SingleValue(
            display_name=f"{part} of drifted columns",
            value=value,
            metric_value_location=_location(COUNT, {}, {"value_type": part}),
        )
        for part, value in values.items()
    }
    name = "Columns that Evidently calls drifted"
    return CountValue(display_name=name, metric_value_location=_location(COUNT, {}, {}), **parts)


def _location(metric: str, params: dict[str, str], part: dict[str, str]) -> Any:
    from evidently.core.metric_types import MetricConfig, MetricValueLocation

    known = {"type": metric, **params}
    return MetricValueLocation(MetricConfig(metric_id=uuid5(METRICS, repr(known)).hex, params=known), part)
