import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gt_platform.declaration import load_project
from gt_platform.demo.dataset import DatasetError
from gt_platform.demo.grade import grade
from gt_platform.demo.report import write_report
from gt_platform.demo.run import PROJECT, projects_folder
from gt_platform.demo.summary import summarise
from gt_platform.demo.terminal import terminal_table
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import DECISIONS, DRIFT, EVENTS, GROUND_TRUTH, RELEASES, SAMPLE, SCORES, Table
from gt_platform.settings import Settings
from tests.support.rows import rows

FIRST, LATER = date(2026, 1, 5), date(2026, 1, 26)  # before the shift, and its first day
DECLARED = load_project(projects_folder(Path("nowhere")) / PROJECT)
EVIL = "<script>alert('&')</script>"
FIGURE = {
    "day", "slice", "events", "drift", "labels", "score", "low", "high", "gold", "naive", "verdict", "inside",
    "checked", "sampling", "sampling_error", "label_error",
}  # fmt: skip


def put(store: Store, table: Table, *given: dict[str, Any]) -> None:
    store.commit(table.name, lambda writer: writer.append(table, rows(table, *given)))


def event(number: int, day: date, output: str, channel: str) -> dict[str, Any]:
    return {
        "event_id": f"e-{number}",
        "frame_day": day,
        "item_id": f"i-{number}",
        "input": json.dumps(f"text {number}"),
        "output": json.dumps(output),
        "attributes": json.dumps({"channel": channel}),
    }


