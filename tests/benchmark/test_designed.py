"""Scores of frames that were drawn by a declared design."""

from datetime import timedelta

import numpy as np
import pytest

from gt_platform.benchmark import score
from gt_platform.lake import Store
from gt_platform.sampling import draw
from tests.benchmark.labels import add_release, add_truth, rows
from tests.sampling.rows import MONDAY, add_events, project


@pytest.mark.slow
def test_scores_speak_of_who_may_be_drawn_whatever_quotas_ask(store: Store) -> None:
    """Hard texts are a tenth, half of them wrong, and half of the draw; nothing of the test channel is right."""
    rng = np.random.default_rng(5)
    design = {"quotas": {"level": {"hard": 50}}, "eligible": {"channel": ["web"]}}
    declared = project(
        sampling={"budget": 60, "design": design}, benchmark={"metrics": ["accuracy"], "slices": ["level"]}
    )
    truth: dict[str, str] = {}
    mine: list[bool] = []
    for at in range(4):
        day, events = MONDAY + timedelta(days=at), []
        for number in range(300):
            name, level = f"{at}-{number}", "hard" if number % 10 == 0 else "easy"
            channel = "test" if number % 4 == 0 else "web"
            right = channel == "web" and rng.random() < (0.5 if level == "hard" else 0.95)
            events.append({"event_id": name, "attributes": {"level": level, "channel": channel}})
            truth[name] = "good" if right else "bad"
            mine += [right] if channel == "web" else []
        add_events(store, day, events)
        draw(store, declared, day)
    drawn = store.read("SELECT event_id, attributes ->> 'level' AS level FROM sample JOIN events USING (event_id)")
    assert dict(drawn["level"].value_counts().iter_rows()) == {"hard": 60, "easy": 180}  # hard: all 15 a day
    add_truth(store, {event: truth[event] for event in drawn["event_id"]})
    add_release(store)
    score(store, declared)
    (found,) = rows(store)
    assert (found["n"], found["population"]) == (240, 900)
    assert found["method"].startswith("GREG")
    assert found["low"] < np.mean(mine) < found["high"]
    plain = np.mean([truth[event] == "good" for event in drawn["event_id"]])
    assert plain < found["low"]  # what a plain mean of the draw would have said
