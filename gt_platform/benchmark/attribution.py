"""Why two stated scores differ: which events and labels they rest on, read as they were when they were stated.

How the difference is dealt out belongs in `gt_platform.stats.attribution`, how traffic is cut in `traffic`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from gt_platform.benchmark.evidence import CLUSTER, clustered_by
from gt_platform.benchmark.known import BESIDE, KNOWN, known
from gt_platform.benchmark.stated import Side, Stated, WhyError, stated
from gt_platform.benchmark.traffic import Cells, cells_of, paths, traffic_of, whole
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.attribution import LEAST_UNITS, Part, Sides, attribution
from gt_platform.stats.between import Sampled
from gt_platform.stats.design import Codes, Design, Floats, stratified

BY_RELEASE = """
    SELECT event_id, any_value(weight) AS weight,
           coalesce(sum(numerator) FILTER (metric = $metric AND label = $label), 0) AS numerator,
           coalesce(sum(denominator) FILTER (metric = $metric AND label = $label), 0) AS denominator
    FROM measurements AT (VERSION => $snapshot) GROUP BY event_id
"""
UNITS = f"""
    SELECT s.event_id, s.frame_day, s.stratum, s.stratum_size, e.model,
           json_extract_string(e.attributes, $paths::VARCHAR[]) AS slices,
           round(100 * coalesce(r.drift_score, 0.5))::INTEGER AS hundredths, {CLUSTER} AS cluster,
           {KNOWN}
    FROM sample s JOIN events e ON e.event_id = s.event_id {BESIDE}
    LEFT JOIN ground_truth t ON t.item_id = s.item_id
    WHERE s.event_id IN (SELECT event_id FROM wanted) ORDER BY s.frame_day, s.stratum, s.event_id
"""  # noqa: S608 - of the parts above
UNTOLD = (
    "insufficient evidence to tell the traffic's mix from the model: {:.0%} of the traffic lies in cells with fewer "
    f"than {LEAST_UNITS} labeled events on either side; what both make together is told"
)
TOGETHER = f"{{:.0%}} of the traffic lies in cells with fewer than {LEAST_UNITS} labeled events, and is told as one"
UNCUT = "no slices are declared, so the mix is that of drift alone: declare benchmark.slices to be told more"


MADE_BY = {
    "labels": "labels that were revised",
    "mix": "the traffic's mix",
    "model": "the model, within its mix",
    "noise": "other events drawn or labeled",
}
MIXED = {**MADE_BY, "model": "the mix and the model together"}


@dataclass(frozen=True, kw_only=True)
class Why:
    """Two stated scores, and what makes their difference: `parts` add up to it. `cells` of traffic were compared.

    Where the mix cannot be told from the model, it is nothing, and part of what the model makes: then not `told`.
    """

    metric: str
    label: str
    first: Stated
    second: Stated
    parts: tuple[Part, ...]
    cells: int
    told: bool
    remarks: tuple[str, ...]

    @property
    def difference(self) -> float:
        """The second score less the first."""
        return self.second.estimate - self.first.estimate

    @property
    def named(self) -> list[tuple[str, Part]]:
        """Each part that is told, with what makes it in words."""
        words = MADE_BY if self.told else MIXED
        return [(words[part.name], part) for part in self.parts if self.told or part.name != "mix"]


def why(store: Store, project: Project, first: Side, second: Side, *, metric: str, label: str = "*") -> Why:
    """What makes the difference of two production scores. Raises WhyError where either was not stated."""
    with store.snapshot():
        ends = tuple(stated(store, side, metric, label) for side in (first, second))
        units, weight, shares = _units(store, project, ends, metric, label)
        for end, mine in zip(ends, weight.T, strict=True):
            if not mine.any():
                raise WhyError(f"{end.side}: of the events that this score rests on none is measured any more")
        days = [units.filter(pl.Series(weight[:, at] > 0))["frame_day"].unique().sort() for at in (0, 1)]
        alike = days[0].equals(days[1]) and first.model == second.model
        cells = whole(len(weight)) if alike else _cells(store, project, ends, units, weight, days)
        design = _design(units, noisy="annotators" in {one.against for one in ends})
    told = Sides(
        weight=weight,
        numerator=shares[0],
        denominator=shares[1],
        cell=cells.cell,
        traffic=cells.traffic,
        stated=np.array([one.estimate for one in ends]),
        known=(_known(ends[0], units, weight[:, 0]), _known(ends[1], units, weight[:, 1])),
        alike=alike,
        one=alike,
    )
    parts = attribution(
        told,
        design,
        cluster=_clusters(project, units),
        unsure=sum(one.unsure for one in ends),
    )
    known = alike or cells.common > 0
    remarks = () if alike else tuple(_remarks(project, cells))
    return Why(metric=metric, label=label, first=ends[0], second=ends[1], parts=parts, cells=cells.common, told=known,
               remarks=remarks)  # fmt: skip


def _remarks(project: Project, cells: Cells) -> Iterator[str]:
    if not cells.common:
        yield UNTOLD.format(cells.rest)
    elif cells.rest:
        yield TOGETHER.format(cells.rest)
    if not project.benchmark.slices:
        yield UNCUT


def _units(
    store: Store, project: Project, ends: tuple[Stated, ...], metric: str, label: str
) -> tuple[pl.DataFrame, Floats, tuple[Floats, Floats]]:
    """Events answered by either release; their weights (n, 2), and what they add by either's labels (n, 2, 2)."""
    given = {"metric": metric, "label": label}
    measured = [store.read(BY_RELEASE, given | {"snapshot": one.snapshot}) for one in ends]
    wanted = pl.concat([one.select("event_id") for one in measured]).unique()
    asked = clustered_by(project) | {"paths": paths(project)}
    units = store.read(UNITS, asked, frames={"wanted": wanted})
    units = units.filter(pl.any_horizontal(*(_within(one) for one in ends)))
    found = [units.select("event_id").join(one, on="event_id", how="left", maintain_order="left") for one in measured]
    there = np.stack([one["weight"].is_not_null().to_numpy() for one in found], axis=1)
    within = np.stack([units.select(_within(one) & _model(one)).to_series().to_numpy() for one in ends], axis=1)
    weight = np.stack([one["weight"].fill_null(0).to_numpy() for one in found], axis=1) * within
    names = ("numerator", "denominator")
    said = [np.stack([one[name].fill_null(0).to_numpy() for one in found], axis=1) for name in names]
    later = ends[1].side.release >= ends[0].side.release
    return units, weight, (_by_side(said[0], there, later=later), _by_side(said[1], there, later=later))


