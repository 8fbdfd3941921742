"""The drift stage on a real lake: tables, report, repetition."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gt_platform.drift import Measured, measure
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import DRIFT, ROW_SCORES
from tests.drift.events import DAY, FIRST, add, drift, events, project

CHECKED = project(
    drift(
        {"name": "answer", "of": "output"},
        {"name": "sure", "of": "confidence"},
        {"name": "words", "of": "input", "measure": "words"},
    )
)


def frame(day_number: int, rows: int, *, drifted: bool = False) -> pl.DataFrame:
    rng = np.random.default_rng([day_number, rows])
    words = [f"w{number}" for number in range(40)][20 if drifted else 0 :][:20]
    return events(
        FIRST + timedelta(days=day_number),
        input=[" ".join(rng.choice(words, rng.integers(3, 9))) for _ in range(rows)],
        output=rng.choice(["yes", "no"], rows, p=[0.2, 0.8] if drifted else [0.6, 0.4]).tolist(),
        confidence=rng.random(rows).tolist(),
    )


def measured(day_number: int, verdict: str, rows: int, **rest: Any) -> Measured:
    facts: dict[str, Any] = {"drifted": (), "reference_rows": 300, "report_url": None, **rest}
    return Measured(day=FIRST + timedelta(days=day_number), verdict=verdict, rows=rows, **facts)


def test_a_reference_day_a_small_day_a_steady_day_and_a_drifted_day(lake: Lake, store: Store) -> None:
    add(store, frame(0, 150), frame(1, 150), frame(2, 120), frame(3, 120, drifted=True), frame(4, 20))
    found = [measure(store, CHECKED, FIRST + timedelta(days=number), reports=lake.files) for number in range(6)]

    day_7, day_8 = (f"{lake.files.url}/checked/drift/2026-01-0{day}.html" for day in (7, 8))
    assert found == [
        measured(0, "reference", 150, reference_rows=0, written=154),
        measured(1, "reference", 150, reference_rows=0, written=154),
        measured(2, "no_drift", 120, report_url=day_7, written=124),
        measured(3, "drift", 120, drifted=("answer",), report_url=day_8, written=124),
        measured(4, "insufficient_evidence", 20, written=24),
        measured(5, "insufficient_evidence", 0, written=4),
    ]
    answer = store.read("SELECT * FROM drift WHERE frame_day = ? AND column_name = 'answer'", [DAY]).row(0, named=True)
    assert (answer["statistic"], answer["verdict"], answer["n_reference"]) == ("jensenshannon", "drift", 300)
    assert answer["value"] > answer["threshold"]
    assert answer["q_value"] <= 0.05
    scores = store.read("SELECT frame_day, avg(drift_score) AS mean FROM row_scores GROUP BY ALL ORDER BY ALL")["mean"]
    assert scores.to_list()[:2] == [0.5, 0.5]
    assert scores[2] < 0.55 < 0.8 < scores[3]
    assert scores[4] == 0.5
    files = [stored.path for stored in lake.files.list("checked/drift/")]
    assert files == [
        "checked/drift/2026-01-07.html", "checked/drift/2026-01-08.html", "checked/drift/evidently-0.7.23.js",
    ]  # fmt: skip


def test_repeating_changes_nothing_and_makes_a_lost_report_again(lake: Lake, store: Store) -> None:
    add(store, frame(0, 150), frame(1, 150), frame(3, 120, drifted=True))
    first = measure(store, CHECKED, DAY, reports=lake.files)
    before = store.digests(), lake.files.list()
    again = measure(store, CHECKED, DAY, reports=lake.files)
    assert (again.written, again.report_url) == (0, first.report_url)
    assert (store.digests(), lake.files.list()) == before
    Path(lake.files.url, "checked", "drift", f"{DAY}.html").unlink()
    assert measure(store, CHECKED, DAY, reports=lake.files).written == 0
    assert lake.files.exists(f"checked/drift/{DAY}.html")


def test_the_order_of_rows_in_the_lake_does_not_matter(lake: Lake) -> None:
    frames = [frame(0, 150), frame(1, 150), frame(3, 120, drifted=True)]
    digests = []
    for name in ("one", "other"):
        store = lake.store(name)
        for rows in frames if name == "one" else reversed(frames):
            add(store, rows if name == "one" else rows.sample(fraction=1, shuffle=True, seed=1))
        measure(store, CHECKED, DAY, reports=lake.files)
        digests.append(store.digests([DRIFT, ROW_SCORES]))
    assert digests[0] == digests[1]


def test_a_frame_that_grew_is_measured_again(lake: Lake, store: Store) -> None:
    add(store, frame(0, 150), frame(1, 150), frame(3, 20))
    assert measure(store, CHECKED, DAY, reports=lake.files).verdict == "insufficient_evidence"
    more = frame(3, 120, drifted=True).with_columns(event_id="more-" + pl.col("event_id"))
    add(store, more)
    assert measure(store, CHECKED, DAY, reports=lake.files).verdict == "drift"
    assert store.read("SELECT count(*) AS n FROM row_scores").item() == 140


def test_importing_the_stage_is_light() -> None:
    heavy = "{'evidently', 'sklearn', 'scipy.stats', 'pandas', 'plotly'}"
    code = f"import sys, gt_platform.drift; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
