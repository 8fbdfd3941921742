"""Whether answers are as common as they were, told by the day's outputs and by what labels say outputs stand for."""

from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist

from gt_platform.project import Drift
from gt_platform.stats.watching.daily import Floats
from gt_platform.stats.watching.prevalence import Prevalence, prevalence
from gt_platform.stats.watching.tilts import Answered, Tilt, Truths, tilt, truths
from gt_platform.watch.cells import cells
from gt_platform.watch.evidence import UNKNOWN, Events, Evidence
from gt_platform.watch.found import Found, decided, rounded
from gt_platform.watch.spans import alike
from gt_platform.watch.windows import FEWEST, Window, features

METHOD = "outputs by the confusion on labeled items, generalized least squares; Student's t on how days differ"
SAME = "as far as an output of a given truth comes as often as before"
INPUTS = "outputs moved, but labels say that among like inputs answers are not commoner: inputs or the model changed"
UNTOLD = "outputs moved, but labels cannot tell yet whether answers are commoner or inputs changed"
TOO_VAGUE = "labels and outputs tell the share too vaguely"
MOSTLY_KNOWN = 0.5
"""Share of a day's events by models with labels in the reference, below which outputs tell nothing of its truths."""
VAGUE = 0.25
"""Half-width of an interval from which a share is not known."""
HALF = 0.5
"""Of a tilt, which is 1 where prevalence moved and 0 where inputs did: on what side labels are. Truths that err
whatever their prevalence make it less than 1."""
SURELY = 1.645
"""Errors by which labels must be on the side of inputs."""


@dataclass(frozen=True, kw_only=True)
class Shift:
    """The prevalence on a day and, of its window's labels, how much commoner answers are on each one's day, (n, K)."""

    prevalence: Prevalence
    then: Floats
    now: Floats
    truths: Truths


def shift(evidence: Evidence, window: Window, day: date, drift: Drift) -> Shift | str:
    """Estimate it; a sentence where there is no telling."""
    outputs, before, place = evidence.outputs, window.span.reference, evidence.place(day)
    known = window.then.only(window.then.truth != UNKNOWN)
    if outputs is None:
        return "answers are not a few labels"
    if why := _lacking(evidence, known, window, place):
        return why
    counts = outputs[before]
    found = cells(counts.sum(axis=0), known)
    then, now = found.counts(counts), found.counts(outputs[place : place + 1])[0]
    if min(then.sum(), now.sum()) < drift.minimum:
        return f"{then.sum():,.0f} events in the reference, {now.sum():,.0f} on the day; {drift.minimum} are needed"
    told = prevalence(
        then, now, found.labels(known, outputs.shape[1] - 1), alike(evidence, before, day, drift.reference)
    )
    commoner = told.commoner(found.counts(outputs))
    return Shift(
        prevalence=told,
        then=commoner[window.then.day],
        now=commoner[window.now.day],
        truths=truths(answered(window.then, window.then, outputs.shape[1] - 1)),
    )


def label_shift(answers: tuple[str, ...], shift: Shift | str, window: Window, alpha: float) -> list[Found]:
    """A verdict on each answer."""
    blank = replace(window.blank("label_shift", len(window.then), len(window.now)), detail=SAME)
    if isinstance(shift, str):
        return [replace(blank, detail=shift)]
    told = shift.prevalence
    found = [
        replace(
            blank,
            of=answer,
            verdict="no_drift",
            estimate=rounded(float(told.now[place])),
            reference=rounded(float(told.prior[place])),
            low=rounded(told.moved[place].low),
            high=rounded(told.moved[place].high),
            p_value=rounded(told.moved[place].p_value),
            method=METHOD,
        )
        for place, answer in enumerate(answers)
    ]
    judged = decided(found, alpha)
    if any(one.verdict == "drift" for one in judged):
        events = answered(window.then, window.now, len(answers))
        said = tilt(shift.truths, events, shift.now) if len(window.now) else None
        judged = [_asked(one, said, alpha) if one.verdict == "drift" else one for one in judged]
    return [_vague(one) for one in judged]


def answered(then: Events, side: Events, answers: int) -> Answered:
    """Labeled events of a side for whoever asks what is true of like inputs."""
    return Answered(
        features=features(then, side), weight=side.weight, output=side.output, truth=side.truth, answers=answers
    )


def _lacking(evidence: Evidence, known: Events, window: Window, place: int) -> str | None:
    if len(known) < FEWEST:
        return f"{len(known)} settled labels in the reference; {FEWEST} are needed"
    served = {model: events[place] for model, events in evidence.models.items() if events[place]}
    if sum(served[model] for model in served if model in window.known) < MOSTLY_KNOWN * sum(served.values()):
        names = ", ".join(sorted(set(served) - set(window.known)))
        return f"most events are by {names}, of which the reference has no labels"
    return None


def _asked(one: Found, said: Tilt | None, alpha: float) -> Found:
    """What moved outputs: labels of like inputs tell, as far as there are enough of them."""
    sure = NormalDist().inv_cdf(1 - alpha)
    if said is not None and said.found >= HALF and said.found > sure * said.error:
        return replace(one, detail=f"{SAME}, and labels bear it out")
    if said is not None and HALF - said.found > SURELY * said.error:
        return replace(one, verdict="no_drift", detail=INPUTS)
    return replace(one, verdict="insufficient_evidence", detail=UNTOLD)


def _vague(one: Found) -> Found:
    if one.verdict != "no_drift" or one.detail != SAME or one.low is None or one.high is None:
        return one
    return one if one.high - one.low <= 2 * VAGUE else replace(one, verdict="insufficient_evidence", detail=TOO_VAGUE)
