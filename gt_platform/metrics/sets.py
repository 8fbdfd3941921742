"""Metrics of answers that are several labels."""

from collections.abc import Mapping

from gt_platform.metrics.base import SHARE, Case, Ratio, between
from gt_platform.metrics.kinds import labels, several_labels


def _hamming(case: Case) -> Mapping[str, tuple[float, float]]:
    """An output that is no valid answer has every label wrong."""
    given, true, names = case.valid, set(case.truth), labels(case.kind)
    wrong = len(names) if given is None else len(set(given) ^ true)
    return {"*": (float(wrong), float(len(names)))}


HAMMING_LOSS = Ratio(
    name="hamming_loss",
    about="of all labels of all cases, the share that is wrongly given or wrongly left out",
    suits=several_labels,
    limits=between(*SHARE),
    library="sklearn.metrics.hamming_loss",
    empty="an output that is no valid answer has every label wrong",
    lower_is_better=True,
    shares=_hamming,
)
