"""Where a system errs: what it confuses, on what part of the traffic it is surely worse, what nobody gets right.

How a part of the traffic is found belongs in `parts`, how it is measured in `standing`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from gt_platform.answers import agreeing, form_of
from gt_platform.answers.form import Pick
from gt_platform.benchmark.candidacy import NAMES, metrics_of, systems
from gt_platform.benchmark.compared import ALPHA, lower_is_better
from gt_platform.benchmark.differences import Measured, measured
from gt_platform.benchmark.evidence import Cut, Flags
from gt_platform.benchmark.parts import Part, Values, parts, questions
from gt_platform.benchmark.reads import Once
from gt_platform.benchmark.standing import Standing, among
from gt_platform.benchmark.topics import topics
from gt_platform.canonical import number
from gt_platform.errors import GroundTruthError
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.candidates import PRODUCTION
from gt_platform.stats.intervals import Interval, intervals
from gt_platform.stats.multiplicity import holm

MOST_CONFUSED = 12
PROPERTIES = """
    SELECT e.event_id, e.item_id, e.output, e.attributes::VARCHAR AS attributes, e.confidence, e.model,
           e.input::VARCHAR AS input, length(e.input ->> '$') AS characters, t.answer AS truth, t.status
    FROM sample s JOIN events e ON e.event_id = s.event_id LEFT JOIN ground_truth t ON t.item_id = s.item_id
    ORDER BY s.frame_day, s.stratum, s.event_id
"""
GIVEN = ("adjudicated", "imported", "corrected", "verified")


class WeaknessError(GroundTruthError):
    """A system whose errors cannot be told; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Weak:
    """A part of the traffic, the headline on it and on the rest, each with its interval; `p_value` is after Holm."""

    where: str
    share: float
    n: int
    here: Interval
    elsewhere: Interval
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Hard:
    """An item that every system got wrong. `given` says that somebody who knows ruled its truth."""

    item_id: str
    event_id: str
    truth: str
    outputs: Mapping[str, str]
    given: bool


@dataclass(frozen=True, kw_only=True)
class Confused:
    """Events that were answered so where that is true: their share of all, how many, and one of them."""

    truth: str
    output: str
    share: float
    n: int
    event_id: str


@dataclass(frozen=True, kw_only=True)
class Weaknesses:
    """What is known of a system's errors: `looked_at` parts were measured, `weak` ones are surely worse."""

    system: str
    metric: str
    confused: list[Confused]
    looked_at: int
    weak: list[Weak]
    hard: list[Hard]


def weaknesses(store: Store, project: Project, name: str = PRODUCTION) -> Weaknesses:
    """Look for parts of the traffic on which a system is surely worse, and for what all systems get wrong.

    Parts are grown on one half of the items, by attributes, confidence, length, model and words of the input, and
    measured on the other, by design and with experts' corrections; of those that Holm's correction leaves, the worse
    are `weak`. Raises WeaknessError.
    """
    if project.judges_outputs:
        raise WeaknessError(f"{project.name} judges outputs: its scores by slice are in `scores`")
    whole = project.model_copy(update={"benchmark": project.benchmark.model_copy(update={"slices": ()})})
    known = Once(store)
    names = [PRODUCTION, *known.read(NAMES)["candidate"].to_list()]
    if name not in names:
        raise WeaknessError(f"{name} has no predictions; there are {', '.join(names)}")
    found = {
        each: measured(known, whole, system, metrics_of(project), "production")
        for each, system in systems(known, whole, names).items()
    }
    rows = known.read(PROPERTIES)
    if (project.headline, "*") not in found[name].values("*"):
        raise WeaknessError(f"there is no {project.headline} over all labels yet, which parts would be compared by")
    looked, weak = _weak(project, found[name], rows)
    outputs = {each: one.system.read(rows)["output"] for each, one in found.items()}
    confused = _confused(found[name], rows.with_columns(outputs[name]))
    hard = list(_hard(found, outputs, rows))
    return Weaknesses(system=name, metric=project.headline, confused=confused, looked_at=looked, weak=weak, hard=hard)


def _weak(project: Project, found: Measured, rows: pl.DataFrame) -> tuple[int, list[Weak]]:
    standing, cut = found.standing, found.standing.cuts[0]
    at, sign = found.columns.index((project.headline, "*")), _sign(project)
    inside = standing.inside(cut)
    grown = np.array([number(item) % 2 == 0 for item in rows["item_id"]], dtype=np.bool_)
    worse, seen = sign * standing.own(cut)[:, at], inside & grown
    said = topics(rows["input"].to_list(), worse, standing.weight, standing.evidence.cluster, seen)
    leaves = parts([*questions(_properties(rows), seen), *said], worse, standing.weight, seen)
    half = among(standing, ~grown)
    bounds = project.measuring.bounds[project.headline]
    compared = [one for leaf in leaves if (one := _measured(half, cut, leaf, at, bounds)) is not None]
    adjusted = holm([one.p_value for one in compared]).tolist()
    sure = [replace(one, p_value=p) for one, p in zip(compared, adjusted, strict=True) if p <= ALPHA]
    weak = [one for one in sure if sign * (one.here.estimate - one.elsewhere.estimate) > 0]
    return len(compared), sorted(weak, key=lambda one: -sign * one.here.estimate)


