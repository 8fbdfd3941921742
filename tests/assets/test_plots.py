"""The plots of annotators' work, from a real lake."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl

from gt_platform.assets.showing import plotted
from gt_platform.labeling.agreement import NEEDS
from gt_platform.lake import Lake
from gt_platform.lake.tables import ANNOTATIONS, SAMPLE, STANDINGS
from gt_platform.settings import Settings
from gt_platform.stages.annotations import COLLECTING
from tests.support.sentiment import DAY, declare, event

MOMENT = datetime(2026, 1, 20, tzinfo=UTC)


def labels(value: str) -> list[str]:
    """What is written in a plot."""
    svg = base64.b64decode(value.partition("base64,")[2].removesuffix(")")).decode()
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - ours


def test_plots_say_when_there_is_nothing_and_show_what_there_is(tmp_path: Path) -> None:
    project = declare(tmp_path)
    with Lake.open(Settings(home=tmp_path)) as lake:
        store = lake.store("sentiment")
        assert {plot.name: plotted(plot, store, project).value for plot in COLLECTING.plots} == {
            "weekly_agreement": "*no week with enough evidence yet*",
            "annotator_shares": "*no annotator was judged yet*",
            "cost_of_truth": "*no week with enough settled items yet*",
        }
        days = [DAY, DAY + timedelta(days=8)]
        sampled = [_sampled(f"{day} {at}", day) for day in days for at in range(NEEDS)]
        given = [_given(row["item_id"], who, answer) for row in sampled
                 for who, answer in (("a", "positive"), ("b", "positive"), ("c", "neutral"))]  # fmt: skip
        store.commit("sample", lambda writer: writer.append(SAMPLE, pl.DataFrame(sampled)))
        store.commit("answers", lambda writer: writer.append(ANNOTATIONS, pl.DataFrame(given)))
        stood = [{"annotator": name, "revision": 1, "state": "active", "reason": "why", "answers": 9, "honeypots": 0,
                  "basis": "others", "share": share, "low": share - 0.1, "high": share + 0.1, "n": 9,
                  "judged_at": MOMENT} for name, share in (("ann-1", 0.8), ("ann-2", 0.6))]  # fmt: skip
        store.commit("standings", lambda writer: writer.append(STANDINGS, pl.DataFrame(stood)))
        drawn = {plot.name: plotted(plot, store, project).value or "" for plot in COLLECTING.plots}
    assert drawn.pop("cost_of_truth") == "*no week with enough settled items yet*"
    shown = {name: labels(picture) for name, picture in drawn.items()}
    assert [text for text in shown["weekly_agreement"] if "-" in text] == ["01-05", "01-12"]
    assert [text for text in shown["annotator_shares"] if "-" in text] == ["ann-2", "ann-1"]


def _sampled(text: str, day: date) -> dict[str, object]:
    made = event(1, text, day=day)
    return {"event_id": text, "frame_day": day, "item_id": made["item_id"], "stratum": "all", "stratum_size": 20,
            "stratum_drawn": 20, "inclusion_probability": 1.0, "design": "test", "seed": 1, "phase": 1}  # fmt: skip


def _given(item: object, who: str, answer: str) -> dict[str, object]:
    return {"assignment_id": f"{item} {who}", "item_id": item, "annotator": who, "answer": json.dumps(answer),
            "guideline_version": "g", "schema_version": "s", "collected_at": MOMENT}  # fmt: skip
