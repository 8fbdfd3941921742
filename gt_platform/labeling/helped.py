"""Did the rules that changed help? How far annotators agreed before and after, on the same items of those they touch.

What a rule touches shows in answers: items on which somebody said its label are those on which people disagree, and the
same people asked again would agree more by chance alone (.07 to .1 in `tests.bench.rules_helped`). So a pair of answers
counts only where the item's other answers are enough for the rule to touch it: see `stats.agreement.twice`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from gt_platform.labeling.agreement import NEEDS
from gt_platform.labeling.asked_twice import Asked, Row, asked_twice, labels_of, taken_twice
from gt_platform.labeling.narrowing import narrowed, reads_answers
from gt_platform.labeling.touched import Reach, changes
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.agreement import Coefficient, Resampling
from gt_platform.stats.agreement.coefficient import Basis
from gt_platform.stats.agreement.twice import Twice, ac1_twice, pairs_twice

Measure = Literal["pairs", "gwet_ac1", "truth_changed"]
Verdict = Literal["helped", "did not help", "leaked", "did not leak", "insufficient evidence"]
Measured = Callable[[Twice, Basis, Resampling], tuple[Coefficient, ...]]
LEAST = 0.05
"""The gain in agreement that a rule is for, where nobody says another: a choice, and no measurement."""
MOST_MISSING = 0.05
"""Share of items without new answers, the most by which they may move a mean: which come first is no chance."""
CHOSEN = "not all that the rules touch was asked again, but what people disagreed on: declare relabel: touched"
READS = "the rule's query reads more than events, so that the answers may have chosen the items they are compared on"
LATEST = """
    SELECT g.guideline_version, g.text FROM guidelines g JOIN stale s ON s.decided_under = g.guideline_version
    WHERE s.guideline_version = $after AND g.guideline_version <> $after GROUP BY ALL
    ORDER BY count(*) DESC, g.guideline_version LIMIT 1
"""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What became of agreement on the items that a rule touches; `rule` is None for all rules that changed.

    `measure` is `pairs`, the mean share of agreeing pairs of answers, or `gwet_ac1`, corrected for chance. Intervals
    are for these annotators on other such items; `missing` items have no new answers yet.
    """

    rule: str | None
    measure: Measure
    before: Coefficient
    after: Coefficient
    gain: Coefficient
    missing: int
    verdict: Verdict
    reason: str


def effects(store: Store, project: Project, version: str, text: str, *, least: float = LEAST) -> list[Effect]:
    """Of the present guidelines against an older `version`, which read `text`: of all rules, then of each."""
    changed = changes(text, project)
    if not changed.rules:
        return []
    asked = asked_twice(store, project, version, changed)
    changed = narrowed(store, project, changed, [row["item_id"] for row in asked.rows])
    each = [(name, [reach]) for name, reach in changed.rules.items()] if len(changed.rules) > 1 else []
    scopes = [(None, list(changed.rules.values())), *each]
    return [
        one
        for name, reaches in scopes
        for one in told_of(project, asked.rows, name, reaches, least, unsure=_unsure(asked, reaches))
    ]


def _unsure(asked: Asked, reaches: Sequence[Reach]) -> str:
    """Why answers before and after cannot be compared, if they cannot."""
    if asked.chosen:
        return CHOSEN
    return READS if any(reads_answers(reach.touches.query or "") for reach in reaches) else ""


def effect_of_latest(store: Store, project: Project) -> Effect | None:
    """Of all rules that changed since the version that most of what is stale was decided under; None without any."""
    found = store.read(LATEST, {"after": project.guideline_version})
    return next(iter(effects(store, project, *found.row(0))), None) if found.height else None


def told_of(
    project: Project,
    rows: Sequence[Row],
    rule: str | None,
    reaches: Sequence[Reach],
    least: float = LEAST,
    *,
    unsure: str = "",
) -> list[Effect]:
    """Of items as rows with their answers `before` and `after`; `unsure` is why these tell nothing, if they do not."""
    taken, missing = taken_twice(project, rows, reaches)
    basis = Basis(len(taken.weight), 0, "items that it touches by some answers, with two others to compare")
    waits = missing > MOST_MISSING * (missing + basis.units)
    why = unsure or (f"{missing} of its items have no new answers yet" if waits else "")
    found = []
    measured: dict[Measure, Measured] = {"pairs": pairs_twice}
    if labels_of(project):
        measured["gwet_ac1"] = ac1_twice
    for measure, of in measured.items():
        before, after, gain = of(taken, basis, Resampling(minimum=NEEDS))
        verdict, reason = _judged(gain, why or gain.reason, least)
        parts = {"before": before, "after": after, "gain": gain}
        found.append(Effect(rule=rule, measure=measure, **parts, missing=missing, verdict=verdict, reason=reason))
    return found


def _judged(gain: Coefficient, unsure: str, least: float) -> tuple[Verdict, str]:
    if unsure or gain.low is None or gain.high is None:
        return "insufficient evidence", unsure.removeprefix("insufficient evidence: ")
    if gain.low > 0:
        return "helped", "the whole interval is above 0"
    if gain.high < least:
        return "did not help", f"the whole interval is below {least:g}"
    return "insufficient evidence", f"the interval reaches from 0, or below, to {least:g}, or above"
