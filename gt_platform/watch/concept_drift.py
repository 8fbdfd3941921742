"""Whether the model is right as often as before where inputs are alike, on labeled events."""

from dataclasses import replace

import numpy as np

from gt_platform.stats.watching.daily import Codes, Flags
from gt_platform.stats.watching.explained import Chances, Labeled, Tilts, concept
from gt_platform.watch.evidence import Events, Evidence
from gt_platform.watch.found import Found, rounded
from gt_platform.watch.label_shift import Shift, answered
from gt_platform.watch.windows import FEWEST, Window, features, likeness

METHOD = "{} beyond what a regression on output, confidence and slices expects, weighted by design and by drift scores"
UNLIKE = "inputs are so unlike the reference's that it does not tell how often the model is right on them"


def concept_drift(evidence: Evidence, window: Window, shift: Shift | str) -> Found:
    """A verdict on all labeled events that have a share of the metric."""
    before, after = (~np.isnan(side.worth) for side in (window.then, window.now))
    blank = window.blank("concept_drift", int(before.sum()), int(after.sum()))
    if blank.detail:
        return blank
    then = _labeled(window, window.then.only(before), window.span.reference, like=False)
    now = _labeled(window, window.now.only(after), window.span.now, like=True)
    tilts = None if isinstance(shift, str) else _tilts(evidence, window, shift, (before, after))
    found = concept(then, now, shares=evidence.shares, tilts=tilts)
    if found.like < FEWEST / 2:
        return replace(blank, detail=UNLIKE)
    return replace(
        blank,
        verdict="no_drift",
        estimate=rounded(found.expected + found.unexplained.change),
        reference=rounded(found.expected),
        low=rounded(found.unexplained.low),
        high=rounded(found.unexplained.high),
        p_value=rounded(found.unexplained.p_value),
        method=METHOD.format(evidence.metric),
        detail=window.said,
    )


def _labeled(window: Window, side: Events, days: Codes, *, like: bool) -> Labeled:
    return Labeled(
        features=(features(window.then, side), features(window.then, side, sure=False)),
        worth=side.worth,
        weight=side.weight,
        day=np.searchsorted(days, side.day),
        days=len(days),
        likeness=likeness(side) if like else np.ones(len(side)),
    )


def _tilts(evidence: Evidence, window: Window, shift: Shift, kept: tuple[Flags, Flags]) -> Tilts | None:
    worth = evidence.worth
    if worth is None:
        return None

    def chances(side: Events) -> Chances:
        events = answered(window.then, side, worth.shape[1])
        commoner = shift.then if side is before else shift.now
        return Chances(
            before=shift.truths.chances(events),
            commoner=commoner[kept[0] if side is before else kept[1]],
            worth=worth[side.output],
        )

    before, after = window.then.only(kept[0]), window.now.only(kept[1])
    now = chances(after)
    share = shift.prevalence.prior * np.average(now.commoner, axis=0, weights=after.weight)
    return Tilts(then=chances(before), now=now, share=share, errors=shift.prevalence.errors)
