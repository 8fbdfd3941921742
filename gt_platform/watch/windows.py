"""The labeled events of a reference and of the days up to one, as many of these as it takes to have enough."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from gt_platform.project import Drift
from gt_platform.stats.watching.daily import Codes, Floats
from gt_platform.watch.evidence import UNKNOWN, Events, Evidence
from gt_platform.watch.found import Found, Watched
from gt_platform.watch.spans import Span

WINDOWS = (7, 14, 28)
"""Days whose labels speak together: whole weeks, and as many as have enough."""
ENOUGH = 50
"""Labels for which a week is looked at, else two or four."""
FEWEST = 30
"""Labels below which nothing is said."""
KNOWN_MODEL = 10
"""Labels of a model in the reference from which later ones of it are compared with these."""
MOST_LEVELS = 6
COMMON = 0.05
"""Share of a level, of the reference's labels, from which it is told from others."""
ODDS = (0.1, 3.0)
"""Bounds on the odds of being like the reference: drift scores of little evidence err to both sides."""
SURE = 0.99  # of a confidence of 0 or 1


@dataclass(frozen=True, kw_only=True)
class Window:
    """Labeled events `then` and `now`, without those of models that the reference has no labels of.

    `known` are models that it has; `since` is the first day of now, None where there is none.
    """

    span: Span
    since: date | None
    then: Events
    now: Events
    known: tuple[str, ...]
    new: tuple[str, ...]

    def blank(self, watched: Watched, then: int, now: int) -> Found:
        """That nothing can be said with so many labels on either side; `detail` says why not, if so."""
        why = f"{then} labels in the reference, {now} up to the day; {FEWEST} are needed of each"
        why += f"; it has none of {', '.join(self.new)}" if self.new else ""
        return Found(
            watched=watched,
            verdict="insufficient_evidence",
            n=now,
            n_reference=then,
            since=self.since,
            detail=why if min(then, now) < FEWEST else None,
        )

    @property
    def said(self) -> str:
        """Which labels speak."""
        days = len(self.span.now)
        told = f"labels of the {days} days from {self.since}" if days > 1 else f"labels of {self.since}"
        return told + (f", without {', '.join(self.new)}, of which the reference has none" if self.new else "")


def window(evidence: Evidence, day: date, drift: Drift) -> Window:
    """The shortest of WINDOWS up to a day that has ENOUGH labels, else the longest."""
    for days in WINDOWS:
        span = Span.of(evidence, day, drift.reference, days=days)
        every = evidence.labels(span.now)
        if len(every) >= ENOUGH:
            break
    then, names = evidence.labels(span.reference), list(evidence.models)
    known = np.flatnonzero(np.bincount(then.model, minlength=len(names)) >= KNOWN_MODEL)
    return Window(
        span=span,
        since=evidence.days[span.now[0]] if span.now.size else None,
        then=then,
        now=every.only(np.isin(every.model, known)),
        known=tuple(names[code] for code in known),
        new=tuple(names[code] for code in np.setdiff1d(every.model, known)),
    )


def features(then: Events, side: Events, *, sure: bool = True) -> Floats:
    """What tells like events of a side, (n, p), by the reference's levels and scales; the first is 1.

    Outputs and slices by their commoner levels and, where that is wanted, how `sure` the model is, as log odds.
    """
    pairs = [(then.output, side.output), *zip(then.slices.T, side.slices.T, strict=True)]
    levels = [column for before, given in pairs for column in _levels(before, given)]
    return np.column_stack([np.ones(len(side)), *levels, *(_confidence(then, side) if sure else [])])


def likeness(side: Events) -> Floats:
    """The odds, by the drift score, that an event is from the reference rather than from its own day."""
    odds: Floats = np.clip((1 - side.score) / np.maximum(side.score, 1e-6), *ODDS)
    return odds


def _levels(then: Codes, side: Codes) -> list[Floats]:
    levels, counts = np.unique(then, return_counts=True)
    common = levels[(counts >= COMMON * len(then)) & (levels != UNKNOWN)]
    kept = sorted(common, key=lambda level: -counts[np.searchsorted(levels, level)])[:MOST_LEVELS]
    rest = () if np.isin(then, kept).all() else (UNKNOWN,)  # then all others are what the kept ones differ from
    return [(side == level).astype(np.float64) for level in (kept if rest else kept[1:])]


def _confidence(then: Events, side: Events) -> list[Floats]:
    known = _odds(then.confidence[~np.isnan(then.confidence)])
    if len(known) < FEWEST or known.std() == 0:
        return []
    missing = np.isnan(side.confidence)
    standard = np.where(missing, 0.0, (_odds(np.nan_to_num(side.confidence, nan=0.5)) - known.mean()) / known.std())
    return [standard, missing.astype(np.float64)] if np.isnan(then.confidence).any() else [standard]


def _odds(confidence: Floats) -> Floats:
    share = np.clip(confidence, 1 - SURE, SURE)
    odds: Floats = np.log(share / (1 - share))
    return odds
