"""A frame as it is drawn from: its events, and the strata they are cut into."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.canonical import digest
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.sampling.flags import Flagged
from gt_platform.sampling.strata import MOST_ERROR, Strata, stratify
from gt_platform.stats.allocation import Counts

MOST_STRATA = 12
UNITS_PER_STRATUM = 4  # with fewer on average, the variance within strata could hardly be estimated
FLAGGED = "flagged by people"

# sorted, because sums of floating-point numbers depend on their order
FRAME = """
    SELECT event_id, item_id, confidence, coalesce(drift_score, 0.5) AS drift_score
    FROM events e LEFT JOIN row_scores s USING (event_id) WHERE e.frame_day = ? ORDER BY event_id
"""
SLICE = "SELECT json_extract_string(attributes, ?) AS value FROM events WHERE frame_day = ? ORDER BY event_id"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """n events of a frame, in H strata of which at least `least` (H,) are to be drawn."""

    events: pl.DataFrame
    strata: Strata
    least: Counts

    @property
    def digest(self) -> str:
        """Of which event is in which stratum."""
        return digest("\n".join([*self.events["event_id"], *self.strata.names]).encode() + self.strata.code.tobytes())


def events_of(store: Store, day: date) -> pl.DataFrame:
    """The frame's events, sorted by id."""
    return store.read(FRAME, [day])


def cut(store: Store, project: Project, day: date, events: pl.DataFrame, flags: Flagged, budget: int) -> Cut:
    """Cut the frame by what was known when its day was over; what people flagged by then is a stratum of its own."""
    rules = project.sampling
    smallest = 2 * rules.minimum_per_stratum
    apart = rules.most_flagged(budget) > 0
    flagged = events["event_id"].is_in(flags.at_once).to_numpy() & apart
    rest = events.filter(~flagged)
    negative = rest["event_id"].is_in(flags.machines if apart else flags.machines | flags.at_once).to_numpy()
    strata = stratify(
        rest["drift_score"].to_numpy(),
        rest["confidence"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        negative,
        slices=[codes[~flagged] for codes in _slices(store, project, day)],
        smallest=smallest,
        most=max(1, min(MOST_STRATA, budget // max(UNITS_PER_STRATUM, smallest))),
    )
    least = np.full(len(strata.sizes), rules.minimum_per_stratum, dtype=np.int64)
    if not flagged.any():
        return Cut(events=events, strata=strata, least=least)
    return Cut(
        events=events,
        strata=_beside(strata, flagged),
        least=np.append(least, max(1, min(int(flagged.sum()), rules.most_flagged(budget)))),
    )


def _beside(strata: Strata, flagged: NDArray[np.bool_]) -> Strata:
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


def _slices(store: Store, project: Project, day: date) -> list[NDArray[np.int64]]:
    """The events' codes in every attribute that has scores of its own, -1 where an event lacks it."""
    values = [store.read(SLICE, [f'$."{name}"', day])["value"] for name in project.benchmark.slices]
    return [(column.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy() for column in values]
