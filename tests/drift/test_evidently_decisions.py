"""What Evidently itself decides, beside the verdicts: the same as a report of its own says of the same rows."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from gt_platform.drift.columns import Rows
from gt_platform.drift.evidently.decisions import with_decisions
from gt_platform.drift.evidently.methods import quietly
from gt_platform.drift.report import draw
from gt_platform.drift.verdicts import Verdict, judge
from tests.drift.events import DAY, FIRST, drift, of_days
from tests.drift.test_report import NAMES, side

SIZES = {"few": (700, 200), "many": (1_500, 200)}  # Evidently chooses by the size of the reference


def rows_of(size: str, shift: float = 0.1) -> Rows:
    reference, current = SIZES[size]
    return Rows(
        names=NAMES, reference=of_days(side(reference, 1), FIRST), current=of_days(side(current, 2, shift), DAY)
    )


def told(rows: Rows) -> dict[str, Verdict]:
    found = judge(rows.reference, rows.current, rows.names, drift(), seed="s")
    return {verdict.column_name: verdict for verdict in with_decisions(found, rows, drift())}


@pytest.mark.parametrize("size", SIZES)
def test_the_decisions_are_evidentlys(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    rows = rows_of(size)
    definition = DataDefinition(numerical_columns=list(NAMES[:4]), categorical_columns=list(NAMES[4:]))
    datasets = [
        Dataset.from_pandas(side.select(NAMES).to_pandas(), data_definition=definition)
        for side in (rows.current, rows.reference)
    ]
    with quietly():
        report = Report([DataDriftPreset()], include_tests=True).run(*datasets).dict()
    count, *columns = report["metrics"]
    failed = {test["name"].rpartition(" ")[2] for test in report["tests"] if test["status"].value == "FAIL"}
    ours = told(rows)
    theirs = {metric["config"]["column"]: float(metric["value"]) for metric in columns}
    assert {name: ours[name].evidently_value for name in NAMES} == pytest.approx(theirs, rel=1e-9, nan_ok=True)
    assert {name for name in NAMES if ours[name].evidently_drift} == {name for name in NAMES if name in failed}
    assert ours["*"].evidently_value == pytest.approx(count["value"]["share"])
    assert (ours["*"].evidently_method, ours["*"].evidently_drift) == ("data_drift", count["value"]["share"] >= 0.5)
    assert ours["eight"].evidently_method == {"few": "chisquare", "many": "jensenshannon"}[size]


def test_both_stand_on_the_page() -> None:
    rows = rows_of("many", 0.0)
    found = judge(rows.reference, rows.current, NAMES, drift(), seed="s")
    page = draw(rows, with_decisions(found, rows, drift()), drift(), title="checked")
    assert page is not None
    cells = next(row for row in page.summary.split("<tr>") if row.startswith("<td>normal</td>"))
    assert cells.startswith("<td>normal</td><td>no_drift</td><td>wasserstein</td><td>0.1184</td><td>0.1902</td>")
    assert "<td>drift</td><td>wasserstein</td><td>0.1184</td>" in cells  # 200 rows: its threshold is 0.1 at any size


def test_a_column_without_a_verdict_has_no_decision_either() -> None:
    rows = rows_of("few")
    gone = pl.Series("holes", [None] * 200, dtype=pl.String)
    rows = replace(rows, reference=rows.reference.with_columns(gone.extend_constant(None, 500)))
    rows = replace(rows, current=rows.current.with_columns(gone.head(200)))
    found = told(rows)
    assert (found["holes"].verdict, found["holes"].evidently_method) == ("insufficient_evidence", None)
    assert found["normal"].evidently_method == "ks"


@pytest.mark.slow
def test_a_named_method_is_evidentlys_too_and_its_draws_are_as_ever() -> None:
    rows = rows_of("few", 0.6)
    declared = drift(
        {"name": "normal", "of": "output", "method": "empirical_mmd"},
        {"name": "eight", "of": "output", "method": "TVD"},
    )
    found = judge(rows.reference, rows.current, ("normal", "eight"), declared, seed="s")
    np.random.seed(5)
    once = with_decisions(found, rows, declared)
    assert np.random.randint(10**9) == np.random.RandomState(5).randint(10**9)  # others' draws are left alone
    assert once == with_decisions(found, rows, declared)
    assert [verdict.evidently_method for verdict in once] == ["empirical_mmd", "TVD", "data_drift"]
    assert [verdict.evidently_value for verdict in once] == [0.0, 0.01, 1.0]
