"""Numbers from annotators who differ: medians by hand, what is learned, and what must never matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.consensus.lone import USUAL, lone
from gt_platform.stats.consensus.numbers import (
    MINIMUM_ANNOTATORS,
    MINIMUM_ITEMS,
    NORMAL,
    ROBUST,
    settle_numbers,
)
from gt_platform.stats.consensus.variational import Ratings, fitted


def population(
    seed: int, bias: tuple[float, ...] = (0.0,) * 6, noise: tuple[float, ...] = (1.0,) * 6, items: int = 60
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Everyone answers everything: item, annotator, value, truth."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(50, 10, items)
    item, annotator = np.repeat(np.arange(items), len(bias)), np.tile(np.arange(len(bias)), items)
    return (
        item,
        annotator,
        truth[item] + np.array(bias)[annotator] + np.array(noise)[annotator] * rng.normal(size=len(item)),
        truth,
    )


def test_few_answers_come_to_their_median() -> None:
    found = settle_numbers(np.array([0, 0, 0, 2, 2]), np.array([0, 1, 2, 0, 1]), np.array([3.0, 9.0, 4.0, 1.0, 2.0]))
    assert found.estimate[[0, 2]].tolist() == [4.0, 1.5]
    assert np.isnan(found.estimate[1])
    assert found.error is None
    assert found.bias is None
    assert found.weight.tolist() == [1 / 3] * 3 + [1 / 2] * 2


def test_what_is_learned_takes_items_and_annotators_enough() -> None:
    item, annotator, value, _ = population(1, items=MINIMUM_ITEMS)
    assert settle_numbers(item, annotator, value).learned.all()
    fewer = item < MINIMUM_ITEMS - 1
    assert settle_numbers(item[fewer], annotator[fewer], value[fewer]).error is None
    few = annotator < MINIMUM_ANNOTATORS - 1
    found = settle_numbers(item[few], annotator[few], value[few])
    assert found.error is not None
    assert not found.learned.any()
    assert found.weight.reshape(-1, 3) == pytest.approx(np.full((MINIMUM_ITEMS, 3), 1 / 3), abs=0.25)
    alone = np.arange(60)
    assert not settle_numbers(alone, alone % 6, value[:60]).learned.any()


def test_zeros_of_most_do_not_make_those_who_say_them_precise() -> None:
    """As on real moods: most say 0 of most items, and the truth is what all say on average."""
    rng = np.random.default_rng(11)
    item, annotator = np.repeat(np.arange(300), 10), np.tile(np.arange(10), 300)
    mood = rng.normal(0, 20, 300)
    speaks = (np.abs(mood[item]) / 60 + np.linspace(-0.1, 0.3, 10)[annotator]).clip(0.02, 0.98)
    value = np.where(rng.random(3000) < speaks, np.rint(mood[item] * rng.gamma(4, 0.25, 3000)), 0.0)
    truth, mean = mood * speaks.reshape(-1, 10).mean(axis=1), value.reshape(-1, 10).mean(axis=1)
    found = settle_numbers(item, annotator, value)
    assert found.mean_share > 0.5
    assert np.sqrt(np.mean((found.estimate - truth) ** 2)) <= 1.03 * np.sqrt(np.mean((mean - truth) ** 2))


@pytest.mark.parametrize("seed", range(3))
def test_checks_show_what_all_have_wrong_together(seed: int) -> None:
    rng = np.random.default_rng(seed)
    item, annotator, value, truth = population(seed, items=300)
    wrong = value + rng.normal(0, 3, 300)[item]
    known = np.where(np.arange(300) < 60, truth, np.nan)
    alone, checked = settle_numbers(item, annotator, wrong), settle_numbers(item, annotator, wrong, known)
    assert (alone.checked, checked.checked) == (False, True)
    assert alone.error is not None
    assert checked.error is not None
    off = np.abs(checked.estimate - truth)[60:]
    assert np.mean(off <= 1.96 * alone.error[60:]) < 0.4
    assert 0.88 <= np.mean(off <= 1.96 * checked.error[60:]) <= 0.99


def test_known_items_that_nobody_drew_check_nothing() -> None:
    item, annotator, value, truth = population(9)
    known = np.where(np.arange(60) < 30, truth, np.nan)
    assert not settle_numbers(item, annotator, value, known, np.zeros(60)).checked
    drawn = np.where(np.arange(60) < 30, 0.5, 0.0)
    one, other = (settle_numbers(item, annotator, value, known, chance) for chance in (drawn, drawn * 2))
    assert one.checked
    assert one.error is not None
    assert one.error == pytest.approx(other.error)


def test_equal_annotators_without_bias_count_alike() -> None:
    item, annotator, value, _ = population(2)
    found = settle_numbers(item, annotator, value)
    assert found.estimate == pytest.approx(value.reshape(-1, 6).mean(axis=1), abs=0.15)
    # one over the root of six answers with noise 1
    assert found.error is not None
    assert found.error.mean() == pytest.approx(6**-0.5, abs=0.06)


def test_biases_and_precisions_are_found() -> None:
    bias, noise = (0.0, 0.0, 0.0, 5.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0, 1.0, 6.0)
    item, annotator, value, truth = population(3, bias, noise, items=400)
    found = settle_numbers(item, annotator, value)
    assert found.bias is not None
    assert found.precision is not None
    assert found.bias == pytest.approx(bias, abs=0.7)  # a few off centre must not drag the rest
    assert found.precision[5] == pytest.approx(1 / 36, rel=0.3)
    assert found.precision[:5].min() > 10 * found.precision[5]
    assert np.sqrt(np.mean((found.estimate - truth) ** 2)) < 0.55
    assert np.sqrt(np.mean((value.reshape(-1, 6).mean(axis=1) - truth) ** 2)) > 1.2


def test_known_truths_say_where_zero_lies() -> None:
    item, annotator, value, truth = population(4, bias=(8.0,) * 6)
    known = np.where(np.arange(60) < 15, truth, np.nan)
    with_gold, without = settle_numbers(item, annotator, value, known), settle_numbers(item, annotator, value)
    assert np.abs(with_gold.estimate - truth).max() < 2.5
    assert with_gold.estimate[:15] == pytest.approx(truth[:15])
    assert with_gold.error is not None
    assert with_gold.error[:15].tolist() == [0.0] * 15
    assert np.abs(without.estimate - truth).mean() > 6


def test_a_value_far_off_hardly_moves_its_item() -> None:
    rng = np.random.default_rng(5)
    item, annotator, value, truth = population(5, items=300)
    slips = rng.random(len(value)) < 0.05
    found = settle_numbers(item, annotator, np.where(slips, value + 40, value))
    alone = np.bincount(item, slips) < 3  # where half of them slip the same way nobody can tell
    assert np.sqrt(np.mean((found.estimate - truth)[alone] ** 2)) < 1.3  # that of the mean is 4.7
    assert found.mean_share < 0.2
    assert found.weight[slips & alone[item]].max() < 0.1


def test_those_who_answered_little_share_a_precision_and_have_no_bias() -> None:
    item, annotator, value, _ = population(6)
    item, value = np.append(item, [0, 1, 2]), np.append(value, value[:3] + 30)
    found = settle_numbers(item, np.append(annotator, [6, 7, 8]), value)
    assert found.learned.tolist() == [True] * 6 + [False] * 3
    assert found.bias is not None
    assert found.precision is not None
    assert found.bias[6:].tolist() == [0.0] * 3
    assert len(set(found.precision[6:].tolist())) == 1


@pytest.mark.parametrize("tails", [NORMAL, ROBUST, 2.0])
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(2, 30), st.booleans(), st.booleans())
@settings(max_examples=30, deadline=None)
@pytest.mark.slow
def test_the_bound_never_falls(tails: float, seed: int, annotators: int, items: int, gold: bool, others: bool) -> None:
    rng = np.random.default_rng(seed)
    item, annotator = (code.ravel() for code in np.meshgrid(np.arange(items), np.arange(annotators), indexing="ij"))
    kept = rng.random(len(item)) < 0.7
    kept[0] = True
    value = rng.standard_t(2, len(item)) + rng.normal(0, 3, annotators)[annotator]
    truth = np.where((rng.random(items) < 0.2) & gold, 0.0, np.nan)
    learned = annotators - 1 if others else annotators
    bounds = fitted(Ratings(item[kept], annotator[kept].clip(max=learned), value[kept], truth, learned), tails).bounds
    assert np.isfinite(bounds).all()
    assert (np.diff(bounds) >= -1e-7 * np.maximum(1, np.abs(bounds[1:]))).all()


@given(st.integers(0, 10_000), st.floats(-1e6, 1e6), st.floats(1e-3, 1e3))
@settings(max_examples=20, deadline=None)
def test_names_order_and_unit_do_not_matter(seed: int, shift: float, unit: float) -> None:
    rng = np.random.default_rng(seed)
    item, annotator, value, _ = population(seed, (0.0, 0, 0, 3, -2, 0), (1.0, 1, 2, 2, 3, 9), items=25)
    found = settle_numbers(item, annotator, value)
    items, annotators, order = rng.permutation(25), rng.permutation(6), rng.permutation(len(item))
    other = settle_numbers(items[item[order]], annotators[annotator[order]], (value * unit + shift)[order])
    assert other.estimate[items] == pytest.approx(found.estimate * unit + shift, rel=1e-6, abs=1e-4 * unit)
    assert found.error is not None
    assert other.error is not None
    assert other.error[items] == pytest.approx(found.error * unit, rel=1e-3)


def test_the_extremes_stay_finite() -> None:
    item, annotator, value, _ = population(7)
    for extreme in (value * 1e150, value * 1e-150, np.round(value / 20), np.where(annotator < 5, 1.0, value)):
        found = settle_numbers(item, annotator, extreme)
        assert np.isfinite(found.estimate).all()
        assert found.error is None or np.isfinite(found.error).all()
    assert settle_numbers(item, annotator, np.ones(len(item))).estimate.tolist() == [1.0] * 60
    none = settle_numbers(item[:0], annotator[:0], value[:0])
    assert none.estimate.size == 0


@pytest.mark.parametrize(
    ("item", "annotator", "value", "said"),
    [
        ([0, 0], [0], [1.0, 2.0], "equally long"),
        ([0, -1], [0, 1], [1.0, 2.0], "from 0"),
        ([0, 0], [0, 0], [1.0, 2.0], "once"),
        ([0, 0], [0, 1], [1.0, np.nan], "finite"),
    ],
)
def test_bad_input_is_refused(item: list[int], annotator: list[int], value: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settle_numbers(np.array(item), np.array(annotator), np.array(value))


def test_an_endless_truth_is_refused() -> None:
    with pytest.raises(ValueError, match="known truths"):
        settle_numbers(np.array([0]), np.array([0]), np.array([1.0]), np.array([np.inf]))


@pytest.mark.parametrize(("slips", "hard", "most"), [(0.1, 0.0, 0.1), (0.0, 0.7, 0.9), (0.0, 0.0, 1.0)])
def test_three_answers_tell_slips_from_items_that_are_hard_for_all(slips: float, hard: float, most: float) -> None:
    rng = np.random.default_rng(4)
    item, annotator = np.repeat(np.arange(400), 3), np.tile(np.arange(12), 100)
    truth, noise = rng.normal(50, 15, 400), 6 * np.exp(rng.normal(0, hard, 400))[item]
    value = truth[item] + noise * rng.normal(size=1200) * np.where(rng.random(1200) < slips, 10, 1)
    found = settle_numbers(item, annotator, value)
    assert most - 0.25 <= found.mean_share <= most
    simple = [of(value.reshape(400, 3), axis=1) for of in (np.mean, np.median)]
    ours, *others = (np.sqrt(np.mean((each - truth) ** 2)) for each in (found.estimate, *simple))
    assert ours < 1.05 * min(others)
    assert found.error is not None
    assert 0.93 <= np.mean(np.abs(found.estimate - truth) <= 1.96 * found.error) <= 0.98


def test_what_many_say_exactly_is_no_slip() -> None:
    item, annotator = np.repeat(np.arange(60), 3), np.tile(np.arange(6), 30)
    ratings = Ratings(item, annotator, np.tile([0.0, 0.0, 5.0], 60), np.full(60, np.nan), 6)
    assert lone(ratings) == USUAL[0]
