"""What annotators answered and ruled, and how their work was checked."""

from gt_platform import checks, labeling
from gt_platform.lake import Store
from gt_platform.lake.tables import (
    ADJUDICATIONS,
    ANNOTATIONS,
    ASSIGNMENTS,
    AUDIT,
    EDGE_CASES,
    EXCLUSIONS,
    HONEYPOT_ANSWERS,
    HONEYPOTS,
    REJECTIONS,
    STALE,
    STANDINGS,
)
from gt_platform.project import Project
from gt_platform.stages.stage import Check, Fills, Interval, Plot, Stage

SHARES = """
    SELECT annotator, share, low, high
    FROM current_standings
    WHERE share IS NOT NULL ORDER BY low, annotator LIMIT 10
"""


def _agreement(store: Store, project: Project) -> list[Interval]:
    return [(str(week), one.mean, one.low, one.high) for week, one in labeling.agreement_by_week(store, project)]


def _shares(store: Store, _project: Project) -> list[Interval]:
    """The surely lowest first: as many as fit side by side."""
    return store.read(SHARES).rows()


COLLECTING = Stage(
    name="annotations",
    does="Take in what annotators handed to the labeling backend, judge it, and ask again where it is not enough.",
    fills=(
        Fills(ANNOTATIONS, """
            SELECT annotator, count(*) AS answers FROM annotations GROUP BY annotator
            ORDER BY answers DESC, annotator LIMIT 12
        """),
        Fills(REJECTIONS, """
            SELECT reason, count(*) AS answers, min(detail) AS example FROM rejections
            GROUP BY reason ORDER BY answers DESC, reason LIMIT 12
        """),
        Fills(ADJUDICATIONS, """
            SELECT adjudicator, count(*) AS rulings, max(ruled_at) AS latest FROM adjudications
            GROUP BY adjudicator ORDER BY rulings DESC, adjudicator LIMIT 12
        """),
        Fills(HONEYPOTS, """
            SELECT stratum, count(*) AS honeypots, max(injected_at) AS newest FROM honeypots
            GROUP BY stratum ORDER BY honeypots DESC, stratum LIMIT 12
        """),
        Fills(HONEYPOT_ANSWERS, """
            SELECT annotator, count(*) AS answers, count(*) FILTER (correct) AS "right" FROM honeypot_answers
            GROUP BY annotator ORDER BY answers DESC, annotator LIMIT 12
        """),
        Fills(STANDINGS, """
            SELECT annotator, state, reason, answers, round(share, 3) AS share, round(low, 3) AS low,
                   round(high, 3) AS high
            FROM current_standings
            ORDER BY state = 'active', low, annotator LIMIT 12
        """),
        Fills(EXCLUSIONS, """
            SELECT annotator, reason, count(*) AS answers FROM exclusions
            GROUP BY ALL ORDER BY answers DESC, annotator, reason LIMIT 12
        """),
        Fills(EDGE_CASES, """
            SELECT note, count(*) AS items, max(raised_at) AS latest FROM edge_cases
            GROUP BY note ORDER BY items DESC, note LIMIT 12
        """),
        Fills(STALE, """
            SELECT left(guideline_version, 8) AS guidelines, reason, asked_again, count(*) AS items FROM stale
            GROUP BY ALL ORDER BY max(marked_at) DESC, items DESC, reason LIMIT 12
        """),
        Fills(AUDIT, """
            SELECT did, count(*) AS entries, max("at") AS latest FROM audit
            GROUP BY did ORDER BY entries DESC, did LIMIT 12
        """),
    ),
    after=(ASSIGNMENTS,),
    run=lambda platform, project, _: labeling.collect(
        platform.store(project), project, backend=platform.backend(project)
    ),
    checks=(
        Check(
            name="agreement",
            table=ANNOTATIONS,
            asks="Annotators agree with each other as much as the project's gate asks.",
            evaluate=lambda store, project, _: checks.agreement_and_rules(store, project),
        ),
        Check(
            name="annotator_quality",
            table=STANDINGS,
            asks="No annotator is watched or paused.",
            evaluate=lambda store, project, _: checks.annotator_quality(store, project),
            warns=True,
        ),
        Check(
            name="stale",
            table=STALE,
            asks="All truth was decided under the present guidelines.",
            evaluate=lambda store, project, _: checks.stale(store, project),
            warns=True,
        ),
    ),
    scanned=(ANNOTATIONS,),
    plots=(
        Plot(
            name="weekly_agreement",
            of="mean agreement by week",
            none="no week with enough evidence yet",
            rows=_agreement,
        ),
        Plot(
            name="annotator_shares",
            of="share of right answers by annotator",
            none="no annotator was judged yet",
            rows=_shares,
        ),
        Plot(
            name="cost_of_truth",
            of="cost of an item with truth by week",
            none="no week with enough settled items yet",
            rows=lambda store, project: labeling.per_truth_by_week(store, project),
        ),
    ),
)  # fmt: skip
