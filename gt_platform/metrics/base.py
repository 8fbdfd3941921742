"""What a metric is: a ratio of totals, or a statistic of the whole corpus that can be linearised around its value.

Which metrics there are belongs in their own files, and how they are found in `registry`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gt_platform.answers import Answer, AnswerKind, InvalidAnswerError

Floats = NDArray[np.float64]
Limits = tuple[float, float]
Need = Literal["confidence"]
"""What a metric reads besides output and truth; an event without it takes no part in the metric."""
SHARE: Limits = (0.0, 1.0)
STEP = 1e-4
"""Of a part's standard deviation: far enough that rounding leaves ten digits, near enough that curvature does too."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """An output held against one truth, both as JSON has them; the output may be anything, the truth is valid."""

    kind: Any
    output: Answer
    truth: Answer
    confidence: float | None = None

    @cached_property
    def valid(self) -> Answer | None:
        """The output in canonical form; None where it is no valid answer, and also where it is null."""
        return valid(self.kind, self.output)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What is known of any metric: `about` says in a sentence what it is, `empty` what it is where there is nothing.

    `suits` says for which answer kinds it is, `limits` between what it lies for such a kind. `library` names the
    function whose values it has, and `requires` the module that must be installed to compute it, if it is an extra.
    """

    name: str
    about: str
    suits: Callable[[AnswerKind], bool]
    limits: Callable[[AnswerKind], Limits]
    library: str
    empty: str
    lower_is_better: bool = False
    needs: tuple[Need, ...] = ()
    requires: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ratio(Metric):
    """A ratio of totals: `shares` of a case are its numerator and denominator by label, '*' over all of them."""

    shares: Callable[[Case], Mapping[str, tuple[float, float]]]


@dataclass(frozen=True, kw_only=True)
class Linearised:
    """A statistic at a weighted sample: its value, and what each of n units moves it by when it weighs a little more.

    `influence` takes parts (n, k) of any units and how far each counts (n,), 0 to 1; it is 0 where a unit does not,
    and its weighted mean over the sample is 0. Where the sample is too `thin` in what matters, the influences do not
    tell how much the value varies, and there is no interval.
    """

    value: float
    influence: Callable[[Floats, Floats], Floats]
    thin: bool = False


@dataclass(frozen=True, kw_only=True)
class Corpus(Metric):
    """A statistic of all cases together: `parts` of a case are a few numbers, None where it takes no part.

    `linearised` is given the parts (n, k) and weights (n,) of those that do. Metrics with one and the same `parts`
    share their columns.
    """

    parts: Callable[[Case], Sequence[float] | None]
    linearised: Callable[[Floats, Floats], Linearised]


def valid(kind: AnswerKind, answer: Answer) -> Answer | None:
    """An answer in canonical form, None where it is none."""
    try:
        return kind.validate(answer)
    except InvalidAnswerError:
        return None


def between(lowest: float, highest: float) -> Callable[[AnswerKind], Limits]:
    """Limits that are the same for every kind."""
    return lambda _: (lowest, highest)


def of_means(function: Callable[[Floats], Floats]) -> Callable[[Floats, Floats], Linearised]:
    """The linearisation of a smooth function of weighted means, (b, k) to (b,).

    The influence of a unit is the function's slope along the way from the means to the unit's parts (the infinitesimal
    jackknife; Efron 1982). Slopes are taken by central differences: a metric then need not say its derivative, and
    none can say a wrong one. A part that is the same for every unit has no slope.
    """

    def linearised(parts: Floats, weight: Floats) -> Linearised:
        share = weight / weight.sum()
        mean = share @ parts
        step = STEP * np.sqrt(np.maximum(share @ (parts - mean) ** 2, 0.0))
        step = np.where(step > 1e-9 * STEP * np.abs(mean), step, 0.0)
        moved = np.diag(np.minimum(step, np.where(mean > 0, mean / 2, step)))
        with np.errstate(invalid="ignore", divide="ignore"):
            up, down, here = function(mean + moved), function(mean - moved), function(mean[np.newaxis])
            slope = np.where(np.diag(moved) > 0, (up - down) / (2 * np.diag(moved)), 0.0)

        def influence(of: Floats, counts: Floats) -> Floats:
            return np.asarray(of @ slope - counts * (mean @ slope))

        return Linearised(value=float(here[0]), influence=influence)

    return linearised
