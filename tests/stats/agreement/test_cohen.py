"""Cohen's kappas against scikit-learn, and the contingency tables of all pairs of annotators at once."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from gt_platform.stats.agreement import agreement_by_pair, ratings
from gt_platform.stats.agreement.cohen import cohen
from gt_platform.stats.agreement.pairs import pairs
from gt_platform.stats.agreement.scales import Level
from tests.support.judgements import holes, of_matrix


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_equal_to_scikit_learn(level: Level) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        first, second = rng.integers(0, 5, (2, 60))
        second = np.where(rng.random(60) < 0.5, first, second)
        found = cohen(pairs(of_matrix(np.array([first, second], dtype=np.float64))).table(0), np.arange(5.0), level)
        names = [None] if level == "nominal" else ["linear", "quadratic"]
        wanted = [float((first == second).mean())]
        wanted += [cohen_kappa_score(first, second, weights=name) for name in names]
        assert found.value().tolist() == pytest.approx(wanted, abs=1e-12)


def test_weights_between_numbers_are_those_of_their_distance() -> None:
    # ratings 0, 1, 10: a confusion of 0 and 1 costs 1/10 linearly, 1/100 squared
    rated = ratings([0, 0, 1, 1, 2, 2], [0, 1] * 3, [0.0, 1.0, 1.0, 1.0, 10.0, 10.0])
    found = cohen(pairs(rated).table(0), rated.values, "interval").value()
    chance = np.mean([1 - abs(one - other) / 10 for one in (0, 1, 10) for other in (1, 1, 10)])
    assert found[1] == pytest.approx((1 - 0.1 / 3 - chance) / (1 - chance))
    squared = np.mean([1 - (one - other) ** 2 / 100 for one in (0, 1, 10) for other in (1, 1, 10)])
    assert found[2] == pytest.approx((1 - 0.01 / 3 - squared) / (1 - squared))


def test_every_pair_has_the_table_of_its_own_units() -> None:
    rng = np.random.default_rng(3)
    matrix = holes(rng, rng.integers(0, 3, (6, 40)), 0.4)
    found = pairs(of_matrix(matrix))
    assert len(found.first) == 15
    for at, (one, other) in enumerate(zip(found.first, found.second, strict=True)):
        both = ~np.isnan(matrix[one]) & ~np.isnan(matrix[other])
        assert found.units[at] == both.sum()
        table = np.zeros((3, 3))
        np.add.at(table, (matrix[one][both].astype(int), matrix[other][both].astype(int)), 1)
        cell = found.table(at)
        assert table[cell.one, cell.other].tolist() == cell.count.tolist()
        assert cell.count.sum() == both.sum()


def test_many_annotators_are_counted_by_sorting_to_the_same_pairs() -> None:
    rng = np.random.default_rng(4)
    unit, annotator = (
        np.repeat(np.arange(50), 4),
        np.concatenate([rng.choice(2000, 4, replace=False) for _ in range(50)]),
    )
    found = pairs(ratings(unit, annotator, rng.integers(0, 2, 200)))
    assert found.units.sum() == 50 * 6
    assert (found.first < found.second).all()


def test_pairs_are_named_as_they_came_and_the_busiest_chosen() -> None:
    unit = [*range(20), *range(20), *range(12)]
    annotator = [30] * 20 + [10] * 20 + [20] * 12
    rated = ratings(unit, annotator, [0, 1] * 26)
    found = agreement_by_pair(rated)
    assert [(pair.first, pair.second) for pair in found] == [(10, 20), (10, 30), (20, 30)]
    assert [pair.coefficients[0].units for pair in found] == [12, 20, 12]
    assert [(pair.first, pair.second) for pair in agreement_by_pair(rated, most=1)] == [(10, 30)]


def test_too_many_annotators_and_values_are_refused() -> None:
    count = 60_000
    with pytest.raises(ValueError, match="too many to compare pair by pair"):
        pairs(ratings(np.arange(count), np.arange(count), np.arange(count)))


def test_one_annotator_has_no_pair() -> None:
    assert agreement_by_pair(ratings([0, 1], [0, 0], [0, 1])) == ()
    assert agreement_by_pair(ratings([], [], [])) == ()
