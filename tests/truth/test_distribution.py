"""Where opinions are asked for, the shares of answers are the truth: no ties, nobody wrong, metrics over answers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.benchmark.evidence import gather
from gt_platform.labeling.standings import standings
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import fold, settle
from tests.support.rows import CLOCK
from tests.support.sentiment import declare, event, put_events
from tests.truth.crowd import put_answers

SAID = {"a": ["positive", "negative"], "b": ["neutral", "neutral", "positive"], "c": ["negative"] * 3}


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    labeling = {"backend": "replay", "options": {"answers": "x"}, "annotators": {"minimum": 1}}
    return declare(tmp_path, truth="distribution", labeling=labeling)


@pytest.fixture
def settled(store: Store, project: Project) -> Store:
    said = [(item, f"annotator {at}", label) for item, given in SAID.items() for at, label in enumerate(given)]
    put_answers(store, project, said)
    assert settle(store, project).consensus == 3
    fold(store, project)
    return store


def test_ties_settle_and_the_truth_is_the_shares(settled: Store) -> None:
    rows = settled.read("SELECT item_id, answer, confidence, soft FROM ground_truth ORDER BY item_id").rows()
    assert [(item, answer, round(share, 3)) for item, answer, share, _ in rows] == [
        ("a", rows[0][1], 0.5),
        ("b", '"neutral"', 0.667),
        ("c", '"negative"', 1.0),
    ]
    assert rows[0][1] in ('"positive"', '"negative"')
    assert json.loads(rows[1][3]) == {'"neutral"': 0.666667, '"positive"': 0.333333}
    assert settled.read("SELECT DISTINCT confidence_is, reason FROM settlements").rows() == [("share of votes", None)]


def test_nobody_who_differs_is_wrong(settled: Store, project: Project) -> None:
    found = standings(settled, project, now=CLOCK, doubted=[])
    assert {(one.standing.basis, one.standing.share) for one in found} == {("none", None)}
    assert settled.read("SELECT DISTINCT basis, ability FROM annotators").rows() == [("none", None)]


def test_metrics_are_the_mean_over_the_answers(settled: Store, project: Project) -> None:
    outputs = {"a": "positive", "b": "neutral", "c": "positive"}
    put_events(
        settled,
        [
            event(at, item, event_id=f"event of {item}", item_id=item, output=json.dumps(output))
            for at, (item, output) in enumerate(outputs.items())
        ],
    )
    evidence = gather(settled, project, ["accuracy"])
    right = dict(zip(evidence.events, evidence.numerator[:, 0], strict=True))
    assert right == pytest.approx({"event of a": 0.5, "event of b": 2 / 3, "event of c": 0.0})
