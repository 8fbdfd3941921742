"""What of a file was not taken, in a sheet beside it."""

from pathlib import Path

import polars as pl

from gt_platform.cli.app import whole


def first(rejected: pl.DataFrame) -> str:
    """The first of them, in words."""
    line, reason, detail = rejected.select("line", "reason", "detail").row(0)
    return f"line {line}, {reason}: {detail}"


def sheet_of(file: Path, rejected: pl.DataFrame) -> Path:
    """The sheet, written: line, reason, detail and the record as it was. Raises UsageError."""
    target = file.with_name(f"{file.name}.rejected.csv")
    risky = pl.col("raw").str.contains(r"^[=+\-@\t\r]")  # a spreadsheet would take such a cell for a formula
    with whole(target) as partial:
        rejected.with_columns(raw=pl.when(risky).then("'" + pl.col("raw")).otherwise("raw")).write_csv(partial)
    return target
