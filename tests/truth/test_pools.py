"""A frame's items settle together: annotators are weighed by what they answered there, in any order of frames."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import ANNOTATIONS, ASSIGNMENTS, SAMPLE
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import fold, settle
from tests.stats.consensus.panels import panel
from tests.support.sentiment import declare

FIRST = date(2026, 1, 5)
LABELS = ("negative", "neutral", "positive")


def put_frame(store: Store, project: Project, frame: int) -> None:
    """A frame of 300 items, sampled, asked and answered by ten annotators, three of whom answer at random."""
    cast, _ = panel(frame, items=300, manner="random", bad=3)
    made = datetime.now(UTC)
    answers = pl.DataFrame(
        {
            "item_id": [f"item {frame} {code:03}" for code in cast.item],
            "annotator": [f"annotator {code}" for code in cast.annotator],
            "answer": [json.dumps(LABELS[code]) for code in cast.label],
        }
    ).with_columns(
        pl.format("{} {}", "item_id", "annotator").alias("assignment_id"),
        guideline_version=pl.lit(project.guideline_version),
        schema_version=pl.lit(project.schema_version),
    )
    asked = answers.select("assignment_id", "item_id", "guideline_version", "schema_version").with_columns(
        slot=pl.lit(1, pl.Int32), input=pl.lit('"text"'), backend=pl.lit("replay"), assigned_at=pl.lit(made)
    )
    drawn = answers.select("item_id").unique(maintain_order=True).with_columns(
        event_id=pl.format("event of {}", "item_id"), frame_day=pl.lit(FIRST + timedelta(days=frame)),
        stratum=pl.lit("all"), stratum_size=pl.lit(300, pl.Int64), stratum_drawn=pl.lit(300, pl.Int64),
        inclusion_probability=pl.lit(1.0), design=pl.lit("test"), seed=pl.lit(1, pl.Int64), phase=pl.lit(1, pl.Int32),
    )  # fmt: skip
    store.commit("sample", lambda writer: writer.append(SAMPLE, drawn))
    store.commit("assignments", lambda writer: writer.append(ASSIGNMENTS, asked))
    given = answers.with_columns(collected_at=pl.lit(made))
    store.commit("annotations", lambda writer: writer.append(ANNOTATIONS, given))


def settled(home: Path, batches: Sequence[Sequence[int]]) -> pl.DataFrame:
    """All decisions after settling each batch of frames in turn."""
    home.mkdir()
    project = declare(home)
    with Lake.open(Settings(home=home)) as lake:
        store = lake.store("sentiment")
        for batch in batches:
            for frame in batch:
                put_frame(store, project, frame)
            settle(store, project)
        assert settle(store, project).decisions == 0
        fold(store, project)
        return store.read("SELECT * EXCLUDE decided_at FROM decisions ORDER BY decision_id")


@pytest.mark.slow
def test_any_order_of_frames_settles_the_same(tmp_path: Path) -> None:
    forward = settled(tmp_path / "forward", [[0], [1], [2]])
    assert forward.equals(settled(tmp_path / "backward", [[2], [1], [0]]))
    assert forward.equals(settled(tmp_path / "at once", [[1, 0, 2]]))


def test_a_decision_keeps_its_evidence_its_probabilities_and_why_it_waits(tmp_path: Path) -> None:
    decisions = settled(tmp_path / "lake", [[0]])
    row = decisions.filter(status="consensus").row(0, named=True)
    assert row["method"].startswith("stacked ")
    assert "better than the majority by" in row["method"]
    assert row["method"].endswith("annotators who copy or answer blindly")
    assert abs(sum(json.loads(row["soft"]).values()) - 1) < 1e-5
    assert json.loads(row["soft"])[row["answer"]] == row["confidence"]
    assert row["reason"] is None
    waiting = decisions.filter(status="adjudicate")
    assert set(waiting["reason"]) <= {
        "no answer is more probable than not",
        "only annotators answered who copy one another or answer blindly",
    }
