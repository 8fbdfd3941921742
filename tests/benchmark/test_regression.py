"""The score watched night after night: quiet while it holds, an alarm soon after it falls."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from gt_platform.benchmark import Regression, regression
from gt_platform.checks import scores
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import SCORES
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.stats.intervals import wilson
from tests.support.sentiment import declare

FIRST = date(2026, 1, 5)
LABELS = 40


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


def gated(folder: Path, **bound: float) -> Project:
    return declare(folder, gates={"score": {"metric": "accuracy", **bound}})


def watched(store: Store, project: Project) -> Regression:
    (found,) = regression(store, project)
    return found


def put_nights(store: Store, right: "np.ndarray[Any, Any]", *, slice_: str = "*") -> None:
    """Daily scores of LABELS answers each, with Wilson's bounds."""
    share = right / LABELS
    low, high = wilson(share, np.full(len(share), float(LABELS)))
    frame = pl.DataFrame(
        {
            "period": [(FIRST + timedelta(days=day)).isoformat() for day in range(len(right))],
            "estimate": share, "low": low, "high": high,
        }
    ).with_columns(
        release=pl.lit(1, pl.Int32), model=pl.lit("*"), metric=pl.lit("accuracy"), label=pl.lit("*"),
        scope=pl.lit("day"), slice=pl.lit(slice_),
        estimand=pl.lit("production"), n=pl.lit(LABELS, pl.Int64),
        population=pl.lit(140, pl.Int64),
        method=pl.lit("stratified ratio"), verdict=pl.lit("none"),
        standard_error=pl.Series(np.sqrt(np.maximum(share * (1 - share), 0.02) / LABELS)),
    )  # fmt: skip
    store.commit("scores", lambda writer: writer.append(SCORES, frame))


def test_a_year_that_holds_raises_no_alarm(store: Store, tmp_path: Path) -> None:
    put_nights(store, np.random.default_rng(1).binomial(LABELS, 0.88, 365))
    project = gated(tmp_path, at_least=0.85)
    (gate,) = project.gates.score
    assert watched(store, project) == Regression(gate=gate, nights=365, answers=365 * LABELS)


def test_a_fall_is_found_within_weeks_and_dated(store: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    put_nights(store, np.concatenate([rng.binomial(LABELS, 0.88, 100), rng.binomial(LABELS, 0.75, 60)]))
    project = gated(tmp_path, at_least=0.85)
    found = watched(store, project)
    assert found.day is not None
    assert found.since is not None
    assert 100 <= (found.day - FIRST).days < 115
    assert abs((found.since - FIRST).days - 100) < 10
    told = scores.regression([found])
    assert told.verdict == "fail"
    assert told.said.endswith(f"alarm on {found.day}, by evidence since {found.since}")


def test_a_fall_in_the_first_weeks_is_no_alarm_and_not_kept_quiet(store: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    put_nights(store, np.concatenate([rng.binomial(LABELS, 0.9, 20), rng.binomial(LABELS, 0.7, 15)]))
    found = watched(store, gated(tmp_path, at_least=0.85))
    assert found.day is None
    assert found.since is not None
    assert abs((found.since - FIRST).days - 20) < 3
    told = scores.regression([found])
    assert told.verdict == "insufficient_evidence"
    assert told.said.endswith(
        f"fallen since {found.since} if days differ by chance alone, which these days do not tell yet"
    )


def test_an_upper_bound_is_watched_from_above(store: Store, tmp_path: Path) -> None:
    put_nights(store, np.random.default_rng(3).binomial(LABELS, 0.30, 60))
    rising = watched(store, gated(tmp_path, at_most=0.12))
    assert rising.day is not None
    holding = watched(store, gated(tmp_path, at_most=0.35))
    assert holding.day is None


def test_without_a_gate_or_a_score_nothing_is_said(store: Store, tmp_path: Path) -> None:
    assert regression(store, declare(tmp_path)) == ()
    project = gated(tmp_path, at_least=0.85)
    found = watched(store, project)
    assert found == Regression(gate=project.gates.score[0], nights=0, answers=0)
    assert scores.regression([found]).verdict == "insufficient_evidence"
    assert scores.regression([]).verdict == "pass"


def test_a_slice_has_a_gate_of_its_own(store: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    put_nights(store, rng.binomial(LABELS, 0.88, 200))
    put_nights(
        store, np.concatenate([rng.binomial(LABELS, 0.88, 100), rng.binomial(LABELS, 0.75, 100)]), slice_="channel=app"
    )
    of_all, of_app = ({"metric": "accuracy", "at_least": 0.85, **which} for which in ({}, {"slice": "channel=app"}))
    cuts = {"metrics": ["accuracy"], "slices": ["channel"]}
    project = declare(tmp_path, gates={"score": [of_all, of_app]}, benchmark=cuts)
    everything, app = regression(store, project)
    assert (everything.day, everything.nights, app.nights) == (None, 200, 200)
    assert app.day is not None
    told = scores.regression([everything, app])
    assert (told.verdict, told.facts["nights"]) == ("fail", 200)
    assert told.said.startswith(
        f"accuracy of channel=app looked at on 200 days, 8000 labeled events: alarm on {app.day}"
    )
    assert "; accuracy looked at on 200 days" in told.said
