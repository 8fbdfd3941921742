"""By how much a system is better than another on the same items, metric by metric and slice by slice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gt_platform.benchmark.contrast import Both, Contrast, Contrasted, Side, Slope
from gt_platform.benchmark.estimate import Estimated
from gt_platform.benchmark.evidence import Cut, Flags, Floats
from gt_platform.benchmark.reads import Reads
from gt_platform.benchmark.standing import Standing, of_units, standing, valued
from gt_platform.benchmark.systems import Column, Whose
from gt_platform.project import Project
from gt_platform.stats.comparisons.difference import Besides, Difference, mean_difference


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A system with its standing by one estimand, and its metrics on each part of the traffic."""

    system: Whose
    standing: Standing
    estimated: dict[str, Estimated]

    @property
    def columns(self) -> list[Column]:
        """Its metrics."""
        return self.standing.evidence.scored

    @property
    def side(self) -> Side:
        """What it is in a pair."""
        evidence = self.standing.evidence
        return Side(measuring=evidence.measuring, columns=evidence.columns, slopes=self.slopes)

    @cached_property
    def slopes(self) -> dict[str, Slope]:
        """How its metrics move with what its units add, by slice."""
        return {cut.slice: self.standing.slope(cut, self.estimated[cut.slice]) for cut in self.standing.cuts}

    def own(self, cut: Cut, units: Flags) -> dict[Column, Floats]:
        """How right each of k of the units is by each metric on a cut, as its truth is settled, (k,)."""
        made = self.standing.own(cut, self.estimated[cut.slice].lines, units)
        return dict(zip(self.columns, made.T, strict=True))

    def missing(self, cut: Cut | None = None) -> int:
        """Units, or those of a cut, that it has no output for."""
        absent = self.standing.evidence.outputs["invalid"].eq_missing("missing").to_numpy()
        return int((self.standing.inside(cut or self.standing.cuts[0]) & absent).sum())

    def values(self, slice_: str) -> dict[Column, tuple[int, float]]:
        """Of the metrics that have a value on a slice, their places and values."""
        value = self.estimated[slice_].estimates.value.tolist()
        return {column: (at, value[at]) for at, column in enumerate(self.columns) if not np.isnan(value[at])}


@dataclass(frozen=True, kw_only=True)
class Apart:
    """The difference of two systems in a metric on a slice: `found` is None where too few items tell them apart.

    `estimate` is the second's value less the first's; `n` items tell something of it.
    """

    column: Column
    slice: str
    estimate: float
    found: Difference | None
    n: int


def measured(store: Reads, project: Project, system: Whose, metrics: set[str], estimand: str) -> Measured:
    """Measure a system by one estimand."""
    found = standing(store, project, system, metrics, estimand)
    estimated = {cut.slice: found.over(cut) for cut in found.cuts}
    return Measured(system=system, standing=found, estimated=estimated)


def differences(store: Reads, project: Project, first: Measured, second: Measured) -> list[Apart]:
    """Every metric and slice that both systems have a value of.

    It is estimated from the items' linearised values (see `Contrast`) as any metric is, so where experts correct
    annotators it is not quite that of the stated values: what is corrected in the same items of both, each in cells of
    its own, would come to noise between them that items tell nothing of on which both said the same. The error is the
    jackknife's over users, sessions or inputs, or that of the design where it is more, and what labels add that may be
    wrong for both.
    """
    contrasted = tuple(_contrasted(first, second))
    if not contrasted:
        return []
    if first.standing.known is None and second.standing.known is None:
        return _as_settled(project, first, second, contrasted)
    kind = second.standing.evidence.measuring.kind
    measuring = Contrast(kind=kind, names=(), first=first.side, second=second.side, contrasted=contrasted)
    both = Both(first.system, second.system, measuring)
    metrics = {str(at) for at in range(len(contrasted))}
    found = standing(store, project, both, metrics, first.standing.estimand, imputed=False)
    column = {int(name): at for at, (name, _) in enumerate(found.evidence.columns)}
    return [
        apart
        for cut in found.cuts
        if (here := {column[at]: one for at, one in enumerate(contrasted) if one.slice == cut.slice and at in column})
        for apart in _apart(found, cut, here, _most(first, second, cut, here.values(), project))
    ]


