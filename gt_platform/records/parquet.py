"""Rows of a Parquet file from strangers, read by Arrow, which checks more than DuckDB does.

DuckDB never sees such a file: it returns rows where Arrow finds the file broken.
"""

import json
import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gt_platform.records.compression import MAX_RATIO, RATIO_FROM, RECORD_COST
from gt_platform.records.intake import Intake
from gt_platform.records.lines import Place
from gt_platform.records.reasons import Rejected, shown
from gt_platform.records.strict_json import MAX_DEPTH, parse_json

BATCH = 4_096  # rows
MAX_FOOTER = 16 << 20  # bytes of any string in the footer; real ones are below 1 MiB
_BROKEN = (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError)


def read_parquet(source: Path, intake: Intake) -> int:
    """Give every row to `intake`; returns how many rows were reached."""
    try:
        file = _opened(source)
    except Rejected as rejected:
        intake.problem(rejected, Place(0, None, source.stat().st_size, None))
        return 0
    rows = _Rows(file, intake, max(RATIO_FROM, MAX_RATIO * source.stat().st_size))
    for group in range(file.metadata.num_row_groups):
        if not rows.read_group(group):
            break
    return rows.reached


class _Rows:
    """Where reading has got to, and how many decoded bytes it may still cost."""

    def __init__(self, file: Any, intake: Intake, budget: int) -> None:
        self.reached = 0
        self._file = file
        self._intake = intake
        self._budget = budget
        self._json = {"attributes", *_json_columns(file)}

    def read_group(self, group: int) -> bool:
        """Take a row group as far as it can be read; whether to go on with the next."""
        rows = min(max(0, self._file.metadata.row_group(group).num_rows), 1 << 40)  # a footer can claim anything
        first = self.reached
        try:
            for batch in self._batches(group):
                self._take(batch)
            if self.reached - first != rows:
                raise Rejected("corrupt", "there are no more")
        except Rejected as rejected:
            found = f"{self.reached - first} of {rows} rows of row group {group}: {rejected.detail}"
            self._intake.problem(Rejected(rejected.reason, found), Place(self.reached + 1, None, None, None))
            self.reached = max(self.reached + 1, first + rows)
            return rejected.reason != "expansion"
        return True

    def _batches(self, group: int) -> Iterator[Any]:
        batches = self._file.iter_batches(BATCH, row_groups=[group], use_threads=False)
        while True:
            try:
                batch = next(batches, None)
            except _BROKEN as error:
                raise Rejected("corrupt", shown(str(error))) from None
            if batch is None:
                return
            self._spend(batch)
            yield batch

    def _spend(self, batch: Any) -> None:
        self._budget -= max(batch.nbytes, batch.num_rows * RECORD_COST)
        if self._budget < 0:
            raise Rejected("expansion", f"decodes to more than {MAX_RATIO} times its size; what is left was not read")

    def _take(self, batch: Any) -> None:
        names = batch.schema.names
        for values in zip(*(_values(column) for column in batch.columns), strict=True):
            self.reached += 1
            row = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            raw = json.dumps(row, default=str, ensure_ascii=False).encode()
            place = Place(self.reached, None, len(raw), raw)
            try:
                record = {name: self._json_value(name, value) for name, value in row.items()}
            except Rejected as rejected:
                self._intake.problem(rejected, place)
            else:
                self._intake.value(record, place)

    def _json_value(self, name: str, value: Any) -> Any:
        if type(value) is str and name in self._json:
            try:
                return parse_json(value.encode())
            except Rejected as rejected:
                raise Rejected(rejected.reason, f"{name} is no JSON text: {rejected.detail}") from None
        return _plain(name, value)


