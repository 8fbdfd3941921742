"""A share of settled truth is asked again, blind: it tells how stable truth is, and changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gt_platform import checks, truth
from gt_platform.labeling import Stability, collect, draw_retests, stability, stability_by_label
from gt_platform.lake import Store
from gt_platform.project import Project
from tests.labeling.conftest import Sample
from tests.labeling.people import People
from tests.support.sentiment import declare, item_of

TEXTS = [f"text {number}" for number in range(25)]
MOVED = {item_of(text) for text in TEXTS[:5]}
LATER = datetime.now(UTC) + timedelta(days=29)


def kept(home: Path, share: float, budget: int = 50) -> Project:
    return declare(home, truth={"retest": share, "retest_after": "28d"}, sampling={"budget": budget})


@pytest.fixture
def people(store: Store, tmp_path: Path, ask: Sample) -> People:
    """Those who settled all texts as positive."""
    project = kept(tmp_path, 1.0)
    people = People({name: lambda _: "positive" for name in ("ann", "bob", "cat")})
    ask(project, people, TEXTS)
    night(store, project, people)
    return people


def night(store: Store, project: Project, people: People) -> None:
    collect(store, project, backend=people)
    people.work()
    collect(store, project, backend=people)
    truth.settle(store, project)
    truth.fold(store, project)


@pytest.mark.slow
def test_what_others_say_weeks_later_tells_and_settles_nothing(store: Store, tmp_path: Path, people: People) -> None:
    project = kept(tmp_path, 1.0)
    assert draw_retests(store, project) == 0  # nothing is old enough
    assert (draw_retests(store, project, LATER), draw_retests(store, project, LATER)) == (25, 0)
    live = store.read("FROM live_annotations ORDER BY assignment_id")
    assert stability(store, project) == Stability(items=0)
    people.minds = {name: lambda item: "neutral" if item in MOVED else "positive" for name in ("dan", "eve", "fay")}
    at = store.read("SELECT count(*) FROM decisions").item()
    night(store, project, people)
    assert store.read("SELECT count(a.answer) FROM retests LEFT JOIN annotations a USING (assignment_id)").item() == 75
    assert store.read("FROM live_annotations ORDER BY assignment_id").equals(live)
    assert store.read("SELECT count(*) FROM decisions").item() == at
    assert truth.verify_fold(store) == []
    found = stability(store, project)
    assert (found.items, found.share) == (25, 0.8)
    assert found.low == pytest.approx(0.609, abs=0.001)
    assert found.high == pytest.approx(0.911, abs=0.001)
    assert [row[0] for row in stability_by_label(store, project)] == ["all", 'truth "positive"']
    said = checks.stability(store, project)
    assert (said.verdict, said.said) == ("pass", "0.800 [0.609, 0.911] of 25 items came to the same truth again")


@pytest.mark.slow
def test_a_share_is_drawn_by_chance_and_no_more_waits_than_a_frame_has(
    store: Store, tmp_path: Path, people: People
) -> None:
    assert people.sent
    few = draw_retests(store, kept(tmp_path, 0.4, budget=3), LATER)
    assert (few, draw_retests(store, kept(tmp_path, 0.4, budget=3), LATER)) == (3, 0)
    rest = draw_retests(store, kept(tmp_path, 0.4), LATER)
    assert 5 <= few + rest <= 15
    assert draw_retests(store, kept(tmp_path, 0.4), LATER) == 0
    assert draw_retests(store, kept(tmp_path, 1.0), LATER) == 25 - few - rest
    assert checks.stability(store, kept(tmp_path, 1.0)).verdict == "insufficient_evidence"
    assert checks.stability(store, declare(tmp_path)).verdict == "pass"
