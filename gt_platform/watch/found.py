"""What a watch found of a day: rows of the table `watches`, without their day, and how many of them are findings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from gt_platform.stats.multiplicity import q_values

Verdict = Literal["drift", "no_drift", "insufficient_evidence", "reference"]
Watched = Literal["volume", "feedback_rate", "calibration", "label_shift", "concept_drift"]
ALL = "*"
DIGITS = 10  # a sum's last bits depend on the processor's order of adding


@dataclass(frozen=True, kw_only=True)
class Found:
    """A verdict on something watched, `of` a label or a kind of feedback or of all, with the evidence for it."""

    watched: Watched
    of: str = ALL
    verdict: Verdict
    estimate: float | None = None
    reference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    n: int = 0
    n_reference: int = 0
    since: date | None = None
    method: str | None = None
    detail: str | None = None


def insufficient(watched: Watched, why: str, *, n: int = 0, n_reference: int = 0, since: date | None = None) -> Found:
    """That evidence is lacking, and why."""
    return Found(
        watched=watched, verdict="insufficient_evidence", n=n, n_reference=n_reference, since=since, detail=why
    )


def decided(found: Sequence[Found], alpha: float) -> list[Found]:
    """The same with their q-values: of all that is found of one thing on a day, `alpha` is false at most."""
    told = q_values([one.p_value for one in found if one.p_value is not None])
    of = dict(zip((one.of for one in found if one.p_value is not None), told.tolist(), strict=True))
    return [
        replace(one, q_value=of[one.of], verdict="drift" if of[one.of] <= alpha else "no_drift")
        if one.of in of
        else one
        for one in found
    ]


def rounded(value: float | None) -> float | None:
    """A number as tables hold it."""
    return None if value is None else float(f"{value:.{DIGITS}g}")
