"""Releases and samples in, scores with intervals out."""

from gt_platform.benchmark.regression import Regression, regression
from gt_platform.benchmark.score import Scored, score

__all__ = ["Regression", "Scored", "regression", "score"]
