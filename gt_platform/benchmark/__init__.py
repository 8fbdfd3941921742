"""Releases and samples in, scores with intervals out."""

from gt_platform.benchmark.attribution import Why, why
from gt_platform.benchmark.candidacy import Stood, stand, stand_again
from gt_platform.benchmark.candidates import Marked, Paired, paired
from gt_platform.benchmark.gate import Gated, GateError, gate
from gt_platform.benchmark.leaderboard import LeaderboardError, Place, leaderboard
from gt_platform.benchmark.missing import Missing, missing
from gt_platform.benchmark.pins import PinError, failures, pin, pins
from gt_platform.benchmark.regression import Regression, regression
from gt_platform.benchmark.reliability import Calibrated, reliability
from gt_platform.benchmark.score import Scored, score, unscored
from gt_platform.benchmark.stated import Side, Stated, WhyError, latest_weeks, side_of
from gt_platform.benchmark.weaknesses import WeaknessError, Weaknesses, weaknesses

__all__ = [
    "Calibrated",
    "GateError",
    "Gated",
    "LeaderboardError",
    "Marked",
    "Missing",
    "Paired",
    "PinError",
    "Place",
    "Regression",
    "Scored",
    "Side",
    "Stated",
    "Stood",
    "WeaknessError",
    "Weaknesses",
    "Why",
    "WhyError",
    "failures",
    "gate",
    "latest_weeks",
    "leaderboard",
    "missing",
    "paired",
    "pin",
    "pins",
    "regression",
    "reliability",
    "score",
    "side_of",
    "stand",
    "stand_again",
    "unscored",
    "weaknesses",
    "why",
]
