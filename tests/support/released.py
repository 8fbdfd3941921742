"""A lake with a release of answers that all annotators agree on."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.canonical import canonical
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import ANNOTATIONS
from gt_platform.project import Project
from gt_platform.truth import Released, fold, release, settle
from tests.support.sentiment import assignments, item_of, put_asked


def answered(store: Store, project: Project, truths: Mapping[Any, Any], annotators: int = 3) -> None:
    """Ask each input of so many annotators, who all answer this."""
    asked = {text: assignments(project, text, annotators) for text in truths}
    put_asked(store, pl.concat(asked.values()))
    rows = [
        {
            "assignment_id": assignment,
            "item_id": item_of(text),
            "annotator": f"a{number}",
            "answer": canonical(answer),
            "guideline_version": project.guideline_version,
            "schema_version": project.schema_version,
            "collected_at": datetime.now(UTC),
        }
        for text, answer in truths.items()
        for number, assignment in enumerate(asked[text]["assignment_id"])
    ]
    store.commit("annotations", lambda writer: writer.append(ANNOTATIONS, pl.DataFrame(rows)))


def published(lake: Lake, project: Project, truths: Mapping[Any, Any]) -> Released:
    """The release that these answers make."""
    store = lake.store(project.name)
    answered(store, project, truths)
    settle(store, project)
    fold(store, project)
    return release(store, project, bundles=lake.files)


def lines(content: bytes) -> list[dict[str, Any]]:
    """JSON lines."""
    return [json.loads(line) for line in content.decode().splitlines()]
