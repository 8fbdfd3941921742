"""What a system confuses, where it is surely worse, and what nobody gets right."""

import json

import pytest
from typer.testing import CliRunner

from gt_platform.benchmark import WeaknessError, weaknesses
from gt_platform.cli import app
from gt_platform.lake import Store
from gt_platform.lake.tables import PREDICTIONS
from tests.benchmark.labels import add_release, add_sample, add_truth
from tests.sampling.rows import MONDAY, add_events, project
from tests.support.rows import rows as table_rows

EVENTS = [f"e{at:03}" for at in range(400)]
CHANNEL = {name: "app" if at % 4 == 0 else "web" for at, name in enumerate(EVENTS)}
WRONG = {name for at, name in enumerate(EVENTS) if (at % 8 == 0 if CHANNEL[name] == "app" else at % 20 == 1)}
"""Half of what comes from the app, a fifteenth of the others; production says good to all."""


@pytest.fixture
def world(store: Store) -> Store:
    add_events(store, MONDAY, [{"event_id": name, "attributes": {"channel": CHANNEL[name]}} for name in EVENTS])
    add_sample(store, MONDAY, "all", 4000, EVENTS)
    add_truth(store, {name: "bad" if name in WRONG else "good" for name in EVENTS})
    add_release(store)
    said = [
        {"candidate": "v2", "item_id": f"item of {name}", "repetition": 1, "attempt": 1}
        | {"output": json.dumps("bad" if name in WRONG and CHANNEL[name] == "app" else "good")}
        for name in EVENTS
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *said)))
    return store


def test_what_is_worse_is_found_and_measured_on_the_other_half(world: Store) -> None:
    found = weaknesses(world, project())
    (confused,) = found.confused
    assert (confused.truth, confused.output, confused.n) == ("bad", "good", len(WRONG))
    assert confused.share == pytest.approx(len(WRONG) / 400)
    (weak,) = found.weak
    assert weak.where == "channel = app"
    assert weak.share == pytest.approx(0.25, abs=0.05)
    assert weak.n < 75
    assert weak.here.low < 0.5 < weak.here.high < weak.elsewhere.low


def test_a_candidate_has_weaknesses_of_its_own_and_what_all_miss_is_listed(world: Store) -> None:
    found = weaknesses(world, project(), "v2")
    assert [one.where for one in found.weak] == ["channel ≠ app"]
    missed = {name for name in WRONG if CHANNEL[name] == "web"}
    assert {one.event_id for one in found.hard} == missed
    assert not any(one.given for one in found.hard)
    assert dict(found.hard[0].outputs) == {"production": '"good"', "v2": '["good"]'}


def test_what_cannot_be_told_is_refused(world: Store) -> None:
    with pytest.raises(WeaknessError, match="v9 has no predictions; there are production, v2"):
        weaknesses(world, project(), "v9")
    with pytest.raises(WeaknessError, match="no recall over all labels"):
        weaknesses(world, project(benchmark={"metrics": ["recall"]}))
    assert CliRunner().invoke(app, ["errors", "gone"]).exit_code == 1
