"""Setting answers aside: those of somebody paused since they were last active, and those that repeat another's."""

from collections.abc import Iterable
from datetime import datetime

import polars as pl

from gt_platform.labeling.standings import Stood
from gt_platform.lake import Writer
from gt_platform.lake.tables import EXCLUSIONS

SINCE_ACTIVE = """
    SELECT assignment_id, annotator, reason FROM live_annotations JOIN (
        SELECT assignment_id, row_number() OVER (
            PARTITION BY annotator ORDER BY collected_at, submitted_at, assignment_id
        ) AS nth FROM annotations
    ) USING (assignment_id) JOIN paused_rows USING (annotator)
    WHERE nth > active_until
"""
# Who of them copied whom cannot be told, and need not be: among equal answers to an item the first one stands for all.
REPEATED = """
    SELECT assignment_id, annotator, reason FROM live_annotations JOIN circle_rows USING (annotator)
    QUALIFY row_number() OVER (
        PARTITION BY item_id, circle, answer ORDER BY collected_at, submitted_at, assignment_id
    ) > 1
"""


def set_aside(writer: Writer, stood: list[Stood], now: datetime) -> int:
    """Exclude what is not to count, and return how many answers that is; they stay in `annotations`."""
    paused = [
        {
            "annotator": one.standing.annotator,
            "active_until": one.active_until,
            "reason": f"paused: {one.standing.reason}",
        }
        for one in stood
        if one.standing.state == "paused"
    ]
    excluded = _exclude(writer, SINCE_ACTIVE, {"paused_rows": paused}, now)
    return excluded + _exclude(writer, REPEATED, {"circle_rows": _circles(stood)}, now)


def _exclude(writer: Writer, query: str, given: dict[str, list[dict[str, object]]], now: datetime) -> int:
    if not all(given.values()):
        return 0
    found = writer.read(query, frames={name: pl.DataFrame(rows) for name, rows in given.items()})
    return writer.append(EXCLUSIONS, found.with_columns(excluded_at=pl.lit(now)))


def _circles(stood: Iterable[Stood]) -> list[dict[str, object]]:
    """Everybody who makes the same mistakes as somebody else, each circle named by its first member."""
    copies = {one.standing.annotator: one.copies for one in stood if one.copies and one.standing.state != "paused"}
    circle = {name: name for name in copies}
    for name in sorted(copies):
        for other, _ in copies[name]:
            joined = {circle[name], circle.get(other, circle[name])}
            circle = {member: min(joined) if of in joined else of for member, of in circle.items()}
    return [
        {"annotator": name, "circle": circle[name], "reason": f"repeats another's answer: {copies[name][0][1]}"}
        for name in copies
    ]
