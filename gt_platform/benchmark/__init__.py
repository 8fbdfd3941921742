"""Releases and samples in, scores with intervals out."""

from gt_platform.benchmark.attribution import Why, why
from gt_platform.benchmark.candidates import Marked, Paired, paired
from gt_platform.benchmark.missing import Missing, missing
from gt_platform.benchmark.regression import Regression, regression
from gt_platform.benchmark.score import Scored, score, unscored
from gt_platform.benchmark.stated import Side, Stated, WhyError, latest_weeks, side_of

__all__ = [
    "Marked",
    "Missing",
    "Paired",
    "Regression",
    "Scored",
    "Side",
    "Stated",
    "Why",
    "WhyError",
    "latest_weeks",
    "missing",
    "paired",
    "regression",
    "score",
    "side_of",
    "unscored",
    "why",
]
