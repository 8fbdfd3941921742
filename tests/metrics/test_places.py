"""Metrics of rankings, spans and preferences are those of scikit-learn and nervaluate, or what their words say."""

from typing import Any

import numpy as np
import pytest

from gt_platform.answers import judging
from gt_platform.answers.preference import Preference
from gt_platform.answers.ranking import Ranking
from gt_platform.answers.spans import Spans
from tests.metrics.scoring import value

OPTIONS = list("abcdef")
ORDERS = Ranking(options=dict.fromkeys(OPTIONS, ""))
RNG = np.random.default_rng(8)
MARKS = Spans(labels={"person": "", "place": ""})
LENGTH = 60


def test_rankings() -> None:
    from sklearn.metrics import label_ranking_average_precision_score, ndcg_score, top_k_accuracy_score

    pairs = [
        ([str(one) for one in RNG.permutation(OPTIONS)], [str(one) for one in RNG.permutation(OPTIONS)])
        for _ in range(40)
    ]
    true, said = (
        np.array([[-order.index(option) for option in OPTIONS] for order in side])
        for side in zip(*[pair[::-1] for pair in pairs], strict=True)
    )
    best = (true == 0).astype(int)
    assert value("ndcg", ORDERS, pairs) == pytest.approx(ndcg_score(true + 5, said), abs=1e-9)
    assert value("mrr", ORDERS, pairs) == pytest.approx(label_ranking_average_precision_score(best, said), abs=1e-9)
    for cut in (1, 3, 5):
        known = top_k_accuracy_score(best.argmax(axis=1), said, k=cut)
        assert value(f"recall_at_{cut}", ORDERS, pairs) == pytest.approx(known, abs=1e-9)
        common = np.mean([len({*one[:cut]} & {*other[:cut]}) / cut for one, other in pairs])
        assert value(f"precision_at_{cut}", ORDERS, pairs) == pytest.approx(common, abs=1e-9)
    assert value("ndcg", ORDERS, [("?", OPTIONS), (OPTIONS, OPTIONS)]) == 0.5


def spans() -> list[dict[str, Any]]:
    starts = np.sort(RNG.choice(LENGTH, 4, replace=False))
    return [
        {"start": int(start), "end": int(start + RNG.integers(1, 6)), "label": str(RNG.choice(["person", "place"]))}
        for start in starts
    ]


def moved(true: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some are left out, some are a character too long, some are called otherwise."""
    kept = [one for one in true if RNG.random() < 0.8]
    longer = [one | {"end": one["end"] + int(RNG.random() < 0.3)} for one in kept]
    return [one | {"label": "place"} if RNG.random() < 0.3 else one for one in longer]


def test_spans_are_counted_as_nervaluate_counts_them() -> None:
    from nervaluate import Evaluator

    pairs = [(MARKS.validate(moved(true)), MARKS.validate(true)) for true in (spans() for _ in range(50))]
    said, true = (
        [[one | {"end": one["end"] - 1} for one in side] for side in sides] for sides in zip(*pairs, strict=True)
    )
    known = Evaluator(true, said, tags=["person", "place"], loader="dict").evaluate()["overall"]
    named = {"strict": "strict", "partial": "partial", "exact_bounds": "exact", "label_overlap": "ent_type"}
    for ours, theirs in named.items():
        for part in ("precision", "recall", "f1"):
            assert value(f"{ours}_{part}", MARKS, pairs) == pytest.approx(getattr(known[theirs], part), abs=1e-9), ours
    assert 0 < known["strict"].f1 < known["partial"].f1 < 1
    assert value("partial_recall", MARKS, [("?", spans())]) == 0.0


def test_a_tie_is_half_a_win() -> None:
    verdicts = ["first", "first", "tie", "second", "second"]
    assert value("win_rate", judging(Preference()), [(None, verdict) for verdict in verdicts]) == 0.5
