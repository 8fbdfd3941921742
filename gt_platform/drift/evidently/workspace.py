"""A workspace of Evidently's in the lake's storage: a project of its own for each of ours, a snapshot for each night.

Files are laid out as Evidently 0.7.23 reads them, under names that follow from project and day, so that a night that
is run again writes over its own. Opening it in a browser belongs in pages.py.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from gt_platform.drift.evidently.dashboard import dashboard, with_ours
from gt_platform.drift.evidently.results import metric_results
from gt_platform.drift.verdicts import Verdict
from gt_platform.lake.storage import Storage

ROOT = "evidently-ui/workspace"
"""Below the storage. Evidently's pages look for dashboards in a folder of the name `workspace`, whatever they are told;
and no project of ours can have the name of the folder around it."""
OURS = UUID("0b8f4b0e-6c2a-5d0e-9b7c-3f0e6a1d2c4b")
"""What the ids of everything here are derived from."""


def project_id(project: str) -> UUID:
    """Evidently's id of one of our projects."""
    return uuid5(OURS, project)


def snapshot_id(project: str, day: date) -> UUID:
    """Evidently's id of a night's snapshot."""
    return uuid5(project_id(project), day.isoformat())


def has(files: Storage, project: str, day: date) -> bool:
    """Whether there is a snapshot of that day."""
    return files.exists(_snapshot(project, day))


def keep(files: Storage, project: str, day: date, snapshot: Any, verdicts: Sequence[Verdict]) -> None:
    """Add what Evidently made of a frame, with its decisions and our verdicts as points of the dashboard.

    A dashboard that was changed in Evidently's pages stays as it is, until other columns are watched: then the panels
    that are ours are made anew.
    """
    from evidently.legacy.utils import NumpyEncoder

    model = snapshot.to_snapshot_model()
    model.timestamp = datetime.combine(day, time())
    model.metadata = {"frame_day": day.isoformat()}
    model.metric_results = metric_results(verdicts)
    model.top_level_metrics = list(model.metric_results)
    _announce(files, project, [verdict.column_name for verdict in verdicts])
    files.write(_snapshot(project, day), json.dumps(model.dict(), cls=NumpyEncoder).encode())


def _announce(files: Storage, project: str, columns: Sequence[str]) -> None:
    """The project and its dashboard, where they are not there yet, or other columns are watched."""
    folder = f"{ROOT}/{project_id(project)}"
    told = {"id": str(project_id(project)), "name": project, "version": "2", "description": _watching(columns)}
    standing = _read(files, f"{folder}/metadata.json")
    if standing.get("description") == told["description"]:
        return
    panels = with_ours(_read(files, f"{folder}/dashboard.json"), dashboard(project_id(project), columns))
    files.write(f"{folder}/dashboard.json", json.dumps(panels).encode())
    files.write(f"{folder}/metadata.json", json.dumps(standing | told).encode())


def _watching(columns: Sequence[str]) -> str:
    return f"Drift of every night, of {', '.join(name for name in columns if name != '*')}"


def _read(files: Storage, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files.read(path)) if files.exists(path) else {}
    return found


def _snapshot(project: str, day: date) -> str:
    return f"{ROOT}/{project_id(project)}/snapshots/{snapshot_id(project, day)}.json"
