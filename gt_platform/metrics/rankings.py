"""Metrics of rankings of all options. An output that is no such ranking has 0 of each."""

import math
from collections.abc import Callable, Mapping

from gt_platform.metrics.base import SHARE, Case, Ratio, between
from gt_platform.metrics.kinds import ranking

CUTS = (1, 3, 5)


def _ndcg(given: list[str], true: list[str]) -> float:
    """An option is as relevant as there are others below it in truth; gains are discounted by log2 of the place + 1."""
    relevance = {option: float(len(true) - at) for at, option in enumerate(true, 1)}
    gained, best = (
        sum(relevance[option] / math.log2(at + 1) for at, option in enumerate(order, 1)) for order in (given, true)
    )
    return gained / best


def _reciprocal(given: list[str], true: list[str]) -> float:
    return 1 / (given.index(true[0]) + 1)


def _precision(cut: int) -> Callable[[list[str], list[str]], float]:
    return lambda given, true: len(set(given[:cut]) & set(true[:cut])) / min(cut, len(true))


def _recall(cut: int) -> Callable[[list[str], list[str]], float]:
    return lambda given, true: float(true[0] in given[:cut])


def _metric(name: str, about: str, library: str, of: Callable[[list[str], list[str]], float]) -> Ratio:
    def shares(case: Case) -> Mapping[str, tuple[float, float]]:
        given = case.valid
        return {"*": (0.0 if given is None else of(given, case.truth), 1.0)}

    return Ratio(
        name=name,
        about=about,
        suits=ranking,
        limits=between(*SHARE),
        library=library,
        empty="0 for an output that is no ranking of all options",
        shares=shares,
    )


NDCG = _metric(
    "ndcg",
    "how much of what is relevant stands early, an option being as relevant as there are others below it in truth",
    "sklearn.metrics.ndcg_score",
    _ndcg,
)
MRR = _metric(
    "mrr",
    "the mean of 1 / the place that the output gives to the true best",
    "sklearn.metrics.label_ranking_average_precision_score",
    _reciprocal,
)
PRECISION_AT_1, PRECISION_AT_3, PRECISION_AT_5 = (
    _metric(
        f"precision_at_{cut}",
        f"of the output's first {cut}, the share that is among the true first {cut}",
        "the definition",
        _precision(cut),
    )
    for cut in CUTS
)
RECALL_AT_1, RECALL_AT_3, RECALL_AT_5 = (
    _metric(
        f"recall_at_{cut}",
        f"whether the true best is among the output's first {cut}",
        f"sklearn.metrics.top_k_accuracy_score(k={cut})",
        _recall(cut),
    )
    for cut in CUTS
)
