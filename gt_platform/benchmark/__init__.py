"""Releases and samples in, scores with intervals out."""

from gt_platform.benchmark.candidates import Paired, System, paired
from gt_platform.benchmark.missing import Missing, missing
from gt_platform.benchmark.regression import Regression, regression
from gt_platform.benchmark.score import Scored, score, unscored

__all__ = [
    "Missing",
    "Paired",
    "Regression",
    "Scored",
    "System",
    "missing",
    "paired",
    "regression",
    "score",
    "unscored",
]
