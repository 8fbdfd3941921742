"""A gate that may be looked at every night: quiet while all is well, quick to find a drop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.gate import alarm

NAN = float("nan")


def test_the_gate_by_hand() -> None:
    # the first night spends a tenth of the year's alpha; of 20 answers that many wrong are rarer, or the next number
    found = alarm([0.5], [20], at_least=0.85, drop=0.05, alpha=0.047, horizon=10)
    wrong, right = np.log(0.20 / 0.15), np.log(0.80 / 0.85)
    assert found.cusum[0] == pytest.approx(10 * wrong + 10 * right)
    # P(7 or more wrong of 20 at .15) = .0219, P(8 or more) = .0059, P(9 or more) = .0013
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


def test_a_year_of_independent_answers_spends_what_is_allowed() -> None:
    rng = np.random.default_rng(2)
    share = rng.binomial(30, 0.85, (600, 365)) / 30
    false = np.mean([alarm(one, np.full(365, 30), at_least=0.85).night is not None for one in share])
    assert 0.02 < false < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 600)


@pytest.mark.parametrize(
    ("values", "message"),
    [([], "at least one"), ([0.5, NAN], "none missing"), ([0.5, 1.2], "from 0 to 1"), ([[0.5]], "at least one")],
)
def test_bad_values_are_refused(values: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        alarm(values, np.ones(len(values)), at_least=0.8)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="alpha is 0"):
        alarm([0.5], [10], at_least=0.9, alpha=0)
    for at_least in (1.0, 0.04):
        with pytest.raises(ValueError, match="at_least"):
            alarm([0.5], [10], at_least=at_least)
    with pytest.raises(ValueError, match="horizon"):
        alarm([0.5], [10], at_least=0.9, horizon=0)
    with pytest.raises(ValueError, match="one of each for every night"):
        alarm([0.5], [10, 10], at_least=0.9)
    with pytest.raises(ValueError, match="none negative or missing"):
        alarm([0.5], [NAN], at_least=0.9)
