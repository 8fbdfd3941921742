"""Whether as many events got feedback as did in the reference, each kind by itself, after as many days."""

from dataclasses import dataclass
from datetime import date

from gt_platform.project import Drift
from gt_platform.stats.watching.daily import Codes, Daily, Flags, Floats, moved
from gt_platform.watch.evidence import MATURE, Evidence
from gt_platform.watch.found import Found, rounded
from gt_platform.watch.spans import Span, alike

METHOD = "share of events by day, Student's t on how days differ; Fisher's exact test where few have any"
DENSE = 64
"""Events with feedback, of those expected, from which their number is taken to be normal."""


@dataclass(frozen=True, kw_only=True)
class _Days:
    """Events of the reference's days (D,) and of the day, and how the former are alike."""

    events: Floats
    now: float
    groups: Codes
    alike: Flags


def feedback_rate(evidence: Evidence, day: date, drift: Drift) -> list[Found]:
    """A verdict on every kind of feedback that the day or its reference has; nothing where neither has any."""
    age = min(int(evidence.ordinals[-1]) - day.toordinal(), MATURE)
    span, place = Span.of(evidence, day, drift.reference), evidence.place(day)
    old = evidence.ordinals[span.reference] <= evidence.ordinals[-1] - age
    before = span.reference[old & (evidence.events[span.reference] > 0)]
    within = "on the day itself" if not age else f"within {age} days" if age > 1 else "within a day"
    had = {of: counts[:, : age + 1].sum(axis=1) for of, counts in evidence.feedback.items()}
    had = {of: counts for of, counts in had.items() if counts[before].sum() + counts[place]}
    groups, same = alike(evidence, before, day, drift.reference)
    days = _Days(events=evidence.events[before], now=float(evidence.events[place]), groups=groups, alike=same)
    if had and min(days.events[same].sum(), days.now) < drift.minimum:
        return [_few(days, drift.minimum)]
    detail = f"feedback that came {within}, there as here"
    return [_told(of, days, had[of][before], float(had[of][place]), detail) for of in sorted(had)]


def _few(days: _Days, needed: int) -> Found:
    then, now = int(days.events[days.alike].sum()), int(days.now)
    why = f"{then:,} events in the reference, {now:,} on the day; {needed:,} are needed of each"
    return Found(watched="feedback_rate", verdict="insufficient_evidence", n=now, n_reference=then, detail=why)


def _told(of: str, days: _Days, then: Floats, had: float, detail: str) -> Found:
    held, of_them = float(then[days.alike].sum()), float(days.events[days.alike].sum())
    middle = (had + held) / (days.now + of_them)
    shared = {"variance": middle * (1 - middle), "freedom": float(days.events.sum()) + days.now}
    before = Daily(mean=then / days.events, rows=days.events, groups=days.groups, alike=days.alike, **shared)
    found = moved(before, Daily.single(had / days.now, days.now, **shared))
    few = min(middle, 1 - middle) * days.now < DENSE
    return Found(
        watched="feedback_rate",
        of=of,
        verdict="no_drift",
        estimate=rounded(had / days.now),
        reference=rounded(held / of_them),
        low=rounded(found.low),
        high=rounded(found.high),
        p_value=rounded(max(found.p_value, _exact(had, days.now, held, of_them) if few else 0.0)),
        n=int(days.now),
        n_reference=int(of_them),
        method=METHOD,
        detail=detail,
    )


def _exact(had: float, now: float, before: float, of: float) -> float:
    from scipy.stats import fisher_exact

    return float(fisher_exact([[round(had), round(now - had)], [round(before), round(of - before)]])[1])
