"""Candidates beside production where some events were drawn much more often than others."""

from datetime import timedelta

import polars as pl
import pytest

from gt_platform.benchmark import gate, stand, stand_again
from gt_platform.cli.gate_files import markdown
from gt_platform.lake import LakeError, Store
from gt_platform.lake.tables import GROUND_TRUTH, ITEMS, PREDICTIONS, SPLITS
from tests.benchmark.labels import add_checks, add_release, add_sample, add_truth, write
from tests.benchmark.uneven import ODD, PER_ODD, PER_USUAL, SLICED, USUAL, compared, say, scored
from tests.sampling.rows import MOMENT, MONDAY, add_events, project
from tests.support.rows import rows as table_rows


def test_both_estimands_stand_side_by_side_each_with_its_own_difference(world: Store) -> None:
    say(world, "v2", {*ODD[:20], *USUAL[30:42]})
    stood = stand(world, project(**SLICED))
    assert (stood.release, stood.candidates) == (1, 1)
    right = 1200 - 30 * PER_ODD - 6 * PER_USUAL
    by_design, plain = (compared(world, "v2", estimand) for estimand in ("production", "benchmark"))
    assert scored(world, "production")["estimate"] == pytest.approx(right / 1200)
    assert scored(world, "v2")["estimate"] == pytest.approx((right + 20 * PER_ODD - 12 * PER_USUAL) / 1200)
    assert by_design["difference"] == pytest.approx((20 * PER_ODD - 12 * PER_USUAL) / 1200)
    assert plain["difference"] == pytest.approx((20 - 12) / 120)
    assert by_design["low"] < by_design["difference"] < by_design["high"] < 0
    assert (by_design["n"], by_design["lost"], by_design["gained"]) == (120, 12, 20)
    assert (by_design["family"], plain["family"], plain["non_inferiority"]) == ("primary", "exploratory", "none")
    assert (by_design["non_inferiority"], by_design["superiority"]) == ("fail", "worse")
    web = compared(world, "v2", slice_="channel=web")
    assert (web["difference"], web["superiority"]) == (pytest.approx(20 / 60), "better")
    assert stand(world, project(**SLICED)).changed == 0


def test_a_candidate_is_scored_on_an_earlier_release_by_its_labels_alone(world: Store) -> None:
    say(world, "v2", {*ODD[:20], *USUAL[30:42]})
    say(world, "v3", {*ODD[:20]})
    add_release(world, 2)
    revised = world.read("FROM ground_truth").with_columns(answer=pl.lit('"good"'))
    world.commit("revised", lambda writer: writer.replace(GROUND_TRUTH, revised))
    add_release(world, 3)
    assert stand(world, project(**SLICED)).release == 3
    rows = "SELECT * FROM {} WHERE release = 3 ORDER BY ALL"
    before = [world.read(rows.format(table)).rows() for table in ("candidate_scores", "comparisons")]
    stood = stand_again(world, project(**SLICED), "v2", 2)
    assert (stood.release, stood.candidates) == (2, 1)
    assert stand_again(world, project(**SLICED), "v2", 2).changed == 0
    assert [world.read(rows.format(table)).rows() for table in ("candidate_scores", "comparisons")] == before
    on_2 = "SELECT candidate, estimate FROM candidate_scores WHERE release = 2 AND slice = '*' AND metric = 'accuracy'"
    right = 1200 - 30 * PER_ODD - 6 * PER_USUAL
    assert world.read(f"{on_2} AND estimand = 'production'").rows() == [
        ("v2", pytest.approx((right + 20 * PER_ODD - 12 * PER_USUAL) / 1200)),
    ]  # fmt: skip
    compared_on_2 = world.read("SELECT difference FROM comparisons WHERE release = 2 AND slice = '*' AND estimand = "
                               "'production' AND metric = 'accuracy'")  # fmt: skip
    assert compared_on_2.item() == pytest.approx((20 * PER_ODD - 12 * PER_USUAL) / 1200)
    assert stand_again(world, project(), "nobody", 2).candidates == 0
    with pytest.raises(LakeError, match="there is no release 9"):
        stand_again(world, project(), "v2", 9)


def test_what_is_missing_is_wrong_and_said_and_a_difference_of_ratios_is_that_of_the_scores(world: Store) -> None:
    say(world, "v2", {*ODD[:20]}, without={*USUAL[50:], ODD[0]})
    stand(world, project(**SLICED))
    found = scored(world, "v2")
    assert (found["missing"], found["n_invalid"], found["n"]) == (11, 11, 120)
    assert compared(world, "v2")["difference"] == pytest.approx((19 * PER_ODD - 10 * PER_USUAL) / 1200)
    recall = "FROM candidate_scores WHERE metric = 'recall' AND estimand = 'production' AND candidate = ?"
    first, second = (
        {(row["label"], row["slice"]): row["estimate"] for row in world.read(recall, [who]).iter_rows(named=True)}
        for who in ("production", "v2")
    )
    apart = world.read("FROM comparisons WHERE metric = 'recall' AND estimand = 'production'").rows(named=True)
    known = [(row["label"], row["slice"]) for row in apart if None not in (first[row["label"], row["slice"]],)]
    assert len(known) == 5
    for row in apart:
        at = row["label"], row["slice"]
        if at in known:
            assert row["difference"] == pytest.approx(second[at] - first[at], abs=1e-9)