def _sign(project: Project) -> int:
    """What a headline is multiplied by to be worse the more of it there is."""
    return 1 if lower_is_better(project, project.headline) else -1


def _measured(half: Standing, cut: Cut, leaf: Part, at: int, bounds: tuple[float, float]) -> Weak | None:
    """A part and the rest, by the units it was not found on."""
    made = [half.over(_side(half, cut, member)) for member in (leaf.member, ~leaf.member)]
    lowest, highest = (np.full(len(made[0].n), bound) for bound in bounds)
    here, rest = (intervals(one.estimates, lowest, highest)[at] for one in made)
    if here is None or rest is None:
        return None
    error = sum(float(one.estimates.error[at]) ** 2 for one in made) ** 0.5
    freedom = min(float(one.estimates.freedom[at]) for one in made)
    weight = half.weight * half.inside(cut)
    return Weak(
        where=" and ".join(leaf.words),
        share=float((weight * leaf.member).sum() / weight.sum()),
        n=int(made[0].n[at]),
        here=here,
        elsewhere=rest,
        p_value=_p_value(here.estimate - rest.estimate, error, freedom),
    )


def _p_value(difference: float, error: float, freedom: float) -> float:
    from scipy.special import stdtr

    return 2 * float(stdtr(max(freedom, 1.0), -abs(difference) / error)) if error > 0 else 1.0


def _side(standing: Standing, cut: Cut, member: Flags) -> Cut:
    """The units of a part as a cut; its totals are what the sample makes of them."""
    weight = standing.weight * standing.inside(cut) * member
    frames = len(standing.evidence.days)
    totals = np.zeros((frames, standing.evidence.auxiliary.shape[1]), dtype=np.float64)
    np.add.at(totals, standing.evidence.frame, weight[:, None] * standing.evidence.auxiliary)
    population = np.round(np.bincount(standing.evidence.frame, weight, frames)).astype(np.int64)
    return Cut(model="*", slice="part", member=member, population=population, totals=totals)


def _properties(rows: pl.DataFrame) -> dict[str, Values]:
    """What is known of each event, by name."""
    attributes = [json.loads(text) for text in rows["attributes"]]
    names = sorted({name for one in attributes for name in one})
    plain = {name: [one.get(name) for one in attributes] for name in names}
    told: dict[str, Values] = {
        name: values
        for name, values in plain.items()
        if all(value is None or isinstance(value, str | int | float) for value in values)
    }
    told |= {"confidence": rows["confidence"].to_list(), "characters": rows["characters"].to_list()}
    return told | {"model": rows["model"].to_list()}


def _confused(found: Measured, rows: pl.DataFrame) -> list[Confused]:
    """Settled truth beside the output, where that is one of a few labels and another; of repetitions each in part."""
    standing, kind = found.standing, found.system.kind
    if not isinstance(form_of(kind), Pick):
        return []
    weight = standing.weight * standing.inside(standing.cuts[0])
    listed = (
        pl.col("output").str.json_decode(pl.List(pl.String))
        if not found.system.of_events
        else pl.concat_list(pl.col("output").str.json_decode(pl.String))
    )
    told = rows.select("event_id", pl.col("truth").str.json_decode(pl.String), said=listed, weight=pl.Series(weight))
    each = told.with_columns(pl.col("weight") / pl.col("said").list.len()).explode("said")
    wrong = each.filter((pl.col("weight") > 0) & (pl.col("truth") != pl.col("said")))
    by = wrong.group_by("truth", "said").agg(pl.col("weight").sum(), pl.len(), pl.col("event_id").min())
    return [
        Confused(truth=truth, output=output, share=part / weight.sum(), n=n, event_id=event)
        for truth, output, part, n, event in by.sort("weight", "truth", "said", descending=[True, False, False])
        .head(MOST_CONFUSED)
        .iter_rows()
    ]


def _hard(found: Mapping[str, Measured], outputs: Mapping[str, pl.Series], rows: pl.DataFrame) -> Iterator[Hard]:
    """Items to which every output is another answer, those first whose truth is only what annotators agreed on."""
    told = np.all([one.standing.inside(one.standing.cuts[0]) for one in found.values()], axis=0)
    every = rows.with_columns(given=pl.col("status").is_in(GIVEN), at=pl.int_range(pl.len()))
    known = every.filter(pl.Series(told) & pl.col("truth").is_not_null()).sort("given", "event_id")
    for row in known.unique("item_id", keep="first", maintain_order=True).iter_rows(named=True):
        said = {name: series[row["at"]] for name, series in outputs.items()}
        if not any(agreeing(found[name].system.kind, row["truth"], output) for name, output in said.items()):
            yield Hard(
                item_id=row["item_id"], event_id=row["event_id"], truth=row["truth"], outputs=said, given=row["given"]
            )
