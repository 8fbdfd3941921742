"""How a system stands: its metrics by each estimand, on all items and on each slice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from gt_platform.benchmark.believed import Beliefs, beliefs
from gt_platform.benchmark.contrast import Slope
from gt_platform.benchmark.corpus import Lines
from gt_platform.benchmark.estimate import Estimated, counted, production
from gt_platform.benchmark.evidence import Cut, Evidence, Flags, Floats, gather
from gt_platform.benchmark.experts import Experts, experts
from gt_platform.benchmark.held import gather_held
from gt_platform.benchmark.reads import Reads
from gt_platform.benchmark.systems import System
from gt_platform.lake.tables.items import SETS
from gt_platform.project import Project
from gt_platform.stats.design import stratified, unit_weights, unweighted
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.survey import ratio

Known = Experts | Beliefs | None
ALL = slice(None)
PLAIN = "plain ratio of the items, no design"
ADDED = "plain ratio of all items that were added, as a sample of items like them; says nothing of production"
# Splits are drawn at random, so what is left of a stratum stands for all of it.
LEFT_OUT = """
    SELECT s.event_id FROM sample s JOIN splits p ON p.item_id = s.item_id
    WHERE NOT p.held_out AND p.withheld_for IS NULL
    UNION SELECT s.event_id FROM sample s JOIN items i ON i.item_id = s.item_id WHERE i.first_seen > $until::TIMESTAMPTZ
"""
UNCHECKED = "annotators' answers taken as they are, without expert checks: {}"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A system's evidence, whatever it is that makes estimates of it, and why nothing is `known` beyond annotators.

    `against` says whose truth it is held against: experts' or annotators'. `weight` (n,) is how many units of the
    population each answered unit stands for, 0 where it has no answer.
    """

    estimand: str
    against: str
    evidence: Evidence
    known: Known
    why: str
    weight: Floats
    estimate: Callable[[Evidence, Cut, Known], Estimated]

    @property
    def cuts(self) -> list[Cut]:
        """All the traffic, and its slices; never what one model served, which says nothing of another."""
        return [cut for cut in self.evidence.cuts if cut.model == "*"]

    def over(self, cut: Cut, columns: Sequence[int] | None = None) -> Estimated:
        """The metrics of a cut; some of them."""
        if columns is None:
            return self.estimate(self.evidence, cut, self.known)
        known = self.known.of(columns) if isinstance(self.known, Experts) else self.known
        return self.estimate(self.evidence.of(columns), cut, known)

    @property
    def decides(self) -> bool:
        """Whether a verdict may rest on it: see `score`."""
        return not self.why

    @property
    def covered(self) -> float:
        """The share of the sampled frames' events that it speaks of: of the others nothing drawn is left.

        A benchmark is of no traffic, and lacks nothing of it.
        """
        whole = self.evidence.sizes.sum() if self.estimand == "production" else 0
        return float(self.weight.sum() / whole) if whole else 1.0

    @property
    def expected(self) -> Shares:
        """What each unit is taken to add to each column, (n, m)."""
        return self.evidence.shares if self.known is None else self.known.expected(self.evidence)

    def inside(self, cut: Cut) -> Flags:
        """The units of a cut that tell something, (n,)."""
        return cut.member & self._telling

    @cached_property
    def _telling(self) -> Flags:
        return np.asarray((self.weight > 0) & (self.evidence.denominator != 0).any(axis=1))

    def slope(self, cut: Cut, estimated: Estimated) -> Slope:
        """How the metrics of a cut move with what its units add."""
        inside = self.inside(cut)
        weight, denominator = self.weight[inside], estimated.lines(of_units(self.expected, inside)).denominator
        size = np.average(denominator, axis=0, weights=weight) if inside.any() else np.ones(denominator.shape[1])
        value = np.nan_to_num(estimated.estimates.value)
        return Slope(lines=estimated.lines, ratio=value, size=np.where(size == 0, 1.0, size))

    def own(self, cut: Cut, lines: Lines | None = None, units: Flags | slice = ALL) -> Floats:
        """How right each of n units is by each metric of a cut, as its truth is settled, (n, m); 0 where it has none.

        `lines` are those of the cut's estimates, where they are known; they say it only of truth as it is settled.
        """
        if lines is None or self.known is not None:
            inside = self.inside(cut)
            lines = self.evidence.lines(of_units(self.evidence.shares, inside), self.weight[inside])
        told = lines(of_units(self.evidence.shares, units))
        return np.divide(
            told.numerator, told.denominator, out=np.zeros(told.numerator.shape), where=told.denominator != 0
        )


