"""Evidently's report: its values are ours, its page is safe and small, large frames are sampled."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from gt_platform.drift.columns import Rows
from gt_platform.drift.report import draw
from gt_platform.drift.verdicts import Verdict, judge
from gt_platform.lake.storage import Storage
from gt_platform.lake.urls import open_storage
from gt_platform.project import Drift
from gt_platform.settings import Settings
from tests.drift.events import DAY, FIRST, drift, of_days

UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
NAMES = ("normal", "heavy", "whole", "constant", "binary", "eight", "holes")


def side(rows: int, seed: int, shift: float = 0.0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    ids = pl.DataFrame({"event_id": [f"{seed}-{n:05}" for n in range(rows)], "position": rng.permutation(rows)})
    columns = {
        "normal": rng.normal(shift, size=rows),
        "heavy": rng.lognormal(shift, 1.5, rows),
        "whole": rng.integers(0, 4, rows).astype(float),
        "constant": np.ones(rows),
        "binary": rng.choice(["no", "yes"], rows, p=[0.8 - shift, 0.2 + shift]),
        "eight": rng.choice(list("abcdefgh"), rows),
    }
    holes = pl.Series("holes", rng.choice(["<script>alert(1)</script>", "y", "z"], rows))
    made = [pl.Series(name, values) for name, values in columns.items()]
    return ids.with_columns(*made, holes.set(pl.Series(rng.random(rows) < 0.1), None))


ROWS = Rows(names=NAMES, reference=of_days(side(700, 1), FIRST), current=of_days(side(200, 2, 0.3), DAY))


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return judge(ROWS.reference, ROWS.current, NAMES, drift(), seed="s")


def write_report(
    reports: Storage, path: str, rows: Rows, verdicts: list[Verdict], declared: Drift, *, title: str
) -> str | None:
    page = draw(rows, verdicts, declared, title=title)
    return None if page is None else page.write(reports, path)


def test_our_values_are_evidentlys(verdicts: list[Verdict], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    definition = DataDefinition(numerical_columns=list(NAMES[:4]), categorical_columns=list(NAMES[4:]))
    reference, current = (
        Dataset.from_pandas(side.with_columns(pl.col("holes").fill_null("?")).to_pandas(), data_definition=definition)
        for side in (ROWS.reference, ROWS.current)
    )
    ours = {verdict.column_name: verdict for verdict in verdicts[:-1]}
    metrics = [ValueDrift(column=name, method=ours[name].statistic) for name in NAMES]
    theirs = [float(metric["value"]) for metric in Report(metrics).run(current, reference).dict()["metrics"]]
    assert [ours[name].value for name in NAMES] == pytest.approx(theirs, rel=1e-6, abs=1e-9)


def test_the_page(verdicts: list[Verdict], tmp_path: Path) -> None:
    reports = open_storage(str(tmp_path), Settings(home=tmp_path))
    url = write_report(reports, "p/drift/2026-01-08.html", ROWS, verdicts, drift(), title="checked <drift>")
    assert url == str(tmp_path / "p" / "drift" / "2026-01-08.html")
    page = reports.read("p/drift/2026-01-08.html").decode()
    assert "<h1>checked &lt;drift&gt;</h1>" in page
    assert "<script>alert" not in page
    assert page.count("<tr>") == 1 + len(verdicts)
    assert len(page) < 1_000_000
    scripts = [stored.path for stored in reports.list("p/drift/evidently-")]
    assert len(scripts) == 1
    assert f'<script src="{scripts[0].rpartition("/")[2]}"></script>' in page
    assert b"drawDashboard" in reports.read(scripts[0])


def test_the_presets_own_metrics_add_nothing_to_the_page(
    verdicts: list[Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidently.presets import DataDriftPreset

    reports = open_storage(str(tmp_path), Settings(home=tmp_path))
    write_report(reports, "a/ours.html", ROWS, verdicts, drift(), title="t")
    monkeypatch.setattr("gt_platform.drift.report._preset", lambda: DataDriftPreset)
    write_report(reports, "a/theirs.html", ROWS, verdicts, drift(), title="t")
    ours, theirs = (UUID.sub("", reports.read(f"a/{whose}.html").decode()) for whose in ("ours", "theirs"))
    assert ours == theirs


def test_nothing_to_draw(tmp_path: Path) -> None:
    reports = open_storage(str(tmp_path), Settings(home=tmp_path))
    few = judge(ROWS.reference, ROWS.current.head(3), NAMES, drift(), seed="s")
    assert write_report(reports, "a/b.html", ROWS, few, drift(), title="t") is None
    assert reports.list() == []


def test_very_many_levels_are_judged_and_not_drawn(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    many = [
        side.with_columns(pl.Series("many", [f"level {code}" for code in rng.integers(0, 250, side.height)]))
        for side in (ROWS.reference, ROWS.current)
    ]
    rows = Rows(names=("eight", "many"), reference=many[0], current=many[1])
    verdicts = judge(many[0], many[1], rows.names, drift(), seed="s")
    assert (verdicts[1].statistic, verdicts[1].verdict) == ("jensenshannon", "no_drift")
    reports = open_storage(str(tmp_path), Settings(home=tmp_path))
    write_report(reports, "a/b.html", rows, verdicts, drift(), title="t")
    assert "Not drawn: many." in reports.read("a/b.html").decode()


def test_large_frames_are_sampled(verdicts: list[Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gt_platform.drift.report.MOST_ROWS", 150)
    reports = open_storage(str(tmp_path), Settings(home=tmp_path))
    write_report(reports, "a/b.html", ROWS, verdicts, drift(), title="t")
    page = reports.read("a/b.html").decode()
    assert "an even sample of 150 of 700 reference rows and 150 of 200 frame rows" in page
    assert "<td>700</td><td>200</td>" in page  # the verdicts on top rest on all rows


def test_numbers_no_histogram_can_be_made_of_do_not_break_the_report(tmp_path: Path) -> None:
    reports = open_storage(str(tmp_path), Settings(home=tmp_path))
    strange = [
        pl.Series("normal", [1e308, -1e308, 5e-324] * 300),
        pl.Series("heavy", [0.3, 0.1 + 0.2] * 450),
        pl.Series("whole", [1e17] * 900),
    ]
    reference, current = (
        side.with_columns(column.head(side.height) for column in strange) for side in (ROWS.reference, ROWS.current)
    )
    rows = Rows(names=("normal", "heavy", "whole", "eight"), reference=reference, current=current)
    verdicts = judge(reference, current, rows.names, drift(alpha=0.01), seed="s")
    assert [verdict.verdict for verdict in verdicts] == ["no_drift"] * 5
    assert all(np.isfinite(verdict.value or 0.0) for verdict in verdicts)
    assert write_report(reports, "a/b.html", rows, verdicts, drift(), title="t")
    assert "Not drawn: normal, heavy, whole." in reports.read("a/b.html").decode()
