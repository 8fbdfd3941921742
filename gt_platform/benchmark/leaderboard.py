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
from gt_platform.stats.comparisons.ranks import Gain, ranks
from gt_platform.stats.intervals import intervals
from gt_platform.stats.looks import at_every_look


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


def leaderboard(store: Store, project: Project, estimand: str | None = None, *, once: bool = False) -> list[Place]:
    """Every candidate and production, best first.

    With 95 % confidence all ranks at once are within their bounds, see `stats.comparisons.ranks`, at every look that is
    ever taken at these systems as labels come in: see `stats.looks`; or `once`, at this look alone, which asks for less
    evidence. Raises LeaderboardError.
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
    known_ranks = _ranks(known, whole, ranked, once=once)
    places = [_place(project, *one, rank) for one, rank in zip(ranked.items(), known_ranks, strict=True)]
    sign = 1 if lower_is_better(project, project.headline) else -1
    return sorted(places, key=lambda place: (sign * place.estimate, place.candidate))


def _ranks(store: Reads, project: Project, found: dict[str, Measured], *, once: bool) -> list[tuple[int, int]]:
    """The best and the worst rank each may have, by the headline."""
    gains = []
    for (first, one), (second, other) in combinations(enumerate(found.values()), 2):
        for apart in differences(store, project, *alike(store, project, one, other)):
            gain = better(project, apart)
            if apart.column == (project.headline, "*") and gain is not None:
                p_value = gain.p_value if once else at_every_look(gain.p_value, gain.groups)
                gains.append(Gain(first=first, second=second, gain=gain.estimate, p_value=p_value))
    return ranks(len(found), gains, alpha=ALPHA)


def _place(project: Project, name: str, found: Measured, rank: tuple[int, int]) -> Place:
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
        first=rank[0],
        last=rank[1],
    )
