"""How runs look in the UI: row counts, small tables and plots as asset metadata."""

import html
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import dagster as dg
import polars as pl

from gt_platform.assets.plots import interval_plot
from gt_platform.assets.tables import key
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stages import Plot, Stage

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

WIDEST = 80  # characters of a cell; longer values are cut, the lake has them whole
INLINE = 1000  # characters of Markdown up to which Dagster shows it in place
MORE = "*and {} more*"
UNSAID = (None, "")
LINKS = {"report_url", "bundle"}
SCORED = ("estimate", "low", "high", "against", "checked", "sampling_share")  # of a fact that is a score
ACTIVE_IN_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")


def tables(
    context: dg.AssetExecutionContext,
    project: Project,
    store: Store,
    stage: Stage,
    facts: Mapping[date, "DataclassInstance"],
) -> Iterator[dg.MaterializeResult[Any]]:
    """A result per table, in a stage per day with figures of each day; facts and plots go to the first table."""
    rows = store.row_counts(stage.tables)
    for fills in (fills for fills in stage.fills if key(project, fills.table) in context.selected_asset_keys):
        first = fills is stage.fills[0]
        shown: dict[str, Any] = {"dagster/row_count": rows[fills.table.name]}
        for day, fact in facts.items():
            said = counts(fact) if first else {}
            if stage.per_day:
                said["summary"] = markdown(store.read(fills.shows, [day]))
                context.add_asset_metadata(said, asset_key=key(project, fills.table), partition_key=day.isoformat())
            else:
                summary = store.read(fills.shows) if rows[fills.table.name] else pl.DataFrame()
                shown |= said | {"summary": markdown(summary)}
        here = (plot for plot in stage.plots if (plot.table or stage.fills[0].table) is fills.table)
        shown |= {plot.name: plotted(plot, store, project) for plot in here}
        yield dg.MaterializeResult(key(project, fills.table), metadata=shown)


def counts(result: "DataclassInstance") -> dict[str, Any]:
    """A stage's result as metadata: figures, words and links; what is empty, or has parts, is left to the summary."""
    facts = asdict(result)
    scores = (value for value in facts.values() if isinstance(value, dict))
    score = {name: found[name] for found in scores for name in SCORED if name in found}
    said = {name: _metadata(name, value) for name, value in (facts | score).items()}
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


def plotted(plot: Plot, store: Store, project: Project) -> dg.MarkdownMetadataValue:
    """A stage's plot of what the lake holds now, or why there is none."""
    rows = plot.rows(store, project)
    if not any(estimate is not None for _, estimate, *_ in rows):
        return dg.MetadataValue.md(f"*{plot.none}*")
    return picture(interval_plot(rows), f"{plot.of} with {plot.bounds}")
