"""Taking answers in from the backend."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.labeling.assign import waiting_assignments
from gt_platform.labeling.base import Backend
from gt_platform.labeling.desk import Asked, Verdicts, judge
from gt_platform.labeling.messages import Submission, Unreadable
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ANNOTATIONS, REJECTIONS
from gt_platform.project import Project

ASKED = """
    SELECT assignment_id, asked.item_id, asked.guideline_version, asked.schema_version, annotator, answer
    FROM assignments asked LEFT JOIN annotations USING (assignment_id)
"""
KNOWN_REJECTIONS = "SELECT rejection_id FROM rejections"
MOMENT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Collected:
    """New annotations, new rejections, and assignments still waiting for an answer."""

    annotations: int
    rejected: int
    waiting: int


def collect(store: Store, project: Project, *, backend: Backend) -> Collected:
    """Take in what annotators handed in since the last time. Raises BackendError."""
    waiting_now = waiting_assignments(store, project)
    came = list(backend.collect(waiting_now))

    def work(writer: Writer) -> tuple[int, int]:
        verdicts = _judged(writer, project, came)
        now = datetime.now(UTC)
        accepted = _frame(verdicts.accepted, submitted_at=MOMENT).with_columns(collected_at=pl.lit(now))
        rejected = _frame(verdicts.rejected).with_columns(rejected_at=pl.lit(now))
        taken = writer.append(ANNOTATIONS, accepted) if verdicts.accepted else 0
        return taken, writer.append(REJECTIONS, rejected) if verdicts.rejected else 0

    annotations, rejected = store.commit("annotations", work)
    return Collected(annotations, rejected, len(waiting_now) - annotations)


def waiting(store: Store, project: Project, backend: Backend) -> str | None:
    """A digest of what the backend holds that `collect` would take in or refuse; None when there is nothing."""
    verdicts = _judged(store, project, backend.collect(waiting_assignments(store, project)))
    news = sorted(str(one["assignment_id"]) for one in verdicts.accepted)
    news += sorted(str(one["rejection_id"]) for one in verdicts.rejected)
    return hashlib.sha256("\n".join(news).encode()).hexdigest()[:16] if news else None


def _judged(tables: Store | Writer, project: Project, came: Iterable[Submission | Unreadable]) -> Verdicts:
    asked = {
        row["assignment_id"]: Asked(
            row["item_id"],
            row["guideline_version"],
            row["schema_version"],
            None if row["annotator"] is None else (row["annotator"], row["answer"]),
        )
        for row in tables.read(ASKED).iter_rows(named=True)
    }
    return judge(project.answer_kind, asked, came, set(tables.read(KNOWN_REJECTIONS)["rejection_id"]))


def _frame(rows: list[dict[str, object]], **types: Any) -> pl.DataFrame:
    return pl.DataFrame(rows, schema_overrides=types, infer_schema_length=None)
