"""Scores without experts: what the truth may be, given votes and the output."""

from functools import partial

import numpy as np
import pytest

from gt_platform.stats.consensus.votes import Votes, votes
from gt_platform.stats.design import unweighted
from gt_platform.stats.intervals import intervals
from gt_platform.stats.label_error.cells import Codes
from gt_platform.stats.label_error.imputation import Believed, believed, imputed, unknowable
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.two_phase import Corrected
from gt_platform.stats.survey import ratio


def world(n: int, skill: float, model: float, seed: int) -> tuple[Codes, Votes, Codes]:
    """The truth of n items of two labels, three answers each of ten annotators, and a model's output."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.4).astype(np.int64)
    annotator = np.argsort(rng.random((n, 10)), axis=1)[:, :3]
    said = np.where(rng.random((n, 3)) < skill, truth[:, None], 1 - truth[:, None])
    output = np.where(rng.random(n) < model, truth, 1 - truth)
    return truth, votes(np.repeat(np.arange(n), 3), annotator.ravel(), said.ravel(), labels=2), output


def accuracy(output: Codes, truth: Believed) -> Corrected:
    n = len(output)
    candidates = [
        Shares(numerator=(output == label).astype(np.float64)[:, None], denominator=np.ones((n, 1)))
        for label in range(2)
    ]
    return imputed(unweighted(n), np.arange(n), candidates, truth, partial(ratio, unweighted(n)))


def test_the_models_rate_is_found_where_votes_alone_would_miss_it() -> None:
    _, answers, output = world(2000, 0.8, 0.9, 1)
    found = accuracy(output, believed(answers, output, seed=1))
    majority = (answers.tally().argmax(axis=1) == output).mean()
    assert majority < 0.85
    (interval,) = intervals(found.estimates, np.zeros(1), np.ones(1))
    assert interval is not None
    assert interval.low < 0.9 < interval.high
    assert found.estimates.value == pytest.approx([0.9], abs=0.02)
    assert 0.2 < found.labels[0] < 0.6


def test_of_judgements_annotators_alone_tell_where_three_of_them_answer() -> None:
    _, answers, _ = world(1000, 0.85, 0.9, 2)
    shares = [Shares(numerator=np.full((1000, 1), float(of)), denominator=np.ones((1000, 1))) for of in (0, 1)]
    truth = believed(answers, None, seed=1)
    found = imputed(unweighted(1000), np.arange(1000), shares, truth, partial(ratio, unweighted(1000)))
    (interval,) = intervals(found.estimates, np.zeros(1), np.ones(1))
    assert interval is not None
    assert interval.low < 0.4 < interval.high
    assert interval.high - interval.low < 0.15
    twice = answers.only(np.arange(3000) % 3 < 2)
    assert unknowable(twice, None) == "0% of the items have three answers, too few to tell who errs: raise overlap"


def test_perfect_annotators_leave_no_doubt_about_labels() -> None:
    truth, answers, output = world(300, 1.0, 0.8, 2)
    found = accuracy(output, believed(answers, output, seed=1))
    assert found.estimates.value == pytest.approx([(output == truth).mean()], abs=0.002)
    assert found.labels[0] < 0.01


def test_neither_order_nor_names_matter() -> None:
    _, answers, output = world(120, 0.75, 0.8, 3)
    rng = np.random.default_rng(1)
    items, people = rng.permutation(120), rng.permutation(10)
    renamed = votes(items[answers.item], people[answers.annotator], answers.label, labels=2)
    other = np.empty_like(output)
    other[items] = output
    one, two = believed(answers, output, seed=5, refits=3), believed(renamed, other, seed=5, refits=3)
    assert (two.posterior[items] == one.posterior).all()
    assert (two.refits[:, items] == one.refits).all()


def test_where_annotators_say_too_little_there_is_no_interval() -> None:
    _, answers, output = world(200, 0.6, 0.9, 4)
    found = accuracy(output, believed(answers, output, seed=1))
    assert found.labels[0] > 0.6
    assert intervals(found.estimates, np.zeros(1), np.ones(1)) == [None]


def test_labels_of_few_items_are_rare() -> None:
    posterior = np.array([[0.9, 0.1]] * 100)
    assert Believed(posterior=posterior, refits=posterior[None]).rare.tolist() == [False, True]


def test_what_cannot_be_told_is_said() -> None:
    _, answers, output = world(100, 0.8, 0.9, 1)
    assert unknowable(answers, output) is None
    single = answers.only(np.arange(300) % 3 == 0)
    assert unknowable(single, output) == "0% of the items have two answers, too few to tell who errs: raise overlap"
    with pytest.raises(ValueError, match="0% of the items have two answers"):
        believed(single, output, seed=1)
    few = votes(np.arange(20), np.arange(20) % 4, np.arange(20) % 2, labels=2)
    assert unknowable(few, output[:20]) == "20 items are too few to tell how good annotators are: it takes 50"
    two = votes(np.tile(np.arange(60), 2), np.repeat([0, 1], 60), np.tile([0, 1], 60), labels=2)
    assert unknowable(two, output[:60]) == "2 annotators cannot be told from the model: it takes 3"
    none = np.full(100, -1)
    assert unknowable(answers, none) == (
        "most outputs are no label that annotators may give: annotators cannot tell how good the model is"
    )
