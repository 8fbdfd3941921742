"""Tasks with annotations as Label Studio imports them, and the labeling configuration they are in the terms of."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gt_platform.exports.handed import ExportError, Handed
from gt_platform.labeling import BackendError

if TYPE_CHECKING:
    from gt_platform.labeling.backends.label_studio.setup import Setup


def label_studio(handed: Handed) -> dict[str, bytes]:
    """`config.xml` and `tasks.json`. Raises ExportError for what Label Studio cannot show."""
    from gt_platform.labeling.backends.label_studio.setup import Setup  # its client takes 0.2 s to load

    setup = Setup(project=handed.project, annotators={}, reviewers={}, folder=Path())
    try:
        tasks = [_task(setup, record) for record in handed.records()]
        config = setup.settings("")["label_config"]
    except BackendError as error:
        raise ExportError(str(error)) from None
    return {
        "config.xml": config.encode(),
        "tasks.json": (json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _task(setup: "Setup", record: dict[str, Any]) -> dict[str, Any]:
    from gt_platform.labeling.backends.label_studio.results import results

    return {
        "data": setup.data(record["input"]),
        "meta": {name: record[name] for name in ("item_id", "status", "confidence")},
        "annotations": [{"result": results(setup.form, record["answer"]), "ground_truth": True}],
    }
