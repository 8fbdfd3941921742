"""A frame's events as they are drawn from, and what is known of each."""

from datetime import date
from typing import Any

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import LEFT_OUT
from gt_platform.project import Project

# sorted, because sums of floating-point numbers depend on their order
FRAME = """
    SELECT event_id, item_id, confidence, coalesce(drift_score, 0.5) AS drift_score
    FROM events e LEFT JOIN row_scores s USING (event_id) WHERE e.frame_day = ? ORDER BY event_id
"""
ATTRIBUTE = "SELECT event_id, json_extract_string(attributes, ?) AS value FROM events WHERE frame_day = ?"
NOT_ELIGIBLE = "not eligible"
OUTPUT = "SELECT event_id, output AS value FROM events WHERE frame_day = ?"


def events_of(store: Store, project: Project, day: date) -> pl.DataFrame:
    """The frame's events that may be drawn, sorted by id."""
    found = store.read(FRAME, [day])
    return found.join(left_out(store, project, day), on="event_id", how="anti", maintain_order="left")


def left_out(store: Store, project: Project, day: date) -> pl.DataFrame:
    """Rows of `left_out`: the frame's events that may not be drawn, each by the first attribute that says so."""
    design, found = project.sampling.design, [LEFT_OUT.frame([])]
    for name, values in ({} if design is None else design.eligible).items():
        rows = store.read(ATTRIBUTE, [f'$."{name}"', day])
        others = rows.filter(~pl.col("value").is_in(values).fill_null(value=False))
        new = others.join(pl.concat(found), on="event_id", how="anti")
        found.append(new.select("event_id", frame_day=pl.lit(day), attribute=pl.lit(name)))
    return pl.concat(found)


def counted(others: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of `composition` for events left out."""
    return [
        {"attribute": name, "value": NOT_ELIGIBLE, "asked": 0, "events": events, "drawn": 0}
        | {"detail": "left out: not eligible, and scores do not speak of them"}
        for name, events in others.group_by("attribute").len().sort("attribute").iter_rows()
    ]


def attribute_of(store: Store, day: date, name: str, events: pl.DataFrame) -> pl.Series:
    """An attribute of the frame's events, in their order."""
    return _beside(events, store.read(ATTRIBUTE, [f'$."{name}"', day]))


def outputs_of(store: Store, day: date, events: pl.DataFrame) -> pl.Series:
    """What the model put out (JSON), in the events' order."""
    return _beside(events, store.read(OUTPUT, [day]))


def _beside(events: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
    return events.select("event_id").join(found, on="event_id", how="left", maintain_order="left")["value"]
