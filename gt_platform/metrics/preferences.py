"""How often the first of two answers wins, where experts say which of them is better."""

from collections.abc import Mapping

from gt_platform.metrics.base import SHARE, Case, Ratio, between
from gt_platform.metrics.kinds import prefers

WORTH = {"first": 1.0, "tie": 0.5, "second": 0.0}


def _won(case: Case) -> Mapping[str, tuple[float, float]]:
    return {"*": (WORTH[case.truth], 1.0)}


WIN_RATE = Ratio(
    name="win_rate",
    about="how often the first answer is preferred, a tie being half of it",
    suits=prefers,
    limits=between(*SHARE),
    library="the definition",
    empty="insufficient evidence where nothing is judged",
    shares=_won,
)
