"""Which estimator speaks for a cut of the traffic: regression from 100 labels on; clusters where events repeat."""

import math
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from gt_platform.benchmark import score
from gt_platform.declarations import declare
from gt_platform.lake import Store
from gt_platform.lake.tables import EVENTS
from tests.benchmark.labels import add_release, add_sample, add_truth, rows
from tests.sampling.rows import MONDAY, add_events, add_feedback, project


def test_from_a_hundred_labels_on_confidence_and_drift_sharpen_the_score(store: Store) -> None:
    add_events(
        store,
        MONDAY,
        [{"event_id": f"e{at}", "confidence": None if at % 9 == 0 else 0.9 if at % 4 else 0.5} for at in range(600)],
    )
    drawn = [f"e{at}" for at in range(0, 600, 5)]
    add_sample(store, MONDAY, "all", 600, drawn)
    add_truth(store, {event: "bad" if int(event[1:]) % 4 == 0 and int(event[1:]) % 3 else "good" for event in drawn})
    add_release(store)
    score(store, project())
    (row,) = rows(store)
    assert row["method"].startswith("GREG on confidence, drift score and feedback within strata")
    sample, frame = (np.array([[1, known(at), at % 9 == 0] for at in range(0, 600, step)], float) for step in (5, 1))
    right = np.array([0.0 if at % 4 == 0 and at % 3 else 1.0 for at in range(0, 600, 5)])
    slopes = np.linalg.lstsq(sample, right, rcond=None)[0]
    assert row["estimate"] == pytest.approx(float((frame @ slopes).mean()), abs=1e-9)
    assert (row["n"], row["population"]) == (120, 600)
    share = row["estimate"]
    assert row["high"] - row["low"] < 0.8 * 2 * 1.96 * math.sqrt(share * (1 - share) / 120)


def test_what_users_say_of_every_event_sharpens_the_score_however_biased(store: Store) -> None:
    add_events(store, MONDAY, [{"event_id": f"e{at}"} for at in range(600)])
    drawn = [f"e{at}" for at in range(0, 600, 5)]
    add_sample(store, MONDAY, "all", 600, drawn)
    add_truth(store, {event: "bad" if int(event[1:]) % 4 == 0 else "good" for event in drawn})
    add_release(store)
    score(store, project())
    (ignorant,) = rows(store)
    said = {at: "down" if at % 4 == 0 else "up" for at in range(600) if at % 7 and (at % 4 == 0 or at % 6 == 1)}
    add_feedback(store, MONDAY, [(f"e{at}", "thumb", word) for at, word in said.items()])
    score(store, project())
    (row,) = rows(store)
    sample, frame = (
        np.array([[1, said.get(at) == "up", said.get(at) == "down"] for at in range(0, 600, step)], float)
        for step in (5, 1)
    )
    right = np.array([at % 4 > 0 for at in range(0, 600, 5)], float)
    slopes = np.linalg.lstsq(sample, right, rcond=None)[0]
    assert row["estimate"] == pytest.approx(float((frame @ slopes).mean()), abs=1e-9)
    assert row["high"] - row["low"] < 0.6 * (ignorant["high"] - ignorant["low"])


def test_outcomes_that_are_in_before_answers_are_do_not_pull_the_score_along(store: Store) -> None:
    declared = project(outcomes={"chargeback": "bad", "refund": "bad", "paid": "good"})
    declare(store, declared)
    add_events(store, MONDAY, [{"event_id": f"e{at}"} for at in range(600)])
    drawn = range(0, 600, 5)
    add_sample(store, MONDAY, "all", 600, [f"e{at}" for at in drawn])
    told = {"chargeback": range(0, 600, 4), "refund": range(0, 600, 8), "pending": range(1, 600, 4)}
    for by, came in told.items():
        add_feedback(store, MONDAY, [(f"e{at}", "outcome", by) for at in came], by=by)
    for by in ("chargeback", "paid"):  # which contradict each other, and make nothing known
        add_feedback(store, MONDAY, [(f"e{at}", "outcome", by) for at in range(2, 600, 4)], by=f"who says {by}")
    add_truth(store, {f"e{at}": "bad" for at in range(0, 600, 40)}, status="adjudicated")  # by a reviewer, before
    add_truth(store, {f"e{at}": "bad" for at in range(0, 600, 4) if at % 40}, status="verified")
    add_truth(store, {f"e{at}": "good" for at in drawn if at % 4 and at % 2})
    add_release(store)
    score(store, declared)
    (row,) = rows(store)
    assert (row["n"], row["estimate"]) == (90, pytest.approx(0.75))  # 60 of the 90 labels are for what is right


