"""Strengths from comparisons."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import BradleyTerry
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from gt_platform.stats.consensus.bradley_terry import Strengths, bradley_terry, ranks

PLAYERS = 5
MEETING = st.tuples(st.integers(0, PLAYERS - 1), st.integers(1, PLAYERS - 1), st.booleans()).map(
    lambda m: (m[0], (m[0] + m[1]) % PLAYERS, m[2])
)
MEETINGS = st.lists(MEETING, min_size=1, max_size=40)


def fit(meetings: list[tuple[int, int, bool]], players: int = PLAYERS, **arguments: Any) -> Strengths:
    winner, loser, tie = zip(*meetings, strict=True)
    return bradley_terry(winner, loser, tie=tie, players=players, **arguments)


def simulated(players: int, n: int, tie: float, seed: int) -> tuple[np.ndarray, list[tuple[int, int, bool]]]:
    """Log strengths of mean 0, and comparisons by the model."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(0, 1, players)
    one = rng.integers(0, players, n)
    other = (one + rng.integers(1, players, n)) % players
    parts = np.stack([np.exp(strength[one]), np.exp(strength[other])])
    parts = np.vstack([parts, tie * np.sqrt(parts.prod(axis=0))])
    end = (rng.random(n) * parts.sum(axis=0) > np.cumsum(parts, axis=0)).sum(axis=0)
    winner, loser = np.where(end == 1, other, one), np.where(end == 1, one, other)
    return strength - strength.mean(), list(zip(winner.tolist(), loser.tolist(), (end == 2).tolist(), strict=True))


def test_two_players_by_hand() -> None:
    # 3 to 1: odds of 3, and the variance of the log-odds is 1/3 + 1/1
    found = bradley_terry([0, 0, 0, 1], [1, 1, 1, 0], players=2, prior=0)
    assert found.strength == pytest.approx([np.log(3) / 2, -np.log(3) / 2])
    assert found.error == pytest.approx([np.sqrt(4 / 3) / 2] * 2)
    assert found.high - found.strength == pytest.approx(1.959964 * found.error)
    assert found.n.tolist() == [4, 4]
    assert found.tie == 0


def test_ties_by_hand() -> None:
    # 2 to 2 and 6 ties between equals: P(tie) = v / (2 + v) = .6
    found = fit([(0, 1, False)] * 2 + [(1, 0, False)] * 2 + [(0, 1, True)] * 6, players=2, prior=0)
    assert found.strength == pytest.approx([0, 0])
    assert found.tie == pytest.approx(3)


def test_equal_to_crowd_kit_where_that_converges() -> None:
    _, meetings = simulated(30, 5000, 0, seed=1)
    frame = pd.DataFrame({"left": [m[0] for m in meetings], "right": [m[1] for m in meetings]})
    # its tolerance compares an array with itself and stops after two sweeps; below 0 it sweeps on
    theirs = BradleyTerry(n_iter=2000, tol=-1).fit(frame.assign(label=frame["left"])).scores_.to_numpy()
    ours = np.exp(fit(meetings, players=30, prior=0).strength)
    assert ours / ours.sum() == pytest.approx(theirs, abs=1e-12)
    assert np.argsort(ours).tolist() == np.argsort(theirs).tolist()


@pytest.mark.parametrize(("tie", "prior"), [(0.0, 0.0), (0.8, 0.0), (0.8, 1.0), (0.0, 2.5)])
def test_nothing_is_likelier_than_the_fit(tie: float, prior: float) -> None:
    _, meetings = simulated(6, 300, tie, seed=2)

    def unlikely(at: np.ndarray) -> float:
        strength, total = at[:6], 0.0
        for winner, loser, tied in meetings:
            p, q = np.exp(strength[winner]), np.exp(strength[loser])
            between = np.exp(at[6]) * np.sqrt(p * q) if tie else 0.0
            total -= np.log((between if tied else p) / (p + q + between))
        total += prior * np.logaddexp(strength / 2, -strength / 2).sum()
        return float(total - (prior * (at[6] / 2 - np.log(2 + np.exp(at[6]))) if tie else 0))

    best = minimize(unlikely, np.zeros(7 if tie else 6), method="BFGS", options={"gtol": 1e-7})
    found = fit(meetings, players=6, prior=prior)
    assert found.strength == pytest.approx(best.x[:6] - best.x[:6].mean(), abs=1e-4)
    assert found.log_likelihood[-1] == pytest.approx(-best.fun)
    if tie:
        assert found.tie == pytest.approx(np.exp(best.x[6]), abs=1e-4)


def test_errors_are_those_seen_over_samples_and_intervals_cover() -> None:
    fits = [(fit(meetings, players=8), true) for true, meetings in (simulated(8, 400, 0.5, seed) for seed in range(60))]
    covered = np.mean([(found.low <= true) & (true <= found.high) for found, true in fits])
    standard = np.array([(found.strength - true) / found.error for found, true in fits])
    assert 0.91 < covered < 0.98
    assert 0.85 < standard.std() < 1.1


