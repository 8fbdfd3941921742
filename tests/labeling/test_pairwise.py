"""How far each two annotators agree: as the kappa of their items alone, nothing of too few, plain without a level."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import cohen_kappa_score

from gt_platform.labeling.pairwise import PLAIN, Pair, pairwise
from gt_platform.lake import Store
from tests.support.sentiment import declare
from tests.truth.answered import answer

LABELS = ("positive", "negative", "neutral")
GIVEN = [[LABELS[at % 3], LABELS[(at + at // 9) % 3], LABELS[at // 2 % 3]] for at in range(24)]
SPANS: dict[str, Any] = {"kind": "choices", "labels": dict.fromkeys(LABELS, "a text")}


def by_pair(pairs: tuple[Pair, ...]) -> dict[tuple[str, str], Pair]:
    return {(one.one, one.other): one for one in pairs}


def test_a_pair_has_the_kappa_of_the_items_both_answered(new_store: Callable[[], Store], tmp_path: Path) -> None:
    store, project = new_store(), declare(tmp_path)
    for at, given in enumerate(GIVEN):
        answer(store, project, f"item {at}", given if at < 6 else given[:2])
    found = pairwise(store, project)
    pairs = by_pair(found.pairs)
    assert found.annotators == ("a1", "a2", "a3")
    assert (found.measure, found.pairs_in_all) == ("Cohen's kappa", 3)
    most = pairs["a1", "a2"]
    assert most.coefficient.value == pytest.approx(cohen_kappa_score(*zip(*(one[:2] for one in GIVEN), strict=True)))
    assert most.agreement.value == pytest.approx(sum(one[0] == one[1] for one in GIVEN) / 24)
    assert most.coefficient.low is not None
    assert most.coefficient.low < (most.coefficient.value or 0)
    few = pairs["a1", "a3"].coefficient
    assert (few.low, few.units) == (None, 6)
    assert few.reason.startswith("insufficient evidence: 6 units")
    assert [(one.one, one.other) for one in pairwise(store, project, most=1).pairs] == [("a1", "a2")]


def test_answers_without_a_level_have_their_mean_agreement(new_store: Callable[[], Store], tmp_path: Path) -> None:
    store, project = new_store(), declare(tmp_path, answer=SPANS, benchmark={"metrics": ["f1"]})
    for at in range(12):
        put: list[Any] = [["positive"], ["positive"] if at else ["negative"]]
        answer(store, project, f"item {at}", put)
    found = pairwise(store, project)
    (pair,) = found.pairs
    assert (found.measure, found.corrected) == (PLAIN, False)
    assert pair.coefficient.value == pytest.approx(11 / 12)
    assert (pair.coefficient.units, pair.coefficient.low is not None) == (12, True)
