"""A frame cut into strata, and how many events each of them gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from gt_platform.canonical import digest
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.design import UNITS_PER_STRATUM
from gt_platform.project.sampling import Sampling
from gt_platform.sampling.design import design_of, seed_of
from gt_platform.sampling.events import attribute_of
from gt_platform.sampling.flags import Flagged
from gt_platform.sampling.novelty import Codes, Flags, Floats
from gt_platform.sampling.quotas import Parts, Quota, composition, parted, quotas_of
from gt_platform.sampling.strata import MOST_ERROR, Strata, stratify
from gt_platform.stats.allocation import Counts, allocate, draw

MOST_STRATA = 12
FLAGGED = "flagged by people"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """n events of a frame, in H strata of which `counts` (H,) are drawn; `composed` has what quotas come to."""

    events: pl.DataFrame
    strata: Strata
    counts: Counts
    composed: list[dict[str, Any]]

    @property
    def digest(self) -> str:
        """Of which event is in which stratum."""
        return digest("\n".join([*self.events["event_id"], *self.strata.names]).encode() + self.strata.code.tobytes())


@dataclass(frozen=True, kw_only=True)
class Known:
    """What strata of n events are cut by, each (n,), and who was `flagged` by people, of whom `first` are drawn."""

    drift: Floats
    confidence: Floats
    negative: Flags
    slices: list[Codes]
    flagged: Flags
    first: int


def cut(store: Store, project: Project, day: date, events: pl.DataFrame, flags: Flagged, budget: int) -> Cut:
    """Cut the frame by what was known when its day was over; what people flagged by then is a stratum of its own.

    Where a design is declared, each cell of its quotas is cut for itself, and how many it gives is decided first.
    """
    rules, known = project.sampling, _known(store, project, day, events, flags, budget)
    if rules.design is not None and rules.design.quotas:
        quotas = quotas_of(store, project, rules.design, day, events)
        return designed(events, known, quotas, rules, budget, seed_of(project, day, design_of(project), 1))
    strata = _stratified(known, ~known.flagged, rules, budget, MOST_STRATA)
    least = np.full(len(strata.sizes), rules.minimum_per_stratum, dtype=np.int64)
    if known.flagged.any():
        strata, least = _beside(strata, known.flagged), np.append(least, known.first)
    counts = allocate(strata.sizes, strata.deviations, budget, floor=rules.floor, minimum=least)
    return Cut(events=events, strata=strata, counts=counts, composed=[])


def _known(store: Store, project: Project, day: date, events: pl.DataFrame, flags: Flagged, budget: int) -> Known:
    most = project.sampling.most_flagged(budget)
    flagged = events["event_id"].is_in(flags.at_once).to_numpy() & (most > 0)
    negative = flags.machines if most > 0 else flags.machines | flags.at_once
    values = [attribute_of(store, day, name, events) for name in project.benchmark.slices]
    return Known(
        drift=events["drift_score"].to_numpy(),
        confidence=events["confidence"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        negative=events["event_id"].is_in(negative).to_numpy(),
        slices=[(column.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy() for column in values],
        flagged=flagged,
        first=min(int(flagged.sum()), most),
    )


def designed(
    events: pl.DataFrame, known: Known, quotas: Sequence[Quota], rules: Sampling, budget: int, seed: int
) -> Cut:
    """Cut n events by the cells of quotas, each further within itself; `seed` is that of their draw.

    Who is drawn of the flagged counts towards the quotas, so they are drawn before the others are shared out.
    """
    firsts = np.array([known.first, 0], dtype=np.int64)
    taken = draw(events["event_id"].to_list(), np.where(known.flagged, 0, 1), firsts, seed) & known.flagged
    parts = parted(quotas, ~known.flagged, taken, budget, minimum=rules.minimum_per_stratum)
    strata, counts = _within(known, rules, parts)
    if known.flagged.any():
        strata, counts = _beside(strata, known.flagged), np.append(counts, known.first)
    return Cut(events=events, strata=strata, counts=counts, composed=composition(quotas, parts, taken, budget))


def _stratified(known: Known, among: Flags, rules: Sampling, budget: int, most: int) -> Strata:
    smallest = 2 * rules.minimum_per_stratum
    return stratify(
        known.drift[among],
        known.confidence[among],
        known.negative[among],
        slices=[codes[among] for codes in known.slices],
        smallest=smallest,
        most=max(1, min(most, budget // max(UNITS_PER_STRATUM, smallest))),
    )


def _within(known: Known, rules: Sampling, parts: Parts) -> tuple[Strata, Counts]:
    """The strata of one part after the other, each cut and shared out within itself."""
    whole, code = int(parts.counts.sum()), np.zeros(len(parts.code), dtype=np.int64)
    cuts: list[Strata] = []
    counts: list[Counts] = []
    for at, count in enumerate(parts.counts.tolist()):
        mine = parts.code == at
        strata = _stratified(known, mine, rules, count, MOST_STRATA * count // whole)
        code[mine] = sum(len(one.names) for one in cuts) + strata.code
        least = rules.minimum_per_stratum
        counts.append(allocate(strata.sizes, strata.deviations, count, floor=rules.floor, minimum=least))
        cuts.append(strata)
    return Strata(
        tuple(f"{part}: {name}" for part, one in zip(parts.names, cuts, strict=True) for name in one.names),
        code[parts.code >= 0],
        np.concatenate([np.zeros(0, dtype=np.int64), *(one.sizes for one in cuts)]),
        np.concatenate([np.zeros(0), *(one.deviations for one in cuts)]),
    ), np.concatenate([np.zeros(0, dtype=np.int64), *counts])


def _beside(strata: Strata, flagged: Flags) -> Strata:
    """The strata of the others, and last that of the flagged."""
    code = np.full(len(flagged), len(strata.names), dtype=np.int64)
    code[~flagged] = strata.code
    deviation = (MOST_ERROR * (1 - MOST_ERROR)) ** 0.5
    return Strata(
        (*strata.names, FLAGGED),
        code,
        np.append(strata.sizes, int(flagged.sum())),
        np.append(strata.deviations, max(deviation, float(strata.deviations.max(initial=0)))),
    )