def standing(
    store: Reads, project: Project, system: System, metrics: set[str], estimand: str, *, imputed: bool = True
) -> Standing:
    """Measure a system for "production": all events of the sampled frames, by design; or for "benchmark": the held-out
    items, each once; or for the set of that name which was added. Truth is taken as scores take it, but that where
    experts checked too few nothing is `imputed` unless that is asked.
    """
    if estimand != "production":
        return _benchmark(store, project, system, metrics, estimand)
    evidence = gather(store, project, metrics, system)
    kept = ~_left_out(store, evidence, system)
    known, why = _known(store, project, _kept(evidence, kept), system, imputed=imputed)
    return _designed(_kept(known.evidence if isinstance(known, Experts) else evidence, kept), known, why)


def among(found: Standing, kept: Flags) -> Standing:
    """The same as told by some of the units, (n,), each as likely to be among them as any other."""
    return _designed(_kept(found.evidence, kept), found.known, found.why)


def valued(found: Standing, values: Floats, answered: Flags) -> Standing:
    """The same by m numbers of each unit, (n, m), that are taken as they are; of those `answered` (n,), too."""
    answered = answered & found.evidence.answered
    told = np.broadcast_to((answered & ~found.evidence.outside)[:, None].astype(np.float64), values.shape)
    columns = [(str(at), "*") for at in range(values.shape[1])]
    evidence = replace(found.evidence, columns=columns, statistics=(), numerator=values * told, denominator=told)
    evidence = replace(evidence, answered=answered)
    if found.estimand == "production":
        return _designed(evidence, None, found.why)
    return replace(found, evidence=evidence, known=None, weight=answered.astype(np.float64))


def _kept(evidence: Evidence, kept: Flags) -> Evidence:
    return replace(evidence, answered=evidence.answered & kept)


def _designed(evidence: Evidence, known: Known, why: str) -> Standing:
    """By the design that the events were drawn with."""
    answered = evidence.answered
    design = stratified(evidence.stratum[answered], evidence.sizes, evidence.frame_of, noisy=known is None)
    weight = np.zeros(len(evidence.events))
    weight[answered] = unit_weights(design)

    whole = slice(0, len(evidence.events)), slice(0, len(evidence.days))

    def estimate(measured: Evidence, cut: Cut, known: Known) -> Estimated:
        return production(measured, *whole, cut, design, known)

    against = "experts" if isinstance(known, Experts) else "annotators"
    return Standing(
        estimand="production",
        against=against,
        evidence=evidence,
        known=known,
        why=why,
        weight=weight,
        estimate=estimate,
    )


def _left_out(store: Reads, evidence: Evidence, system: System) -> Flags:
    """Events whose truth is handed out to train with, or whose item the system was never asked: (n,)."""
    out = set(store.read(LEFT_OUT, {"until": system.until})["event_id"])
    return np.array([event in out for event in evidence.events], dtype=np.bool_)


def _known(store: Reads, project: Project, evidence: Evidence, system: System, *, imputed: bool) -> tuple[Known, str]:
    if project.truth != "experts":
        return None, ""
    known = experts(store, project, evidence, system)
    if known is not None:
        return known, ""
    if not imputed:
        return None, UNCHECKED.format("too few answers of experts")
    believed = beliefs(store, project, evidence, system)
    return (None, UNCHECKED.format(believed)) if isinstance(believed, str) else (believed, believed.how)


def _benchmark(store: Reads, project: Project, system: System, metrics: set[str], estimand: str) -> Standing:
    added = estimand if estimand in SETS else None
    evidence, given = gather_held(store, project, metrics, system, added)
    why = "" if given or project.truth != "experts" else UNCHECKED.format("a benchmark is what was settled")
    weight = evidence.answered.astype(np.float64)
    return Standing(
        estimand=estimand,
        against="experts" if given else "annotators",
        evidence=evidence,
        known=None,
        why=why,
        weight=weight,
        estimate=partial(plain, method=ADDED if added else PLAIN),
    )


def plain(evidence: Evidence, cut: Cut, _known: Known, *, method: str = PLAIN) -> Estimated:
    """Every item of the cut once, as a sample of items like them; near-duplicates are one another's cluster."""
    inside = cut.member & evidence.answered
    shares = of_units(evidence.shares, inside)
    lines = evidence.lines(shares, np.ones(int(inside.sum())))
    told = lines(shares)
    design = unweighted(int(inside.sum()))
    found = lines.sobered(ratio(design, told.numerator, told.denominator, cluster=evidence.cluster[inside]))
    nobody = np.zeros(int(inside.sum()), dtype=np.bool_)
    counts = counted(told.denominator, invalid=evidence.invalid[inside], checked=nobody)
    methods = [method] * len(evidence.scored)
    return Estimated(estimates=found, methods=methods, population=int(inside.sum()), lines=lines, **counts)


def of_units(shares: Shares, kept: Flags | slice) -> Shares:
    """What some of the units add."""
    return Shares(numerator=shares.numerator[kept], denominator=shares.denominator[kept])
