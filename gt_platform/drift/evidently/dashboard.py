"""The dashboard of a project in Evidently's workspace, as Evidently stores it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from gt_platform.drift.evidently.results import COUNT, Q_VALUE, SHARE, VALUE
from gt_platform.drift.verdicts import FRAME

TAB = "Drift"


def dashboard(project: UUID, columns: Sequence[str]) -> dict[str, Any]:
    """A tab of panels: the share of columns that drift, by both, then every column's q-value and Evidently's value."""
    names = [name for name in columns if name != FRAME]
    shares = [
        _series(SHARE, {}, "by calibrated verdicts"),
        _series(COUNT, {"value_type": "share"}, "as Evidently decides"),
    ]
    panels = [
        _panel(project, "Share of columns that drift", "Calibrated verdicts decide; Evidently's stand beside.", shares),
        _panel(
            project,
            "q-value of every column",
            "A column drifts when it is at most the project's alpha.",
            [_series(Q_VALUE, {"column": name}, name) for name in names],
        ),
        _panel(
            project,
            "Evidently's value of every column",
            "By its own choice of method, or the one that is named: a distance, or a p-value.",
            [_series(VALUE, {"column": name}, name) for name in names],
        ),
    ]
    tab = {"id": str(uuid5(project, TAB)), "title": TAB, "panels": [panel["id"] for panel in panels]}
    return {"tabs": [tab], "panels": panels}


def with_ours(standing: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """A dashboard with our tab and panels in place of those of the same ids, and everything else as it stands."""
    merged = {}
    for part in ("tabs", "panels"):
        known = {entry["id"] for entry in ours[part]}
        merged[part] = [*ours[part], *(entry for entry in standing.get(part, ()) if entry["id"] not in known)]
    return merged


def _panel(project: UUID, title: str, subtitle: str, values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "id": str(uuid5(project, title)),
        "title": title,
        "subtitle": subtitle,
        "size": "full",
        "values": list(values),
        "plot_params": {"plot_type": "line"},
    }


def _series(metric: str, labels: Mapping[str, str], legend: str) -> dict[str, Any]:
    named = {"legend": legend, "metric": metric, "metric_labels": dict(labels)}
    return named | {"tags": [], "metadata": {}, "view_params": {}}
