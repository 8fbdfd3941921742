"""Do scores stay true while outcomes are in and answers are not? `python -m tests.bench.outcomes [RUNS]`.

Frames of 400 events, 24 drawn in six strata of confidence, a model wrong on 12 %. What is wrong has an outcome in 70 %,
what is right in 20 %; of the drawn events without one some have an answer yet. By strata alone, and calibrated on which
events have an outcome, as scores are.
"""

import sys

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.design import stratified
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.intervals import intervals
from gt_platform.stats.survey import Estimates, ratio

EVENTS, STRATA, EACH = 400, 6, 4
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def frame(rng: np.random.Generator, answered: float) -> tuple[Codes, Codes, Floats, Floats]:
    """The labeled events' strata, the strata's sizes, and of every event whether it is right, and what is known."""
    right = rng.random(EVENTS) > 0.12
    outcome = rng.random(EVENTS) < np.where(right, 0.2, 0.7)
    confidence = np.clip(rng.normal(0.8 - 0.15 * ~right, 0.1), 0.01, 0.99)
    stratum = confidence.argsort().argsort() * STRATA // EVENTS
    drawn = np.concatenate([rng.choice(np.flatnonzero(stratum == at), EACH, replace=False) for at in range(STRATA)])
    labeled = drawn[outcome[drawn] | (rng.random(len(drawn)) < answered)]
    known = np.column_stack([np.ones(EVENTS), confidence, outcome]).astype(np.float64)
    return labeled, stratum, right.astype(np.float64), known


def estimates(rng: np.random.Generator, frames: int, answered: float) -> tuple[float, dict[str, Estimates]]:
    """The true accuracy of all events, and what both ways make of the labels."""
    days = [frame(rng, answered) for _ in range(frames)]
    named = np.concatenate([STRATA * at + stratum[labeled] for at, (labeled, stratum, _, _) in enumerate(days)])
    strata, code = np.unique(named, return_inverse=True)
    sizes = np.concatenate([np.bincount(stratum, minlength=STRATA) for _, stratum, _, _ in days])[strata]
    design = stratified(code, sizes, strata // STRATA)
    value = np.concatenate([right[labeled] for labeled, _, right, _ in days])[:, None]
    known = np.concatenate([known[labeled] for labeled, _, _, known in days])
    totals = np.sum([known.sum(axis=0) for _, _, _, known in days], axis=0)
    one = np.ones_like(value)
    found = {"by strata": ratio(design, value, one), "calibrated": greg(design, value, one, known, totals)}
    return float(np.mean([right.mean() for _, _, right, _ in days])), found


def main(runs: int) -> None:
    """Print bias, coverage and half-width."""
    rng = np.random.default_rng(1)
    for frames, answered in ((2, 0.5), (7, 0.5), (7, 1.0), (28, 0.5)):
        told: dict[str, list[tuple[float, float, float]]] = {"by strata": [], "calibrated": []}
        for _ in range(runs):
            true, found = estimates(rng, frames, answered)
            for way, estimate in found.items():
                (interval,) = intervals(estimate, np.zeros(1), np.ones(1))
                assert interval is not None
                low, high = interval.low, interval.high
                told[way].append((interval.estimate - true, low <= true <= high, (high - low) / 2))
        for way, rows in told.items():
            bias, held, width = np.mean(rows, axis=0)
            print(f"{frames:2} frames, {answered:.0%} answered, {way}: bias {100 * bias:+.2f} points, ", end="")
            print(f"coverage {held:.1%}, half-width {100 * width:.2f} points")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
