"""What is known of every event, drawn or not: what production's scores are calibrated on."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.benchmark.reads import Reads

SAID = ("people_yes", "people_no", "machine_yes", "machine_no")
AUXILIARIES = ("confidence", "unsaid", "drift", *SAID, "verified")
"""In millionths: sums of whole numbers do not depend on the order of adding."""
VERIFIED = 1 + AUXILIARIES.index("verified")
KNOWN = ", ".join(
    (
        "round(1e6 * coalesce(e.confidence, 0))::BIGINT AS confidence",
        "(e.confidence IS NULL)::BIGINT * 1000000 AS unsaid",
        "round(1e6 * coalesce(r.drift_score, 0.5))::BIGINT AS drift",
        *(f"coalesce(k.{name}, false)::BIGINT * 1000000 AS {name}" for name in SAID),
        "coalesce(o.verified, false)::BIGINT * 1000000 AS verified",
    )
)
"""SQL for them, of `events` e with BESIDE."""
# Verified is what feedback alone makes so, and not what truth says: reviewers rule on what was drawn, and its truth is
# then by no outcome, while that of what was not drawn is.
BESIDE = """
    LEFT JOIN row_scores r ON r.event_id = e.event_id LEFT JOIN event_feedback k ON k.event_id = e.event_id
    LEFT JOIN (
        SELECT item_id, count(DISTINCT answer) = 1 AS verified FROM declared_outcomes GROUP BY item_id
    ) o ON o.item_id = e.item_id
"""
DRAWABLE = "ANTI JOIN left_out l ON l.event_id = e.event_id"
TOTALS = ", ".join(f"sum({name})::BIGINT AS {name}" for name in AUXILIARIES)
POPULATION = f"""
    SELECT frame_day, value, count(*) AS events, {TOTALS}
    FROM (SELECT e.frame_day, e.model AS value, {KNOWN} FROM events e {BESIDE} {DRAWABLE})
    WHERE frame_day IN (SELECT frame_day FROM sample) GROUP BY ALL
"""  # noqa: S608 - of the parts above
# One query an attribute: with the path a constant of the query, DuckDB reads a million events in 0.2 s, else in 1 s.
SLICE_POPULATION = f"""
    SELECT frame_day, value, count(*) AS events, {TOTALS}
    FROM (SELECT e.frame_day, json_extract_string(e.attributes, ?) AS value, {KNOWN} FROM events e {BESIDE} {DRAWABLE})
    WHERE frame_day IN (SELECT frame_day FROM sample) GROUP BY ALL
"""  # noqa: S608 - of the parts above


def population(store: Reads) -> pl.DataFrame:
    """Events of the sampled frames by model (`value`), with their totals."""
    return store.read(POPULATION)


def population_by(store: Reads, path: str) -> pl.DataFrame:
    """Events of the sampled frames by an attribute's value, with their totals."""
    return store.read(SLICE_POPULATION, [path])


def totals(rows: pl.DataFrame, days: Sequence[date]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How many events each of F frames has, (F,), and what is known of them in total, (F, p)."""
    summed = rows.group_by("frame_day").agg(pl.col("events", *AUXILIARIES).sum())
    every = pl.DataFrame({"frame_day": days}, schema={"frame_day": pl.Date})
    found = every.join(summed, on="frame_day", how="left", maintain_order="left").fill_null(0)
    return found["events"].to_numpy().astype(np.int64), known(found)


def verified(known: NDArray[np.float64]) -> bool:
    """Whether the outcome of any of n events (n, p) is known."""
    return bool(known[:, VERIFIED].any())


def with_days(known: NDArray[np.float64], day: NDArray[np.int64]) -> NDArray[np.float64]:
    """The same with two columns more, (n, p + 2): the day of each event, or their total, and of those with an outcome.

    Of late days fewer outcomes are in, and they are others: what is wrong shows sooner than what is right.
    """
    return np.hstack([known, known[:, [0, VERIFIED]] * day[:, None]])


def known(rows: pl.DataFrame) -> NDArray[np.float64]:
    """What is known of each of n rows, (n, p): their `events` first."""
    return rows.select(pl.col("events").cast(pl.Float64), pl.col(*AUXILIARIES) / 1e6).to_numpy().astype(np.float64)
