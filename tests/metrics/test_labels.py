"""Metrics of labels are those of scikit-learn, weighted or not."""

import numpy as np
import pytest

from gt_platform.answers.choice import Choice
from gt_platform.answers.choices import Choices
from gt_platform.answers.ordinal import Ordinal
from tests.metrics.scoring import value

LABELS = ["anger", "joy", "love", "never", "sadness"]
MOODS = Choice(labels=dict.fromkeys(LABELS, ""))
TAGS = Choices(labels=dict.fromkeys(LABELS, ""))
GRADES = Ordinal(scale=dict.fromkeys("abcde", ""))
RNG = np.random.default_rng(5)
WEIGHT = RNG.uniform(0.5, 4, 300)
TRUE = RNG.choice(["anger", "joy", "love", "sadness"], 300, p=[0.5, 0.3, 0.15, 0.05])
SAID = np.where(RNG.random(300) < 0.7, TRUE, RNG.choice(["anger", "joy", "love"], 300))
PAIRS = list(zip(SAID.tolist(), TRUE.tolist(), strict=True))


@pytest.mark.parametrize("weight", [np.ones(300), WEIGHT], ids=["plain", "weighted"])
def test_averages_over_classes(weight: np.ndarray) -> None:
    from sklearn.metrics import balanced_accuracy_score, matthews_corrcoef, precision_recall_fscore_support

    for average in ("macro", "weighted", "micro"):
        known = precision_recall_fscore_support(TRUE, SAID, average=average, zero_division=0, sample_weight=weight)
        for name, expected in zip(("precision", "recall", "f1"), known[:3], strict=True):
            assert value(f"{average}_{name}", MOODS, PAIRS, weight) == pytest.approx(expected, abs=1e-9), (
                average,
                name,
            )
    expected = balanced_accuracy_score(TRUE, SAID, sample_weight=weight)
    assert value("balanced_accuracy", MOODS, PAIRS, weight) == pytest.approx(expected, abs=1e-9)
    expected = matthews_corrcoef(TRUE, SAID, sample_weight=weight)
    assert value("mcc", MOODS, PAIRS, weight) == pytest.approx(expected, abs=1e-9)


def test_an_output_that_is_no_label_is_one_label_more_to_mcc_and_lowers_recall() -> None:
    from sklearn.metrics import f1_score, matthews_corrcoef

    said = np.where(np.arange(300) % 9 == 0, "?", SAID)
    pairs = list(zip(said.tolist(), TRUE.tolist(), strict=True))
    assert value("mcc", MOODS, pairs) == pytest.approx(matthews_corrcoef(TRUE, said), abs=1e-9)
    known = f1_score(TRUE, said, labels=["anger", "joy", "love", "sadness"], average="macro", zero_division=0)
    assert value("macro_f1", MOODS, pairs) == pytest.approx(known, abs=1e-9)


def test_without_anything_to_divide_by_it_is_what_scikit_learn_says() -> None:
    from sklearn.metrics import matthews_corrcoef

    alike = [("joy", "joy"), ("joy", "joy"), ("joy", "anger")]
    assert value("mcc", MOODS, alike) == 0.0 == matthews_corrcoef(["joy", "joy", "anger"], ["joy"] * 3)
    assert value("macro_precision", MOODS, alike) == pytest.approx(1 / 3)
    assert value("balanced_accuracy", MOODS, alike) == 0.5


def test_scales_have_classes_too_and_quadratic_kappa() -> None:
    from sklearn.metrics import cohen_kappa_score, f1_score

    true = RNG.choice(list("abcde"), 200)
    said = np.where(RNG.random(200) < 0.6, true, RNG.choice(list("abcde"), 200))
    pairs = list(zip(said.tolist(), true.tolist(), strict=True))
    known = cohen_kappa_score(true, said, weights="quadratic", sample_weight=WEIGHT[:200])
    assert value("quadratic_kappa", GRADES, pairs, WEIGHT[:200]) == pytest.approx(known, abs=1e-9)
    known = f1_score(true, said, labels=["b"], average=None)[0]
    assert value("f1", GRADES, pairs, label="b") == pytest.approx(known, abs=1e-9)
    assert value("quadratic_kappa", GRADES, [("?", "a"), ("?", "e"), ("b", "b")]) < 0


def test_several_labels() -> None:
    from sklearn.metrics import f1_score, hamming_loss

    true, said = RNG.random((120, 5)) < 0.3, RNG.random((120, 5)) < 0.3
    named = [[[name for name, has in zip(LABELS, row, strict=True) if has] for row in rows] for rows in (said, true)]
    pairs = list(zip(*named, strict=True))
    weight = WEIGHT[:120]
    known = f1_score(true, said, average="macro", sample_weight=weight, zero_division=0)
    assert value("macro_f1", TAGS, pairs, weight) == pytest.approx(known, abs=1e-9)
    known = hamming_loss(true, said, sample_weight=weight)
    assert value("hamming_loss", TAGS, pairs, weight) == pytest.approx(known, abs=1e-9)
    assert value("hamming_loss", TAGS, [("?", ["joy"])]) == 1.0
