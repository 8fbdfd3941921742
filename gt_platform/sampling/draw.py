"""Drawing a frame's sample with known inclusion probabilities, once and for ever.

What strata are belongs in `strata`, the arithmetic of shares and draws in `gt_platform.stats.allocation`.
"""

import json
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.answers import InvalidAnswerError
from gt_platform.canonical import canonical, digest, number
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import SAMPLE, SPENDING
from gt_platform.project import Project
from gt_platform.sampling.spending import spend
from gt_platform.sampling.strata import Strata, stratify
from gt_platform.stats.allocation import Counts, allocate
from gt_platform.stats.allocation import draw as draw_units

PHASE = 1
RULES = 2  # of cutting strata and guessing deviations; a change of either is another design
MOST_STRATA = 12
UNITS_PER_STRATUM = 4  # with fewer on average, the variance within strata could hardly be estimated

# sorted, because sums of floating-point numbers depend on their order
FRAME = """
    SELECT event_id, item_id, confidence, coalesce(drift_score, 0.5) AS drift_score
    FROM events e LEFT JOIN row_scores s USING (event_id) WHERE e.frame_day = ? ORDER BY event_id
"""
SLICE = "SELECT json_extract_string(attributes, ?) AS value FROM events WHERE frame_day = ? ORDER BY event_id"
# Ratings come on any scale: one is low below the middle of those the same kind of annotator gave that day.
FEEDBACK = """
    WITH given AS (
        SELECT f.event_id, f.signal, f.value, e.output, f.annotator_kind, TRY_CAST(f.value AS DOUBLE) AS rating
        FROM feedback f JOIN events e USING (event_id) WHERE f.frame_day = $day AND e.frame_day = $day
    )
    SELECT event_id, signal = 'correction' AS corrected, value, output, coalesce(
        (signal = 'thumb' AND (value ->> '$') = 'down')
        OR (signal = 'rating' AND rating < (min(rating) OVER kinds + max(rating) OVER kinds) / 2), false
    ) AS negative
    FROM given WINDOW kinds AS (PARTITION BY annotator_kind, signal)
"""
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
    """The sample of one frame as it stands; `written` rows of it were drawn just now.

    Where the project declares what a night may cost, also the further answers and expert checks that are part of it,
    and the half-width to be expected of the headline; see `spending`.
    """

    day: date
    population: int
    drawn: int
    strata: tuple[Stratum, ...]
    written: int
    further_answers: int | None = None
    expert_checks: int | None = None
    expected_half_width: float | None = None


def draw(store: Store, project: Project, day: date) -> Drawn:
    """Draw the frame's sample into `sample`, unless it has one: what was drawn stands, whatever has changed since.

    Uses the day's events and row scores, and its feedback on them. A frame no larger than the budget is drawn
    whole, with probability 1. What the budget is, where the night's is split, follows from earlier frames alone.
    """
    with store.snapshot():
        standing = store.read(STANDING, [day])
        frame = store.read(FRAME, [day]) if standing.is_empty() else pl.DataFrame()
        if frame.is_empty():
            return _drawn(store, day)
        spent = spend(store, project, day, events=frame.height)
        rows = _rows(store, project, day, frame, spent.get("items", project.sampling.budget))

    def work(writer: Writer) -> Drawn:
        written = 0
        if writer.read(STANDING, [day]).is_empty():
            written = writer.append(SAMPLE, rows)
            if spent:
                writer.append(SPENDING, SPENDING.frame([spent]))
        return _drawn(writer, day, written)

    return store.commit(f"sample of {day}", work)


def _drawn(tables: Store | Writer, day: date, written: int = 0) -> Drawn:
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
    )


def _rows(store: Store, project: Project, day: date, frame: pl.DataFrame, budget: int) -> pl.DataFrame:
    events = frame.with_columns(negative=pl.col("event_id").is_in(_negative(store, project, day)))
    strata = _strata(events, _slices(store, project, day), project, budget)
    rules = project.sampling
    counts = allocate(strata.sizes, strata.deviations, budget, floor=rules.floor, minimum=rules.minimum_per_stratum)
    design = design_of(project)
    seed = _seed(project, day, design)
    drawn = draw_units(events["event_id"].to_list(), strata.code, counts, seed)
    return _sample(events.filter(pl.Series(drawn)), strata, strata.code[drawn], counts).with_columns(
        pl.lit(day).alias("frame_day"),
        pl.lit(design).alias("design"),
        pl.lit(seed, pl.Int64).alias("seed"),
        pl.lit(PHASE, pl.Int32).alias("phase"),
    )


def _sample(events: pl.DataFrame, strata: Strata, code: NDArray[np.int64], counts: Counts) -> pl.DataFrame:
    return events.select("event_id", "item_id").with_columns(
        pl.Series("stratum", [strata.names[at] for at in code], dtype=pl.String),
        pl.Series("stratum_size", strata.sizes[code]),
        pl.Series("stratum_drawn", counts[code]),
        pl.Series("inclusion_probability", counts[code] / strata.sizes[code]),
    )


def _slices(store: Store, project: Project, day: date) -> list[NDArray[np.int64]]:
    """The events' codes in every attribute that has scores of its own, -1 where an event lacks it."""
    values = [store.read(SLICE, [f'$."{name}"', day])["value"] for name in project.benchmark.slices]
    return [(column.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy() for column in values]


def _strata(events: pl.DataFrame, slices: list[NDArray[np.int64]], project: Project, budget: int) -> Strata:
    rules = project.sampling
    return stratify(
        events["drift_score"].to_numpy(),
        events["confidence"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        events["negative"].to_numpy(),
        slices=slices,
        smallest=2 * rules.minimum_per_stratum,
        most=max(1, min(MOST_STRATA, budget // max(UNITS_PER_STRATUM, 2 * rules.minimum_per_stratum))),
    )


def _negative(store: Store, project: Project, day: date) -> list[str]:
    """Events that were thumbed down, rated low or corrected to something else."""
    feedback = store.read(FEEDBACK, {"day": day})
    feedback = feedback if project.judges_outputs else project.outputs.frame(feedback)
    return sorted(
        {
            row["event_id"]
            for row in feedback.iter_rows(named=True)
            if row["negative"] or (row["corrected"] and _differs(project, row["value"], row["output"]))
        }
    )


def _differs(project: Project, correction: str, output: str) -> bool:
    """Whether something else than the output (JSON) is meant: said as an answer, or as outputs are.

    Where outputs are judged a correction is no judgement, but what the output should have been.
    """
    given = json.loads(correction)
    if project.judges_outputs:  # an output has its keys in the order they came in
        return canonical(given) != canonical(json.loads(output))
    kind = project.answer_kind
    try:
        meant = kind.validate(given)
    except InvalidAnswerError:
        meant = project.outputs.read(given).answer
    return meant is not None and not kind.agrees(meant, json.loads(output))  # else nobody can tell what it corrects


def design_of(project: Project) -> str:
    """Name and digest of the project's sampling design, with what a night may cost where that decides its size."""
    rules = {"rules": RULES} | project.sampling.model_dump(mode="json")
    labeling = project.labeling
    if labeling.cost.night is not None and labeling.expert_check is not None:
        rules |= {
            "cost": labeling.cost.model_dump(mode="json"),
            "checks": labeling.expert_check.model_dump(mode="json"),
        }
    return f"stratified-neyman:{digest(json.dumps(rules, sort_keys=True), 16)}"


def _seed(project: Project, day: date, design: str) -> int:
    content = json.dumps([project.name, day.isoformat(), design, PHASE])
    return number(content) >> 1
