"""Metrics of numbers and of places on a scale. An output that is no valid number errs by the whole range."""

from collections.abc import Mapping, Sequence

import numpy as np

from gt_platform.answers import AnswerKind
from gt_platform.metrics.base import Case, Corpus, Floats, Limits, Linearised, Ratio, between, of_means
from gt_platform.metrics.kinds import labels, number, scale, span_of

LEAST = float(np.finfo(np.float64).eps)
UNBOUNDED = float("inf")


def error(case: Case) -> float:
    """How far off the output is."""
    value = case.valid
    return span_of(case.kind) if value is None else float(abs(value - case.truth))


def _mape(case: Case) -> Mapping[str, tuple[float, float]]:
    return {"*": (error(case) / max(abs(case.truth), LEAST), 1.0)}


def _square(case: Case) -> Sequence[float]:
    return (error(case) ** 2,)


def _square_and_truth(case: Case) -> Sequence[float]:
    return (error(case) ** 2, case.truth, case.truth**2)


def _range(kind: AnswerKind) -> Limits:
    return 0.0, span_of(kind)


def _explained(parts: Floats, weight: Floats) -> Linearised:
    """1 less the errors' mean square over the truths' variance. Its slopes are known, and sharper than differences."""
    share = weight / weight.sum()
    square, mean = float(share @ parts[:, 0]), float(share @ parts[:, 1])
    variance = float(share @ (parts[:, 1] - mean) ** 2)
    value = 1 - square / variance if variance > 0 else float("nan")

    def influence(of: Floats, counts: Floats) -> Floats:
        around = of[:, 2] - 2 * mean * of[:, 1] + mean**2 * counts
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(
                (square / variance) * (around / variance - counts) - (of[:, 0] - square * counts) / variance
            )

    return Linearised(value=value, influence=influence)


def _places(case: Case) -> Sequence[float]:
    """Places of output and truth on the scale, their squares and product; what is no label is as far off as can be."""
    place = {label: float(at) for at, label in enumerate(labels(case.kind))}
    true, last = place[case.truth], float(len(place) - 1)
    said = place[case.valid] if case.valid is not None else (0.0 if true > last / 2 else last)
    return said, true, said**2, true**2, said * true


def _kappa(mean: Floats) -> Floats:
    """1 less the mean squared distance over what chance would make it."""
    said, true, said_square, true_square, product = mean.T
    squares = said_square + true_square
    chance = squares - 2 * said * true
    return np.where(chance > 0, 1 - (squares - 2 * product) / np.maximum(chance, 1e-300), np.nan)


MAPE = Ratio(
    name="mape",
    about="the mean of errors as shares of the truth",
    suits=number,
    limits=between(0.0, UNBOUNDED),
    library="sklearn.metrics.mean_absolute_percentage_error",
    empty="a truth of 0 is taken for 2.2e-16, which makes the mean useless: choose another metric where 0 is true",
    lower_is_better=True,
    shares=_mape,
)
RMSE = Corpus(
    name="rmse",
    about="the root of the mean squared error, in the unit of the answers",
    suits=number,
    limits=_range,
    library="sklearn.metrics.root_mean_squared_error",
    empty="insufficient evidence where nothing is labeled",
    lower_is_better=True,
    parts=_square,
    linearised=of_means(lambda mean: np.sqrt(np.maximum(mean[:, 0], 0))),
)
R2 = Corpus(
    name="r2",
    about="the share of the truths' variance that outputs explain: 1 at best, 0 for who always says the mean",
    suits=number,
    limits=between(-UNBOUNDED, 1.0),
    library="sklearn.metrics.r2_score",
    empty="insufficient evidence where all truths are one number",
    parts=_square_and_truth,
    linearised=_explained,
)
QUADRATIC_KAPPA = Corpus(
    name="quadratic_kappa",
    about="agreement on a scale beyond chance, by squared distance: 0 by chance, 1 where all are right",
    suits=scale,
    limits=between(-1.0, 1.0),
    library='sklearn.metrics.cohen_kappa_score(weights="quadratic")',
    empty="insufficient evidence where outputs and truths are all one label",
    parts=_places,
    linearised=of_means(_kappa),
)
