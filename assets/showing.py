"""How runs look in the UI: row counts, small tables and plots as asset metadata."""

import html
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import dagster as dg
import polars as pl

from gt_platform.assets import views
from gt_platform.assets.tables import key
from gt_platform.lake import Store
from gt_platform.lake.tables import TABLES, Table
from gt_platform.project import Project

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

WIDEST = 80  # characters of a cell; longer values are cut, the lake has them whole
INLINE = 1000  # characters of Markdown up to which Dagster shows it in place
MORE = "*and {} more*"
UNSAID = (None, "")
LINKS = {"report_url", "bundle"}
ROWS = {table.name: f"SELECT count(*) FROM {table.name}" for table in TABLES}  # noqa: S608 - names of tables.py
ACTIVE_IN_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")


def of_days(
    context: dg.AssetExecutionContext,
    project: Project,
    store: Store,
    tables: Sequence[Table],
    results: Mapping[date, "DataclassInstance"],
) -> Iterator[dg.MaterializeResult[Any]]:
    """One result per table, each day of the run with figures of its own; the stage's counts go to the first."""
    for table in tables:
        for day, result in results.items():
            shown = counts(result) if table is tables[0] else {}
            shown["summary"] = markdown(store.read(views.OF_A_DAY[table.name], [day]))
            context.add_asset_metadata(shown, asset_key=key(project, table), partition_key=day.isoformat())
        yield dg.MaterializeResult(key(project, table), metadata={"dagster/row_count": _rows(store, table)})


def of_all(
    project: Project, store: Store, tables: Sequence[Table], result: "DataclassInstance", **more: Any
) -> Iterator[dg.MaterializeResult[Any]]:
    """One result per table; the stage's counts, and what else is given, go to the first."""
    for table in tables:
        shown: dict[str, Any] = counts(result) | more if table is tables[0] else {}
        rows = _rows(store, table)
        summary = store.read(views.OF_ALL[table.name]) if rows else pl.DataFrame()
        shown |= {"dagster/row_count": rows, "summary": markdown(summary)}
        yield dg.MaterializeResult(key(project, table), metadata=shown)


def counts(result: "DataclassInstance") -> dict[str, Any]:
    """A stage's result as metadata: figures, words and links; what is empty, or has parts, is left to the summary."""
    said = {name: _metadata(name, value) for name, value in asdict(result).items()}
    return {name: value for name, value in said.items() if value not in UNSAID}


def markdown(rows: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """A frame as a Markdown table, cut where the UI would hide it behind a link.

    Values are shown as text, whatever they hold: production data is not trusted.
    """
    if rows.is_empty():
        return dg.MetadataValue.md("*none*")
    head = [_line(rows.columns), _line("--:" if kind.is_numeric() else "--" for kind in rows.dtypes)]
    lines = [_line(_cell(value) for value in row) for row in rows.iter_rows()]
    room = INLINE - sum(len(line) + 1 for line in head) - len(MORE) - len(str(rows.height)) - 2
    fitting = sum(1 for used in accumulate(len(line) + 1 for line in lines) if used <= room)
    more = [] if fitting == len(lines) else ["", MORE.format(len(lines) - fitting)]
    return dg.MetadataValue.md("\n".join([*head, *lines[:fitting], *more]))


def picture(svg: str, alt: str) -> dg.MarkdownMetadataValue:
    """A plot that travels inside the metadata, so that it is still there when the lake has moved."""
    return dg.MetadataValue.md(f"![{alt}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})")


def _line(cells: Iterable[str]) -> str:
    return f"|{'|'.join(cells)}|"


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = " ".join(str(value).split())
    text = text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
    return html.escape(ACTIVE_IN_MARKDOWN.sub(r"\\\1", text), quote=False)


def _metadata(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in LINKS:
        return dg.MetadataValue.url(value) if "://" in value else dg.MetadataValue.path(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(value) if all(isinstance(one, str) for one in value) else None
    return str(value) if isinstance(value, date) else None if isinstance(value, dict) else value


def _rows(store: Store, table: Table) -> int:
    return int(store.read(ROWS[table.name]).item())
