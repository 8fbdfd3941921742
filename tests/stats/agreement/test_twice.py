"""Agreement before and after, on the same units."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gt_platform.stats.agreement import Resampling
from gt_platform.stats.agreement.chance import gwet
from gt_platform.stats.agreement.coefficient import Basis
from gt_platform.stats.agreement.tally import tally
from gt_platform.stats.agreement.twice import Twice, ac1_twice, pairs_twice
from tests.support.judgements import of_matrix

QUICK = Resampling(replicates=200)


def asked(before: NDArray[np.int64], after: NDArray[np.int64], labels: int) -> Twice:
    """Two answers to each unit, (n, 2), before and after, all of them taken."""
    one_hot = np.eye(labels)
    return Twice(
        weight=np.ones(len(before)),
        before=(before[:, 0] == before[:, 1]).astype(np.float64),
        after=(after[:, 0] == after[:, 1]).astype(np.float64),
        first=one_hot[before].mean(axis=1),
        second=one_hot[after].mean(axis=1),
    )


def test_each_time_is_measured_as_it_would_be_alone() -> None:
    rng = np.random.default_rng(1)
    before, after = rng.integers(0, 3, (60, 2)), np.repeat(rng.integers(0, 3, (60, 1)), 2, axis=1)
    after[:9, 1] = (after[:9, 0] + 1) % 3
    units, basis = asked(before, after, 3), Basis(60, 2)
    pairs, ac1 = pairs_twice(units, basis, QUICK), ac1_twice(units, basis, QUICK)
    assert [one.value for one in pairs[:2]] == pytest.approx([units.before.mean(), 51 / 60])
    alone = [gwet(tally(of_matrix(part.T.astype(np.float64))), "nominal").value()[0] for part in (before, after)]
    assert [one.value for one in ac1[:2]] == pytest.approx(alone)
    for first, second, gain in (pairs, ac1):
        assert first.value is not None
        assert second.value is not None
        assert gain.low is not None
        assert gain.value == pytest.approx(second.value - first.value)
        assert 0 < gain.low < second.value - first.value


def test_units_weigh_as_much_as_was_taken_of_them() -> None:
    units = Twice(
        weight=np.array([1.0] * 10 + [1 / 3] * 30),
        before=np.array([0.0] * 10 + [1.0] * 30),
        after=np.ones(40),
        first=np.ones((40, 0)),
        second=np.ones((40, 0)),
    )
    before, after, gain = pairs_twice(units, Basis(40, 2), QUICK)
    assert [before.value, after.value, gain.value] == pytest.approx([0.5, 1, 0.5])


def test_too_few_units_are_too_little_evidence() -> None:
    units = asked(np.zeros((0, 2), dtype=np.int64), np.zeros((0, 2), dtype=np.int64), 3)
    for found in (pairs_twice(units, Basis(0, 0), QUICK), ac1_twice(units, Basis(0, 0), QUICK)):
        assert [(one.value, one.reason.partition(":")[0]) for one in found] == [(None, "insufficient evidence")] * 3
