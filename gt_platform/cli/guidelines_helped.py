"""What `gt guidelines` says of whether rules helped: a row a rule and measure."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from gt_platform.labeling.helped import Effect

HELPED = (
    "did the rules help? agreement on the same items before and after, with 95 % intervals (BCa bootstrap over items, "
    "for these annotators); of untouched items the share whose truth changes, by repeat answers alone and now (Wilson)"
)
NUMBERS = ("before", "before_low", "before_high", "after", "after_low", "after_high", "gain", "low", "high")
WHOLE = {"rule": pl.String, "measure": pl.String, "items": pl.Int64, "missing": pl.Int64}
WHOLE |= dict.fromkeys(NUMBERS, pl.Float64) | {"verdict": pl.String, "reason": pl.String}
SHOWN = {"rule": pl.String, "measure": pl.String, "items": pl.Int64, "before": pl.String, "after": pl.String}
SHOWN |= {"gain": pl.String, "verdict": pl.String, "reason": pl.String}


def told(found: Sequence[Effect], layout: str) -> pl.DataFrame:
    """For people, or with every number for programs; the rule is empty for all of them together."""
    if layout == "table":
        return pl.DataFrame([_row(one) for one in found], schema=SHOWN)
    return pl.DataFrame([_whole(one) for one in found], schema=WHOLE)


def _row(one: Effect) -> dict[str, Any]:
    facts = {"rule": one.rule or "(all that changed)", "measure": one.measure, "items": one.gain.units}
    return facts | {
        "before": one.before.said(),
        "after": one.after.said(),
        "gain": one.gain.said(),
        "verdict": one.verdict,
        "reason": one.reason,
    }


def _whole(one: Effect) -> dict[str, Any]:
    numbers = [number for part in (one.before, one.after, one.gain) for number in (part.value, part.low, part.high)]
    facts = {"rule": one.rule, "measure": one.measure, "items": one.gain.units, "missing": one.missing}
    return facts | dict(zip(NUMBERS, numbers, strict=True)) | {"verdict": one.verdict, "reason": one.reason}
