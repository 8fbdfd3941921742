"""Agreement beside the libraries: CPU seconds and values. `python -m tests.bench.agreement [units] [repeats]`.

Three annotators, five labels, right on .7 and else any label. Each is handed the same: the counts of each unit, or the
ratings, which the `krippendorff` package wants as a matrix and ours as a long table. Each repeat is a process of its
own, for how dearly a process first pays for memory varies much; medians of the repeats.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

from gt_platform.stats.agreement import Level, Ratings, agreement, ratings
from gt_platform.stats.agreement.alpha import alpha
from gt_platform.stats.agreement.chance import fleiss
from gt_platform.stats.agreement.cohen import cohen
from gt_platform.stats.agreement.pairs import pairs
from gt_platform.stats.agreement.tally import Tally, tally

LABELS = 5
ANNOTATORS = 3
VALUES = np.arange(float(LABELS))
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


class Data:
    """The same ratings in every shape."""

    def __init__(self, units: int) -> None:
        rng = np.random.default_rng(0)
        truth = rng.integers(0, LABELS, units)
        guess = rng.integers(0, LABELS, (units, ANNOTATORS))
        self.matrix = np.where(rng.random((units, ANNOTATORS)) < 0.7, truth[:, np.newaxis], guess)
        self.unit, self.annotator = np.repeat(np.arange(units), ANNOTATORS), np.tile(np.arange(ANNOTATORS), units)
        self.value = self.matrix.ravel()
        cell = self.unit * LABELS + self.value
        self.pair = self.rated(2)
        self.counts = np.bincount(cell, minlength=units * LABELS).reshape(-1, LABELS)

    def rated(self, annotators: int) -> Ratings:
        """The ratings of the first few annotators."""
        kept = self.annotator < annotators
        return ratings(self.unit[kept], self.annotator[kept], self.value[kept])

    def tallied(self, level: Level) -> Tally:
        """The tally of the long table."""
        return tally(ratings(self.unit, self.annotator, self.value), ordered=level != "nominal")


def ours(data: Data) -> dict[str, Callable[[], float]]:
    """What is measured, by its name."""

    def of_ratings(level: Level) -> float:
        return float(alpha(data.tallied(level), level).value()[0])

    return {
        **{f"alpha of ratings, {level}": partial(of_ratings, level) for level in LEVELS},
        "Fleiss' kappa": lambda: float(fleiss(data.tallied("nominal")).value()[0]),
        "Cohen's kappa of a pair": lambda: float(cohen(pairs(data.pair).table(0), VALUES, "nominal").value()[1]),
        "all with 2,000 resamples": lambda: agreement(data.rated(ANNOTATORS))[1].value or 0.0,
    }


def peers(data: Data) -> dict[str, Callable[[], float]]:
    """The libraries' way to the same numbers."""

    def of_ratings(level: Level) -> float:
        found = krippendorff.alpha(reliability_data=data.matrix.T, value_domain=VALUES, level_of_measurement=level)
        return float(found)

    return {
        **{f"alpha of ratings, {level}": partial(of_ratings, level) for level in LEVELS},
        "Fleiss' kappa": lambda: float(fleiss_kappa(data.counts)),
        "Cohen's kappa of a pair": lambda: float(cohen_kappa_score(data.matrix[:, 0], data.matrix[:, 1])),
    }


def timed(units: int, name: str, own: bool) -> tuple[float, float]:
    """CPU seconds and value of one run, after one on little data has loaded whatever is loaded once."""
    make = ours if own else peers
    make(Data(1000))[name]()
    run = make(Data(units))[name]
    start = time.process_time()
    value = run()
    return time.process_time() - start, float(value)


def main(units: int, repeats: int) -> None:
    """Print the table."""
    print(f"{units:,} units, {units * ANNOTATORS:,} ratings; median CPU seconds of {repeats} processes")
    print(f"{'':28} {'ours':>8} {'peer':>8} {'ratio':>7} {'value':>20} {'difference':>11}", flush=True)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as alone:
        for name in ours(Data(10)):
            sides = [own for own in (True, False) if own or name in peers(Data(10))]
            found = [[alone.submit(timed, units, name, own).result() for own in sides] for _ in range(repeats)]
            seconds = np.median([[run[0] for run in row] for row in found], axis=0)
            line = f"{name:28} {seconds[0]:8.3f}"
            if len(sides) > 1:
                apart = abs(found[0][0][1] - found[0][1][1])
                line += f" {seconds[1]:8.3f} {seconds[1] / seconds[0]:6.1f}x {found[0][0][1]:20.16f} {apart:11.1e}"
            print(line, flush=True)


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:]]
    main(*(arguments + [1_000_000, 5][len(arguments) :]))
