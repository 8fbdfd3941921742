"""Releases and samples in, scores with intervals out."""

from gt_platform.benchmark.candidates import Marked, Paired, paired
from gt_platform.benchmark.missing import Missing, missing
from gt_platform.benchmark.regression import Regression, regression
from gt_platform.benchmark.score import Scored, score, unscored

__all__ = [
    "Marked",
    "Missing",
    "Paired",
    "Regression",
    "Scored",
    "missing",
    "paired",
    "regression",
    "score",
    "unscored",
]
