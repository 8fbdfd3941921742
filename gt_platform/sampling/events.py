"""A frame's events as they are drawn from, and what is known of each."""

from datetime import date

import polars as pl

from gt_platform.lake import Store

# sorted, because sums of floating-point numbers depend on their order
FRAME = """
    SELECT event_id, item_id, confidence, coalesce(drift_score, 0.5) AS drift_score
    FROM events e LEFT JOIN row_scores s USING (event_id) WHERE e.frame_day = ? ORDER BY event_id
"""
ATTRIBUTE = "SELECT event_id, json_extract_string(attributes, ?) AS value FROM events WHERE frame_day = ?"
OUTPUT = "SELECT event_id, output AS value FROM events WHERE frame_day = ?"


def events_of(store: Store, day: date) -> pl.DataFrame:
    """The frame's events, sorted by id."""
    return store.read(FRAME, [day])


def attribute_of(store: Store, day: date, name: str, events: pl.DataFrame) -> pl.Series:
    """An attribute of the frame's events, in their order."""
    return _beside(events, store.read(ATTRIBUTE, [f'$."{name}"', day]))


def outputs_of(store: Store, day: date, events: pl.DataFrame) -> pl.Series:
    """What the model put out (JSON), in the events' order."""
    return _beside(events, store.read(OUTPUT, [day]))


def _beside(events: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
    return events.select("event_id").join(found, on="event_id", how="left", maintain_order="left")["value"]
