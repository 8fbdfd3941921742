"""Evidently's own drift report of a frame, as HTML, with the calibrated thresholds and Evidently's own decisions.

The verdicts are made without it, in verdicts.py, Evidently's decisions in evidently/decisions.py.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gt_platform.drift.columns import MOST_LEVELS, Rows, sampled
from gt_platform.drift.evidently.decisions import MOST_ROWS
from gt_platform.drift.evidently.methods import EQUAL, PERMUTED, ROOTS, SQUARED, most_rows, quietly
from gt_platform.drift.meaning import STATISTIC as MEANING
from gt_platform.drift.verdicts import FRAME, Verdict, judge
from gt_platform.lake.storage import Storage
from gt_platform.project import Drift
from gt_platform.project.methods import OF_CATEGORIES, OF_TEXTS

MISSING = "(missing)"
TABLE = {
    "column": "column_name",
    "verdict": "verdict",
    "statistic": "statistic",
    "value": "value",
    "threshold": "threshold",
    "p": "p_value",
    "q": "q_value",
    "reference rows": "n_reference",
    "frame rows": "n_current",
    "Evidently decides": "evidently_drift",
    "by": "evidently_method",
    "its value": "evidently_value",
    "detail": "detail",
}
"""The heads of the table of verdicts, and what of a verdict stands below each."""

LOOK = (
    ".verdicts{border-collapse:collapse;font-size:14px} .verdicts th,.verdicts td{border:1px solid;padding:4px 6px} "
    ".verdicts td:last-child{min-width:16em}"
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A report that is drawn and not yet written; `snapshot` is what Evidently made of it."""

    snapshot: Any
    summary: str

    def write(self, reports: Storage, path: str) -> str:
        """Write it to `path`, with Evidently's script, the same 3.5 MB for every report, once beside it; its URL."""
        page, script, name = _rendered(self.snapshot)
        beside = f"{path.rpartition('/')[0]}/{name}"
        if not reports.exists(beside):
            reports.write(beside, script.encode())
        page = page.replace(f"<script>{script}</script>", f'<script src="{name}"></script>', 1)
        return reports.write(path, page.replace("<body>", f"<body>{self.summary}", 1).encode())


def draw(rows: Rows, verdicts: Sequence[Verdict], drift: Drift, *, title: str) -> Page | None:
    """The report of a frame; None where no column can be drawn.

    Of a large frame the plots show an even sample of 20,000 rows a side, of fewer where a method of Evidently's is
    named, with thresholds calibrated for that size; the verdicts on top of the page always rest on all rows.
    """
    named = drift.methods.values()
    most = min([MOST_ROWS, *(most_rows(method) for method in named if method not in PERMUTED)])
    shown = Rows(names=rows.names, reference=sampled(rows.reference, most), current=sampled(rows.current, most))
    notes, calibrated = [], list(verdicts)
    if (shown.reference.height, shown.current.height) != (rows.reference.height, rows.current.height):
        calibrated = _for_size(shown, verdicts, drift, title)
        notes.append(
            f"Below: an even sample of {shown.reference.height:,} of {rows.reference.height:,} reference rows and "
            f"{shown.current.height:,} of {rows.current.height:,} frame rows, with thresholds for that size."
        )
    drawn = [verdict for verdict in calibrated if _drawable(shown, verdict)]
    if not drawn:
        return None
    if left_out := [name for name in rows.names if name not in {verdict.column_name for verdict in drawn}]:
        notes.append(f"Not drawn: {', '.join(left_out)}.")
    if otherwise := [verdict.column_name for verdict in drawn if not _as_here(shown, verdict)]:
        notes.append(f"Below by Evidently's choice of method, at its own threshold: {', '.join(otherwise)}.")
    return Page(snapshot=_snapshot(shown, drawn, title), summary=_summary(title, notes, verdicts))


def _for_size(shown: Rows, verdicts: Sequence[Verdict], drift: Drift, title: str) -> list[Verdict]:
    """The verdicts of what is shown; those by a method of Evidently's rest on no more rows anyway."""
    names = [name for name in shown.names if name not in drift.methods]
    again: dict[str, Verdict] = {}
    if names:
        judged = judge(shown.reference, shown.current, names, drift, seed=title)
        again = {verdict.column_name: verdict for verdict in judged}
    return [again.get(verdict.column_name, verdict) for verdict in verdicts if verdict.column_name != FRAME]


def _drawable(rows: Rows, verdict: Verdict) -> bool:
    if verdict.statistic in {None, MEANING, *OF_TEXTS}:
        return False
    if rows.reference[verdict.column_name].dtype == pl.String:
        # of very many levels Evidently draws nothing one could read
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

    numeric = [v.column_name for v in verdicts if rows.reference[v.column_name].dtype == pl.Float64]
    categorical = [v.column_name for v in verdicts if v.column_name not in numeric]
    ours = [verdict for verdict in verdicts if _as_here(rows, verdict)]
    definition = DataDefinition(numerical_columns=numeric, categorical_columns=categorical)
    current, reference = (
        Dataset.from_pandas(_plain(side, numeric, categorical), data_definition=definition)
        for side in (rows.current, rows.reference)
    )
    preset = _preset()(
        columns=[*numeric, *categorical],
        drift_share=1 / len(verdicts),  # as here: the frame drifts when any column does
        per_column_method={v.column_name: v.statistic for v in ours},
        per_column_threshold={v.column_name: _threshold(v) for v in ours},
    )
    with quietly():  # Evidently correlates constant columns
        return Report([preset]).run(current, reference, name=title)


def _as_here(rows: Rows, verdict: Verdict) -> bool:
    """Whether Evidently's page can compare it as is done here, by the same method of samples of these sizes."""
    of_levels = verdict.statistic in OF_CATEGORIES and rows.reference[verdict.column_name].dtype == pl.Float64
    return verdict.statistic not in PERMUTED | EQUAL and not of_levels


def _threshold(verdict: Verdict) -> float:
    """Evidently calls a distance drift that equals the threshold, but by permutation it must be above."""
    threshold = verdict.threshold or 0.0
    return float(np.nextafter(threshold, np.inf)) if verdict.statistic in ROOTS | SQUARED else threshold


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
    head = "".join(f"<th>{escape(name)}</th>" for name in TABLE)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(getattr(verdict, field))}</td>" for field in TABLE.values()) + "</tr>"
        for verdict in sorted(verdicts, key=lambda verdict: verdict.column_name != FRAME)
    )
    return (
        f'<section style="font-family:sans-serif;margin:2em"><h1>{escape(title)}</h1>'
        f"<style>{LOOK}</style><table class='verdicts'><tr>{head}</tr>{rows}</table>"
        "<p>A column drifts when its q-value is at most alpha: p-values of its distance, of ranks, of what is missing "
        "or new, by how rows and days differ by themselves, then Benjamini-Hochberg over the columns. What Evidently "
        "decides is by its own choice of method, or the one that is named, and its own threshold; of the frame, by the "
        "share of columns it calls drifted. It decides nothing here. Below, Evidently compares each column's distance "
        f"alone with the threshold above. {escape(' '.join(notes))}</p></section>"
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "drift" if value else "no drift"
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else escape(str(value))
