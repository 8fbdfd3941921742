"""Every system by the headline metric, with the ranks that the data are compatible with."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gt_platform.benchmark.candidacy import NAMES, alike, metrics_of, systems
from gt_platform.benchmark.candidates import JUDGED
from gt_platform.benchmark.compared import ALPHA, better, lower_is_better
from gt_platform.benchmark.differences import Measured, differences, measured
from gt_platform.benchmark.reads import Once, Reads
from gt_platform.errors import GroundTruthError
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.candidates import PRODUCTION
from gt_platform.stats.intervals import intervals
from gt_platform.stats.multiplicity import holm


class LeaderboardError(GroundTruthError):
    """Systems that cannot be ranked; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A system's headline with its interval, and its rank: `first` at best, `last` at worst, of all systems."""

    candidate: str
    estimate: float
    low: float | None
    high: float | None
    n: int
    missing: int
    first: int
    last: int


def leaderboard(store: Store, project: Project, estimand: str | None = None) -> list[Place]:
    """Every candidate and production, best first.

    With 95 % confidence all ranks at once are within their bounds: a system is surely better than another where their
    paired difference says so after Holm's correction over all pairs (Mogstad, Romano, Shaikh & Wilhelm 2024). That is
    so of one look; who looks at every release, and acts on the first that pleases, looks through the gate. Raises
    LeaderboardError.
    """
    if project.judges_outputs:
        raise LeaderboardError(JUDGED.format(project.name))
    whole = project.model_copy(update={"benchmark": project.benchmark.model_copy(update={"slices": ()})})
    estimand, known = estimand or project.candidates.estimand, Once(store)
    named = systems(known, whole, [PRODUCTION, *known.read(NAMES)["candidate"]])
    found = {name: measured(known, whole, system, metrics_of(project), estimand) for name, system in named.items()}
    column = (project.headline, "*")
    ranked = {name: one for name, one in found.items() if column in one.values("*")}
    if not ranked:
        raise LeaderboardError(f"nothing has a value of {project.headline} over all labels by the estimand {estimand}")
    surely = _surely_better(known, whole, ranked)
    places = [_place(project, name, one, surely, len(ranked)) for name, one in ranked.items()]
    sign = 1 if lower_is_better(project, project.headline) else -1
    return sorted(places, key=lambda place: (sign * place.estimate, place.candidate))


def _surely_better(store: Reads, project: Project, found: dict[str, Measured]) -> set[tuple[str, str]]:
    """Pairs of which the first is surely better than the second."""
    pairs, gains, p_values = [], [], []
    for one, other in combinations(found, 2):
        for apart in differences(store, project, *alike(store, project, found[one], found[other])):
            gain = better(project, apart)
            if apart.column == (project.headline, "*") and gain is not None:
                pairs.append((one, other))
                gains.append(gain.estimate)
                p_values.append(gain.p_value)
    sure = holm(p_values) <= ALPHA
    return {
        (other, one) if gain > 0 else (one, other)
        for (one, other), gain, told in zip(pairs, gains, sure, strict=True)
        if told
    }


def _place(project: Project, name: str, found: Measured, surely: set[tuple[str, str]], count: int) -> Place:
    at, value = found.values("*")[project.headline, "*"]
    made = found.estimated["*"]
    low, high = project.measuring.bounds[project.headline]
    bounds = intervals(made.estimates, np.full(len(made.n), low), np.full(len(made.n), high))[at]
    return Place(
        candidate=name,
        estimate=value,
        low=None if bounds is None else bounds.low,
        high=None if bounds is None else bounds.high,
        n=int(made.n[at]),
        missing=found.missing(),
        first=1 + sum(worse == name for _, worse in surely),
        last=count - sum(one == name for one, _ in surely),
    )
