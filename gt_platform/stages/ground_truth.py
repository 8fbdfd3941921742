"""The standing truth of every item, and which of them experts are to check."""

from dataclasses import dataclass
from datetime import date

from gt_platform import checks, labeling, truth
from gt_platform.lake.tables import (
    ADJUDICATIONS,
    ASSIGNMENTS,
    DECISIONS,
    DUPLICATES,
    EVENTS,
    EXPERT_CHECKS,
    GROUND_TRUTH,
    ITEMS,
    RETESTS,
    SAMPLE,
    SPLITS,
)
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.stages import said
from gt_platform.stages.stage import Check, Fills, Plot, Stage


@dataclass(frozen=True, kw_only=True)
class Stands:
    """Items with standing truth, rows that changed to get there, expert checks (how many there are, and are new), and
    items that are asked again now to try their truth.
    """

    items: int
    changed: int
    checks: int
    new_checks: int
    retests: int


def _fold(platform: Platform, project: Project, _day: date) -> Stands:
    store = platform.store(project)
    folded = truth.fold(store, project)
    drawn = labeling.draw_checks(store, project)
    tried = labeling.draw_retests(store, project)
    labeling.tell(store, project, backend=platform.backend(project))
    return Stands(
        items=folded.items,
        changed=folded.changed,
        checks=drawn.checks,
        new_checks=drawn.new_checks,
        retests=tried,
    )


FOLDING = Stage(
    name="ground_truth",
    does="Let the latest decision of every item stand, draw expert checks and retests, and tell the backend what waits "
    "for review.",
    fills=(
        Fills(GROUND_TRUTH, """
            SELECT answer, count(*) AS items, round(avg(confidence), 3) AS confidence, sum(answers)::BIGINT AS answers
            FROM ground_truth GROUP BY answer ORDER BY items DESC, answer LIMIT 20
        """),
        Fills(EXPERT_CHECKS, """
            SELECT cell, count(*) AS items, round(sum(inclusion_probability), 1) AS expected,
                   count(*) FILTER (drawn) AS drawn, count(answer) AS answered,
                   count(*) FILTER (answer = consensus) AS agreed
            FROM current_checks GROUP BY cell ORDER BY cell LIMIT 30
        """),
        Fills(RETESTS, """
            SELECT r.truth, count(DISTINCT r.item_id) AS items, count(a.answer) AS answers,
                   count(*) FILTER (a.answer = r.truth) AS the_same
            FROM retests r LEFT JOIN annotations a USING (assignment_id) GROUP BY r.truth ORDER BY items DESC LIMIT 12
        """),
    ),
    after=(DECISIONS, DUPLICATES, SPLITS, ITEMS, ASSIGNMENTS, ADJUDICATIONS, SAMPLE, EVENTS),
    run=_fold,
    checks=(
        Check(
            name="fold",
            table=GROUND_TRUTH,
            asks="The standing truth is what the decisions make it.",
            evaluate=lambda store, *_: checks.items(truth.verify_fold(store), "equal to the fold of the decisions"),
            blocks=True,
        ),
        Check(
            name="expired",
            table=GROUND_TRUTH,
            asks="No truth is older than the project lets it become.",
            evaluate=lambda store, project, _: checks.expired(store, project),
            warns=True,
        ),
        Check(
            name="stability",
            table=RETESTS,
            asks="Truth that is asked again, blind, comes to the same: how often, with its interval.",
            evaluate=lambda store, project, _: checks.stability(store, project),
            warns=True,
        ),
    ),
    plots=(
        Plot(
            name="stability",
            of="share of truth that came to the same when it was asked again",
            none="too few items were asked again yet",
            rows=labeling.stability_by_label,
        ),
        Plot(
            name="latency",
            of="hours from a drawn event to its truth, half by week",
            none="no drawn event has truth yet",
            rows=said.latency,
            bounds="a tenth and nine tenths",
        ),
    ),
)  # fmt: skip
