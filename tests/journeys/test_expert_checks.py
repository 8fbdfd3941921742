"""From production's events to a score against experts, night by night: what annotators get wrong is mended."""

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gt_platform import benchmark, labeling, sampling, truth
from gt_platform.lake import Lake
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.support.sentiment import DAY, declare, event, put_events

CROWD = Path(__file__).parents[3] / "shared" / "data" / "crowds" / "zencrowd_all"
LABELS = ("negative", "positive")
SCORE = """
    SELECT * FROM current_scores
    WHERE scope = 'all' AND estimand = 'production' AND metric = 'accuracy' AND slice = '*' AND model = '*'
"""


@dataclass(frozen=True)
class Thing:
    """Something a model judged, with what is true of it and what three annotators say."""

    text: str
    output: str
    true: str
    said: tuple[str, ...]


def invented(count: int) -> list[Thing]:
    """A third are positive; annotators are right on 80 %, the model on 90 %."""
    random, found = Random(4), []
    for number in range(count):
        true = LABELS[random.random() < 1 / 3]
        other = LABELS[true == LABELS[0]]
        said = tuple(true if random.random() < 0.8 else other for _ in range(3))
        found.append(Thing(f"text {number}", true if random.random() < 0.9 else other, true, said))
    return found


def real(tasks: int) -> list[Thing]:
    """A real crowd, and a classifier that errs twice as often where most of these annotators do."""
    known = dict(list(csv.reader((CROWD / "truth.csv").read_text().splitlines()))[1:])
    answers: dict[str, list[str]] = defaultdict(list)
    for task, _, label, *_ in list(csv.reader((CROWD / "answers.csv").read_text().splitlines()))[1:]:
        answers[task].append(label)
    labels = sorted(set(known.values()))
    found = []
    for task in sorted((one for one in known if len(answers[one]) >= 3), key=lambda one: _digest(one))[:tasks]:
        random = Random(task)
        true = LABELS[labels.index(known[task])]
        said = tuple(LABELS[labels.index(one)] for one in random.sample(answers[task], 3))
        wrong = sum(one != true for one in said) >= 2
        right = random.random() >= (0.2 if wrong else 0.1)
        found.append(Thing(task, true if right else LABELS[true == LABELS[0]], true, said))
    return found


def played(home: Path, things: Sequence[Thing], a_night: int, **changes: Any) -> dict[str, Any]:
    """All nights of a project on these things; its score over all time."""
    lines = [
        {
            "input": one.text,
            "answers": [{"annotator": f"a{at}", "answer": answer} for at, answer in enumerate(one.said)],
            "expert": {"annotator": "expert", "answer": one.true},
        }
        for one in things
    ]
    (home / "replay.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    replay = {"backend": "replay", "overlap": 3, "options": {"answers": "replay.jsonl"}}
    answer = {"kind": "choice", "labels": dict.fromkeys(LABELS, "as it says")}
    checks = replay | {"expert_check": {"budget": 8, "floor": 2}}
    plain = {"answer": answer, "labeling": checks, "sampling": {"budget": 40}}
    plain |= {"gates": {"score": {"metric": "accuracy", "at_least": 0.5}}}
    project = declare(home, **plain | changes)
    with Lake.open(Settings(home=home)) as lake:
        for night, first in enumerate(range(0, len(things), a_night)):
            _night(lake, project, night, things[first : first + a_night])
        store = lake.store(project.name)
        assert store.doubled_keys() == {}
        return store.read(SCORE).row(0, named=True)


def _night(lake: Lake, project: Project, night: int, things: Sequence[Thing]) -> None:
    store, day = lake.store(project.name), DAY + timedelta(days=night)
    backend = labeling.open_backend(project, lake.settings)
    rows = [
        event(1000 * night + at, one.text, day=day, output=json.dumps(one.output), confidence=None)
        for at, one in enumerate(things)
    ]
    put_events(store, rows)
    sampling.draw(store, project, day)
    labeling.assign(store, project, day, backend=backend)
    labeling.collect(store, project, backend=backend)
    truth.settle(store, project)
    truth.fold(store, project)
    labeling.draw_checks(store, project)
    truth.release(store, project, bundles=lake.files)
    benchmark.score(store, project)


def right(things: Sequence[Thing]) -> float:
    return sum(one.output == one.true for one in things) / len(things)


@pytest.mark.slow
def test_experts_mend_what_annotators_get_wrong(tmp_path: Path) -> None:
    things = invented(5 * 200)
    row = played(tmp_path, things, 200)
    assert (row["against"], row["n"], row["checked"], row["verdict"]) == ("experts", 200, 4 * 8, "pass")
    assert row["low"] <= right(things) <= row["high"]
    assert 0 < row["sampling_share"] < 1


@pytest.mark.slow
def test_annotators_alone_would_have_missed_it_and_decide_nothing_unless_declared_to_be_the_truth(
    tmp_path: Path,
) -> None:
    things = invented(5 * 200)
    unchecked = {"backend": "replay", "overlap": 3, "options": {"answers": "replay.jsonl"}}
    row = played(tmp_path, things, 200, labeling=unchecked, truth="annotators")
    assert (row["against"], row["verdict"]) == ("annotators", "pass")
    assert row["high"] < right(things)


@pytest.mark.slow
@pytest.mark.skipif(not CROWD.exists(), reason="the crowds are not here")
def test_on_a_real_crowd_whose_mistakes_a_classifier_shares(tmp_path: Path) -> None:
    things = real(1200)
    row = played(tmp_path, things, 200)
    assert (row["against"], row["checked"]) == ("experts", 5 * 8)
    assert row["low"] <= right(things) <= row["high"]
    assert row["high"] - row["low"] < 0.25


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
