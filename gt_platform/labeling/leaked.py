"""Did rules change more than they say they touch? Untouched items that were drawn and asked again tell.

Truth changes by repeat answers alone, too, most of all where it is hard: by how much, retests of untouched items say,
asked again under the guidelines that they were decided under.
"""

from collections.abc import Sequence

import numpy as np

from gt_platform.labeling.agreement import NEEDS
from gt_platform.labeling.helped import LEAST, MOST_MISSING, Effect, Measure, Verdict
from gt_platform.labeling.retests import repeated, same_again
from gt_platform.labeling.touched import changes
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.agreement import Coefficient
from gt_platform.stats.intervals import wilson

UNTOUCHED = "(untouched)"
CHANGED: Measure = "truth_changed"
# The first answers of the round that checks, as many as every item has; none where nobody answered yet.
RECHECKED = """
    SELECT item_id, truth, list(annotator ORDER BY assignment_id) AS annotators,
           list(answer ORDER BY assignment_id) AS answers
    FROM (
        SELECT s.item_id, d.answer::VARCHAR AS truth, a.assignment_id, a.annotator, a.answer::VARCHAR AS answer
        FROM stale s JOIN decisions d ON d.decision_id = s.decision_id LEFT JOIN (
            FROM valid_annotations JOIN (SELECT assignment_id, slot FROM assignments) USING (assignment_id)
            WHERE slot <= $overlap AND guideline_version = $version
        ) a ON a.item_id = s.item_id AND a.round > coalesce(d.round, 1)
        WHERE s.asked_again AND s.inclusion_probability IS NOT NULL AND s.guideline_version = $version
          AND s.item_id NOT IN (FROM retired_items)
        QUALIFY a.round IS NOT DISTINCT FROM min(a.round) OVER (PARTITION BY s.item_id)
    ) GROUP BY item_id, truth ORDER BY item_id
"""


def leak(store: Store, project: Project, text: str) -> Effect | None:
    """What became of the truth of untouched items, against what becomes of it anyway; None where none were drawn.

    `before` is the share that changes by repeat answers alone, `after` the share that changed, both with Wilson's
    interval, and `gain` their difference with Newcombe's (1998). `text` is that of the guidelines before.
    """
    drawn = store.read(
        RECHECKED, {"version": project.guideline_version, "overlap": project.labeling.overlap}
    ).to_dicts()
    if not drawn:
        return None
    heard = [row for row in drawn if len(row["answers"]) == project.labeling.overlap and None not in row["answers"]]
    changed = [not same_again(project, row) for row in heard]
    anyway = [not same for same in repeated(store, project, changes(text, project))]
    return compared(changed, anyway, missing=len(drawn) - len(heard))


def compared(changed: Sequence[bool], anyway: Sequence[bool], *, missing: int = 0) -> Effect:
    """Of each checked item whether its truth changed, and of each that was only repeated."""
    before, after = _share("before", anyway), _share("after", changed)
    gain = _difference(before, after)
    verdict, reason = _judged(after, gain, missing)
    return Effect(
        rule=UNTOUCHED,
        measure=CHANGED,
        before=before,
        after=after,
        gain=gain,
        missing=missing,
        verdict=verdict,
        reason=reason,
    )


def _share(name: str, found: Sequence[bool]) -> Coefficient:
    if len(found) < NEEDS:
        few = f"insufficient evidence: {len(found)} items were asked again, {NEEDS} are needed"
        return Coefficient(name=name, value=None, low=None, high=None, units=len(found), annotators=0, reason=few)
    share = np.array([np.mean(found)])
    low, high = wilson(share, np.array([float(len(found))]))
    return _known(name, float(share[0]), float(low[0]), float(high[0]), len(found))


def _known(name: str, value: float, low: float, high: float, items: int) -> Coefficient:
    return Coefficient(name=name, value=value, low=low, high=high, units=items, annotators=0)


def _difference(before: Coefficient, after: Coefficient) -> Coefficient:
    """Newcombe's (1998) interval of a difference of independent shares, from Wilson's of each."""
    parts = [before.value, before.low, before.high, after.value, after.low, after.high]
    one, low, high, two, least, most = (np.nan if part is None else part for part in parts)
    value = two - one
    below, above = np.hypot(two - least, high - one), np.hypot(most - two, one - low)
    if not np.isfinite(value):
        why = before.reason or after.reason
        return Coefficient(name="gain", value=None, low=None, high=None, units=after.units, annotators=0, reason=why)
    return _known("gain", float(value), float(value - below), float(value + above), after.units)


def _judged(after: Coefficient, gain: Coefficient, missing: int) -> tuple[Verdict, str]:
    if missing > MOST_MISSING * (missing + after.units):
        return "insufficient evidence", f"{missing} of the items that were drawn have no new answers yet"
    if after.high is None:
        return "insufficient evidence", after.reason.removeprefix("insufficient evidence: ")
    if gain.low is not None and gain.low > 0:
        return "leaked", "more truth changed than repeat answers alone change: the whole interval is above 0"
    if after.high < LEAST or (gain.high is not None and gain.high < LEAST):
        return "did not leak", f"surely less than {LEAST:g} of the untouched changed by the rules"
    if gain.high is None:
        return (
            "insufficient evidence",
            "how much changes by repeat answers alone is not known: declare truth: {retest: ...}",
        )
    return "insufficient evidence", f"the interval reaches from 0, or below, to {LEAST:g}, or above"
