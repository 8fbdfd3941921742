"""Items with answers, without the stages before."""

import json
from datetime import UTC, datetime

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import ANNOTATIONS
from gt_platform.project import Project
from tests.support.sentiment import item_of, put_assignment


def answer(store: Store, project: Project, text: str, given: list[str], *, slots: int = 3, first: int = 1) -> None:
    """Ask an item, unless of no `slots`, and answer it from the slot `first` on."""
    if slots:
        put_assignment(store, project, text, slots)
    rows = pl.DataFrame(
        {
            "assignment_id": [f"{text}-{slot}" for slot in range(first, first + len(given))],
            "item_id": item_of(text),
            "annotator": [f"a{slot}" for slot in range(first, first + len(given))],
            "answer": [json.dumps(one) for one in given],
            "guideline_version": project.guideline_version,
            "schema_version": project.schema_version,
            "collected_at": datetime.now(UTC),
        }
    )
    store.commit("annotations", lambda writer: writer.append(ANNOTATIONS, rows))
