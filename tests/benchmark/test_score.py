"""Scores from a real lake, worked by hand where that is possible."""

import math
from datetime import timedelta

import pytest

from gt_platform.benchmark import score
from gt_platform.lake import Store
from gt_platform.lake.tables import EXCLUSIONS
from tests.benchmark.labels import (
    add_answers,
    add_no_valid_answer,
    add_release,
    add_sample,
    add_tie,
    add_truth,
    labeled_day,
    rows,
    write,
)
from tests.sampling.rows import MOMENT, MONDAY, add_events, project


def test_production_is_estimated_by_design_and_the_release_is_plain(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_release(store)
    scored = score(store, project())
    (production,) = rows(store)
    # ten of a hundred speak for ten each, ten of twenty for two: (9 * 10 + 4 * 2) / 120
    assert production["estimate"] == pytest.approx(98 / 120)
    assert (production["n"], production["population"], production["verdict"]) == (20, 120, "none")
    assert production["low"] < 98 / 120 < production["high"]
    (plain,) = rows(store, estimand="release")
    assert plain["estimate"] == pytest.approx(13 / 20)
    assert (plain["n"], plain["population"]) == (20, 20)
    assert scored.headline == production
    assert (scored.release, scored.rows, scored.written) == (1, 18, 18)  # two estimands, three periods, three cuts


def test_the_interval_is_the_one_worked_by_hand(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_release(store)
    score(store, project())
    (row,) = rows(store)
    share, pooled = 98 / 120, 98 / 120 * 22 / 120
    # r s**2 is .9 * .1 * 100 / 9 = 1 and .4 * .6 * 100 / 9 = 8/3, on 9 units each; the pooled on 2 more
    sure, unsure = (9 * 1 + 2 * 10 * pooled) / 11, (9 * 8 / 3 + 2 * 10 * pooled) / 11
    # truth comes from a few people's answers, so there is no finite population correction
    variance = (10**2 * sure + 2**2 * unsure) / 120**2
    effective = share * (1 - share) / variance
    assert row["method"].endswith(f"effective n {effective:.0f}")
    assert row["standard_error"] == pytest.approx(math.sqrt(variance))
    spread = [10**2 * 10, 2**2 * 10]
    freedom = sum(spread) ** 2 / sum(part**2 / 11 for part in spread)
    assert freedom == pytest.approx(11.8786, abs=1e-4)
    t = 2.1813  # of 11.8786 degrees of freedom
    n = effective * (1.959964 / t) ** 2
    k = 1.959964**2 / n
    half = math.sqrt(k * share * (1 - share) + k**2 / 4)
    assert row["low"] == pytest.approx((share + k / 2 - half) / (1 + k), abs=1e-3)
    assert row["high"] == pytest.approx((share + k / 2 + half) / (1 + k), abs=1e-3)


def test_scores_are_written_once(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_release(store)
    score(store, project())
    before, digests = store.read("SELECT * FROM scores ORDER BY ALL"), store.digests()
    assert score(store, project()).written == 0
    assert store.read("SELECT * FROM scores ORDER BY ALL").equals(before)
    assert store.digests() == digests
    add_release(store, 2)
    score(store, project())
    assert store.read("SELECT DISTINCT release FROM scores").rows() == [(2,)]


def test_events_not_answered_yet_are_spoken_for_by_the_others(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_events(store, MONDAY + timedelta(days=1), [{"event_id": f"t{at}"} for at in range(50)])
    add_sample(store, MONDAY + timedelta(days=1), "all", 50, ["t1", "t2", "t3"])
    add_release(store)
    score(store, project())
    (everything,) = rows(store)
    assert (everything["estimate"], everything["population"]) == (pytest.approx(98 / 120), 120)
    (tuesday,) = rows(store, scope="day", period="2026-01-06")
    assert (tuesday["estimate"], tuesday["low"], tuesday["n"], tuesday["population"]) == (None, None, 0, 0)
    # two of the three answer: they speak for all fifty
    add_truth(store, {"t1": "good", "t2": "bad"})
    score(store, project())
    (everything,) = rows(store)
    assert everything["estimate"] == pytest.approx((98 + 25) / 170)
    assert (everything["n"], everything["population"]) == (22, 170)


def test_events_to_which_no_answer_is_valid_are_outside_of_what_is_measured(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_events(store, MONDAY + timedelta(days=1), [{"event_id": f"t{at}"} for at in range(40)])
    add_sample(store, MONDAY + timedelta(days=1), "all", 40, ["t1", "t2", "t3", "t4"])
    add_truth(store, {"t1": "good", "t2": "bad"})
    for event in ("t3", "t4"):
        add_no_valid_answer(store, event)
    add_release(store)
    score(store, project())
    # each of the four speaks for ten, of which ten were right; the twenty of t3 and t4 have no right answer at all
    (everything,) = rows(store)
    assert everything["estimate"] == pytest.approx((98 + 10) / (120 + 20))
    (tuesday,) = rows(store, scope="day", period="2026-01-06")
    assert tuesday["n"] == 2
    assert store.read("SELECT count(*) FROM labels WHERE event_id IN ('t3', 't4')").item() == 0


def test_answers_given_under_older_guidelines_count_no_more_even_if_all_newer_ones_were_set_aside(
    store: Store,
) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_events(store, MONDAY, [{"event_id": "t"}])
    add_sample(store, MONDAY, "tied", 1, ["t"])
    add_tie(store, "t", ["good", "bad"])
    add_release(store)
    score(store, project())
    assert [row["n"] for row in rows(store)] == [21]
    newer = add_answers(store, "t", ["bad", "good"], round_=2)
    write(
        store,
        EXCLUSIONS,
        [{"assignment_id": one, "annotator": "a", "reason": "r", "excluded_at": MOMENT} for one in newer],
    )
    score(store, project())
    assert [row["n"] for row in rows(store)] == [20]


def test_a_tied_item_counts_with_the_mean_of_its_answers(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_events(store, MONDAY + timedelta(days=1), [{"event_id": "t"}])
    add_sample(store, MONDAY + timedelta(days=1), "all", 1, ["t"])
    add_tie(store, "t", ["good", "bad", "bad", "good"])
    add_release(store)
    score(store, project())
    (row,) = rows(store)
    assert (row["estimate"], row["n"]) == (pytest.approx((98 + 0.5) / 121), 21)
    assert rows(store, estimand="release")[0]["n"] == 20
    # once ruled on, the truth counts
    add_truth(store, {"t": "good"})
    score(store, project())
    assert rows(store)[0]["estimate"] == pytest.approx(99 / 121)


def test_slices_models_and_weeks_have_their_own_scores(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    labeled_day(store, MONDAY + timedelta(days=8), sure=5, unsure=5, prefix="b")
    add_release(store)
    score(store, project(benchmark={"metrics": ["accuracy"], "slices": ["channel", "region"]}))
    weeks = rows(store, scope="week")
    assert [(row["period"], row["estimate"]) for row in weeks] == [
        ("2026-01-05", pytest.approx(98 / 120)),
        ("2026-01-12", pytest.approx(60 / 120)),
    ]
    # of the sure ones drawn on Monday s0, s2 .. s8 came by app and are right, of the unsure u0, u2 of five
    (app,) = rows(store, scope="week", period="2026-01-05", slice="channel=app")
    assert (app["estimate"], app["n"], app["population"]) == (pytest.approx((5 * 10 + 2 * 2) / 60), 10, 60)
    # on both days, s0 and s5, u0 and u5 were served by m2
    (second,) = rows(store, model="m2")
    assert (second["n"], second["population"]) == (8, 48)
    assert second["estimate"] is None
    assert {row["slice"] for row in store.read("SELECT slice FROM scores").rows(named=True)} == {
        "*", "channel=app", "channel=web",
    }  # fmt: skip
    assert rows(store, scope="day", slice="channel=app") == []


def test_each_label_has_its_precision_and_recall(store: Store) -> None:
    add_events(store, MONDAY, [{"event_id": f"e{at}", "output": "good" if at < 12 else "bad"} for at in range(30)])
    add_sample(store, MONDAY, "all", 30, [f"e{at}" for at in range(30)])
    add_truth(store, {f"e{at}": "good" if at < 9 or at >= 27 else "bad" for at in range(30)})
    add_release(store)
    score(store, project(benchmark={"metrics": ["precision", "recall", "f1"]}))
    found = {
        row["metric"]: row
        for metric in ("precision", "recall", "f1")
        for row in rows(store, metric=metric, label="good")
    }
    assert found["precision"]["estimate"] == pytest.approx(9 / 12)
    assert found["recall"]["estimate"] == pytest.approx(9 / 12)
    assert found["f1"]["estimate"] == pytest.approx(18 / 24)
    # everything was drawn and answered, but by a few people, who might have answered otherwise
    assert found["f1"]["low"] < 0.6 < 0.9 > found["f1"]["high"] > 0.8
    assert found["f1"]["n"] == 15


def test_n_is_how_many_labeled_events_have_a_part(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_events(store, MONDAY, [{"event_id": "t", "output": "bad"}, {"event_id": "left"}])
    add_sample(store, MONDAY, "tied", 2, ["t", "left"])
    add_tie(store, "t", ["good", "bad"])
    add_release(store)
    score(store, project(benchmark={"metrics": ["accuracy", "precision", "recall"]}))
    counted = """
        SELECT s.metric, s.label, s.n, count(m.event_id) AS counted
        FROM scores s LEFT JOIN measurements m ON m.metric = s.metric AND m.label = s.label
        WHERE estimand = 'production' AND scope = 'all' AND model = '*' AND slice = '*' GROUP BY ALL ORDER BY ALL
    """
    assert store.read(counted).rows() == [
        ("accuracy", "*", 21, 21),
        ("precision", "bad", 1, 1),
        ("precision", "good", 20, 20),
        ("recall", "bad", 8, 8),
        ("recall", "good", 14, 14),
    ]
    assert [row["n"] for row in rows(store, estimand="release")] == [20]


def test_numbers_have_an_error_in_their_unit(store: Store) -> None:
    add_events(store, MONDAY, [{"event_id": f"e{at}", "output": float(at % 5)} for at in range(200)])
    add_sample(store, MONDAY, "all", 200, [f"e{at}" for at in range(50)])
    add_truth(store, {f"e{at}": 0.0 for at in range(50)})
    add_release(store)
    number = {"kind": "number", "minimum": 0, "maximum": 8, "unit": "points"}
    score(store, project(answer=number, benchmark={"metrics": ["absolute_error", "within_tolerance"]}))
    (error,), (within,) = rows(store, metric="absolute_error"), rows(store, metric="within_tolerance")
    assert (error["estimate"], within["estimate"]) == (pytest.approx(2.0), pytest.approx(0.2))
    # 2 give or take t * 1.414 / sqrt(50)
    assert [error["low"], error["high"]] == pytest.approx([1.62, 2.43], abs=0.03)


def test_without_a_release_there_is_nothing_to_score(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    scored = score(store, project())
    assert (scored.release, scored.rows, scored.written, scored.headline) == (None, 0, 0, None)


def test_without_samples_or_truth_there_are_no_scores(store: Store) -> None:
    add_release(store)
    assert score(store, project()).rows == 0
    add_events(store, MONDAY, [{"event_id": "e1"}])
    add_sample(store, MONDAY, "all", 1, ["e1"])
    scored = score(store, project())
    assert (scored.rows, scored.headline) == (0, None)