def test_outcomes_that_come_late_do_not_pull_the_score_along(store: Store) -> None:
    """Of the older frame all are in, of the newer one those of what is wrong, and half of the answers to the others."""
    declared, tuesday = project(outcomes={"chargeback": "bad", "paid": "good"}), MONDAY + timedelta(days=1)
    declare(store, declared)
    told = {True: "chargeback", False: "paid"}
    for day, name in ((MONDAY, "e"), (tuesday, "f")):
        add_events(store, day, [{"event_id": f"{name}{at}"} for at in range(400)])
        add_sample(store, day, "all", 400, [f"{name}{at}" for at in range(0, 400, 5)])
        came = [at for at in range(400) if day == MONDAY or at % 4 == 0]
        add_feedback(store, day, [(f"{name}{at}", "outcome", told[at % 4 == 0]) for at in came], by="bank")
        labeled = [at for at in range(0, 400, 5) if at in came or at % 10]
        add_truth(store, {f"{name}{at}": "good" if at % 4 else "bad" for at in labeled})
    add_release(store)
    score(store, declared)
    (row,) = rows(store)
    assert (row["n"], row["estimate"]) == (140, pytest.approx(0.75))


def known(at: int) -> float:
    """The confidence of an event, 0 where it has none."""
    return 0.0 if at % 9 == 0 else 0.9 if at % 4 else 0.5


def test_events_of_one_user_widen_the_interval(store: Store) -> None:
    events = [{"event_id": f"e{at}", "user_id": f"u{at % 8}"} for at in range(90)]
    add_events(store, MONDAY, [{"event_id": event["event_id"]} for event in events])
    add_sample(store, MONDAY, "all", 90, [f"e{at}" for at in range(48)])
    add_truth(store, {f"e{at}": "bad" if at % 8 < 2 else "good" for at in range(48)})
    add_release(store)
    score(store, project())
    (alone,) = rows(store)
    assert "clustered" not in alone["method"]
    add_users(store, {str(event["event_id"]): str(event["user_id"]) for event in events})
    score(store, project())
    (together,) = rows(store)
    assert "clustered by user, session or input" in together["method"]
    assert together["estimate"] == alone["estimate"]
    # every user is always right or always wrong: eight answers, not 48
    assert together["high"] - together["low"] > 1.5 * (alone["high"] - alone["low"])


def test_one_user_with_much_of_the_traffic_is_named(store: Store) -> None:
    add_events(store, MONDAY, [{"event_id": f"e{at}"} for at in range(60)])
    add_sample(store, MONDAY, "all", 60, [f"e{at}" for at in range(40)])
    add_truth(store, {f"e{at}": "bad" if at % 5 == 0 else "good" for at in range(40)})
    add_users(store, {f"e{at}": "u" if at < 12 else f"u{at}" for at in range(60)})
    add_release(store)
    score(store, project())
    (row,) = rows(store)
    assert "(one with 30% of the events: true of this traffic, not of users like these)" in row["method"]


def test_users_that_are_a_sample_widen_the_interval_or_there_is_none(store: Store) -> None:
    add_events(store, MONDAY, [{"event_id": f"e{at}", "attributes": {"firm": f"f{at % 30}"}} for at in range(600)])
    add_sample(store, MONDAY, "all", 600, [f"e{at}" for at in range(300)])
    add_truth(store, {f"e{at}": "bad" if at % 30 < 6 else "good" for at in range(300)})
    add_release(store)
    benchmark: dict[str, object] = {"metrics": ["accuracy"]}
    score(store, project(benchmark=benchmark))
    (plain,) = rows(store)
    score(store, project(benchmark=benchmark | {"users": "attributes.firm"}))
    (firms,) = rows(store)
    assert "of users like these: 30 of them have events" in firms["method"]
    assert firms["estimate"] == plain["estimate"] == pytest.approx(0.8)
    assert firms["high"] - firms["low"] > 2.5 * (plain["high"] - plain["low"])  # thirty answers, not 300

    add_users(store, {f"e{at}": "u" if at < 90 else f"u{at}" for at in range(600)})
    score(store, project(benchmark=benchmark | {"users": "user_id"}))
    (nobody,) = rows(store)
    assert nobody["estimate"] is None
    assert "insufficient evidence" in nobody["method"]


def add_users(store: Store, users: dict[str, str]) -> None:
    """Name the users of events."""
    named = pl.DataFrame({"event_id": list(users), "user_id": list(users.values())})
    events = store.read("SELECT * FROM events").drop("user_id").join(named, on="event_id")
    store.commit("users", lambda writer: writer.replace(EVENTS, events))
