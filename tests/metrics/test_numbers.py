"""Metrics of numbers are those of scikit-learn and scipy; those of confidence too."""

import math

import numpy as np
import pytest

from gt_platform.answers.choice import Choice
from gt_platform.answers.number import Number
from tests.metrics.scoring import at, value

AGES = Number(minimum=0, maximum=120, unit="years")
RNG = np.random.default_rng(9)
WEIGHT = RNG.uniform(0.5, 4, 150)
TRUE = RNG.integers(1, 100, 150).astype(float)
SAID = np.clip(TRUE + RNG.normal(0, 15, 150).round(), 0, 120)
PAIRS = list(zip(SAID.tolist(), TRUE.tolist(), strict=True))
EITHER = Choice(labels={"spam": "", "ham": ""})


def test_errors_and_explained_variance() -> None:
    from sklearn import metrics

    for name, function in (
        ("rmse", metrics.root_mean_squared_error),
        ("r2", metrics.r2_score),
        ("mape", metrics.mean_absolute_percentage_error),
    ):
        known = function(TRUE, SAID, sample_weight=WEIGHT)
        assert value(name, AGES, PAIRS, WEIGHT) == pytest.approx(known, abs=1e-9), name
    assert value("rmse", AGES, [("?", 30)]) == 120.0
    assert math.isnan(value("r2", AGES, [(3, 30), (4, 30)]))


def test_spearman_counts_a_weight_of_two_as_two() -> None:
    from scipy.stats import spearmanr

    assert value("spearman", AGES, PAIRS) == pytest.approx(spearmanr(SAID, TRUE).statistic, abs=1e-9)
    twice = RNG.integers(1, 4, 150)
    known = spearmanr(np.repeat(SAID, twice), np.repeat(TRUE, twice)).statistic
    assert value("spearman", AGES, PAIRS, twice.astype(float)) == pytest.approx(known, abs=1e-9)
    assert math.isnan(value("spearman", AGES, [(3, 30), (3, 40)]))


def test_confidence_is_taken_for_the_probability_that_the_output_is_right() -> None:
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    sure = RNG.choice([0.5, 0.6, 0.75, 0.9, 1.0], 150)
    true = RNG.choice(["spam", "ham"], 150, p=[0.3, 0.7])
    said = np.where(RNG.random(150) < sure, true, np.where(true == "spam", "ham", "spam"))
    pairs = list(zip(said.tolist(), true.tolist(), sure.tolist(), strict=True))
    ham = np.where(said == "ham", sure, 1 - sure)
    pairs_and_none = [*pairs, ("ham", "spam", None)]
    weight = np.append(WEIGHT, 1.0)
    positive = (true == "ham").astype(int)
    known = brier_score_loss(positive, ham, sample_weight=WEIGHT)
    assert value("brier", EITHER, pairs_and_none, weight) == pytest.approx(known, abs=1e-9)
    known = log_loss(positive, ham, sample_weight=WEIGHT)
    assert value("log_loss", EITHER, pairs_and_none, weight) == pytest.approx(known, abs=1e-9)
    known = roc_auc_score(positive, ham, sample_weight=WEIGHT)
    assert value("auc", EITHER, pairs, WEIGHT) == pytest.approx(known, abs=1e-9)
    known = roc_auc_score(said == true, sure, sample_weight=WEIGHT)
    assert value("confidence_auc", EITHER, pairs, WEIGHT) == pytest.approx(known, abs=1e-9)
    assert math.isnan(at("auc", EITHER, [("ham", "ham", 0.9)] * 3, np.ones(3))[0].value)
