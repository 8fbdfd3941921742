"""Outputs that are no valid answers: found as files come in, counted by day, model and reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import INVALID_OUTPUTS
from gt_platform.project import Outputs
from gt_platform.records import Parsed

OF_A_DAY = "SELECT * FROM invalid_outputs WHERE frame_day = ?"
DAYS = "SELECT DISTINCT frame_day FROM files WHERE events > 0 ORDER BY frame_day"
SAID = """
    SELECT model, output, count(*) AS outputs, min(event_id) AS event_id FROM events WHERE frame_day = ? GROUP BY ALL
"""
# Most nights have none, and then no event is counted.
SHARES = """
    SELECT i.model, i.outputs, e.events, i.detail, i.event_id FROM (
        SELECT model, sum(outputs)::BIGINT AS outputs, arg_max(detail, outputs) AS detail,
               arg_max(event_id, outputs) AS event_id
        FROM invalid_outputs WHERE frame_day BETWEEN $first AND $last GROUP BY model
    ) i JOIN (
        SELECT model, count(*) AS events FROM events WHERE frame_day BETWEEN $first AND $last GROUP BY model
    ) e USING (model) ORDER BY i.outputs / e.events DESC, model
"""
GIVEN = ["model", "reason", "outputs", "event_id", "detail"]


@dataclass(frozen=True, kw_only=True)
class Invalid:
    """How many of a model's `events` have outputs that are no valid answers, and what is wrong with one of them."""

    model: str
    outputs: int
    events: int
    detail: str
    event_id: str


def unreadable(outputs: Outputs, parsed: Parsed) -> pl.DataFrame:
    """The events of a parsed file whose output is no valid answer: their line, and what `count` is given."""
    columns = ["line", "event_id", "model", "output"]
    parts = (pl.read_parquet(part, columns=columns) for part in parsed.parts("event"))
    found = [_wrong(outputs, part.with_columns(outputs=pl.lit(1, pl.Int64))).select("line", *GIVEN) for part in parts]
    return pl.concat(found) if found else _none().with_columns(line=pl.lit(0, pl.Int64))


def count(writer: Writer, day: date, found: pl.DataFrame) -> None:
    """Add such events to the counts of their frame day."""
    if not found.is_empty():
        rows = [writer.read(OF_A_DAY, [day]).select(GIVEN), found.select(GIVEN)]
        writer.replace(INVALID_OUTPUTS, _summed(day, rows), day=day)


def recounted(store: Store, outputs: Outputs) -> pl.DataFrame:
    """What `invalid_outputs` holds where every event there is is read as it is declared now."""
    days = store.read(DAYS)["frame_day"].to_list()
    by_day = [_summed(day, [_wrong(outputs, store.read(SAID, [day])).select(GIVEN)]) for day in days]
    return pl.concat([INVALID_OUTPUTS.frame([]), *by_day])


def invalid(store: Store, first: date, last: date) -> list[Invalid]:
    """Models with such outputs in a span of days, the largest share first."""
    return [Invalid(**row) for row in store.read(SHARES, {"first": first, "last": last}).iter_rows(named=True)]


def _wrong(outputs: Outputs, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose `output` is no valid answer, with reason and detail."""
    wrong = outputs.invalid(rows["output"].unique())
    chosen = rows.filter(pl.col("output").is_in(list(wrong)))
    told = [wrong[text] for text in chosen["output"]]
    return chosen.with_columns(
        pl.Series("reason", [read.reason for read in told], dtype=pl.String),
        pl.Series("detail", [read.why for read in told], dtype=pl.String),
    )


def _summed(day: date, rows: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """One row for each model and reason, whose example is always the same."""
    together = pl.concat([_none(), *rows]).group_by("model", "reason")
    example = pl.col("event_id", "detail").sort_by("event_id").first()
    return (
        together.agg(pl.col("outputs").sum(), example)
        .with_columns(frame_day=pl.lit(day))
        .select(INVALID_OUTPUTS.column_names())
    )


def _none() -> pl.DataFrame:
    return INVALID_OUTPUTS.frame([]).select(GIVEN)
