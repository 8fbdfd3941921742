"""Every registered metric keeps the contract of `gt_platform.testing`, and one that is broken does not."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gt_platform.answers import judging
from gt_platform.answers.choices import Choices
from gt_platform.answers.preference import Preference
from gt_platform.answers.ranking import Ranking
from gt_platform.answers.spans import Spans
from gt_platform.metrics import Corpus, Ratio, fitting, metrics
from gt_platform.metrics.base import between, of_means
from gt_platform.testing import MetricContract
from tests.metrics.worlds import WORLDS

RNG = np.random.default_rng(11)
JUMP = {"map"}


def _spans(*bounds: tuple[int, int, str]) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "label": label} for start, end, label in bounds]


TAGS = [("ab", "a"), ("bc", "b"), ("a", "ac"), ("abc", "abc"), ("c", "b"), ("b", "bc")] * 2
ONE, OTHER = _spans((0, 3, "x"), (5, 8, "y")), _spans((0, 3, "x"), (6, 8, "y"), (9, 12, "x"))
MARKED = [(ONE, OTHER, 0.4), (OTHER, ONE, 0.9), ([], [], 0.5), ([], ONE, 0.2), ("?", [], None)] * 2
ORDERS = [(list(RNG.permutation(list("abcdef"))), list("cabfed"), None) for _ in range(12)]
VERDICTS = ["first", "second", "tie", "first"] * 3
MADE: list[tuple[Any, Sequence[tuple[Any, Any, float | None]]]] = [
    *((kind, draw(30, RNG)) for kind, draw in {id(kind): (kind, draw) for kind, draw in WORLDS.values()}.values()),
    (Choices(labels=dict.fromkeys("abc", "")), [(list(said), list(true), 0.7) for said, true in TAGS]),
    (Ranking(options=dict.fromkeys("abcdef", "")), ORDERS),
    (Spans(labels={"x": "", "y": ""}), MARKED),
    (judging(Preference()), [(None, verdict, None) for verdict in VERDICTS]),
]
SUITED = {name: next((made for made in MADE if name in fitting(made[0])), None) for name in metrics()}


def test_every_metric_is_for_a_kind_of_the_platform() -> None:
    assert [name for name, made in SUITED.items() if made is None] == []


for _name, _made in SUITED.items():
    if _made is not None:
        _told = {"metric": metrics()[_name], "kind": _made[0], "cases": _made[1], "smooth": _name not in JUMP}
        globals()[f"Test_{_name}"] = type(f"Test_{_name}", (MetricContract,), _told)

MCC, F1 = metrics()["mcc"], metrics()["micro_f1"]
assert isinstance(MCC, Corpus)
assert isinstance(F1, Ratio)
FIRST, VALUE = of_means(lambda mean: mean[:, 0]), MCC.linearised
BROKEN = {
    "it grows with the sample": replace(
        MCC, limits=between(0, 1e9), linearised=lambda parts, weight: replace(FIRST(parts, weight), value=weight.sum())
    ),
    "its influences are of another": replace(
        MCC, linearised=lambda parts, weight: replace(FIRST(parts, weight), value=VALUE(parts, weight).value)
    ),
    "it leaves its limits": replace(F1, limits=between(0.99, 1.0)),
    "it fails on strange outputs": replace(F1, shares=lambda case: {"*": (len(case.output), 1.0)}),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_metric_does_not_keep_it(name: str) -> None:
    kind, cases = SUITED["mcc"] or MADE[0]
    suite: Any = type("Suite", (MetricContract,), {"metric": BROKEN[name], "kind": kind, "cases": cases})()
    promises = [getattr(suite, one) for one in dir(suite) if one.startswith("test_")]

    def kept(promise: Any) -> bool:
        try:
            promise()
        except Exception:  # whatever it raises
            return False
        return True

    assert not all(kept(promise) for promise in promises)
    assert isinstance(BROKEN[name], Ratio | Corpus)