def test_the_undefeated_and_the_unmet_stay_finite_and_uncertain() -> None:
    found = bradley_terry([0] * 20, [1] * 20, players=3)
    assert np.isfinite(found.strength).all()
    assert found.strength[0] > found.strength[2] > found.strength[1]
    assert found.component.tolist() == [0, 1, 2]
    assert found.n.tolist() == [20, 20, 0]
    assert found.error[2] > 1


def test_who_is_comparable_is_told() -> None:
    circle = [(0, 1, False), (1, 2, False), (2, 0, False)]
    assert fit([*circle, (3, 4, True), (0, 3, False)]).component.tolist() == [0, 0, 0, 1, 1]
    assert fit([*circle, (3, 4, True), (0, 3, True)]).component.tolist() == [0] * 5
    with pytest.raises(ValueError, match="give a prior above 0"):
        fit([*circle, (3, 4, True), (0, 3, False)], prior=0)


def test_far_groups_with_a_weak_link_converge() -> None:
    groups = [(i + g, j + g, False) for g in (0, 10) for i, j in itertools.permutations(range(10), 2)] * 20
    found = fit([*groups, (0, 10, False)], players=20, prior=0.01)
    assert found.strength[:10].mean() > found.strength[10:].mean()
    assert len(found.log_likelihood) < 40


def test_ranks_are_as_wide_as_the_evidence() -> None:
    clear = bradley_terry([0] * 50 + [1] * 50 + [1] * 9, [1] * 50 + [2] * 50 + [0] * 9, players=3)
    assert [part.tolist() for part in ranks(clear)] == [[1, 2, 3], [1, 2, 3]]
    vague = bradley_terry([0, 1], [1, 2], players=3)
    assert [part.tolist() for part in ranks(vague)] == [[1, 1, 1], [3, 3, 3]]


@settings(deadline=None)
@given(meetings=MEETINGS, prior=st.sampled_from([0.01, 1.0, 5.0]))
def test_the_likelihood_never_falls(meetings: list[tuple[int, int, bool]], prior: float) -> None:
    climbed = fit(meetings, prior=prior).log_likelihood
    assert (np.diff(climbed) >= -1e-9 * np.abs(climbed[:-1]).max()).all()


@settings(deadline=None)
@given(meetings=MEETINGS, data=st.data())
def test_names_order_and_sides_of_ties_do_not_matter(meetings: list[tuple[int, int, bool]], data: Any) -> None:
    name = data.draw(st.permutations(range(PLAYERS)))
    renamed = [(name[b], name[a], True) if tie else (name[a], name[b], False) for a, b, tie in meetings]
    ours, theirs = fit(meetings), fit(data.draw(st.permutations(renamed)))
    assert theirs.strength[name] == pytest.approx(ours.strength, abs=1e-7)
    assert theirs.error[name] == pytest.approx(ours.error, abs=1e-6)
    assert theirs.tie == pytest.approx(ours.tie, abs=1e-7)


@settings(deadline=None)
@given(meetings=MEETINGS)
def test_a_weight_is_a_number_of_comparisons(meetings: list[tuple[int, int, bool]]) -> None:
    weighted = fit([*meetings, (0, 1, False)], weight=[2.0] * len(meetings) + [0.0])
    assert fit(meetings * 2).strength == pytest.approx(weighted.strength, abs=1e-7)


@settings(deadline=None)
@given(meetings=MEETINGS, winner=st.integers(0, PLAYERS - 1))
def test_a_win_more_never_weakens(meetings: list[tuple[int, int, bool]], winner: int) -> None:
    won = fit([*meetings, (winner, (winner + 1) % PLAYERS, False)], tolerance=1e-10)
    before = fit(meetings, tolerance=1e-10)
    if bool(won.tie) == bool(before.tie):
        assert won.strength[winner] > before.strength[winner] - 1e-9


@pytest.mark.parametrize(
    ("winner", "loser", "arguments", "told"),
    [
        ([], [], {}, "one comparison or more"),
        ([0], [1, 2], {}, "of one length"),
        ([0.5], [1], {}, "whole numbers"),
        ([0], [3], {}, "codes from 0 to 2"),
        ([-1], [1], {}, "codes from 0 to 2"),
        ([0, 1], [1, 1], {}, "comparison 1 is of a player with itself"),
        ([0], [1], {"weight": [np.nan]}, "weights must be"),
        ([0], [1], {"weight": [0.0]}, "not all 0"),
        ([0], [1], {"weight": [-1.0]}, "weights must be"),
        ([0], [1], {"prior": -1}, "prior must be"),
        ([0], [1], {"prior": np.nan}, "prior must be"),
        ([0], [1], {"prior": 0}, "give a prior above 0"),
        ([0, 1], [1, 2], {"prior": 0, "tie": [True, True]}, "only ties"),
        ([0, 1], [1, 2], {"most": 1}, "no convergence in 1 steps"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    winner: list[int], loser: list[int], arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        bradley_terry(winner, loser, players=3, **arguments)