def score(scope: str, period: str, part: str, **values: Any) -> dict[str, Any]:
    plain = {"release": 2, "model": "*", "metric": "accuracy", "label": "*", "estimand": "production", "n": 2}
    return plain | {"scope": scope, "period": period, "slice": part, "verdict": "none"} | values


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten events on two days: tweets are right by gold on four of five, films on one of five."""
    folder = tmp_path_factory.mktemp("graded")
    gold = ["positive"] * 4 + ["negative"] + ["positive"] + ["negative"] * 4
    lines = [json.dumps({"input": f"text {number}", "answer": said}) for number, said in enumerate(gold)]
    (folder / "hidden_gold.jsonl").write_text("\n".join(lines))
    with Lake.open(Settings(home=folder)) as lake:
        fill(lake.store("sentiment"))
    return folder


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=home), read_only=True) as lake:
        yield lake.store("sentiment")


def fill(store: Store) -> None:
    days = [FIRST] * 5 + [LATER] * 5
    put(
        store,
        EVENTS,
        *(event(n, day, "positive", "tweets" if n < 5 else EVIL) for n, day in enumerate(days)),
    )
    put(
        store,
        SAMPLE,
        *(
            {"event_id": f"e-{n}", "item_id": f"i-{n}", "frame_day": days[n], "stratum_size": 5, "stratum_drawn": 2}
            for n in (0, 4, 5, 6)
        ),
    )
    put(store, GROUND_TRUTH, *({"item_id": f"i-{n}", "answer": f'"{said}"'} for n, said in
                               ((0, "positive"), (4, "negative"), (5, "positive"))))  # fmt: skip
    put(store, DECISIONS, {"decision_id": "d", "item_id": "i-6", "status": "adjudicate", "revision": 2})
    put(store, DECISIONS, {"decision_id": "c", "item_id": "i-5", "status": "consensus", "revision": 2},
        {"decision_id": "b", "item_id": "i-5", "status": "adjudicate", "revision": 1})  # fmt: skip
    put(store, RELEASES, {"release": 1, "items": 1}, {"release": 2, "items": 3})
    put(
        store,
        DRIFT,
        {"frame_day": FIRST, "column_name": "output", "verdict": "reference"},
        {"frame_day": LATER, "column_name": "output", "verdict": "drift", "q_value": 0.001},
        {"frame_day": LATER, "column_name": "words", "verdict": "no_drift", "q_value": 0.4},
        {"frame_day": LATER, "column_name": "*", "verdict": "drift"},
    )
    put(
        store,
        SCORES,
        score("all", "*", "*", estimate=0.6, low=0.4, high=0.8, verdict="pass"),
        score("week", "2026-01-05", "*", estimate=0.7, low=0.6, high=0.8),
        score("week", "2026-01-26", "*", estimate=0.5, low=0.3, high=0.7),
        score("week", "2026-01-05", "channel=tweets", estimate=0.7, low=0.6, high=0.8),
        score("all", "*", "channel=tweets", estimate=0.7, low=0.6, high=0.8),
        score("day", "2026-01-26", "*", estimate=0.5, low=0.3, high=0.7, n=1),
        score("day", "2026-01-26", "*", estimate=0.9, low=0.9, high=0.9, release=1),
        score("day", "2026-01-26", "*", estimate=0.9, low=0.9, high=0.9, estimand="release"),
        score("day", "2026-01-26", "*", estimate=0.9, low=0.9, high=0.9, metric="f1", label="neutral"),
    )


def test_figures_stand_beside_the_share_of_all_events_that_gold_calls_right(store: Store, home: Path) -> None:
    report = grade(store, DECLARED, home)
    first, later = report.days
    assert (first.day, first.events, first.gold, first.score, first.labels, first.naive) == (
        FIRST,
        5,
        0.8,
        None,
        2,
        0.5,
    )
    assert (later.day, later.gold, later.score, later.low, later.high) == (LATER, 0.2, 0.5, 0.3, 0.7)
    assert (later.labels, later.naive) == (1, 1.0)
    assert (report.overall.gold, report.overall.events, report.overall.verdict) == (0.5, 10, "pass")


def test_an_interval_holds_gold_or_not(store: Store, home: Path) -> None:
    report = grade(store, DECLARED, home)
    assert [week.inside for week in report.weeks] == [True, False]
    assert [day.inside for day in report.days] == [None, False]


def test_a_slice_that_is_the_whole_week_is_not_counted_twice(store: Store, home: Path) -> None:
    report = grade(store, DECLARED, home)
    assert [(part.slice, part.day) for part in report.slices] == [(f"channel={EVIL}", None), ("channel=tweets", None)]
    assert len(report.judged) == 3


def test_drift_is_told_by_day_and_week_and_never_by_slice(store: Store, home: Path) -> None:
    report = grade(store, DECLARED, home)
    assert [(day.drift.flagged, day.drift.columns) for day in report.days] == [(False, ()), (True, ("output",))]
    assert [week.drift.flagged for week in report.weeks] == [False, True]
    assert {part.drift.flagged for part in report.slices} == {None}


def test_the_summary_counts_days_and_intervals(store: Store, home: Path) -> None:
    summary = summarise(grade(store, DECLARED, home))
    assert (summary.inside, summary.shown, summary.coverage) == (2, 3, 2 / 3)
    assert (summary.shift, summary.first_flag, summary.days_to_flag) == (LATER, LATER, 0)
    assert (summary.flagged_before, summary.days_before, summary.flagged_after) == (0, 1, 1)
    assert summary.production_error == pytest.approx((0.1 + 0.3) / 2)
    assert summary.naive_error == pytest.approx((0.3 + 0.8) / 2)


def test_the_json_holds_what_the_issue_asks_for(store: Store, home: Path, tmp_path: Path) -> None:
    _, document = write_report(grade(store, DECLARED, home), store, DECLARED, tmp_path)
    read = json.loads(document.read_text())
    assert {frozenset(row) for part in ("days", "weeks", "slices") for row in read[part]} == {frozenset(FIGURE)}
    assert read["days"][1]["drift"] == {"flagged": True, "columns": ["output"]}
    assert read["days"][1]["day"] == "2026-01-26"
    assert read["slices"][0]["drift"] == {"flagged": None, "columns": []}
    assert read["summary"]["totals"] == {
        "events": 10, "feedback": 0, "sampled": 4, "asked": 0, "annotations": 0, "checked": 0, "tied": 1, "settled": 3,
        "released": 3, "releases": 2,
    }  # fmt: skip


def test_the_page_escapes_everything_and_asks_for_nothing(store: Store, home: Path, tmp_path: Path) -> None:
    html, _ = write_report(grade(store, DECLARED, home), store, DECLARED, tmp_path)
    text = html.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;" in text
    assert re.findall(r"(?:src|href)=|url\(|https?:|@import", text) == []
    assert re.findall(r"\bnan\b|\bNone\b", text) == []


def test_writing_twice_gives_the_same_files(store: Store, home: Path, tmp_path: Path) -> None:
    report = grade(store, DECLARED, home)
    first = [file.read_bytes() for file in write_report(report, store, DECLARED, tmp_path)]
    assert [file.read_bytes() for file in write_report(report, store, DECLARED, tmp_path)] == first


def test_the_table_names_every_week_and_slice(store: Store, home: Path) -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(terminal_table(grade(store, DECLARED, home)))
    text = console.export_text()
    assert re.search(r"week of 26 Jan +2 +0.500 +0.300 – 0.700 +– +0.200 +no", text)
    assert re.search(r"tweets +2 +0.700 +0.600 – 0.800 +– +0.800 +yes", text)
    assert "insi…" not in text
    assert "2 of 3 intervals hold the hidden gold; drift flagged on day 1 of the shift" in " ".join(text.split())


def test_gold_of_another_world_is_refused(store: Store, home: Path, tmp_path: Path) -> None:
    lines = (home / "hidden_gold.jsonl").read_text().splitlines()[:-1]
    (tmp_path / "hidden_gold.jsonl").write_text("\n".join(lines))
    with pytest.raises(DatasetError, match="do not belong together: e-9 has no gold"):
        grade(store, DECLARED, tmp_path)


def test_a_lake_without_events_is_named(home: Path, tmp_path: Path) -> None:
    with Lake.open(Settings(home=tmp_path)) as lake, pytest.raises(DatasetError, match="holds no event"):
        grade(lake.store("sentiment"), DECLARED, home)


def test_the_shift_is_the_twenty_second_day() -> None:
    assert timedelta(days=21) == LATER - FIRST
