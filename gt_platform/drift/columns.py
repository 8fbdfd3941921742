"""Reads the declared columns of the reference and of one frame, each typed once for both.

Comparing them belongs in verdicts.py and scores.py.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from gt_platform.drift.against import Against
from gt_platform.drift.evidently.descriptors import described
from gt_platform.lake import Store
from gt_platform.project import Drift, DriftColumn, Measure, Outputs
from gt_platform.project.methods import OF_CATEGORIES

MOST_LEVELS = 200
MOST_DISTINCT = 0.5  # a larger share of distinct values is an identifier or free text, not a category
NUMBER = "(number)"
_TIME = r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$"

# Constant SQL for everything a column can be; the JSON paths are parameters. Paths of one source are handed over
# as one list because DuckDB then parses each document once (2.3 s instead of 9.8 s for 10 paths of 2M rows).
_SOURCES = {"input": "input", "output": "output", "attributes": "attributes", "confidence": "to_json(confidence)"}
# scripts that part words by no space count by their characters
UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_WORDS = (  # twice as fast as a regular expression
    "len(list_filter(string_split(translate(t, chr(9) || chr(10) || chr(13), '   '), ' '), lambda word: word <> ''))"
)
_TEXTS = "list_transform(json_extract_string({json}, ?), lambda t: %s)"
Extract = Measure | Literal["text"]
_MEASURES: dict[Extract, str] = {
    "value": "json_extract({json}, ?)",
    "text": "json_extract_string({json}, ?)",
    "characters": _TEXTS % "length(t)",
    "words": _TEXTS
    % (
        f"CASE WHEN regexp_matches(t, '{UNSPACED}') THEN "
        + _WORDS.replace("translate(t,", f"translate(regexp_replace(t, '{UNSPACED}', ' x ', 'g'),")
        + f" ELSE {_WORDS} END"
    ),
    "hour": _TEXTS % "hour(try_cast(left(t, 19) AS TIMESTAMP))",
    "weekday": _TEXTS % "dayname(try_cast(left(t, 19) AS TIMESTAMP))",
    "age": _TEXTS % "date_diff('second', try_cast(t AS TIMESTAMPTZ), occurred_at) / 3600.0",
}
_EXTRACTS = {
    (source, measure): sql.replace("{json}", json)
    for source, json in _SOURCES.items()
    for measure, sql in _MEASURES.items()
}
# what one user sends, or else one session, comes in a cluster; the codes are only ever compared with one another
_QUERY = (
    "SELECT event_id, md5_number_lower(event_id) AS position, frame_day, "
    "coalesce(try_cast((floor(epoch(occurred_at) / 3600) % 24 + 24) % 24 AS UTINYINT), 24) AS hour, "
    "CASE WHEN coalesce(user_id, session_id) IS NOT NULL "
    "THEN hash(coalesce('user ' || user_id, 'session ' || session_id)) END AS cluster{extracts} "
    "FROM events WHERE frame_day = ? OR frame_day BETWEEN ? AND ? OR frame_day BETWEEN ? AND ?"
)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """`reference` and `current`: event_id, position, frame_day, hour, cluster, then declared columns; in any order.

    Numeric columns are Float64, all others String with the text of the value; null where it is missing.
    `position` is a pseudo-random number of the event, the same for ever; `hour` is that of the day in UTC, 24 where
    there is none; `cluster` says which events are of one user or session, and is null where an event has neither.
    """

    names: tuple[str, ...]
    reference: pl.DataFrame
    current: pl.DataFrame


def read(store: Store, drift: Drift, day: date, *, outputs: Outputs, against: Against | None = None) -> Rows:
    """The events of the frame `day` and of the days it is held against, the declared ones where none are given.

    Of `output` itself it has the answer as the project reads it, and a null where that is none.
    """
    groups = _grouped(drift.columns, outputs)
    query, paths = _query(groups)
    against = against or Against.declared(drift.reference, day)
    found = store.read(query, [*paths, day, *against.parameters])
    names = [column.name for column in drift.columns]
    values: dict[str, pl.Series] = {}
    for key, columns in groups.items():
        together = found.get_column("_".join(key))
        values |= {
            column.name: _typed(_read(together.list.get(at), column, outputs), column)
            for at, column in enumerate(columns)
        }
    for column in drift.columns:
        if column.method in OF_CATEGORIES and values[column.name].dtype == pl.Float64:
            values[column.name] = _levels(values[column.name])
    facts = found.select("event_id", "position", "frame_day", "hour", "cluster")
    rows = facts.with_columns(values[name].alias(name) for name in names)
    of_frame = pl.col("frame_day") == day
    return Rows(names=tuple(names), reference=rows.filter(~of_frame), current=rows.filter(of_frame))


def sampled(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """At most `most` rows, drawn evenly and for ever the same, ordered by event_id."""
    if rows.height > most:
        rows = rows.filter(pl.col("position") <= pl.col("position").bottom_k(most).max())
    return rows.sort("event_id")


def unusable(values: pl.Series) -> str | None:
    """Why a column tells nothing of single rows, by levels or as a number; None when it does."""
    present = values.drop_nulls()
    levels = 0 if values.dtype == pl.Float64 else present.n_unique()
    why = uncomparable(present, len(present), levels)
    return why or (f"{levels:,} levels" if levels > MOST_LEVELS else None)


def uncomparable(some: pl.Series, present: int, levels: int) -> str | None:
    """Why a column of which `present` rows have a value, and so many levels, 0 for numbers, cannot be compared.

    `some` are values of it. None when it can.
    """
    if not present:
        return "no event has a value"
    if levels <= 2 or levels <= MOST_DISTINCT * present:
        return None
    if len(some) and some.str.strip_chars('"').str.contains(_TIME).all():
        return "these are times; declare `measure: hour`, `weekday` or `age`"
    return (
        f"{levels:,} distinct values in {present:,} are no categories; "
        "declare `measure: characters` or `words` for free text"
    )


def _grouped(columns: tuple[DriftColumn, ...], outputs: Outputs) -> dict[tuple[str, Extract], list[DriftColumn]]:
    groups: dict[tuple[str, Extract], list[DriftColumn]] = {}
    for column in columns:
        measure: Extract = "text" if column.descriptor or column.of_meaning else column.measure
        measure = "value" if _is_read(column, outputs) else measure
        groups.setdefault((column.source, measure), []).append(column)
    return groups


def _query(groups: dict[tuple[str, Extract], list[DriftColumn]]) -> tuple[str, list[list[str]]]:
    extracts = "".join(f', {_EXTRACTS[key]} AS "{"_".join(key)}"' for key in groups)
    paths = [[_path(column.within) for column in columns] for columns in groups.values()]
    return _QUERY.format(extracts=extracts), paths


def _path(within: tuple[str | int, ...]) -> str:
    """As DuckDB writes it: a place from the end has a mark."""
    return "$" + "".join(
        f'."{step}"' if isinstance(step, str) else f"[{step}]" if step >= 0 else f"[#{step}]" for step in within
    )


def _is_read(column: DriftColumn, outputs: Outputs) -> bool:
    return column.of == "output" and not outputs.as_they_are


def _read(values: pl.Series, column: DriftColumn, outputs: Outputs) -> pl.Series:
    """Of outputs that are read as declared the answers, or the lengths of their texts."""
    if not _is_read(column, outputs):
        return values
    if column.measure == "value" and not column.descriptor:
        return outputs.answers(values)
    texts = outputs.texts(values)
    if column.descriptor or column.of_meaning:
        return texts
    return texts.str.extract_all(r"[^ \t\r\n]+").list.len() if column.measure == "words" else texts.str.len_chars()


def _typed(values: pl.Series, column: DriftColumn) -> pl.Series:
    """Lengths, or JSON texts, as numbers when all are, else as categories; JSON null and infinity are missing."""
    if column.descriptor:
        return described(values, column.descriptor)
    if values.dtype != pl.String:
        return values.cast(pl.Float64)
    if column.measure == "weekday" or column.of_meaning:
        return values
    present = values.set(values == "null", None)
    numbers = present.cast(pl.Float64, strict=False)
    if numbers.null_count() == present.null_count():
        return numbers.set(~numbers.is_finite(), None)
    if present.n_unique() > MOST_LEVELS:
        # a column that turned from numbers to words would otherwise drown in its many numbers
        present = present.set(numbers.is_not_null(), f'"{NUMBER}"')
    levels = present.drop_nulls().unique()
    if len(levels) > max(MOST_LEVELS, MOST_DISTINCT * len(present)):
        return present  # free text, which is not compared
    return present.replace(levels, [_text(level) for level in levels])


def _levels(numbers: pl.Series) -> pl.Series:
    """Numbers as categories: whole ones without a point."""
    return numbers.cast(pl.String).str.replace(r"\.0$", "")


def _text(level: str) -> str:
    """A level's name; a list of texts is the set of them, whatever their order."""
    value = json.loads(level)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return json.dumps(sorted(set(value)), ensure_ascii=False)
    return value if isinstance(value, str) else level
