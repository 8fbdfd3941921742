"""Files of one's own for the commands that need no project: CSV, TSV, JSONL and Parquet, read as text."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from gt_platform.cli.app import UsageError


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> pl.DataFrame:
    """The named columns as text, null where empty; optional ones only where the file has them, others are left out.

    Numbers keep their spelling; lists and objects come as JSON text. Raises UsageError naming file and mistake.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path}: name it {', '.join(READERS)}; the name decides how it is read")
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    try:
        found = reader(path)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as {path.suffix[1:]}: {str(error).splitlines()[0]}") from None
    missing = [name for name in required if name not in found.columns]
    if missing:
        has = ", ".join(found.columns) or "none at all"
        raise UsageError(f"{path}: has no column {', '.join(missing)}; its columns are {has}")
    frame = _as_text(found.select(*required, *(name for name in optional if name in found.columns)))
    return frame.with_columns(pl.when(pl.col(pl.String).str.strip_chars() != "").then(pl.col(pl.String)))


def complete(frame: pl.DataFrame, columns: Sequence[str], path: Path) -> pl.DataFrame:
    """The frame, unless a row lacks one of the columns or there is no row. Raises UsageError naming the row."""
    if frame.is_empty():
        raise UsageError(f"{path}: has no rows")
    gaps = frame.with_row_index("row", offset=1).filter(pl.any_horizontal(pl.col(list(columns)).is_null()))
    if not gaps.is_empty():
        first = gaps.row(0, named=True)
        empty = next(name for name in columns if first[name] is None)
        raise UsageError(
            f"{path}: row {first['row']} has no {empty} ({gaps.height:,} of {frame.height:,} rows lack one)"
        )
    return frame


def one_answer_each(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The last answer of every annotator to every task, in the order of the file, and how many it replaces."""
    kept = frame.unique(["task", "worker"], keep="last", maintain_order=True)
    return kept, frame.height - kept.height


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    texts = [pl.Series(name, [_json(value) for value in frame[name].to_list()], pl.String) for name in nested]
    return frame.with_columns(*texts).cast(pl.String)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _csv(separator: str) -> Callable[[Path], pl.DataFrame]:
    def read(path: Path) -> pl.DataFrame:
        return pl.read_csv(path, separator=separator, infer_schema=False)

    return read


def _jsonl(path: Path) -> pl.DataFrame:
    columns: dict[str, list[str | None]] = {}
    with path.open(encoding="utf-8-sig") as lines:
        for number, record in enumerate(_records(path, lines)):
            for name in record.keys() - columns.keys():
                columns[name] = [None] * number
            for name, values in columns.items():
                value = record.get(name)
                values.append(value if isinstance(value, str) else _json(value))
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _records(path: Path, lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{path}:{number}: is not JSON: {error}") from None
        if not isinstance(record, dict):
            raise UsageError(f'{path}:{number}: is not a JSON object such as {{"task": …, "worker": …}}')
        yield record


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": _csv(","),
    ".tsv": _csv("\t"),
    ".jsonl": _jsonl,
    ".parquet": lambda path: pl.read_parquet(path),
}
