"""A crowd's answers in the lake, frame by frame, without the stages before."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import ANNOTATIONS, SAMPLE
from gt_platform.project import Project
from tests.stats.consensus.panels import panel
from tests.support.sentiment import put_asked

FIRST = date(2026, 1, 5)
LABELS = ("negative", "neutral", "positive")
ITEMS = 60


def frame_of(frame: int, *, items: int = ITEMS) -> list[tuple[str, str, str]]:
    """(item, annotator, label): five of ten annotators an item, three of whom answer at random."""
    cast, _ = panel(frame, items=items, manner="random", bad=3)
    said = zip(cast.item, cast.annotator, cast.label, strict=True)
    return [(f"item {frame} {item:03}", f"annotator {who}", LABELS[label]) for item, who, label in said]


def put_answers(store: Store, project: Project, given: Iterable[tuple[str, str, str]], *, day: date = FIRST) -> None:
    """Draw, ask and answer: one commit a table, in the order given."""
    answers = pl.DataFrame(list(given), schema=["item_id", "annotator", "label"], orient="row")
    made = datetime.now(UTC)
    versions = {"guideline_version": project.guideline_version, "schema_version": project.schema_version}
    told = answers.select(
        pl.format("{} {}", "item_id", "annotator").alias("assignment_id"), "item_id", "annotator",
        pl.col("label").map_elements(json.dumps, pl.String).alias("answer"), collected_at=pl.lit(made),
        **{name: pl.lit(value) for name, value in versions.items()},
    )  # fmt: skip
    asked = told.select("assignment_id", "item_id", *versions).with_columns(
        slot=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("item_id"), input=pl.lit('"text"'),
        backend=pl.lit("replay"), assigned_at=pl.lit(made),
    )  # fmt: skip
    drawn = answers.select("item_id").unique(maintain_order=True).with_columns(
        event_id=pl.format("event of {}", "item_id"), frame_day=pl.lit(day), stratum=pl.lit("all"),
        stratum_size=pl.lit(ITEMS, pl.Int64), stratum_drawn=pl.lit(ITEMS, pl.Int64),
        inclusion_probability=pl.lit(1.0), design=pl.lit("test"), seed=pl.lit(1, pl.Int64), phase=pl.lit(1, pl.Int32),
    )  # fmt: skip
    store.commit("sample", lambda writer: writer.append(SAMPLE, drawn))
    put_asked(store, asked)
    store.commit("annotations", lambda writer: writer.append(ANNOTATIONS, told))


def put_frame(store: Store, project: Project, frame: int) -> None:
    """A frame of the crowd's."""
    put_answers(store, project, frame_of(frame), day=FIRST + timedelta(days=frame))