def _opened(source: Path) -> Any:
    try:
        file = pq.ParquetFile(
            source,
            page_checksum_verification=True,
            pre_buffer=False,
            thrift_string_size_limit=MAX_FOOTER,
            thrift_container_size_limit=MAX_FOOTER // 16,
        )
        footer = file.metadata
        codecs = {
            footer.row_group(group).column(column).compression
            for group in range(footer.num_row_groups)
            for column in range(footer.num_columns)
        }
        names, depth = file.schema_arrow.names, max((_depth(field.type) for field in file.schema_arrow), default=0)
    except _BROKEN as error:
        # Arrow has a limit of its own, which a deep list meets first
        reason = "depth" if "too deeply nested" in str(error) else "file"
        raise Rejected(reason, f"not a Parquet file that can be read: {shown(str(error))}") from None
    if "BROTLI" in codecs:
        raise Rejected("file", "compressed with BROTLI, whose decoder has a known hole (CVE-2026-111497); use zstd")
    if depth > MAX_DEPTH:
        raise Rejected("depth", f"a column is nested deeper than {MAX_DEPTH} levels")
    if len(set(names)) != len(names):
        raise Rejected("duplicate_key", "two columns have the same name")
    return file


def _depth(type_: Any) -> int:
    deepest, below = 0, [(type_, 1)]
    while below:
        current, depth = below.pop()
        deepest = max(deepest, depth)
        if depth > MAX_DEPTH:
            break
        below += [(current.field(index).type, depth + 1) for index in range(current.num_fields)]
    return deepest


def _json_columns(file: Any) -> set[str]:
    """Columns whose text is declared to be JSON."""
    found = (file.schema.column(index) for index in range(len(file.schema)))
    return {column.path for column in found if column.logical_type.type == "JSON"}


def _values(column: Any) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        return _timestamps(column)
    try:
        values: list[Any] = column.to_pylist()
    except _BROKEN:  # one bad string or time spoils the list: find out which
        values = [_value(cell) for cell in column]
    return values


def _value(cell: Any) -> Any:
    try:
        return cell.as_py()
    except _BROKEN as error:
        return _Unreadable(str(error))


class _Unreadable(str):
    """What is wrong with a cell that has no value."""

    __slots__ = ()


def _timestamps(column: Any) -> list[str | None]:
    """ISO 8601 to the last digit; Python's own times stop at microseconds and at the year 9999."""
    per_second = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[column.type.unit]
    zone = "Z" if column.type.tz else ""
    ticks = column.cast(pa.int64()).to_pylist()
    return [None if tick is None else _iso(tick, per_second) + zone for tick in ticks]


def _iso(ticks: int, per_second: int) -> str:
    seconds, fraction = divmod(ticks, per_second)
    try:
        whole = (datetime(1970, 1, 1) + timedelta(seconds=seconds)).isoformat()  # noqa: DTZ001 - the zone comes after
    except OverflowError:
        return f"{seconds} seconds after 1970"
    digits = f"{fraction:0{len(str(per_second)) - 1}d}".rstrip("0") if fraction else ""
    return f"{whole}.{digits}" if digits else whole


def _plain(name: str, value: Any) -> Any:
    """A cell as the JSON value that says the same; a null inside a struct is a field left out."""
    if isinstance(value, _Unreadable):
        raise Rejected("encoding", f"{name} cannot be read: {value}")
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, float | Decimal):
        return _number(name, value)
    if isinstance(value, dict):
        return {key: _plain(name, inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return _map(name, value) if value and type(value[0]) is tuple else [_plain(name, inner) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise Rejected(
        "schema", f"{name} is of type {type(value).__name__}, which JSON does not have; send text or a number"
    )


def _number(name: str, value: float | Decimal) -> float | int:
    if not math.isfinite(value):
        raise Rejected("number", f"{name} is {value}; leave it empty instead")
    if isinstance(value, float):
        return value
    if value == value.to_integral_value():
        return int(value)
    if Decimal(repr(float(value))) != value:
        raise Rejected("number", f"{name} is {value}, which a double cannot hold; send it as text")
    return float(value)


def _map(name: str, pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    found = {key: _plain(name, value) for key, value in pairs}
    if len(found) != len(pairs):
        raise Rejected("duplicate_key", f"{name} gives the same key twice")
    if any(type(key) is not str for key in found):
        raise Rejected("schema", f"{name} has keys that are not text")
    return found