def _by_side(said: Floats, there: Codes, *, later: bool) -> Floats:
    """What each unit adds on each side by the labels of either, (n, 2, 2).

    Who was labeled after the earlier release has no other label by it; who is no longer by the later one has none.
    """
    found = np.repeat(said[:, None, :], 2, axis=1)
    newer, older = (1, 0) if later else (0, 1)
    new = ~there[:, older]
    found[new, newer, older] = said[new, newer]
    return found


def _within(one: Stated) -> pl.Expr:
    first, last = one.days
    return pl.col("frame_day").is_between(first, last)


def _model(one: Stated) -> pl.Expr:
    return pl.lit(True) if one.side.model == "*" else pl.col("model") == one.side.model


def _cells(
    store: Store,
    project: Project,
    ends: tuple[Stated, ...],
    units: pl.DataFrame,
    weight: Floats,
    days: Sequence[pl.Series],
) -> Cells:
    traffic = [
        traffic_of(store, project, within.to_list()).filter(_model(one)) for one, within in zip(ends, days, strict=True)
    ]
    return cells_of(units, weight, (traffic[0], traffic[1]))


def _known(one: Stated, units: pl.DataFrame, weight: Floats) -> Floats | None:
    """What a score was calibrated on, if it was, of the side's units."""
    if not one.regression:
        return None
    return np.asarray(known(units.with_columns(events=pl.lit(1))) * (weight > 0)[:, None])


def _design(units: pl.DataFrame, *, noisy: bool) -> Design:
    strata = units.select("frame_day", "stratum", "stratum_size").unique(["frame_day", "stratum"], maintain_order=True)
    code = units.select(pl.struct("frame_day", "stratum").rle_id()).to_series().to_numpy().astype(np.int64)
    frames = strata["frame_day"].rle_id().to_numpy().astype(np.int64)
    return stratified(code, strata["stratum_size"].to_numpy(), frames, noisy=noisy)


def _clusters(project: Project, units: pl.DataFrame) -> Codes | Sampled | None:
    code = (units["cluster"].rank("dense").cast(pl.Int64) - 1).to_numpy()
    if len(np.unique(code)) == len(code):
        return None
    return code if not project.benchmark.users else Sampled(code=code, told=np.ones((len(code), 1)))
