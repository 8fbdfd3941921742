"""Production scores as they were stated: of a period, against a release, of a model."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gt_platform.benchmark.estimate import REGRESSION
from gt_platform.errors import GroundTruthError
from gt_platform.lake import Store

WRITTEN = re.compile(r"(?P<period>[^@/]*)(?:@(?P<release>[^/]+))?(?:/(?P<model>.+))?")
PERIOD = re.compile(r"all|(?P<scope>week|day):(?P<day>\d{4}-\d\d-\d\d)")
HOW = "write all, week:2026-01-05 or day:2026-01-07, then @RELEASE and /MODEL where they matter: week:2026-01-05@3/v2"
STATED = """
    SELECT s.estimate, s.low, s.high, s.n, s.against, s.standard_error, s.sampling_share, s.method,
           CASE WHEN s.release = (SELECT max(release) FROM scores) THEN $now ELSE r.scores_snapshot END AS snapshot
    FROM score_history s LEFT JOIN release_scores r ON r.release = s.release
    WHERE s.release = $release AND s.model = $model AND s.scope = $scope AND s.period = $period AND s.slice = '*'
      AND s.metric = $metric AND s.label = $label AND s.estimand = 'production'
"""
THERE = """
    SELECT list(DISTINCT release ORDER BY release) AS releases,
           list(DISTINCT model ORDER BY model) FILTER (release = $release) AS models,
           list(DISTINCT period ORDER BY period) FILTER (release = $release AND scope = $scope) AS periods,
           list(DISTINCT metric ORDER BY metric) AS metrics
    FROM score_history WHERE estimand = 'production'
"""
WEEKS = """
    SELECT period, max(release) AS release FROM current_scores
    WHERE scope = 'week' AND slice = '*' AND model = '*' AND metric = ? AND label = ? AND estimand = 'production'
      AND estimate IS NOT NULL
    GROUP BY period ORDER BY period DESC LIMIT 2
"""


class WhyError(GroundTruthError):
    """Scores that cannot be compared as asked; the message says what there is."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """A production score: of a scope and period as `scores` has them, against a release, of a model or all."""

    scope: str = "all"
    period: str = "*"
    release: int
    model: str = "*"

    def __str__(self) -> str:
        period = "all" if self.scope == "all" else f"{self.scope}:{self.period}"
        return f"{period}@{self.release}" + ("" if self.model == "*" else f"/{self.model}")


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A side's score with its interval, the snapshot that has what it rests on, and `against` whose truth it is.

    `unsure` is the variance of it that labels make which may be wrong; `regression` says that it was calibrated on what
    is known of every event.
    """

    side: Side
    estimate: float
    low: float
    high: float
    n: int
    against: str
    unsure: float
    regression: bool
    snapshot: int

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last frame day it may speak of."""
        if self.side.scope == "all":
            return date.min, date.max
        first = date.fromisoformat(self.side.period)
        return first, first + timedelta(days=6 if self.side.scope == "week" else 0)


def side_of(written: str) -> tuple[dict[str, str], str | None]:
    """Scope, period and model of what somebody wrote, and the release as they call it. Raises WhyError."""
    parts = WRITTEN.fullmatch(written.strip())
    period = PERIOD.fullmatch(parts["period"] or "all") if parts else None
    if parts is None or period is None:
        raise WhyError(f"{written!r} names no score: {HOW}")
    told = {"model": parts["model"] or "*"}
    if period["scope"]:
        try:
            date.fromisoformat(period["day"])
        except ValueError:
            raise WhyError(f"{written!r}: there is no {period['day']}; {HOW}") from None
        told |= {"scope": period["scope"], "period": period["day"]}
    return told, parts["release"]


def stated(store: Store, side: Side, metric: str, label: str) -> Stated:
    """The score as it was stated. Raises WhyError where there is none."""
    asked = {"release": side.release, "model": side.model, "scope": side.scope, "period": side.period}
    given = asked | {"metric": metric, "label": label}
    found = store.read(STATED, given | {"now": store.snapshot_id}).rows(named=True)
    if not found:
        raise WhyError(_none(store, side, metric, label))
    row: dict[str, Any] = found[0]
    if row["estimate"] is None:
        raise WhyError(f"insufficient evidence: {side} has {row['n']} labeled events, too few for a score to explain")
    if row["snapshot"] is None:
        raise WhyError(f"{side}: what the scores of release {side.release} rest on was not kept when they were stated")
    share = 1.0 if row["sampling_share"] is None else row["sampling_share"]
    error = row["standard_error"] or 0.0
    return Stated(
        side=side,
        estimate=row["estimate"],
        low=row["low"],
        high=row["high"],
        n=row["n"],
        against=row["against"] or "annotators",
        unsure=error**2 * (1 - share),
        regression=row["method"].startswith(REGRESSION),
        snapshot=row["snapshot"],
    )


def latest_weeks(store: Store, metric: str, label: str) -> tuple[Side, Side]:
    """The last two weeks with a score against the latest release. Raises WhyError where there are no two."""
    found = store.read(WEEKS, [metric, label]).rows()
    if len(found) < 2:
        raise WhyError(f"there are no two weeks with a score of {metric}; say --from and --to: {HOW}")
    second, first = (Side(scope="week", period=period, release=release) for period, release in found)
    return first, second


def _none(store: Store, side: Side, metric: str, label: str) -> str:
    there = store.read(THERE, {"release": side.release, "scope": side.scope}).row(0, named=True)
    if metric not in (there["metrics"] or ()):
        return f"there is no score of {metric}; there are {', '.join(there['metrics'] or ['none'])}"
    if side.release not in there["releases"]:
        return f"{side}: release {side.release} was not scored; scored are {', '.join(map(str, there['releases']))}"
    if side.model not in there["models"]:
        return f"{side}: no score is of model {side.model!r}; there are {', '.join(there['models'])}"
    if side.period not in (there["periods"] or ()):
        return f"{side}: no {side.scope} has that score; there are {', '.join(there['periods'] or ['none'])}"
    return f"{side}: there is no score of {metric} with label {label!r} there"
