"""`gt disagreement`: why annotators disagree, and what to do about it."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from gt_platform.cli.app import Format, ProjectName, app, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.labeling.agreement import coefficient
from gt_platform.labeling.disagreement import EVERYTHING, Reason, reasons
from gt_platform.labeling.disagreement_words import CALLED, TO_DO, why
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.agreement.bands import CAVEAT, band

MOST = 10
ROW = {"where": pl.String, "question": pl.String, "labels": pl.String, "points": pl.Float64, "items": pl.Int64}
ROW |= {"annotators": pl.Int64, "cause": pl.String, "departing": pl.String, "because": pl.String}
ROW |= {"to_do": pl.String, "examples": pl.String}


@app.command(name="disagreement")
def told(project: ProjectName = None, layout: Format = "table") -> None:
    """Why annotators disagree, by the two labels that are at odds, the costliest first, and within each version of the
    guidelines, slice and topic: ambiguity of the rule, somebody's misunderstanding, an error of truth, no single
    answer, or insufficient evidence; with what speaks for it, items to look at, and what to do.

    Points are how much higher the share of agreeing pairs of answers would be, of 100, if nobody had said the two.
    """
    declared = project_named(project)
    with store_of(declared) as (_, store):
        found, said = reasons(store, declared), _agreement(store, declared)
    if layout != "table":
        show(_rows(found), layout)
        return
    if said:
        out.print(said, markup=False, highlight=False)
    if not found:
        out.print("nothing is at odds: no item has different answers", markup=False, highlight=False)
        return
    whole = [one for one in found if one.where == EVERYTHING]
    show(_rows(whole[:MOST]).drop("where"), title=f"{min(MOST, len(whole))} of {len(whole)} pairs of labels at odds")
    parts = [one for one in found if one.where != EVERYTHING and one.found.cause != "insufficient_evidence"]
    if parts:
        show(_rows(parts[:MOST]), title="within parts of the items, where a cause shows")


def _agreement(store: Store, project: Project) -> str:
    """Fleiss' kappa with what the field calls it; nothing for answers that have none."""
    try:
        kappa = coefficient(store, project, "fleiss_kappa")
    except ValueError:
        return ""
    if kappa.low is None or kappa.high is None:
        return f"Fleiss' kappa: {kappa.reason}"
    bounds = f"{kappa.value:.3f} [{kappa.low:.3f}, {kappa.high:.3f}] of {kappa.units} items"
    return f"Fleiss' kappa {bounds}: {band(kappa.low, kappa.high)} ({CAVEAT})"


def _rows(found: Sequence[Reason]) -> pl.DataFrame:
    return pl.DataFrame([_row(one) for one in found], schema=ROW)


def _row(one: Reason) -> dict[str, Any]:
    return {
        "where": one.where,
        "question": one.question,
        "labels": f"{one.one} / {one.other}",
        "points": round(one.found.cost, 2),
        "items": one.found.items,
        "annotators": one.found.annotators,
        "cause": CALLED[one.found.cause],
        "departing": ", ".join(dict.fromkeys(one.departing)),
        "because": why(one),
        "to_do": TO_DO[one.found.cause],
        "examples": ", ".join(item[:12] for item in one.examples),
    }
