"""What past nights teach of the next ones."""

import numpy as np
import pytest

from gt_platform.stats.label_error.outlook import outlook
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.taught import FIRST, LEAST_ITEMS, Seen, taught

Rng = np.random.Generator


def seen(n: int, *, checked: float, wrong: float, agreement: float = 0.75, unit: float = 1.0) -> Seen:
    """Unanimous and split items, this share of the split ones wrong; nine of ten outputs are what leads."""
    rng = np.random.default_rng(2)
    pattern = np.where(rng.random(n) < 0.3, 1, 3)
    agrees = rng.random(n) < 0.9
    right = np.where((pattern == 1) & (rng.random(n) < wrong), ~agrees, agrees)
    shares = [
        Shares(numerator=unit * told.astype(np.float64)[:, None], denominator=np.ones((n, 1)))
        for told in (agrees, right)
    ]
    return Seen(
        pattern=pattern,
        agrees=agrees,
        leading=shares[0],
        true=shares[1],
        checked=rng.random(n) < checked,
        agreement=agreement,
    )


def test_with_too_few_items_the_prior_stands() -> None:
    found = taught(seen(LEAST_ITEMS - 1, checked=1, wrong=0.3), 3, lowest=0, highest=1)
    prior = outlook(FIRST)
    assert found.rate == prior.rate
    assert found.variance.tolist() == prior.variance.tolist()


def test_cells_are_as_unsure_as_checks_find_them() -> None:
    sure, unsure = (taught(seen(2000, checked=0.3, wrong=wrong), 3, lowest=0, highest=1) for wrong in (0.0, 0.4))
    split = [at for at in range(len(sure.share)) if sure.open[at]]
    assert sure.share[split].sum() == pytest.approx(0.3, abs=0.03)
    assert (sure.share * sure.variance)[split].sum() < 0.01
    agreeing = max(split, key=lambda at: unsure.share[at])
    assert unsure.variance[agreeing] == pytest.approx(0.4 * 0.6, abs=0.04)
    assert unsure.rate < 0.85 < sure.rate
    assert (unsure.asked <= unsure.variance).all()


def test_without_checks_agreement_tells_how_good_annotators_are() -> None:
    poor, good = (
        taught(seen(500, checked=0, wrong=0, agreement=equal), 3, lowest=0, highest=1) for equal in (0.55, 0.95)
    )
    assert (poor.share * poor.variance).sum() > 1.3 * (good.share * good.variance).sum()
    unknown = taught(seen(500, checked=0, wrong=0, agreement=np.nan), 1, lowest=0, highest=1)
    assert np.isfinite(unknown.variance).all()


def test_the_unit_of_a_metric_is_its_span() -> None:
    one = taught(seen(500, checked=0.2, wrong=0.3), 3, lowest=0, highest=1)
    ten = taught(seen(500, checked=0.2, wrong=0.3, unit=10), 3, lowest=0, highest=10)
    assert ten.rate == pytest.approx(one.rate)
    assert ten.variance == pytest.approx(one.variance)
    assert ten.scatter == pytest.approx(one.scatter)
    without = taught(seen(500, checked=0.2, wrong=0.3, unit=10), 3, lowest=0, highest=np.inf)
    assert np.isnan(without.rate)
    assert without.scatter == pytest.approx(100 * one.scatter)
