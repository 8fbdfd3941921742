"""What the report says, read from the tables and reckoned where no table has it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from gt_platform import benchmark, labeling
from gt_platform.benchmark import Calibrated, LeaderboardError, Place, WeaknessError, Weaknesses, Why, WhyError
from gt_platform.errors import GroundTruthError
from gt_platform.labeling import Costs
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.report.said import Said, said

T = TypeVar("T")
Row = dict[str, Any]
SCORES = """
    SELECT scope, period, slice, estimate, low, high, n, population, verdict, against, sampling_share, checked
    FROM current_scores
    WHERE metric = ? AND label = '*' AND model = '*' AND estimand = 'production' AND (scope <> 'day')
    ORDER BY scope, period, slice
"""
RELEASE = "SELECT release, released_at::DATE AS day, items FROM releases ORDER BY release DESC LIMIT 1"
COMPARISONS = """
    SELECT candidate, baseline, difference, low, high, n, lost, gained, superiority, non_inferiority, needed
    FROM current_comparisons WHERE metric = ? AND label = '*' AND slice = '*' AND estimand = ?
    ORDER BY difference DESC, candidate
"""
SETS = """
    SELECT replace(s.estimand, '_', '-') AS name, s.candidate, s.estimate, s.low, s.high, s.n, s.missing
    FROM current_candidate_scores s SEMI JOIN added_items a ON a.origin = s.estimand
    WHERE s.metric = ? AND s.label = '*' AND s.slice = '*' AND s.estimate IS NOT NULL
    ORDER BY s.estimand, s.estimate DESC, s.candidate
"""
GATES = """
    SELECT candidate, baseline, look, verdict, gated_at::DATE AS day FROM gates
    QUALIFY row_number() OVER (PARTITION BY candidate, baseline ORDER BY look DESC) = 1 ORDER BY day DESC, candidate
"""
DRIFT = """
    SELECT frame_day, verdict, drifted, n_current FROM drift_days WHERE verdict <> 'reference' ORDER BY frame_day DESC
"""
BUDGET = """
    SELECT coalesce(sum(drawn), 0)::BIGINT AS drawn, coalesce(sum(answers), 0)::BIGINT AS answers,
           coalesce(sum(settled), 0)::BIGINT AS settled, coalesce(sum(waiting), 0)::BIGINT AS waiting
    FROM label_budget
"""
AGREEMENT = "SELECT week, items, agreement, low, high FROM agreement_by_week ORDER BY week"
COUNTS = """
    SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM sample) AS sampled,
           (SELECT count(*) FROM annotations) AS answers,
           (SELECT count(DISTINCT annotator) FROM annotations) AS annotators,
           (SELECT count(*) FROM current_checks WHERE answer IS NOT NULL) AS checks,
           (SELECT count(*) FROM ground_truth) AS truth
"""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All of it; what cannot be told is None, and `untold` says why, by the name of the part."""

    release: int | None
    released: date | None
    overall: Row | None
    weeks: list[Row]
    slices: list[Row]
    counts: Row
    budget: Row
    costs: Costs
    agreement: list[Row]
    drift: list[Row]
    places: list[Place] | None
    comparisons: list[Row]
    sets: list[Row]
    gates: list[Row]
    why: Why | None
    weaknesses: Weaknesses | None
    calibrated: Calibrated | None
    said: Said
    untold: dict[str, str]


def facts(store: Store, project: Project) -> Facts:
    """Read what there is; a part that is not there yet, or cannot be told, does not keep the others from being told."""
    metric, untold = project.headline, dict[str, str]()
    scores = store.read(SCORES, [metric]).rows(named=True)
    release = next(iter(store.read(RELEASE).rows(named=True)), None)

    def told(name: str, tell: Callable[[], T], *errors: type[GroundTruthError]) -> T | None:
        try:
            return tell()
        except errors as error:
            untold[name] = str(error)
            return None

    return Facts(
        release=None if release is None else release["release"],
        released=None if release is None else release["day"],
        overall=next((row for row in scores if row["scope"] == "all" and row["slice"] == "*"), None),
        weeks=[row for row in scores if row["scope"] == "week" and row["slice"] == "*"],
        slices=[row for row in scores if row["scope"] == "all" and row["slice"] != "*"],
        counts=store.read(COUNTS).row(0, named=True),
        budget=store.read(BUDGET).row(0, named=True),
        costs=labeling.costs(store, project),
        agreement=store.read(AGREEMENT).rows(named=True),
        drift=store.read(DRIFT).rows(named=True),
        places=told("places", lambda: benchmark.leaderboard(store, project), LeaderboardError),
        comparisons=store.read(COMPARISONS, [metric, project.candidates.estimand]).rows(named=True),
        sets=store.read(SETS, [metric]).rows(named=True),
        gates=store.read(GATES).rows(named=True),
        why=told("why", lambda: _why(store, project), WhyError),
        weaknesses=told("weaknesses", lambda: benchmark.weaknesses(store, project), WeaknessError),
        calibrated=told("calibrated", lambda: benchmark.reliability(store, project), WeaknessError),
        said=said(store, project),
        untold=untold,
    )


def _why(store: Store, project: Project) -> Why:
    return benchmark.why(
        store, project, *benchmark.latest_weeks(store, project.headline, "*"), metric=project.headline, label="*"
    )
