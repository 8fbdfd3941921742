"""Outputs that are no valid answers: wrong, and said so beside every score; right once it is declared how they read.

Ten events are drawn of twenty: four right, one wrong, and five whose output is right but for how it is written.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from gt_platform.benchmark import missing, score
from gt_platform.checks import scores
from gt_platform.declarations import declare
from gt_platform.labeling.expert_checks.cells import cell_of
from gt_platform.labeling.requirements import suggestion
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.project.corrected import differs
from gt_platform.settings import Settings
from tests.benchmark.labels import add_release, add_sample, add_truth, rows
from tests.sampling.rows import MONDAY, add_events, project

SAID: list[Any] = ["good", "good", "good", "good", "bad", "Good", "GOOD\n", {"label": "good"}, None, "1"]
MEASURED = {"metrics": ["accuracy", "precision", "recall"]}
AS_IS = project(benchmark=MEASURED, gates={"score": {"metric": "accuracy", "at_least": 0.5}})
READ = project(benchmark=MEASURED, output={"trim": True, "casefold": True, "map": {1: "good"}})
NO_ANSWER = "(no valid answer)"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Lake.open(Settings(home=tmp_path_factory.mktemp("invalid"))) as lake:
        store = lake.store("sentiment")
        names = [f"e{at}" for at in range(20)]
        said = SAID + ["good"] * 10
        add_events(store, MONDAY, [{"event_id": n, "output": o} for n, o in zip(names, said, strict=True)])
        add_sample(store, MONDAY, "all", 20, names[:10])
        add_truth(store, dict.fromkeys(names[:10], "good"))
        add_release(store)
        yield store


def scored(store: Store, declared: Project) -> None:
    declare(store, declared)
    score(store, declared)


def of(store: Store, **where: str) -> tuple[Any, int, int]:
    (row,) = rows(store, **where)
    return row["estimate"], row["n"], row["n_invalid"]


def test_they_are_wrong_and_said_so_beside_every_score(world: Store) -> None:
    scored(world, AS_IS)
    assert of(world) == (pytest.approx(0.4), 10, 5)
    assert of(world, estimand="release") == (pytest.approx(0.4), 10, 5)
    assert of(world, metric="recall", label="good") == (pytest.approx(0.4), 10, 5)
    assert of(world, metric="precision", label="good", scope="day", estimand="release")[1:] == (4, 0)
    assert world.read("SELECT sum(n_invalid) > 0 FROM score_history").item()
    said = scores.score(world, AS_IS).said
    assert "on 10 labeled events, 5 of them without a valid answer and so wrong" in said


def test_views_say_which_they_are(world: Store) -> None:
    scored(world, AS_IS)
    found = world.read("SELECT event_id, output, invalid, y FROM labels_flat ORDER BY event_id").rows()
    assert found[4:6] == [("e4", "bad", None, 0.0), ("e5", "Good", "not_allowed", 0.0)]
    assert found[8] == ("e8", None, "missing", 0.0)
    counted = world.read("SELECT output, n FROM confusion ORDER BY output").rows()
    assert counted == [(NO_ANSWER, 5), ("bad", 1), ("good", 4)]
    assert missing(world, AS_IS).events == 10


def test_once_declared_they_are_read_everywhere(world: Store) -> None:
    scored(world, READ)
    assert of(world) == (pytest.approx(0.7), 10, 2)
    assert world.read("SELECT output, n FROM confusion ORDER BY output").rows() == [
        (NO_ANSWER, 2),
        ("bad", 1),
        ("good", 7),
    ]
    assert world.read("SELECT output FROM labels WHERE event_id = 'e6'").item() == "good"
    # a repeated score of the same writes nothing
    assert score(world, READ).written == 0


def test_strata_suggestions_and_cells_know_how_outputs_are_read() -> None:
    assert differs(AS_IS, '"good"', AS_IS.outputs.text('"Good"'))
    assert not differs(READ, '"good"', READ.outputs.text('"Good"'))
    assert not differs(READ, '"GOOD "', READ.outputs.text('"Good"'))
    assert not differs(READ, '"dreadful"', READ.outputs.text('"Good"'))
    shown = project(labeling={"backend": "replay", "suggestions": True}, output={"casefold": True})
    assert suggestion(shown, "GOOD") == '"good"'
    assert suggestion(shown, "GOOD\n") is None
    kind = READ.answer_kind
    assert cell_of(kind, "split", None, '"good"') == "split, differs: model no valid answer, annotators good"
    assert cell_of(kind, "split", '"good"', '"good"') == "split, agrees: model good, annotators good"
