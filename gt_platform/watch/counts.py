"""Counts what each day had of each model, output and kind of feedback, once for days that change no more."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import DAILY_COUNTS
from gt_platform.project import Outputs
from gt_platform.stats.watching.daily import Floats
from gt_platform.watch.evidence import BANDS, MATURE

NO_BAND = -1
NO_ANSWER = "(no valid answer)"
FILED = "files"
STANDING = """
    SELECT frame_day, counted, "of", part, events, read_as FROM daily_counts
    UNION ALL SELECT frame_day, $filed, '', 0, sum(events)::BIGINT, '' FROM files WHERE frame_day < $today
    GROUP BY frame_day
"""
# Of feedback the first of its kind that an event got counts, and one that came before the event as if with it.
COUNTED = """
    SELECT frame_day, 'events' AS counted, model AS "of", CASE WHEN $named THEN output::VARCHAR END AS output,
           CASE WHEN NOT $named OR confidence IS NULL THEN $none
                ELSE least(floor(confidence * $bands), $bands - 1) END::INTEGER AS part, count(*) AS events
    FROM events WHERE frame_day IN (SELECT unnest($fresh::DATE[])) GROUP BY ALL
    UNION ALL
    SELECT e.frame_day, 'feedback', f."of", NULL, greatest(f.given - e.frame_day, 0)::INTEGER AS part, count(*)
    FROM (
        SELECT event_id, min(frame_day) AS given, concat_ws(' ', annotator_kind, signal,
                   CASE WHEN signal = 'thumb' THEN json_extract_string(value, '$') END) AS "of"
        FROM feedback WHERE frame_day <= $last + $mature::INTEGER GROUP BY ALL
    ) f JOIN events e ON e.event_id = f.event_id
    WHERE e.frame_day BETWEEN $first AND $last AND e.frame_day IN (SELECT unnest($days::DATE[]))
      AND f.given - e.frame_day <= $mature
    GROUP BY ALL
"""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The events of every day that is over, in order, and what `daily_counts` is to hold of them."""

    events: dict[date, int]
    rows: pl.DataFrame
    changed: bool


def counted(store: Store, today: date, *, outputs: Outputs | None, read_as: str) -> Counts:
    """Count the days that are over: as they are counted already, but where that may have changed.

    Those are days with other events than were counted, read otherwise, or whose feedback may still come. Answers are
    counted where `outputs` reads them, because they are few.
    """
    found = store.read(STANDING, {"filed": FILED, "today": today})
    filed = found.filter(pl.col("counted") == FILED).sort("frame_day")
    events = dict(filed.select("frame_day", "events").iter_rows())
    standing = found.filter(pl.col("counted") != FILED)
    fresh = _fresh(standing, events, read_as)
    last = max(events, default=date.min)
    days = [day for day, many in events.items() if many and (day in fresh or (last - day).days <= MATURE)]
    again = pl.col("frame_day").is_in(fresh) | (pl.col("frame_day").is_in(days) & (pl.col("counted") == "feedback"))
    kept = standing.filter(~again & pl.col("frame_day").is_in(list(events)))
    rows = pl.concat([kept, *_anew(store, days, fresh, outputs, read_as)]) if days else kept
    return Counts(events=events, rows=rows, changed=not rows.sort(pl.all()).equals(standing.sort(pl.all())))


def _anew(
    store: Store, days: list[date], fresh: list[date], outputs: Outputs | None, read_as: str
) -> Iterator[pl.DataFrame]:
    """Events of days that are fresh, feedback of those whose may still come, too."""
    given = {"first": days[0], "last": days[-1], "days": days, "fresh": fresh, "named": outputs is not None}
    found = store.read(COUNTED, given | {"bands": BANDS, "none": NO_BAND, "mature": MATURE})
    events, feedback = (found.filter(pl.col("counted") == what) for what in ("events", "feedback"))
    parts = [_summed("model", events.with_columns(part=pl.lit(NO_BAND, pl.Int32))), _summed("feedback", feedback)]
    if outputs is not None:
        parts.append(_summed("output", _read(events, outputs)))
    for part in parts:
        yield part.with_columns(read_as=pl.lit(read_as)).select(DAILY_COUNTS.column_names())


def _fresh(standing: pl.DataFrame, events: dict[date, int], read_as: str) -> list[date]:
    rows = standing.filter((pl.col("counted") == "model") & (pl.col("read_as") == read_as))
    known = dict(rows.group_by("frame_day").agg(pl.col("events").sum()).iter_rows())
    return [day for day, many in events.items() if many and known.get(day) != many]


def by_part(counts: pl.DataFrame, days: list[date], parts: int) -> dict[str, Floats]:
    """By what was counted the events of each day and part, (D, parts); a part of -1 is the last."""
    place = {day: number for number, day in enumerate(days)}
    found: dict[str, Floats] = {}
    for day, of, part, events in counts.select("frame_day", "of", "part", "events").iter_rows():
        found.setdefault(of, np.zeros((len(days), parts)))[place[day], part] += events
    return dict(sorted(found.items()))


def plain(answer: str) -> str:
    """An answer, JSON, as it is read: a text without its quotes."""
    value = json.loads(answer)
    return value if isinstance(value, str) else answer


def _read(events: pl.DataFrame, outputs: Outputs) -> pl.DataFrame:
    answers = outputs.answers(events["output"]).to_list()
    named = [NO_ANSWER if answer is None else plain(answer) for answer in answers]
    return events.with_columns(pl.Series("of", named, dtype=pl.String))


def _summed(what: str, rows: pl.DataFrame) -> pl.DataFrame:
    summed = rows.group_by("frame_day", "of", "part").agg(pl.col("events").sum().cast(pl.Int64))
    return summed.with_columns(counted=pl.lit(what))
