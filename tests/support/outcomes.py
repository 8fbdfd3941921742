"""What events came to in the end, as rows of feedback."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import FEEDBACK
from tests.support.sentiment import DAY

NOON = datetime(2026, 1, 9, 12, tzinfo=UTC)
Outcome = tuple[int, str, int, str]
"""Event, value, hours after noon, and who says so."""


def tell(store: Store, *outcomes: Outcome, day: date = DAY, signal: str = "outcome", given_by: str = "code") -> None:
    """Write these, as of files of a day; or other signals that say so."""
    rows = [
        {
            "feedback_id": f"{by}-{number}-{value}" + (f"-{hours}" if hours > 0 else ""),
            "event_id": f"e-{number}",
            "frame_day": day,
            "occurred_at": NOON + timedelta(hours=hours),
            "annotator_kind": given_by,
            "annotator_id": by,
            "signal": signal,
            "value": f'"{value}"',
            "content_digest": "digest",
            "file_id": "file",
            "line": 1,
        }
        for number, value, hours, by in outcomes
    ]
    store.commit("feedback", lambda writer: writer.append(FEEDBACK, pl.DataFrame(rows)))
