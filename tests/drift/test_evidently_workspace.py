"""Every night in Evidently's workspace: once, as Evidently itself reads it, and a dashboard that people may change."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gt_platform.drift import measure
from gt_platform.drift.evidently.workspace import ROOT, project_id, snapshot_id
from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.drift.events import DAY, FIRST, add, drift, project
from tests.drift.test_measure import CHECKED, frame
from tests.support.programs import start

ID = project_id("checked")


def nights(lake: Lake, store: Store, *days: int) -> None:
    for day in days:
        measure(store, CHECKED, FIRST + timedelta(days=day), reports=lake.files)


@pytest.mark.slow
def test_a_night_that_is_run_again_is_there_once_and_evidently_reads_it(lake: Lake, store: Store) -> None:
    add(store, frame(0, 150), frame(1, 150), frame(2, 120), frame(3, 120, drifted=True))
    nights(lake, store, 2, 3)
    files = lake.files.list(f"{ROOT}/")
    nights(lake, store, 3, 2)
    assert lake.files.list(f"{ROOT}/") == files
    Path(lake.files.url, ROOT, str(ID), "snapshots", f"{snapshot_id('checked', DAY)}.json").unlink()
    nights(lake, store, 3)
    assert [file.path for file in lake.files.list(f"{ROOT}/")] == [file.path for file in files]

    from evidently.ui.workspace import Workspace

    workspace = Workspace(str(Path(lake.files.url, ROOT)))
    (known,) = workspace.list_projects()
    assert (known.name, known.description) == ("checked", "Drift of every night, of answer, sure, words")
    assert {*workspace.list_runs(ID)} == {snapshot_id("checked", FIRST + timedelta(days=day)) for day in (2, 3)}
    run: Any = workspace.get_run(ID, snapshot_id("checked", DAY))
    assert (run.timestamp.date(), run.metadata) == (DAY, {"frame_day": str(DAY)})
    verdicts = store.read("SELECT * FROM drift WHERE frame_day = ? ORDER BY column_name", [DAY])
    points = {
        (params["type"].rpartition(":")[2], params.get("column")): result
        for result in run.metric_results.values()
        for params in [result.metric_value_location.metric.params]
    }
    for row in verdicts.filter(verdicts["column_name"] != "*").iter_rows(named=True):
        assert points["GroundTruthQ", row["column_name"]].value == row["q_value"]
        assert points["ValueDrift", row["column_name"]].value == row["evidently_value"]
    assert points["GroundTruthShare", None].value == 1 / 3
    assert points["DriftedColumnsCount", None].count.value == 1
    assert len(run.widgets) > 0
    titles = [panel.title for panel in known.dashboard.model().panels]
    assert titles == [
        "Share of columns that drift", "q-value of every column", "Evidently's value of every column",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_dashboard_that_people_changed_stays_until_other_columns_are_watched(lake: Lake, store: Store) -> None:
    add(store, frame(0, 150), frame(1, 150), frame(2, 120), frame(3, 120))
    nights(lake, store, 2)
    path = f"{ROOT}/{ID}/dashboard.json"
    changed = json.loads(lake.files.read(path))
    own = changed["panels"][0] | {"id": "0b8f4b0e-0000-4000-8000-3f0e6a1d2c4b", "title": "Ours"}
    changed = {"tabs": [changed["tabs"][0] | {"title": "Mine"}], "panels": [*changed["panels"][1:], own]}
    lake.files.write(path, json.dumps(changed).encode())
    nights(lake, store, 3)
    assert json.loads(lake.files.read(path)) == changed

    other = project(drift({"name": "answer", "of": "output"}))
    measure(store, other, DAY, reports=lake.files)
    after = json.loads(lake.files.read(path))
    assert [panel["title"] for panel in after["panels"]] == [
        "Share of columns that drift", "q-value of every column", "Evidently's value of every column", "Ours",
    ]  # fmt: skip
    assert [series["legend"] for series in after["panels"][1]["values"]] == ["answer"]
    assert after["tabs"][0]["title"] == "Drift"


AGAIN = """
import sys
from pathlib import Path
from gt_platform.drift import measure
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.drift.events import DAY
from tests.drift.test_measure import CHECKED
with Lake.open(Settings(home=Path(sys.argv[1]))) as lake:
    print(measure(lake.store("checked"), CHECKED, DAY, reports=lake.files).written, "evidently" in sys.modules)
"""


@pytest.mark.slow
def test_a_night_that_is_run_again_does_not_import_evidently(tmp_path: Path) -> None:
    with Lake.open(Settings(home=tmp_path)) as lake:
        store = lake.store("checked")
        add(store, frame(0, 150), frame(1, 150), frame(3, 120))
        nights(lake, store, 3)
    said = start(Settings(home=tmp_path), "-c", AGAIN, str(tmp_path)).output()
    assert said == "0 False\n"
