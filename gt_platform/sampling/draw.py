"""Drawing a frame's sample with known inclusion probabilities: what was drawn stands, and may be added to.

What strata are belongs in `frame` and `strata`, further draws in `phases`, the arithmetic in `stats.allocation`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import COMPOSITION, LEFT_OUT, SAMPLE, SPENDING
from gt_platform.project import Project
from gt_platform.sampling.design import design_of, seed_of
from gt_platform.sampling.events import counted, events_of, left_out
from gt_platform.sampling.flags import flagged_of
from gt_platform.sampling.frame import Cut, cut
from gt_platform.sampling.phases import Waiting, add, waiting
from gt_platform.sampling.spending import spend
from gt_platform.sampling.strata import Strata
from gt_platform.stats.allocation import Counts
from gt_platform.stats.allocation import draw as draw_units

SPENT = "SELECT answers, checks, half_width FROM spending WHERE frame_day = ?"
STANDING = """
    SELECT stratum AS name, any_value(stratum_size) AS size, count(*) AS drawn
    FROM sample WHERE frame_day = ? GROUP BY stratum ORDER BY stratum
"""


@dataclass(frozen=True)
class Stratum:
    """A stratum of one frame: how many events it has, and how many of them were drawn."""

    name: str
    size: int
    drawn: int


@dataclass(frozen=True)
class Drawn:
    """The sample of one frame as it stands; `written` rows of it were drawn, or have other probabilities, just now.

    Where the project declares what a night may cost, also the further answers and expert checks that are part of it,
    and the half-width to be expected of the headline; see `spending`. `opened` says what a further draw was for.
    """

    day: date
    population: int
    drawn: int
    strata: tuple[Stratum, ...]
    written: int
    further_answers: int | None = None
    expert_checks: int | None = None
    expected_half_width: float | None = None
    opened: str | None = None


def draw(store: Store, project: Project, day: date) -> Drawn:
    """Draw the frame's sample into `sample`, or add to it what people flagged since; else what was drawn stands.

    Uses the day's events and row scores, and its feedback on them. A frame no larger than the budget is drawn
    whole, with probability 1. What the budget is, where the night's is split, follows from earlier frames alone.
    """
    with store.snapshot():
        if not store.read(STANDING, [day]).is_empty():
            more = waiting(store, project, day)
            return _drawn(store, day) if more is None else _further(store, day, more)
        frame = events_of(store, project, day)
        if frame.is_empty():
            return _drawn(store, day)
        spent = spend(store, project, day, events=frame.height)
        budget = spent.get("items", project.sampling.most_of(frame.height))
        parts = cut(store, project, day, frame, flagged_of(store, project, day, frame, late=False), budget)
        sample, others = _first(project, day, parts), left_out(store, project, day)

    def work(writer: Writer) -> Drawn:
        written = 0
        if writer.read(STANDING, [day]).is_empty():
            written = writer.append(SAMPLE, sample)
            if spent:
                writer.append(SPENDING, SPENDING.frame([spent]))
            composed = [row | {"frame_day": day} for row in [*parts.composed, *counted(others)]]
            if composed:
                writer.append(COMPOSITION, COMPOSITION.frame(composed))
            if others.height:
                writer.append(LEFT_OUT, others)
        return _drawn(writer, day, written)

    return store.commit(f"sample of {day}", work)


def _further(store: Store, day: date, more: Waiting) -> Drawn:
    def work(writer: Writer) -> Drawn:
        written = add(writer, more)
        return _drawn(writer, day, written, more.said if written else None)

    return store.commit(f"sample of {day}: {more.said}", work)


def _drawn(tables: Store | Writer, day: date, written: int = 0, opened: str | None = None) -> Drawn:
    strata = tuple(Stratum(**row) for row in tables.read(STANDING, [day]).iter_rows(named=True))
    answers, checks, width = next(tables.read(SPENT, [day]).iter_rows(), (None, None, None))
    return Drawn(
        day=day,
        population=sum(stratum.size for stratum in strata),
        drawn=sum(stratum.drawn for stratum in strata),
        strata=strata,
        written=written,
        further_answers=answers,
        expert_checks=checks,
        expected_half_width=width,
        opened=opened,
    )


def _first(project: Project, day: date, parts: Cut) -> pl.DataFrame:
    strata, events, counts = parts.strata, parts.events, parts.counts
    design = design_of(project)
    seed = seed_of(project, day, design, 1)
    drawn = draw_units(events["event_id"].to_list(), strata.code, counts, seed)
    return _sample(events.filter(pl.Series(drawn)), strata, strata.code[drawn], counts).with_columns(
        pl.lit(day).alias("frame_day"),
        pl.lit(design).alias("design"),
        pl.lit(seed, pl.Int64).alias("seed"),
        pl.lit(1, pl.Int32).alias("phase"),
    )


def _sample(events: pl.DataFrame, strata: Strata, code: NDArray[np.int64], counts: Counts) -> pl.DataFrame:
    return events.select("event_id", "item_id").with_columns(
        pl.Series("stratum", [strata.names[at] for at in code], dtype=pl.String),
        pl.Series("stratum_size", strata.sizes[code]),
        pl.Series("stratum_drawn", counts[code]),
        pl.Series("inclusion_probability", counts[code] / strata.sizes[code]),
    )
