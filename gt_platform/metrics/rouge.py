"""ROUGE (Lin 2004): words, pairs of words and longest common sequences that an output shares with the truth."""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from gt_platform.metrics.base import SHARE, Case, Ratio, between
from gt_platform.metrics.kinds import text
from gt_platform.metrics.variants import said, variants

OF = {"rouge1": "words", "rouge2": "pairs of words", "rougeL": "the longest common sequence of words"}


@cache
def scorer(name: str) -> Any:
    """The library's own. It logs by absl, whose handler, when logging is set up anew, closes what standard error was
    redirected to as it was imported: so it is given the process's own, which it leaves open.
    """
    from absl import logging
    from rouge_score.rouge_scorer import RougeScorer

    logging.get_absl_handler().python_handler.stream = sys.__stderr__
    return RougeScorer([name])


def _shares(name: str) -> Callable[[Case], Mapping[str, tuple[float, float]]]:
    def shares(case: Case) -> dict[str, tuple[float, float]]:
        best = scorer(name).score_multi(variants(case), said(case))[name]
        return {"*": (float(best.fmeasure), 1.0)}

    return shares


def _rouge(name: str) -> Ratio:
    return Ratio(
        name=name.lower().replace("rouge", "rouge_"),
        about=f"F1 of {OF[name]} in output and truth, of several variants the best; its mean over cases",
        suits=text,
        limits=between(*SHARE),
        library=f'rouge_score.RougeScorer(["{name}"]).score_multi',
        empty="0 where output or truth has no word; words are runs of Latin letters and digits",
        requires="rouge_score",
        shares=_shares(name),
    )


ROUGE_1, ROUGE_2, ROUGE_L = (_rouge(name) for name in OF)
