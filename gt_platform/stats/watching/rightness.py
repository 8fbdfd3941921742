"""How often a model was right among events alike: a regression on what is known of each, learned on labeled ones."""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.watching.daily import Floats

PRIOR = 1.0
"""What a coefficient is held to 0 by, as one over the variance of its normal prior; the intercept by nothing."""
ROUNDS = 25


@dataclass(frozen=True, kw_only=True)
class Rightness:
    """Coefficients (p,) of features of which the first is 1, their covariance (p, p), and whether values are shares."""

    coefficients: Floats
    covariance: Floats
    shares: bool

    def expected(self, features: Floats) -> Floats:
        """The mean value of events of such features (n, p), (n,)."""
        linear = features @ self.coefficients
        return _logistic(linear) if self.shares else linear

    def slope(self, features: Floats) -> Floats:
        """How `expected` changes with the coefficients, (n, p)."""
        expected = self.expected(features)
        rate = expected * (1 - expected) if self.shares else np.ones(len(features))
        slopes: Floats = rate[:, None] * features
        return slopes


def learned(features: Floats, value: Floats, weight: Floats, *, shares: bool) -> Rightness:
    """Fit n weighted values (n,), logistic ones where they are shares; errors are robust (White 1980)."""
    scaled = weight * weight.sum() / (weight**2).sum()
    held = np.full(features.shape[1], PRIOR)
    held[0] = 1e-6
    target = np.clip(value, 0, 1) if shares else value
    found = np.zeros(features.shape[1])
    for _ in range(ROUNDS if shares else 1):
        expected = _logistic(features @ found) if shares else features @ found
        rate = np.maximum(expected * (1 - expected), 1e-6) if shares else np.ones(len(target))
        curvature = (features * (scaled * rate)[:, None]).T @ features + np.diag(held)
        step = np.linalg.solve(curvature, features.T @ (scaled * (target - expected)) - held * found)
        found = found + step
        if float(np.abs(step).max()) < 1e-8:
            break
    expected = _logistic(features @ found) if shares else features @ found
    inverse = np.linalg.inv(curvature)
    scores = features * (scaled * (target - expected))[:, None]
    return Rightness(coefficients=found, covariance=inverse @ (scores.T @ scores) @ inverse, shares=shares)


def _logistic(linear: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(linear, -30, 30)))
    return found
