"""Evidently's own drift report of a frame, as HTML, with the calibrated thresholds.

The verdicts are made without it, in verdicts.py. Nothing else in the platform imports Evidently.
"""

import os
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gt_platform.drift.columns import MOST_LEVELS, Rows, sampled
from gt_platform.drift.verdicts import FRAME, Verdict, judge
from gt_platform.lake.storage import Storage
from gt_platform.project import Drift

MOST_ROWS = 20_000  # of each side: Evidently takes half a minute of CPU for each million, and plots show no more
MISSING = "(missing)"


def write_report(
    reports: Storage, path: str, rows: Rows, verdicts: Sequence[Verdict], drift: Drift, *, title: str
) -> str | None:
    """Write the report to `path` and return its URL; None where no column can be drawn.

    Evidently's script, the same 3.5 MB for every report, lies once beside them. Of a large frame the plots show
    an even sample of 20,000 rows a side with thresholds calibrated for that size; the verdicts on top of the
    page always rest on all rows.
    """
    shown = Rows(
        names=rows.names, reference=sampled(rows.reference, MOST_ROWS), current=sampled(rows.current, MOST_ROWS)
    )
    notes, calibrated = [], verdicts
    if (shown.reference.height, shown.current.height) != (rows.reference.height, rows.current.height):
        calibrated = judge(shown.reference, shown.current, rows.names, drift, seed=title)
        notes.append(
            f"Below: an even sample of {shown.reference.height:,} of {rows.reference.height:,} reference rows and "
            f"{shown.current.height:,} of {rows.current.height:,} frame rows, with thresholds for that size."
        )
    drawn = [verdict for verdict in calibrated if _drawable(shown, verdict)]
    if not drawn:
        return None
    if left_out := [name for name in rows.names if name not in {verdict.column_name for verdict in drawn}]:
        notes.append(f"Not drawn: {', '.join(left_out)}.")
    page, script, name = _rendered(_snapshot(shown, drawn, title))
    beside = f"{path.rpartition('/')[0]}/{name}"
    if not reports.exists(beside):
        reports.write(beside, script.encode())
    page = page.replace(f"<script>{script}</script>", f'<script src="{name}"></script>', 1)
    return reports.write(path, page.replace("<body>", f"<body>{_summary(title, notes, verdicts)}", 1).encode())


def _drawable(rows: Rows, verdict: Verdict) -> bool:
    if verdict.statistic is None:
        return False
    if verdict.statistic == "jensenshannon":  # of very many levels Evidently draws nothing one could read
        return pl.concat(side[verdict.column_name] for side in (rows.reference, rows.current)).n_unique() <= MOST_LEVELS
    sides = [side[verdict.column_name].drop_nulls() for side in (rows.reference, rows.current)]
    if any(side.is_empty() for side in sides):
        return False
    try:  # Evidently fails as a whole on a column numpy can make no histogram of, such as a nearly constant one
        with np.errstate(all="ignore"):
            for values in (*sides, pl.concat(sides)):
                np.histogram(values.to_numpy())
    except ValueError:
        return False
    return True


def _snapshot(rows: Rows, verdicts: Sequence[Verdict], title: str) -> Any:
    os.environ.setdefault("DO_NOT_TRACK", "1")  # Evidently reports its use to its makers unless this is set
    from evidently import DataDefinition, Dataset, Report

    numeric = [v.column_name for v in verdicts if v.statistic == "wasserstein"]
    categorical = [v.column_name for v in verdicts if v.statistic == "jensenshannon"]
    definition = DataDefinition(numerical_columns=numeric, categorical_columns=categorical)
    current, reference = (
        Dataset.from_pandas(_plain(side, numeric, categorical), data_definition=definition)
        for side in (rows.current, rows.reference)
    )
    preset = _preset()(
        columns=[*numeric, *categorical],
        drift_share=1 / len(verdicts),  # as here: the frame drifts when any column does
        per_column_method={v.column_name: v.statistic for v in verdicts},
        # Evidently calls a value drift that equals the threshold; by permutation it must be above
        per_column_threshold={v.column_name: float(np.nextafter(v.threshold or 0.0, np.inf)) for v in verdicts},
    )
    with np.errstate(all="ignore"):  # Evidently correlates constant columns
        return Report([preset]).run(current, reference, name=title)


@cache
def _preset() -> Any:
    from evidently.presets import DataDriftPreset

    class Drawn(DataDriftPreset):  # type: ignore[misc]
        """The preset's page alone. Its metrics, each with a plot that the page leaves out, took 0.15 of 0.37 CPU s."""

        def generate_metrics(self, context: Any) -> list[Any]:  # noqa: ARG002 - Evidently's signature
            return []

    return Drawn


def _plain(side: pl.DataFrame, numeric: list[str], categorical: list[str]) -> Any:
    # events are strangers' text, and Evidently writes levels into a script element as they are
    texts = [pl.col(name).str.replace_all("<", "&lt;", literal=True).fill_null(MISSING) for name in categorical]
    return side.select(*numeric, *texts).to_pandas()


def _rendered(snapshot: Any) -> tuple[str, str, str]:
    """The page, the script inside it, and a name for that script."""
    import evidently

    script = Path(evidently.__path__[0], "nbextension", "static", "index.js").read_text(encoding="utf-8")
    return snapshot.get_html_str(as_iframe=False), script, f"evidently-{evidently.__version__}.js"


def _summary(title: str, notes: Sequence[str], verdicts: Sequence[Verdict]) -> str:
    names = [field.name for field in fields(Verdict)]
    head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in names)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(getattr(verdict, name))}</td>" for name in names) + "</tr>"
        for verdict in sorted(verdicts, key=lambda verdict: verdict.column_name != FRAME)
    )
    return (
        f'<section style="font-family:sans-serif;margin:2em"><h1>{escape(title)}</h1>'
        f'<table cellpadding="6" border="1" style="border-collapse:collapse"><tr>{head}</tr>{rows}</table>'
        "<p>A column drifts when its q-value is at most alpha: p-values of its distance, of ranks, of what is missing "
        "or new, by how rows and days differ by themselves, then Benjamini-Hochberg over the columns. Below, Evidently "
        f"compares each column's distance alone with its threshold. {escape(' '.join(notes))}</p></section>"
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else escape(str(value))
