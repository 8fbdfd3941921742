"""Random, constant and colluding annotators are found among honest ones, and honest ones left alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gt_platform.stats.annotators import answers, colluders, plurality, profiles
from tests.stats.consensus.panels import team
from tests.support.judgements import as_answers, panel, profiled

Codes = NDArray[np.int64]

FLAGGED = ("watched", "paused")


def with_cheats(rng: np.random.Generator, honest: Codes, labels: int) -> Codes:
    """The first annotator answers at random, the second always alike, the fourth copies the third on 19 of 20 units."""
    units = len(honest)
    cheating = honest.copy()
    cheating[:, 0], cheating[:, 1] = rng.integers(0, labels, units), 0
    cheating[:, 3] = np.where(rng.random(units) < 0.95, honest[:, 2], honest[:, 3])
    return cheating


@pytest.mark.parametrize("labels", [3, 4, 5])
def test_cheats_among_ten_annotators_are_found_without_any_truth(labels: int) -> None:
    found = {"random": 0, "constant": 0, "copiers": 0, "others": 0}
    for seed in range(20):
        rng = np.random.default_rng([labels, seed])
        profile = profiled(with_cheats(rng, panel(rng, labels=labels)[1], labels), labels)
        found["random"] += profile[0].state == "paused" and "not above chance" in profile[0].reason
        found["constant"] += profile[1].state == "paused" and profile[1].reason.startswith("one answer to 100%")
        found["copiers"] += all(
            profile[at].state == "watched" and f"mistakes with annotator {5 - at}" in profile[at].reason
            for at in (2, 3)
        )
        found["others"] += any(part.state in FLAGGED for part in profile[4:])
    assert found["random"] >= 19
    assert found["constant"] == 20
    assert found["copiers"] >= 19
    assert found["others"] <= 2


def test_two_who_copy_in_a_small_team_are_found_and_no_good_one_with_them() -> None:
    found = accused = 0
    for seed in range(20):
        cast = team(seed)
        unit, annotator, code = cast.item, cast.annotator, cast.label
        given = answers(unit, annotator, code, units=cast.items, annotators=cast.annotators, labels=cast.labels)
        partners = [bool(profile.with_others) for profile in profiles(given)]
        found += partners[-1] and partners[-2]
        accused += any(partners[:7])
    assert found >= 19
    assert accused <= 1


@pytest.mark.slow
def test_honest_panels_are_left_alone() -> None:
    flagged = suspected = 0
    for seed in range(200):
        rng = np.random.default_rng([7, seed])
        labels = 3 + seed % 3
        truth, honest = panel(rng, labels=labels)
        flagged += any(profile.state in FLAGGED for profile in profiled(honest, labels))
        # known truth proves some to be below the watch level, which is no false flag; a suspicion would be
        known = profiled(honest, labels, truth=truth)
        suspected += any(
            profile.with_others or "chance" in profile.reason or "one answer" in profile.reason for profile in known
        )
    assert flagged < 10
    assert suspected < 10


def test_annotators_with_one_bad_habit_are_no_colluders() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 3, 300)
    matrix = np.where(rng.random((300, 8)) < 0.9, truth[:, np.newaxis], rng.integers(0, 3, (300, 8)))
    matrix[:, :2] = np.where(truth[:, np.newaxis] == 0, 1, matrix[:, :2])
    assert colluders(as_answers(matrix, 3), truth, minimum=10) == []
    matrix[:, 3] = matrix[:, 2]
    (pair,) = colluders(as_answers(matrix, 3), truth, minimum=10)
    mistakes = (matrix[:, 2] != truth).sum()
    assert (pair.first, pair.second, pair.shared, pair.together) == (2, 3, 300, mistakes)
    assert pair.expected < mistakes / 2
    assert pair.q_value < 1e-6


def test_collusion_is_seen_through_truth_where_two_outvote_one() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, 200)
    matrix = np.where(rng.random((200, 3)) < 0.75, truth[:, np.newaxis], rng.integers(0, 4, (200, 3)))
    matrix[:, 1] = matrix[:, 0]
    given = as_answers(matrix, 4)
    assert colluders(given, plurality(given), minimum=10) == []
    assert [(pair.first, pair.second) for pair in colluders(given, truth, minimum=10)] == [(0, 1)]
    assert colluders(given, truth, minimum=201) == []


def test_basis_and_counts() -> None:
    rng = np.random.default_rng(4)
    truth, honest = panel(rng, units=40)
    known = np.where(np.arange(40) < 12, truth, -1)
    by_truth = profiled(honest, 4, truth=known)[0]
    assert by_truth.accuracy is not None
    assert (by_truth.basis, by_truth.accuracy.n, by_truth.answers) == ("truth", 12, 40)
    assert by_truth.accuracy.value == pytest.approx((honest[:12, 0] == truth[:12]).mean())
    known[5:] = -1
    by_others = profiled(honest, 4, truth=known)[0]
    assert by_others.accuracy is not None
    assert by_others.basis == "others"
    assert by_others.accuracy.n > 30
    alone = profiled(honest[:, :1], 4)[0]
    assert (alone.accuracy, alone.basis, alone.state) == (None, "none", "onboarding")


def test_order_of_answers_and_names_of_annotators_change_nothing() -> None:
    rng = np.random.default_rng(5)
    matrix = with_cheats(rng, panel(rng, annotators=6)[1], 4)
    before = profiled(matrix, 4)
    after = profiled(matrix[rng.permutation(200)][:, ::-1], 4)[::-1]
    for one, other in zip(before, after, strict=True):
        assert (other.state, other.accuracy, other.answers) == (one.state, one.accuracy, one.answers)
        assert one.use is not None
        assert other.use is not None
        assert (other.use.label, other.use.share) == (one.use.label, one.use.share)
        assert other.use.q_value == pytest.approx(one.use.q_value)
        assert len(other.with_others) == len(one.with_others)


def test_hasty_annotators_are_watched_and_partners_named() -> None:
    rng = np.random.default_rng(6)
    matrix = with_cheats(rng, panel(rng, annotators=8)[1], 4)
    given = as_answers(matrix, 4)
    seconds = np.where(given.annotator == 5, 1.0, 30.0)
    found = profiles(given, seconds=seconds, names=[f"w{at}" for at in range(8)])
    assert found[5].reason == "100% of answers in under a quarter of the usual time"
    assert found[5].state == "watched"
    assert found[2].reason.startswith("shares ")
    assert "mistakes with w3, " in found[2].reason
    with pytest.raises(ValueError, match="one of each, NaN where unknown"):
        profiles(given, seconds=[1.0])
    with pytest.raises(ValueError, match="-1 for unknown"):
        profiles(given, truth=[0, 1])


@pytest.mark.parametrize("labels", [1, 2])
def test_nothing_odd_comes_of_next_to_nothing(labels: int) -> None:
    for shape in ((1, 1), (1, 3), (12, 1), (12, 2), (0, 2)):
        for profile in profiled(np.zeros(shape, dtype=np.int64), labels):
            assert profile.state in ("onboarding", "active")
            assert profile.accuracy is None or 0 <= profile.accuracy.low <= profile.accuracy.value <= 1
