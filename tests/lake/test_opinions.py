"""What users say by itself, reckoned by hand: whoever is loud widens the interval, and is named by a share."""

from pathlib import Path

import pytest

from gt_platform.benchmark import score
from gt_platform.declarations import declare
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.benchmark.labels import add_release, add_sample, add_truth
from tests.sampling.rows import MONDAY, add_events, add_feedback, project

SLICED = project(benchmark={"metrics": ["accuracy"], "slices": ["channel"]})
SHARE = "SELECT events, spoken_of, rate, n, negative, users, loudest, low, high FROM feedback_by_week WHERE slice = ?"
RIGHT = 'SELECT said, n, users, "right" FROM how_right ORDER BY said'


def test_a_flood_is_one_voice_and_slices_have_rates_of_their_own(lake_home: Path) -> None:
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        declare(store, SLICED)
        channel = {f"e{at:02}": "web" if at < 40 else "app" for at in range(100)}
        add_events(store, MONDAY, [{"event_id": e, "attributes": {"channel": c}} for e, c in channel.items()])
        add_feedback(store, MONDAY, [(f"e{at:02}", "thumb", "down") for at in range(40)], by="bot")
        for at in range(40, 50):
            add_feedback(store, MONDAY, [(f"e{at:02}", "thumb", "up")], by=f"user {at}")
        ((*counts, loudest, low, high),) = store.read(SHARE, ["*"]).rows()
        assert (counts, loudest) == ([100, 50, 0.5, 50, 40, 11], 0.8)
        # Wilson's interval of .8 at an effective n of .8 · .2 / ((1600 - 1.6 · 1600 + .64 · 1610) / 50² · 11 / 10)
        assert (low, high) == (pytest.approx(0.3812, abs=1e-4), pytest.approx(0.9629, abs=1e-4))
        web, app = (store.read(SHARE, [f"channel={name}"]).row(0) for name in ("web", "app"))
        assert web[:6] == (40, 40, 1.0, 40, 40, 1)
        assert app[:6] == (60, 10, 1 / 6, 10, 0, 10)


def test_what_is_said_is_held_against_the_truth(lake_home: Path) -> None:
    """A thumb down is right where the output is wrong, a correction where it is the truth, weighted by the draw."""
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        declare(store, SLICED)
        add_events(store, MONDAY, [{"event_id": f"e{at}"} for at in range(4)])
        add_sample(store, MONDAY, "whole", 2, ["e0", "e1"])
        add_sample(store, MONDAY, "tenth", 20, ["e2", "e3"])
        add_truth(store, {"e0": "bad", "e1": "good", "e2": "good", "e3": "bad"})
        said = [("e0", "thumb", "down"), ("e2", "thumb", "down"), ("e1", "correction", "bad"), ("e1", "rating", 5)]
        add_feedback(store, MONDAY, [*said, ("e3", "rating", 1), ("e0", "outcome", "bad")], by="one")
        add_release(store)
        score(store, SLICED)
        assert store.read(RIGHT).rows() == [
            ("correction", 1, 1, 0.0), ("outcome", 1, 1, 1.0), ("rating high", 1, 1, 1.0), ("rating low", 1, 1, 1.0),
            ("thumb down", 2, 1, pytest.approx(1 / 11)),
        ]  # fmt: skip