def _as_settled(project: Project, first: Measured, second: Measured, contrasted: Sequence[Contrasted]) -> list[Apart]:
    """The same where the truth is what was settled: what each unit adds is known, and nothing is to be asked again."""
    made: list[Apart] = []
    for cut in second.standing.cuts:
        here = [one for one in contrasted if one.slice == cut.slice]
        if here:
            inside = first.standing.inside(cut) | second.standing.inside(cut)
            shares = (of_units(one.standing.evidence.shares, inside) for one in (first, second))
            mine, theirs = (one.slopes[cut.slice].pulls(of) for one, of in zip((first, second), shares, strict=True))
            values = np.zeros((len(inside), len(here)))
            values[inside] = theirs[:, [one.second for one in here]] - mine[:, [one.first for one in here]]
            found = valued(second.standing, values + [one.difference for one in here], first.standing.evidence.answered)
            made += _apart(found, cut, dict(enumerate(here)), _most(first, second, cut, here, project))
    return made


def _contrasted(first: Measured, second: Measured) -> Iterator[Contrasted]:
    for slice_ in first.estimated:
        theirs = second.values(slice_) if slice_ in second.estimated else {}
        for column, (at, value) in first.values(slice_).items():
            if column in theirs:
                place, other = theirs[column]
                yield Contrasted(column=column, slice=slice_, first=at, second=place, difference=other - value)


def _most(
    first: Measured, second: Measured, cut: Cut, contrasted: Iterable[Contrasted], project: Project
) -> list[float | None]:
    """How far apart one unit can be in each, where the metric is a mean over units: of those alone it is known."""
    means = [_means(one.standing, cut) for one in (first, second)]
    found = list[float | None]()
    for one in contrasted:
        low, high = project.measuring.bounds[one.column[0]]
        mean = means[0][one.first] and means[1][one.second] and np.isfinite(high - low)
        found.append(float(high - low) if mean else None)
    return found


def _means(standing: Standing, cut: Cut) -> Flags:
    """Which of the metrics weigh every unit of a cut alike."""
    size = standing.evidence.denominator[standing.inside(cut), : standing.evidence.ratios]
    alike = (size > 0).all(axis=0) & (size == size[:1]).all(axis=0)
    return np.append(alike, np.zeros(len(standing.evidence.statistics), dtype=np.bool_))


def _apart(
    found: Standing, cut: Cut, columns: Mapping[int, Contrasted], most: Sequence[float | None]
) -> Iterator[Apart]:
    """The differences of a cut, which are these columns of the evidence; `most` is how far apart a unit can be."""
    value, inside = found.expected.numerator, found.inside(cut)
    weights, clusters = found.weight[inside], found.evidence.cluster[inside]
    told = found.over(cut, list(columns))
    known = zip(columns.items(), told.estimates.value, _besides(told), most, strict=True)
    for (at, contrasted), estimate, besides, furthest in known:
        apart = mean_difference(value[inside, at], weights=weights, clusters=clusters, besides=besides, most=furthest)
        difference = contrasted.difference if np.isnan(estimate) else float(estimate)
        yield Apart(
            column=contrasted.column,
            slice=cut.slice,
            estimate=difference,
            found=None if apart is None else _moved(apart, difference),
            n=int(inside.sum()),
        )


def _besides(estimated: Estimated) -> Iterator[Besides]:
    """What the design, and labels that may be wrong, say of each metric's error."""
    found = estimated.estimates
    wrong = np.zeros(len(found.error)) if estimated.labels is None else estimated.labels
    for error, share, freedom in np.nan_to_num(np.stack([found.error, wrong, found.freedom], axis=1)).tolist():
        yield Besides(sampling=error * (1 - share) ** 0.5, labels=error * share**0.5, freedom=max(freedom, 1.0))


def _moved(found: Difference, estimate: float) -> Difference:
    """The same around an estimate that was made with more than the design's weights; of rare ones it need not be."""
    if found.rare:
        return replace(found, estimate=float(np.clip(estimate, found.low, found.high)))
    by = estimate - found.estimate
    return replace(found, estimate=estimate, low=found.low + by, high=found.high + by)
