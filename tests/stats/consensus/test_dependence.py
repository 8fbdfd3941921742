"""How much annotators err together is found by the votes alone, and lowers what a vote counts."""

import numpy as np
import pytest

from gt_platform.stats.consensus.dependence import HIGHEST, dependence, independent_share
from gt_platform.stats.consensus.votes import Votes, votes


def crowd(seed: int, correlation: float, *, items: int = 1500, answers: int = 7, labels: int = 3) -> Votes:
    """Annotators all alike, right on three of four items, whose errors correlate: Dirichlet-multinomial."""
    rng = np.random.default_rng(seed)
    matrix = np.full((labels, labels), 0.25 / (labels - 1)) + (0.75 - 0.25 / (labels - 1)) * np.eye(labels)
    truth = rng.integers(0, labels, items)
    worth = (1 - correlation) / correlation if correlation else 1e6
    like = np.stack([rng.dirichlet(worth * matrix[label]) for label in truth])
    label = (rng.random((items, answers, 1)) > like.cumsum(axis=1)[:, None]).sum(axis=2)
    return votes(np.repeat(np.arange(items), answers), np.tile(np.arange(answers), items), label.ravel(), labels=labels)


@pytest.mark.parametrize("correlation", [0.0, 0.05, 0.1, 0.2])
def test_the_correlation_is_found_without_any_truth(correlation: float) -> None:
    found = np.mean([dependence(crowd(seed, correlation)) for seed in range(3)])
    assert found == pytest.approx(min(1.5 * correlation, HIGHEST), abs=0.05)


def test_many_answers_count_for_less_the_more_they_err_together() -> None:
    cast = votes([0, 1, 1, 1, 1, 1], [0, 0, 1, 2, 3, 4], [0, 0, 0, 0, 0, 1], labels=2)
    assert independent_share(cast, 0.0).tolist() == [1, 1]
    assert independent_share(cast, 0.25).tolist() == [1, 0.5]


def test_thousands_of_labels_have_the_usual_correlation() -> None:
    cast = votes(np.repeat(np.arange(4000), 3), np.tile([0, 1, 2], 4000), np.arange(12_000), labels=12_000)
    assert dependence(cast) == 0.1


def test_ten_thousand_votes_on_one_item_stay_finite() -> None:
    cast = votes(np.repeat([0, 1], [10_000, 2]), [*range(10_000), 0, 1], [0] * 9_000 + [1] * 1_000 + [0, 2], labels=3)
    assert 0 <= dependence(cast) <= HIGHEST
