"""Every coefficient with its interval or its reason: overall, by label, by slice, and of similarities."""

import math

import numpy as np
import pytest

from gt_platform.stats.agreement import (
    LEVELS,
    Coefficient,
    Level,
    Resampling,
    agreement,
    agreement_by_label,
    agreement_by_slice,
    ratings,
)
from gt_platform.stats.agreement.chance import fleiss
from gt_platform.stats.agreement.scales import MOST_VALUES
from gt_platform.stats.agreement.tally import tally
from tests.support.judgements import holes, of_matrix

RNG = np.random.default_rng(11)
TRUTH = RNG.integers(0, 4, 80)
MATRIX = holes(RNG, np.where(RNG.random((3, 80)) < 0.8, TRUTH, RNG.integers(0, 4, (3, 80))), 0.2)
RATED = of_matrix(MATRIX)


def named(found: tuple[Coefficient, ...]) -> dict[str, Coefficient]:
    """By name."""
    return {coefficient.name: coefficient for coefficient in found}


@pytest.mark.parametrize(
    ("level", "names"),
    [
        ("nominal", ["percent", "alpha", "fleiss", "ac1"]),
        ("ordinal", ["percent", "alpha", "ac2"]),
        ("interval", ["percent", "alpha", "ac2", "icc_1", "icc_1k", "icc_2", "icc_3", "icc_2k", "icc_3k"]),
        ("ratio", ["percent", "alpha", "ac2", "icc_1", "icc_1k", "icc_2", "icc_3", "icc_2k", "icc_3k"]),
    ],
)
def test_every_coefficient_that_applies_has_its_interval_and_n(level: Level, names: list[str]) -> None:
    found = agreement(RATED, level)
    assert [coefficient.name for coefficient in found] == names
    for coefficient in found:
        assert coefficient.value is not None
        assert coefficient.low is not None
        assert coefficient.high is not None
        assert -1 <= coefficient.low <= coefficient.value <= coefficient.high <= 1
        assert coefficient.high - coefficient.low > 0.02
        assert coefficient.annotators == 3
    pairable = (~np.isnan(MATRIX)).sum(axis=0) >= 2
    assert named(found)["alpha"].units == pairable.sum()


def test_two_annotators_get_cohens_kappa() -> None:
    two = of_matrix(MATRIX[:2])
    assert [part.name for part in agreement(two)][-1] == "cohen"
    assert [part.name for part in agreement(two, "ordinal")][-2:] == ["cohen_linear", "cohen_quadratic"]
    apart = agreement(ratings([0, 1], [0, 1], [0, 1]))[-1]
    assert (apart.value, apart.reason) == (None, "insufficient evidence: 0 units that both rated, 10 are needed")


def test_too_few_units_give_a_point_without_interval_and_say_so() -> None:
    few = of_matrix(MATRIX[:, :9])
    pairable = int(((~np.isnan(MATRIX[:, :9])).sum(axis=0) >= 2).sum())
    whole = agreement(few, resampling=Resampling(minimum=3))
    for coefficient, known in zip(agreement(few), whole, strict=True):
        assert (coefficient.value, coefficient.low, coefficient.high) == (known.value, None, None)
        assert coefficient.reason == f"insufficient evidence: {pairable} units with two ratings or more, 10 are needed"
        assert known.low is not None


def test_labels_that_nobody_chose_count_where_levels_are_apart() -> None:
    unit, annotator = np.tile(np.arange(12), 2), np.repeat([0, 1], 12)
    rank = [0, 1, 3, 3, 0, 1, 3, 0, 1, 3, 0, 1, 0, 3, 3, 3, 0, 1, 1, 0, 1, 3, 1, 1]
    used, offered = (
        named(agreement(ratings(unit, annotator, rank, scale=scale), "ordinal")) for scale in (None, range(4))
    )
    assert used["cohen_quadratic"].value == pytest.approx(0.8, abs=5e-4)
    assert offered["cohen_quadratic"].value == pytest.approx(0.7477, abs=5e-5)
    assert offered["cohen_linear"].value == pytest.approx(0.6809, abs=5e-5)
    labels = agreement_by_label(ratings(unit, annotator, rank, scale=range(4)))
    assert [row.value for row in labels] == [0, 1, 3]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "matrix",
    [
        np.full((3, 12), np.nan),
        np.ones((3, 12)),
        np.ones((1, 12)),
        np.array([[1.0], [2.0]]),
        np.where(np.eye(12)[:3] > 0, 1.0, np.nan),
        np.r_[np.ones((1, 12)), np.zeros((1, 12))],
        np.c_[np.ones((3, 30)), [[0.0], [1.0], [1.0]]],
    ],
    ids=["all missing", "one label", "one annotator", "one unit", "no pairs", "never agree", "all but one"],
)
def test_nan_never_comes_out(level: Level, matrix: np.ndarray) -> None:
    for coefficient in agreement(of_matrix(matrix), level):
        parts = coefficient.value, coefficient.low, coefficient.high
        assert all(part is None or math.isfinite(part) for part in parts)
        assert (coefficient.low is None) == (coefficient.high is None) == bool(coefficient.reason)
        assert coefficient.value is not None or coefficient.low is None


