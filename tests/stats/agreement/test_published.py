"""Agreement that others published, computed from their data."""

import pytest

from gt_platform.stats.agreement import agreement, agreement_by_pair
from tests.support.judgements import read_convabuse, read_pandalm


def test_pandalm_kappas() -> None:
    # Wang et al. (2024), PandaLM: Cohen's kappa of the three annotators
    found = agreement_by_pair(read_pandalm())
    kappas = [pair.coefficients[-1] for pair in found]
    assert [kappa.units for kappa in kappas] == [999, 999, 999]
    assert [kappa.value for kappa in kappas] == pytest.approx([0.852, 0.879, 0.862], abs=5e-4)
    for kappa in kappas:
        assert kappa.low is not None
        assert kappa.high is not None
        assert 0.04 < kappa.high - kappa.low < 0.08


def test_convabuse_alpha() -> None:
    # Cercas Curry, Abercrombie and Rieser (2021), ConvAbuse: ordinal alpha of the severity of abuse
    alpha = next(part for part in agreement(read_convabuse(), "ordinal") if part.name == "alpha")
    assert alpha.value == pytest.approx(0.66, abs=5e-3)
    assert (alpha.units, alpha.annotators) == (4185, 8)
