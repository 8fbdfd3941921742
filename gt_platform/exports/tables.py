"""Plain tables: JSON lines, CSV and Parquet."""

import csv
import io
import json
from typing import Any

from gt_platform.cells import cell
from gt_platform.exports.handed import NESTED, Handed


def as_jsonl(handed: Handed) -> dict[str, bytes]:
    """An object a line, by item."""
    lines = (json.dumps(record, ensure_ascii=False, default=str) + "\n" for record in handed.records())
    return {"": "".join(lines).encode()}


def as_csv(handed: Handed) -> dict[str, bytes]:
    """A row an item. Texts are as they are, but that no spreadsheet runs one; other JSON is JSON."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(handed.rows.columns)
    for record in handed.records():
        writer.writerow(_cell(name, value) for name, value in record.items())
    return {"": sheet.getvalue().encode("utf-8-sig")}


def as_parquet(handed: Handed) -> dict[str, bytes]:
    """The table as the lake has it."""
    buffer = io.BytesIO()
    handed.rows.write_parquet(buffer, compression="zstd")
    return {"": buffer.getvalue()}


def _cell(name: str, value: Any) -> Any:
    told = name in NESTED or isinstance(value, str)  # by people or models
    return "" if value is None else cell(value) if told else value
