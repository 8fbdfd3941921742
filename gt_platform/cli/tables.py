"""A user's file as a table of texts, whatever wrote it: CSV, TSV, JSONL and Parquet.

What its columns mean belongs in `sheets`.
"""

import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from gt_platform.cli.app import UsageError
from gt_platform.cli.decoding import decoded, separated
from gt_platform.cli.remarks import remark


def read_table(path: Path, likely: Collection[str]) -> pl.DataFrame:
    """Every column as text, names without space around them; `likely` ones tell what stands between cells.

    Numbers keep their spelling; lists and objects come as JSON text. Raises UsageError naming file and mistake.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path}: name it {', '.join(READERS)}; the name decides how it is read")
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    try:
        found = reader(path, likely)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UsageError(f"{path}: cannot be read as {path.suffix[1:]}: {str(error).splitlines()[0]}") from None
    return _as_text(found.rename({name: name.strip() for name in found.columns if name != name.strip()}))


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    texts = [pl.Series(name, [_json(value) for value in frame[name].to_list()], pl.String) for name in nested]
    return frame.with_columns(*texts).cast(pl.String)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _delimited(usual: str) -> Callable[[Path, Collection[str]], pl.DataFrame]:
    def read(path: Path, likely: Collection[str]) -> pl.DataFrame:
        text, said = decoded(path)
        text, mark = separated(path, text, usual, likely)
        found = pl.read_csv(text, separator=mark, infer_schema=False)
        if said:
            remark(said)
        return found

    return read


def _jsonl(path: Path, _: Collection[str]) -> pl.DataFrame:
    text, said = decoded(path)
    if said:
        remark(said)
    columns: dict[str, list[str | None]] = {}
    for number, record in enumerate(_records(path, text.decode())):
        for name in record.keys() - columns.keys():
            columns[name] = [None] * number
        for name, values in columns.items():
            value = record.get(name)
            values.append(value if isinstance(value, str) else _json(value))
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _records(path: Path, text: str) -> Iterator[dict[str, Any]]:
    for number, record in _values(path, text):
        if not isinstance(record, dict):
            raise UsageError(f'{path}:{number}: is not a JSON object such as {{"task": …, "worker": …}}')
        yield record


def _values(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """One value a line, or those of one list, by their numbers."""
    try:
        whole = json.loads(text) if text.lstrip().startswith("[") else None
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, list):
        yield from enumerate(whole, 1)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path}:{number}: is not JSON: {error}") from None


READERS: dict[str, Callable[[Path, Collection[str]], pl.DataFrame]] = {
    ".csv": _delimited(","),
    ".tsv": _delimited("\t"),
    ".txt": _delimited("\t"),
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".json": _jsonl,
    ".parquet": lambda path, _: pl.read_parquet(path),
}
