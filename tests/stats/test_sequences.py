"""Sequences that may be looked at every night: bounds that hold at all looks, and a gate that finds a drop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.sequences.asymptotic import asymptotic, from_estimates
from gt_platform.stats.sequences.betting import STAKES, betting, evidence
from gt_platform.stats.sequences.gate import alarm
from gt_platform.stats.sequences.hedged import TRUSTED_FROM, hedged
from tests.bench.sequences import NEVER, World, measure

NAN = float("nan")
VALUES = st.lists(st.floats(0, 1), min_size=5, max_size=80)


def binary(n: int, share: float, seed: int = 0) -> list[float]:
    return [float(value < share) for value in np.random.default_rng(seed).random(n)]


def test_the_asymptotic_boundary_by_hand() -> None:
    # the paper's two-sided boundary with rho for t = 400 and alpha .05, at t = 4 with standard deviation 1/2
    found = asymptotic([0.0, 1.0, 0.0, 1.0], [4], tuned_for=400)
    rho2 = (-2 * np.log(0.05) + np.log(-2 * np.log(0.05) + 1)) / 400
    half = 0.5 * np.sqrt(2 * (4 * rho2 + 1) / (16 * rho2) * np.log(np.sqrt(4 * rho2 + 1) / 0.05))
    assert (found.low[0], found.high[0]) == pytest.approx((0.5 - half, 0.5 + half))
    one_sided = asymptotic([0.0, 1.0, 0.0, 1.0], [4], side="high")
    assert one_sided.low[0] == -np.inf
    assert one_sided.high[0] < found.high[0]


def test_estimates_of_equal_nights_are_as_their_values() -> None:
    values = np.tile([1.0] * 80 + [0.0] * 20, (40, 1))
    errors = np.full(40, values.std() / 10)
    nights = from_estimates(values.mean(axis=1), errors, tuned_for=4)
    together = asymptotic(values.ravel(), np.arange(1, 41) * 100, tuned_for=400)
    assert nights.estimate == pytest.approx(together.estimate)
    assert nights.high[-1] == pytest.approx(together.high[-1], abs=1e-9)
    assert nights.n.tolist() == list(range(1, 41))


def test_weighted_values_count_by_their_effective_size() -> None:
    values = binary(2000, 0.6)
    even, same = asymptotic(values), asymptotic(values, weights=np.full(2000, 7.0))
    assert same.low[-1] == pytest.approx(even.low[-1])
    uneven = asymptotic(values, weights=np.tile([1.0, 9.0], 1000))
    assert uneven.high[-1] - uneven.low[-1] > 1.2 * (even.high[-1] - even.low[-1])


def test_equal_values_or_one_have_no_asymptotic_bounds_but_betting_ones() -> None:
    equal = asymptotic([1.0] * 300)
    assert np.isneginf(equal.low).all()
    assert np.isposinf(from_estimates([0.5, 0.6], [0, 0]).high).all()
    bet = betting([1.0] * 300)
    assert 0.97 < bet.low[-1] < 0.99
    assert bet.high[-1] == 1
    assert betting([1.0]).low[0] == pytest.approx(0, abs=0.2)


def test_the_betting_bound_by_hand() -> None:
    # at the bound, the mixture of stakes on 8 of 10 right has made 1 into 1 / .05
    low = float(betting([1.0] * 8 + [0.0] * 2, [10], side="low").low[0])
    capital = np.mean((1 - STAKES + STAKES / low) ** 8 * (1 - STAKES) ** 2)
    assert capital == pytest.approx(20, rel=1e-4)


def test_evidence_by_hand() -> None:
    # right multiplies by (1 - bet at .85), wrong by its odds; bets for drops of .025, .05 and .1
    drops = np.array([0.025, 0.05, 0.1])
    right, wrong = (0.85 - drops) / 0.85, (0.15 + drops) / 0.15
    found = evidence([1.0, 0.0, 0.0], at_least=0.85, drop=0.05)
    assert found[0] == pytest.approx(np.mean(right))
    assert found[2] == pytest.approx(np.mean(right * wrong**2))


@settings(deadline=None)  # the first call imports scipy
@given(VALUES, st.data())
def test_the_order_within_a_look_changes_nothing(values: list[float], data: st.DataObject) -> None:
    shuffled, n = data.draw(st.permutations(values)), [len(values)]
    for one, other in (
        (betting(values, n), betting(shuffled, n)),
        (hedged(values, n), hedged(shuffled, n)),
    ):
        assert one.low == pytest.approx(other.low, abs=1e-6)
        assert one.high == pytest.approx(other.high, abs=1e-6)
    assert evidence(values, n, at_least=0.7) == pytest.approx(evidence(shuffled, n, at_least=0.7))


@settings(deadline=None)  # the first call imports scipy
@given(VALUES)
def test_turning_the_scale_round_turns_the_bounds_round(values: list[float]) -> None:
    turned = [1 - value for value in values]
    for sequence in (asymptotic, betting):
        found, other = sequence(values), sequence(turned)
        assert found.low == pytest.approx(1 - other.high, abs=2e-6)
        assert (found.low <= found.estimate + 1).all()


@settings(deadline=None)  # the first call imports scipy
@given(VALUES)
def test_bounds_only_tighten(values: list[float]) -> None:
    found = hedged(values)
    assert (np.diff(found.low) >= 0).all()
    assert (np.diff(found.high) <= 0).all()
    assert np.isfinite(found.low).all()


def test_many_distinct_values_are_rounded_on_the_safe_side() -> None:
    values = np.random.default_rng(1).random(3000)
    coarse, fine = betting(values, [3000]), betting(values[:900], [900])
    assert coarse.low[0] < 0.5 < coarse.high[0]
    assert coarse.high[0] - coarse.low[0] < fine.high[0] - fine.low[0]


def test_hedged_is_betting_at_first_and_asymptotic_later() -> None:
    values = binary(3000, 0.9)
    found, exact = hedged(values), betting(values, alpha=0.01)
    assert found.low[: TRUSTED_FROM - 1] == pytest.approx(exact.low[: TRUSTED_FROM - 1])
    late = asymptotic(values, alpha=0.04).low[200:]
    assert found.low[-1] == pytest.approx(max(late.max(), exact.low[-1]), abs=1e-9)
    nearly_all = binary(300, 0.99)
    assert hedged(nearly_all).low == pytest.approx(betting(nearly_all, alpha=0.01).low)


def test_the_gate_by_hand() -> None:
    # the first night spends .05 / 365^.4; of 20 answers, that many wrong are rarer at .85, or the next number
    found = alarm([0.5], [20], at_least=0.85, drop=0.05)
    wrong, right = np.log(0.20 / 0.15), np.log(0.80 / 0.85)
    assert found.cusum[0] == pytest.approx(10 * wrong + 10 * right)
    # P(7 or more wrong of 20 at .15) = .0219, P(8 or more) = .0059, P(9 or more) = .0013; .05 / 365^.4 = .0047
    assert 8 * wrong + 12 * right < found.threshold[0] <= 9 * wrong + 11 * right + 0.02
    assert (found.night, found.since) == (0, 0)


def test_the_gate_says_when_it_began() -> None:
    rng = np.random.default_rng(4)
    share = np.concatenate([rng.binomial(30, 0.87, 200), rng.binomial(30, 0.75, 60)]) / 30
    found = alarm(share, np.full(260, 30), at_least=0.85)
    assert found.night is not None
    assert found.since is not None
    assert 195 <= found.since <= 206
    assert 200 < found.night < 215


def test_what_comes_later_does_not_change_what_was() -> None:
    share = np.random.default_rng(4).binomial(30, 0.83, 50) / 30
    whole, part = alarm(share, np.full(50, 30), at_least=0.85), alarm(share[:20], np.full(20, 30), at_least=0.85)
    assert whole.threshold[:20].tolist() == part.threshold.tolist()
    assert whole.cusum[:20] == pytest.approx(part.cusum)


def test_a_night_without_answers_says_nothing() -> None:
    with_gap = alarm([0.8, 0.0, 0.7], [30, 0, 30], at_least=0.85)
    assert with_gap.cusum[1] == pytest.approx(with_gap.cusum[0])
    assert with_gap.threshold[1] == np.inf
    assert alarm([0.0, 0.0], [0, 0], at_least=0.85).night is None


@settings(deadline=None)  # the first call imports scipy
@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.floats(0.5, 0.97))
def test_right_answers_never_raise_an_alarm(n: list[int], at_least: float) -> None:
    found = alarm(np.ones(len(n)), n, at_least=at_least)
    assert found.night is None
    assert (found.cusum <= 1e-9).all()


def test_the_gate_keeps_what_it_promises_with_uneven_nights() -> None:
    rng = np.random.default_rng(6)
    n = rng.integers(0, 60, 120)
    false = [
        alarm(rng.binomial(n, 0.9) / np.maximum(n, 1), n, at_least=0.9, horizon=120, alpha=0.1).night is not None
        for _ in range(600)
    ]
    assert 0.05 < np.mean(false) < 0.1 + 3 * np.sqrt(0.09 / 600)


def test_a_year_without_regression_is_quiet_and_a_drop_is_found() -> None:
    quiet, _ = measure(World(30, NEVER), "gate", 600, seed=2)
    assert quiet < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 600)
    assert quiet > 0.02
    _, labels = measure(World(30, 0), "gate", 300, seed=2)
    assert labels <= 500
    _, later = measure(World(30, 100), "gate", 300, seed=2)
    assert later <= 750
    assert measure(World(30, NEVER, kind="stratified"), "gate", 600, seed=2)[0] < 0.05
    assert measure(World(30, 100, kind="stratified"), "gate", 300, seed=2)[1] <= 540


@pytest.mark.parametrize("method", ["e-value", "asymptotic", "nightly estimates"])
def test_sequences_keep_their_promise_too(method: str) -> None:
    quiet, _ = measure(World(30, NEVER), method, 300, seed=3)
    assert quiet < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)
    _, labels = measure(World(30, 0), method, 100, seed=3)
    assert labels <= 540


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.85, 0.98])
def test_the_truth_stays_within_the_bounds_at_every_look(share: float) -> None:
    looks = np.arange(1, 51) * 40
    missed = dict.fromkeys(("betting", "hedged"), 0)
    for run in range(400):
        values = binary(2000, share, seed=run)
        for name, sequence in (("betting", betting), ("hedged", hedged)):
            found = sequence(values, looks)
            missed[name] += not (found.low[-1] <= share <= found.high[-1])
    assert max(missed.values()) <= 400 * 0.05


@pytest.mark.parametrize(
    ("values", "message"),
    [([], "at least one"), ([0.5, NAN], "number 2 is missing"), ([0.5, 1.2], "from 0 to 1"), ([[0.5]], "at least one")],
)
def test_bad_values_are_refused(values: list[float], message: str) -> None:
    for sequence in (betting, hedged):
        with pytest.raises(ValueError, match=message):
            sequence(values)
    with pytest.raises(ValueError, match=message):
        evidence(values, at_least=0.8)
    with pytest.raises(ValueError, match=message):
        alarm(values, np.ones(len(values)), at_least=0.8)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="alpha is 0"):
        betting([0.5], alpha=0)
    with pytest.raises(ValueError, match="looks must be"):
        asymptotic([0.5, 0.6], [0, 2])
    with pytest.raises(ValueError, match="weights for 2 values"):
        asymptotic([0.5, 0.6], weights=[1])
    with pytest.raises(ValueError, match="tuned_for"):
        asymptotic([0.5, 0.6], tuned_for=0)
    with pytest.raises(ValueError, match="one of each"):
        from_estimates([0.5, 0.6], [0.1])
    with pytest.raises(ValueError, match="below it"):
        evidence([0.5], at_least=0.5, drop=0.5)
    for at_least in (1.0, 0.04):
        with pytest.raises(ValueError, match="at_least"):
            alarm([0.5], [10], at_least=at_least)
    with pytest.raises(ValueError, match="horizon"):
        alarm([0.5], [10], at_least=0.9, horizon=0)
    with pytest.raises(ValueError, match="one of each for every night"):
        alarm([0.5], [10, 10], at_least=0.9)
    with pytest.raises(ValueError, match="none negative or missing"):
        alarm([0.5], [NAN], at_least=0.9)
