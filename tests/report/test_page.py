"""A project on one page: what there is, what cannot be told, and nobody's text as markup."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from gt_platform import assets
from gt_platform.benchmark import gate, score, stand
from gt_platform.lake import Lake, Store
from gt_platform.lake.storage import Folder
from gt_platform.lake.tables import PREDICTIONS
from gt_platform.platform import Platform
from gt_platform.report import facts, page, publish
from gt_platform.settings import Settings
from tests.benchmark.labels import add_release, add_sample, add_truth, labeled_day
from tests.sampling.rows import MONDAY, add_events, project
from tests.support.rows import rows as table_rows

EVENTS = [f"e{at:03}" for at in range(120)]
WRONG = set(EVENTS[:24])
DECLARED = project(
    question="Is it <b>good</b>?",
    benchmark={"metrics": ["accuracy"], "slices": ["channel"]},
    gates={"score": {"metric": "accuracy", "at_least": 0.6}},
)


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


def test_before_anything_is_settled_it_says_so(store: Store) -> None:
    told = page(DECLARED, facts(store, DECLARED), date(2026, 1, 9))
    assert "There is no score yet" in told
    assert "No week has enough evidence yet." in told
    assert "Is it &lt;b&gt;good&lt;/b&gt;?" in told


def test_score_candidates_and_errors_are_on_it(store: Store, tmp_path: Path) -> None:
    channel = {name: "<i>web" if at % 2 else "app" for at, name in enumerate(EVENTS)}
    add_events(store, MONDAY, [{"event_id": name, "attributes": {"channel": channel[name]}} for name in EVENTS])
    add_sample(store, MONDAY, "all", 1200, EVENTS)
    add_truth(store, {name: "bad" if name in WRONG else "good" for name in EVENTS})
    add_release(store)
    given = [
        {"candidate": "v2", "item_id": f"item of {name}", "repetition": 1, "attempt": 1}
        | {"output": json.dumps("bad" if name in WRONG else "good")}
        for name in EVENTS
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *given)))
    score(store, DECLARED)
    stand(store, DECLARED)
    gate(store, DECLARED, "v2")
    told = page(DECLARED, facts(store, DECLARED), date(2026, 1, 9))
    plain = " ".join(re.sub(r"<[^>]*>", " ", told).split())
    assert "Accuracy of all traffic is 80.0%" in plain
    said = plain.partition("Accuracy of all traffic")[2]
    assert "told from 120 labeled of 120 events against what annotators say" in said, said[:400]
    assert "channel=&lt;i&gt;web" in told
    assert re.search(r"v2 1 100\.0%", plain)
    assert re.search(r"v2 production \+0\.2000 .* 0 24 better pass", plain)
    assert "At the gate: v2 against production pass" in plain
    assert re.search(r"bad good 20\.0% 24", plain)
    assert "gate 60.0%" in plain
    assert "80.0% sure: 80.0% right (71." in plain or "80.0% sure: 80.0% right (72." in plain, plain[-900:]
    assert re.search(r"off by \d\d?\.\d points on average \(", plain)
    assert "<script" not in told
    published = publish(store, DECLARED, Folder(tmp_path), date(2026, 1, 9))
    assert Path(published.report_url).read_text("utf-8") == told
    assert published.release == 1
    assert "- **accuracy 80.0%** (" in published.gist
    assert ", gate: pass, on 120 labels\n" in published.gist
    assert "candidates beside production: 1" in published.gist
    assert set(re.findall(r"https?://[^\s\"<]*", told)) <= {"http://www.w3.org/2000/svg"}


def test_dagster_writes_it_and_shows_its_gist_and_why_the_score_changed(lake_home: Path) -> None:
    platform = Platform(Settings(home=lake_home))
    first, shown = materialized(platform)
    assert first == dg.AssetKey(["sentiment", "report"])
    assert shown["summary"].value == "There is no score yet: a release comes first."
    assert "why" not in shown
    written = Path(str(shown["page"].value))
    assert written.parent.name == "sentiment"
    assert "There is no score yet" in written.read_text("utf-8")
    store = platform.store(DECLARED)
    labeled_day(store, MONDAY, sure=9, unsure=8)
    labeled_day(store, MONDAY + timedelta(days=7), sure=6, unsure=5, prefix="later ")
    add_release(store)
    score(store, DECLARED)
    why = str(materialized(platform)[1]["why"].value)
    assert why.startswith("![accuracy from week:2026-01-05@1 to week:2026-01-12@1, with 95 % intervals](data:image/")
    drawn = b64decode(why.partition("base64,")[2].removesuffix(")")).decode()
    assert re.findall(r">(difference|labels|mix|model|noise)<", drawn) == [
        "difference", "labels", "mix", "model", "noise",
    ]  # fmt: skip
    platform.close()


def materialized(platform: Platform) -> tuple[dg.AssetKey | None, Mapping[str, dg.MetadataValue[Any]]]:
    made = dg.materialize([assets.report.build(DECLARED)], resources={"platform": platform})
    (event,) = made.get_asset_materialization_events()
    return event.asset_key, event.materialization.metadata
