"""Flags that come a day late: the sensor asks for a run of their frame, and the run looks at them and scores anew."""

import json
from pathlib import Path

import dagster as dg
import pytest

from gt_platform.definitions import build_definitions
from gt_platform.lake import Lake
from gt_platform.platform import Platform
from gt_platform.refresh import refresher
from gt_platform.sensors.late import PHASE_TAG
from gt_platform.settings import Settings
from tests.support.home import BUDGET, DAYS, make_home, small

FIRST, SECOND, _ = DAYS
DRAWN = "SELECT event_id FROM sample WHERE frame_day = ?"
SCORED = """
    SELECT n, estimate FROM current_scores
    WHERE metric = 'accuracy' AND scope = 'day' AND period = ? AND estimand = 'production' AND slice = '*'
      AND label = '*' AND model = '*'
"""


def asked_for(settings: Settings, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """What the sensor asks for."""
    platform = Platform(settings)
    defs = build_definitions(settings, platform)
    sensor = defs.get_repository_def().get_sensor_def("small_late_flags")
    context = dg.build_sensor_context(instance, definitions=defs, resources={"platform": platform})
    found = list(sensor.evaluate_tick(context).run_requests or [])
    platform.close()
    return found


@pytest.mark.slow
def test_late_flags_are_looked_at_and_scored(tmp_path: Path) -> None:
    settings = make_home(tmp_path, sampling={"budget": BUDGET, "flagged": {"later": 2}})
    with dg.DagsterInstance.ephemeral() as instance:
        with refresher(settings, instance=instance) as nightly:
            nightly.refresh("small", FIRST)
            with Lake.open(settings, read_only=True) as lake:
                drawn = set(lake.store("small").read(DRAWN, [FIRST])["event_id"])
                before = lake.store("small").read(SCORED, [str(FIRST)]).row(0)
            flagged_first = set(range(0, 60, 10))
            late = [f"{FIRST}-{number}" for number in range(60) if number not in flagged_first]
            late = [event for event in late if event not in drawn][:3]
            write_late(tmp_path, late)
            nightly.refresh("small", SECOND)
        (asked,) = asked_for(settings, instance)
        assert (asked.partition_key, asked.tags[PHASE_TAG].partition(":")[0]) == (str(FIRST), f"phase 2 of {FIRST}")
        with refresher(settings, instance=instance) as nightly:
            assert [one.day for one in nightly.late(small(settings))] == [FIRST]
            assert nightly.late(small(settings)) == []
        run = instance.get_runs(dg.RunsFilter(tags={PHASE_TAG: asked.tags[PHASE_TAG]}))[0]
        assert run.tags["dagster/partition"] == str(FIRST)
        assert asked_for(settings, instance) == []
    with Lake.open(settings, read_only=True) as lake:
        store = lake.store("small")
        assert set(store.read(DRAWN, [FIRST])["event_id"]) == drawn | set(late)
        n, estimate = store.read(SCORED, [str(FIRST)]).row(0)
        assert (n, estimate != before[1]) == (before[0] + len(late), True)
        fates = dict(store.read("SELECT event_id, fate FROM signals WHERE phase = 2").rows())
        assert set(fates) == set(late)
        assert set(fates.values()) <= {"settled", "asked"}


def write_late(home: Path, events: list[str]) -> None:
    """Thumbs down on them, in the next day's folder."""
    thumb = {"type": "feedback", "annotator_kind": "end_user", "signal": "thumb", "value": "down"}
    lines = (
        json.dumps(thumb | {"id": f"late-{event}", "event_id": event, "occurred_at": f"{SECOND}T09:00:00Z"})
        for event in events
    )
    (home / "inbox" / f"dt={SECOND}" / "late.jsonl").write_text("\n".join(lines))
