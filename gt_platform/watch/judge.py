"""All verdicts on one day, from the evidence alone."""

from collections.abc import Callable, Mapping
from datetime import date

from gt_platform.project import Drift
from gt_platform.watch import volume as volumes
from gt_platform.watch.calibration import calibration
from gt_platform.watch.concept_drift import concept_drift
from gt_platform.watch.evidence import Evidence
from gt_platform.watch.feedback_rate import feedback_rate
from gt_platform.watch.found import Found, Watched, decided
from gt_platform.watch.label_shift import label_shift, shift
from gt_platform.watch.windows import window


def judge(evidence: Evidence, day: date, drift: Drift) -> list[Found]:
    """What is watched of a day of the evidence, and applies to the kind of its answers.

    Each kind of verdict keeps `drift.alpha` by itself: of a day's verdicts on labels, or on feedback, so many of those
    that find something are false at most.
    """
    return [one for by in WATCHES.values() for one in by(evidence, day, drift)]


def volume(evidence: Evidence, day: date, _drift: Drift) -> list[Found]:
    """By the days before it, whether these are in the reference or not."""
    return [volumes.volume(evidence, day)]


def feedback(evidence: Evidence, day: date, drift: Drift) -> list[Found]:
    """By the reference."""
    if drift.reference.has(day):
        return [Found(watched="feedback_rate", verdict="reference")] if evidence.feedback else []
    return decided(feedback_rate(evidence, day, drift), drift.alpha)


def labels(evidence: Evidence, day: date, drift: Drift) -> list[Found]:
    """By the reference's labels."""
    if drift.reference.has(day):
        return [Found(watched=one, verdict="reference") for one in _applying(evidence)]
    seen, found = window(evidence, day, drift), list[Found]()
    if _calibrated(evidence):
        found += decided(calibration(seen), drift.alpha)
    moved = shift(evidence, seen, day, drift)
    if evidence.answers:
        found += label_shift(evidence.answers, moved, seen, drift.alpha)
    if evidence.metric:
        found += decided([concept_drift(evidence, seen, moved)], drift.alpha)
    return found


def _applying(evidence: Evidence) -> list[Watched]:
    applies: dict[Watched, bool] = {
        "calibration": _calibrated(evidence),
        "label_shift": evidence.answers is not None,
        "concept_drift": evidence.metric is not None,
    }
    return [watched for watched, does in applies.items() if does]


def _calibrated(evidence: Evidence) -> bool:
    return evidence.metric is not None and evidence.shares and not evidence.judged


WATCHES: Mapping[tuple[Watched, ...], Callable[[Evidence, date, Drift], list[Found]]] = {
    ("volume",): volume,
    ("feedback_rate",): feedback,
    ("calibration", "label_shift", "concept_drift"): labels,
}
"""What is judged together, because it rests on the same, and what judges it."""