def test_perfect_agreement_is_not_sure() -> None:
    # a share q = 1 - .025 ** (1 / 40) = .0881 of units may be otherwise: 3.864 of 43.864 with one 0 and one 1, which
    # are apart by 2 each among 127.73 ratings; those are apart by 127.73^2 / 2 / 126.73
    found = named(agreement(of_matrix(np.tile([0.0, 1.0], (3, 20)))))
    assert (found["percent"].value, found["percent"].high) == (1, 1)
    assert found["percent"].low == pytest.approx(0.9119, abs=1e-3)
    assert found["alpha"].value == 1
    assert found["alpha"].low == pytest.approx(1 - 2 * 3.864 / (127.73**2 / 2 / 126.73), abs=1e-3)


def test_all_but_a_few_equal_ratings_are_insufficient_evidence() -> None:
    rare = np.zeros((2, 60))
    rare[0, 0] = 1
    found = named(agreement(of_matrix(rare)))
    assert found["alpha"].value == pytest.approx(0, abs=1e-9)
    assert found["alpha"].low is None
    assert found["alpha"].reason == "insufficient evidence: all but a few ratings are the same"
    assert found["ac1"].value is not None


def test_more_values_than_a_scale_has_are_left_out_with_the_reason() -> None:
    unit = np.repeat(np.arange(MOST_VALUES + 1), 2)
    many = ratings(unit, np.tile([0, 1, 2], len(unit))[: len(unit)], unit)
    found = named(agreement(many, resampling=Resampling(replicates=50)))
    assert found["percent"].value == 1
    assert all("more than 2,048 different values" in found[name].reason for name in ("alpha", "fleiss", "ac1"))
    assert named(agreement(many, "interval", resampling=Resampling(replicates=50)))["alpha"].value == 1
    with pytest.raises(ValueError, match="too many to look at one by one"):
        agreement_by_label(many)


def test_by_label_is_the_label_against_the_rest() -> None:
    for row in agreement_by_label(RATED):
        other = ratings(RATED.unit, RATED.annotator, (RATED.numbers == row.value).astype(np.int64))
        assert row.alpha.value == pytest.approx(named(agreement(other))["alpha"].value, abs=1e-12)
        given = [column[~np.isnan(column)] for column in MATRIX.T]
        paired = [column for column in given if len(column) > 1]
        agreed = sum(
            ((column == row.value).sum() * ((column == row.value).sum() - 1)) / (len(column) - 1) for column in paired
        )
        assert row.specific.value == pytest.approx(agreed / sum((column == row.value).sum() for column in paired))
        assert row.specific.units == sum((column == row.value).any() for column in paired)


def test_a_rare_label_is_insufficient_evidence() -> None:
    matrix = MATRIX.copy()
    matrix[:, 0] = 9
    rare = agreement_by_label(of_matrix(matrix))[-1]
    assert (rare.value, rare.specific.value, rare.specific.low, rare.alpha.low) == (9, 1, None, None)
    assert rare.alpha.reason.startswith("insufficient evidence: 1 units with two ratings or more with this label")


def test_slices_are_measured_alone_but_know_all_labels() -> None:
    first = (RATED.unit < 40).astype(np.int64)
    found = agreement_by_slice(RATED, np.where(first, 7, -1))
    assert list(found) == [7]
    alone = RATED.where(first.astype(np.bool_))
    assert named(found[7])["fleiss"].value == pytest.approx(fleiss(tally(alone)).value()[0])
    same = ratings(np.repeat(np.arange(30), 2), np.tile([0, 1], 30), np.repeat([0, 1, 2], 20))
    assert named(agreement_by_slice(same, np.repeat([0, 1, 2], 20))[1])["ac1"].value == 1
    with pytest.raises(ValueError, match="one integer a rating"):
        agreement_by_slice(RATED, [1, 2])


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="'nominel': choose one of nominal, ordinal, interval, ratio"):
        agreement(RATED, "nominel")  # type: ignore[arg-type]
