"""Items that are hard for everybody: told from the votes' correlation, and no reason to doubt the good annotators."""

from collections.abc import Callable

import numpy as np
import pytest

from gt_platform.stats.consensus.dependence import dependence, hardness
from gt_platform.stats.consensus.difficulty import NODES, WEIGHTS, affordable, matrices, skill
from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.models import SIMPLE, USUAL
from gt_platform.stats.consensus.models import affordable as models_of
from gt_platform.stats.consensus.pool import Pool
from gt_platform.stats.consensus.settle import settle
from gt_platform.stats.consensus.votes import Votes, votes
from tests.stats.consensus.panels import Codes, Floats, panel


def crowd(seed: int, *, spread: float, labels: int = 2, items: int = 800, per_item: int = 10) -> tuple[Votes, Codes]:
    """Sixty annotators right on 45 to 95 % of the usual items, the log odds of which differ between items."""
    rng = np.random.default_rng(seed)
    truth, right = rng.integers(0, labels, items), rng.uniform(0.45, 0.95, 60)
    who = np.argsort(rng.random((items, 60)), axis=1)[:, :per_item]
    odds = np.log(right / (1 - right))[who] + spread * rng.normal(size=(items, 1))
    wrong = (truth[:, None] + rng.integers(1, labels, who.shape)) % labels
    said = np.where(rng.random(who.shape) < 1 / (1 + np.exp(-odds)), truth[:, None], wrong)
    return votes(np.repeat(np.arange(items), per_item), who.ravel(), said.ravel(), labels=labels), truth


def test_the_nodes_are_those_of_a_standard_normal() -> None:
    nodes, weights = np.array(NODES), np.array(WEIGHTS)
    moments = [(weights * nodes**power).sum() for power in range(7)]
    assert moments == pytest.approx([1, 0, 1, 0, 3, 0, 15], abs=1e-4)


def test_hardness_by_hand_and_from_votes_that_have_it() -> None:
    cast = votes([0, 0, 0, 0, 0], [0, 1, 2, 3, 4], [0, 0, 0, 0, 1], labels=2)  # two agree in .6: right on .7236
    assert hardness(cast, 0.2) == pytest.approx(np.sqrt(0.2 / (0.7236 * 0.2764)), abs=1e-3)
    assert hardness(cast, 0.0) == 0
    found = [hardness(cast, dependence(cast)) for cast in (crowd(3, spread=spread)[0] for spread in (0.0, 1.5))]
    assert found[0] < 0.6
    assert 0.9 < found[1] < 1.6


@pytest.mark.parametrize(("labels", "more"), [(2, 0.05), (3, 0.03)])
def test_where_items_are_hard_the_good_are_believed_beyond_all_majorities(labels: int, more: float) -> None:
    gained = []
    for seed in range(3):
        cast, truth = crowd(seed, spread=1.5, labels=labels)
        majority = cast.tally().argmax(axis=1)
        gained.append([np.mean(found == truth) for found in (settle(cast).leading, majority)])
    ours, plain = np.mean(gained, axis=0)
    assert ours > plain + more


def test_where_none_are_hard_nothing_is_shifted_and_skills_are_found() -> None:
    cast, truth = panel(1, items=300, labels=3, manner="random", bad=3)
    pool = Pool(cast, None, 0.001)
    assert pool.hardness < 0.2
    majority = (cast.tally().argmax(axis=1) == truth).mean()
    for model in (skill, matrices):
        assert (model(pool).argmax(axis=1) == truth).mean() > majority + 0.02


@pytest.mark.parametrize("model", [skill, matrices])
def test_known_items_keep_their_truth_and_rows_are_probabilities(model: Callable[[Pool], Floats]) -> None:
    cast, truth = crowd(5, spread=1.5, labels=3, items=200)
    gold = np.where(np.arange(200) % 4 == 0, (truth + 1) % 3, UNKNOWN)
    found = model(Pool(cast, gold, 0.2))
    known = gold != UNKNOWN
    assert found[known, gold[known]] == pytest.approx(1)
    assert found.sum(axis=1) == pytest.approx(1)
    assert found.max(axis=1)[~known].min() < 0.9


def test_too_many_labels_for_matrices_leave_the_simple_models() -> None:
    assert affordable(1000, 50)
    assert not affordable(1000, 100)
    wide = votes(np.repeat(np.arange(300), 2), np.arange(600), np.arange(600) % 200, labels=200)
    assert (models_of(wide), models_of(panel(1)[0])) == (SIMPLE, USUAL)
