"""What an analyst's session reads, and what it refuses."""

import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from gt_platform.lake import Lake, LakeError
from gt_platform.lake.analyst import query
from gt_platform.lake.connection import connect
from gt_platform.lake.tables import ROW_SCORES
from gt_platform.settings import Settings
from tests.support.backends import environment
from tests.support.sentiment import DAY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    chosen = Settings(home=tmp_path)
    rows = pl.DataFrame({"event_id": ["a", "b"], "frame_day": [DAY, DAY], "drift_score": [0.1, 0.2]})
    with Lake.open(chosen) as lake:
        lake.store("sentiment").commit("rows", lambda writer: writer.append(ROW_SCORES, rows))
    return chosen


@pytest.mark.slow
def test_a_select_is_answered(settings: Settings) -> None:
    found = query(settings, "SELECT event_id FROM gt.sentiment.row_scores WHERE drift_score > 0.15")
    assert found["event_id"].to_list() == ["b"]


@pytest.mark.slow
def test_a_query_that_takes_too_long_is_stopped(settings: Settings) -> None:
    endless = "SELECT count(*) FROM range(100000000) a, range(100000000) b"
    with pytest.raises(LakeError, match="stopped after"):
        query(settings, endless, timeout=0.3)


@pytest.mark.slow
def test_a_plain_duckdb_session_reads_the_lake_read_only(settings: Settings) -> None:
    session = connect(settings, read_only=True)
    assert session.execute(
        "SELECT count(*) FROM (SELECT DISTINCT event_id FROM gt.sentiment.row_scores)"
    ).fetchone() == (2,)
    with pytest.raises(duckdb.Error):
        session.execute("DELETE FROM gt.sentiment.row_scores")


IN_NEW_YORK = """
import sys; from pathlib import Path
from gt_platform.lake.analyst import query
from gt_platform.settings import Settings
print(query(Settings(home=Path(sys.argv[1])), "SELECT '2026-01-05 02:00:00+00'::TIMESTAMPTZ::VARCHAR").item())
"""


@pytest.mark.slow
def test_times_are_those_of_utc_wherever_the_machine_is(settings: Settings) -> None:
    elsewhere = {**environment(settings), "TZ": "America/New_York"}
    command = [sys.executable, "-c", IN_NEW_YORK, str(settings.home)]
    assert subprocess.check_output(command, env=elsewhere, text=True).strip() == "2026-01-05 02:00:00+00"


def test_a_lake_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="there is no lake at"):
        query(Settings(home=tmp_path / "nowhere"), "SELECT 1")
