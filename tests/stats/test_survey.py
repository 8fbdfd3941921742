"""Ratios of totals from stratified samples: values worked by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats import survey
from gt_platform.stats.survey import Estimates, ratio, stratified, unweighted

ONE_FRAME = np.zeros(2, dtype=np.int64)
RIGHT_HALF = np.repeat([[1.0], [0.0]], 6, axis=0)
# 12 events of which 3 answered 1, 1, 0, and 4 of which 2 answered 0, 1: weights 4 and 2
STRATUM = np.array([0, 0, 0, 1, 1])
SIZES = np.array([12, 4])
RIGHT = np.array([[1.0], [1.0], [0.0], [0.0], [1.0]])
ALL = np.ones((5, 1))


def one(estimates: Estimates) -> tuple[float, float, float, int, float]:
    """The only estimate."""
    return (
        float(estimates.value[0]),
        float(estimates.error[0]),
        float(estimates.freedom[0]),
        int(estimates.n[0]),
        float(estimates.effective[0]),
    )


def test_the_weighted_share() -> None:
    value, _, _, n, effective = one(ratio(stratified(STRATUM, SIZES, ONE_FRAME), RIGHT, ALL))
    assert value == (4 * 2 + 2 * 1) / 16
    assert n == 5
    # sum of weights squared over sum of squared weights less the finite population: 16**2 / (12 * 3 + 2 * 2)
    assert effective == pytest.approx(6.4)


def test_without_a_prior_the_variance_is_the_textbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "PRIOR_UNITS", 0.0)
    _, error, _, _, _ = one(ratio(stratified(STRATUM, SIZES, ONE_FRAME), RIGHT, ALL))
    # N**2 (1 - f) s**2 / r: 144 * 3/4 * 1/3 / 3 = 12 and 16 * 1/2 * 1/2 / 2 = 2
    assert error == pytest.approx(math.sqrt(12 + 2) / 16)


def test_the_variance_is_mixed_with_the_pooled_one() -> None:
    _, error, freedom, _, _ = one(ratio(stratified(STRATUM, SIZES, ONE_FRAME), RIGHT, ALL))
    # pooled: 10/16 * 6/16 = .234375; r s**2 is 1 in both strata, on 2 degrees of freedom and on 1;
    # (2 * 1 + 2 * 3 * .234375) / 4 = .8515625 and (1 * 1 + 2 * 2 * .234375) / 3 = .6458333
    assert error == pytest.approx(math.sqrt(12 * 0.8515625 + 2 * 0.6458333333) / 16)
    # parts 12 * 3 and 2 * 2 of the spread, on 4 and on 3: 40**2 / (36**2 / 4 + 4**2 / 3)
    assert freedom == pytest.approx(1600 / (324 + 16 / 3))


def test_a_stratum_that_shows_no_error_by_luck_does_not_make_the_score_sure() -> None:
    stratum, sizes = np.repeat([0, 1], [8, 8]), np.array([8000, 80])
    right = np.array([1.0] * 8 + [1.0, 0.0] * 4)[:, None]
    value, error, freedom, _, effective = one(ratio(stratified(stratum, sizes, ONE_FRAME), right, np.ones((16, 1))))
    assert error**2 == pytest.approx(value * (1 - value) / effective / (survey.MOST_GAIN + freedom / 100))


def test_a_single_unit_takes_the_pooled_variance() -> None:
    design = stratified(np.array([0, 0, 0, 1]), SIZES, ONE_FRAME)
    right = np.array([[1.0], [0.0], [1.0], [1.0]])
    value, error, _, _, _ = one(ratio(design, right, np.ones((4, 1))))
    assert value == (8 + 4) / 16
    # pooled 3/4 * 1/4; three units: (2 * 1 + 2 * 3 * .1875) / 4; one unit: (0 + 2 * .1875) / 2, weight 4, 1 - f = 3/4
    assert error == pytest.approx(math.sqrt(12 * 0.78125 + 12 * 0.1875) / 16)


def test_a_domain_is_estimated_from_its_own_units() -> None:
    inside = np.array([[1.0], [0.0], [1.0], [1.0], [0.0]])
    value, _, _, n, _ = one(ratio(stratified(STRATUM, SIZES, ONE_FRAME), RIGHT * inside, inside))
    assert [value, n] == pytest.approx([4 / 10, 3])


def test_a_ratio_with_its_own_denominator() -> None:
    # precision: right 1, 0, 1 of the given ones, with weights 4, 4 and 2
    given_ = np.array([[1.0], [1.0], [0.0], [1.0], [0.0]])
    both = np.array([[1.0], [0.0], [0.0], [1.0], [0.0]])
    value, _, _, n, _ = one(ratio(stratified(STRATUM, SIZES, ONE_FRAME), both, given_))
    assert [value, n] == pytest.approx([6 / 10, 3])


def test_columns_do_not_touch_each_other() -> None:
    design = stratified(STRATUM, SIZES, ONE_FRAME)
    both = ratio(design, np.hstack([RIGHT, RIGHT * 0]), np.hstack([ALL, ALL * 0]))
    assert both.value[0] == ratio(design, RIGHT, ALL).value[0]
    assert both.error[0] == ratio(design, RIGHT, ALL).error[0]
    assert np.isnan(both.value[1])
    assert both.n.tolist() == [5, 0]


def test_events_without_answers_are_spoken_for_by_their_stratum() -> None:
    # of the 12, one of three drawn has not answered yet: the two others weigh 6
    value, _, _, n, _ = one(ratio(stratified(STRATUM[1:], SIZES, ONE_FRAME), RIGHT[1:], ALL[1:]))
    assert [value, n] == pytest.approx([(6 * 1 + 2 * 1) / 16, 4])


def test_a_stratum_nobody_answered_in_joins_the_nearest_of_its_frame() -> None:
    sizes, frames = np.array([10, 7, 20, 30]), np.array([0, 0, 0, 1])
    design = stratified(np.array([0, 2, 2]), sizes, frames)
    # 7 lies as near to 10 as to 20 and joins the earlier; the other frame has no answers and is left out
    assert design.weight.tolist() == [17.0, 10.0]
    assert design.population == 37


def test_a_whole_frame_answered_is_known_exactly() -> None:
    design = stratified(np.array([0, 0, 1, 1]), np.array([2, 2]), ONE_FRAME)
    value, error, freedom, _, effective = one(ratio(design, RIGHT[:4], ALL[:4]))
    assert (value, error, freedom, effective) == (0.5, 0.0, 3.0, math.inf)


def test_nothing_answered_gives_nothing() -> None:
    design = stratified(np.array([], dtype=np.int64), SIZES, ONE_FRAME)
    estimates = ratio(design, np.empty((0, 2)), np.empty((0, 2)))
    assert np.isnan(estimates.value).all()
    assert estimates.n.tolist() == [0, 0]
    assert design.population == 0


def test_the_plain_ratio_is_a_simple_random_sample() -> None:
    value, error, _, n, effective = one(ratio(unweighted(5), RIGHT, ALL))
    assert [value, n, effective] == pytest.approx([0.6, 5, 5])
    # s**2 = .3 on 4 degrees of freedom, mixed with .24 on 2; r s**2 / r**2
    assert error == pytest.approx(math.sqrt((4 * 5 * 0.3 + 2 * 5 * 0.24) / 6) / 5)


def test_impossible_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="order of their strata"):
        stratified(np.array([1, 0]), SIZES, ONE_FRAME)
    with pytest.raises(ValueError, match="more answered"):
        stratified(np.repeat(1, 5), SIZES, ONE_FRAME)
    with pytest.raises(ValueError, match="more answered"):
        stratified(np.array([2]), SIZES, ONE_FRAME)


@given(data=st.data(), counts=st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_weights_add_up_to_the_population(data: st.DataObject, counts: list[int]) -> None:
    sizes = np.array([count + data.draw(st.integers(0, 30)) for count in counts])
    frames = np.array(sorted(data.draw(st.integers(0, 2)) for _ in counts))
    stratum = np.repeat(np.arange(len(counts)), counts)
    answered = np.array(data.draw(st.lists(st.booleans(), min_size=len(stratum), max_size=len(stratum))), dtype=bool)
    design = stratified(stratum[answered], sizes, frames)
    spoken_for = np.isin(frames, frames[stratum[answered]])
    assert (design.weight * design.answered).sum() == pytest.approx(sizes[spoken_for].sum())
    assert design.population == sizes[spoken_for].sum()
    assert (design.fraction > 0).all()
    assert (design.fraction <= 1).all()


def test_noisy_answers_leave_doubt_even_where_everyone_was_asked() -> None:
    known = one(ratio(stratified(np.repeat([0], 12), np.array([12]), np.array([0])), RIGHT_HALF, np.ones((12, 1))))
    noisy = stratified(np.repeat([0], 12), np.array([12]), np.array([0]), noisy=True)
    doubted = one(ratio(noisy, RIGHT_HALF, np.ones((12, 1))))
    assert (known[0], known[1]) == (0.5, 0.0)
    # s**2 is 3 / 11, mixed with the pooled .25 on two more units, over 12
    assert doubted[0] == 0.5
    assert doubted[1] == pytest.approx(np.sqrt((11 * 3 / 11 + 2 * 0.25) / 13 / 12))