def test_repetitions_are_averaged_and_what_trains_is_left_out(world: Store) -> None:
    say(world, "v2", {*ODD[:20]})
    say(world, "v2", {*USUAL[30:42]}, repetition=2)
    stand(world, project())
    assert compared(world, "v2")["difference"] == pytest.approx((10 * PER_ODD - 6 * PER_USUAL) / 1200)
    trained = [{"item_id": f"item of {name}", "split": "train", "held_out": False} for name in ODD[:30]]
    write(world, SPLITS, trained)
    stand(world, project())
    assert compared(world, "v2")["n"] == 90
    assert compared(world, "v2")["difference"] == pytest.approx(-6 * PER_USUAL / 1200)


def test_a_candidate_is_judged_on_what_it_was_asked_not_on_items_that_came_later(world: Store) -> None:
    say(world, "v2", {*ODD[:20]}, without={*USUAL[30:]})
    items = world.read("SELECT * FROM items").with_columns(
        first_seen=pl.when(pl.col("event_id").is_in(USUAL[30:]))
        .then(pl.lit(MOMENT.replace(year=2100)))
        .otherwise("first_seen")
    )
    world.commit("items", lambda writer: writer.replace(ITEMS, items.head(0)))
    world.commit("items", lambda writer: writer.replace(ITEMS, items))
    stand(world, project())
    assert scored(world, "v2")["missing"] == 0
    assert compared(world, "v2")["difference"] == pytest.approx(20 * PER_ODD / 1200)


def test_experts_correct_both_systems_at_once(store: Store) -> None:
    """Annotators call half of the bad ones good, where the candidate is right: experts' checks say by how much."""
    names = [f"e{at:03}" for at in range(200)]
    add_events(store, MONDAY, [{"event_id": name} for name in names])
    add_sample(store, MONDAY, "all", 400, names)
    crowd = {name: "bad" if at < 40 else "good" for at, name in enumerate(names)}
    add_truth(store, crowd)
    add_release(store)
    asked = [
        {"candidate": "v2", "item_id": f"item of {name}", "repetition": 1, "attempt": 1}
        | {"output": '"bad"' if at < 80 else '"good"'}
        for at, name in enumerate(names)
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *asked)))
    declared = project(truth="experts")
    stand(store, declared)
    assert compared(store, "v2")["difference"] == pytest.approx(0.0)
    assert compared(store, "v2")["non_inferiority"] == "insufficient_evidence"
    seen = {name: "bad" if at < 80 else "good" for at, name in enumerate(names) if at % 2}
    add_checks(store, seen, of=crowd, chance=0.5, pattern="unanimous")
    stand(store, declared)
    found = compared(store, "v2")
    # the candidate is right on 80 where production is wrong, half of which annotators had wrong, too
    assert found["difference"] == pytest.approx(0.4, abs=0.02)
    assert (found["non_inferiority"], found["superiority"]) == ("pass", "better")


def test_errors_of_labels_count_where_two_systems_differ_and_nowhere_else(store: Store) -> None:
    """Annotators are wrong on a quarter of 400, on which both systems say the same; they differ on 12 others."""
    names = [f"e{at:03}" for at in range(400)]
    add_events(store, MONDAY, [{"event_id": name, "output": "good"} for name in names])
    add_sample(store, MONDAY, "all", 800, names)
    crowd = dict.fromkeys(names, "good")
    add_truth(store, crowd)
    add_release(store)
    differing = names[:12]
    asked = [
        {"candidate": "v2", "item_id": f"item of {name}", "repetition": 1, "attempt": 1}
        | {"output": '"bad"' if name in differing else '"good"'}
        for name in names
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *asked)))
    seen = {name: "bad" if at > 12 and at % 4 == 0 else "good" for at, name in enumerate(names) if at % 10 < 2}
    add_checks(store, seen, of=crowd, chance=0.2, pattern="unanimous")
    stand(store, project(truth="experts"))
    own, found = scored(store, "v2"), compared(store, "v2")
    assert found["difference"] == pytest.approx(-12 / 400, abs=0.005)
    assert found["high"] < 0
    assert found["high"] - found["low"] < 0.6 * (own["high"] - own["low"])


def test_days_of_which_all_is_there_to_train_with_are_said_to_be_missing(world: Store) -> None:
    say(world, "v2", {*ODD[:25], *USUAL[:4]})
    assert gate(world, project(), "v2").covered == 1
    tuesday = [f"later{at}" for at in range(10)]
    add_events(world, MONDAY + timedelta(days=1), [{"event_id": name} for name in tuesday])
    add_sample(world, MONDAY + timedelta(days=1), "all", 400, tuesday)
    rows = [{"item_id": f"item of {name}", "split": "train", "held_out": False} for name in tuesday]
    write(world, SPLITS, rows)
    found = gate(world, project(), "v2")
    assert found.covered == pytest.approx(1200 / 1600)
    assert "speaks of 75% of the traffic" in markdown(found)


def test_how_they_stood_on_an_earlier_release_stays_and_what_is_not_measured_any_more_goes(world: Store) -> None:
    say(world, "v2", {*ODD[:20]})
    stand(world, project(**SLICED))
    earlier = world.read("FROM candidate_scores ORDER BY ALL")
    add_release(world, 2)
    stand(world, project(**SLICED))
    stand(world, project())
    assert world.read("FROM candidate_scores WHERE release = 1 ORDER BY ALL").equals(earlier)
    assert world.read("SELECT DISTINCT metric, slice FROM candidate_scores WHERE release = 2").rows() == [
        ("accuracy", "*")
    ]
    assert world.read("SELECT DISTINCT release FROM current_comparisons").rows() == [(2,)]
