"""What users say and what is so, as a part of the report and as a page of its own; `said.html` says what is on it."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gt_platform.charts import day_name, whisker
from gt_platform.project import Project
from gt_platform.report import said_plots as plots
from gt_platform.report.said import WHO, Row, Said

PACKAGE = "gt_platform.report"


def alone(project: Project, found: Said) -> Markup:
    """What is on the page, for one that has a head, styles and a way back of its own."""
    loader = PackageLoader(PACKAGE, ".")
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    templates.globals["day_name"] = day_name
    whole = templates.get_template("said.html").render(project=project, alone=True, **parts_of(found))
    return Markup(whole)  # noqa: S704 - escaped by the template


def parts_of(found: Said) -> dict[str, Any]:
    """What the template asks for by name."""
    return {
        "said": found,
        "who": lambda given_by: WHO.get(given_by, given_by),
        "tiles": list(_tiles(found)),
        "swatch": plots.swatch,
        "fates": partial(plots.fates, found.fates),
        "by_kind": lambda: _grouped(found.weeks, "given_by"),
        "by_step": lambda: _grouped(found.took, "step"),
        "rates": partial(_shares, "rate", "Share of events that {} spoke of, by week"),
        "negatives": partial(_shares, "share", "Share of what {} said that says the output is wrong, by week"),
        "taking": lambda rows, step: partial(plots.took, rows, f"Time from {step}, by week"),
        "right_bar": _right,
    }


def _tiles(found: Said) -> Iterator[tuple[str, str]]:
    """What one sees first: a number each, and what it is of."""
    yield f"{sum(count for *_, count in found.fates):,}", "signals so far: thumbs, ratings, corrections and outcomes"
    last = [row for row in found.weeks if row["given_by"] == "end_user" and row["share"] is not None][-1:]
    for row in last:
        week = f"of what end users said in the week of {day_name(row['week'])}"
        yield f"{row['share']:.0%}", f"{week} says the output is wrong: {_within(row)}"
    for row in found.right:
        if (row["said"], row["given_by"]) == ("thumb down", "end_user"):
            usual = "" if row["usual"] is None else f"; of any event it would be {row['usual']:.0%}"
            yield f"{row['right']:.0%}", f"of thumbs down are right: {_within(row)}{usual}"
    for row in [row for row in found.took if row["step"] == "feedback to truth"][-1:]:
        settled = f"for half of what is settled of the week of {day_name(row['week'])}"
        yield plots.duration(row["p50"]), f"from feedback to truth, {settled}"


def _within(row: Row) -> str:
    return f"{row['low']:.0%} to {row['high']:.0%}"


def _grouped(rows: list[Row], name: str) -> list[tuple[str, list[Row]]]:
    return [(key, list(group)) for key, group in groupby(rows, itemgetter(name))]


def _shares(what: str, title: str, rows: list[Row], given_by: str) -> Callable[[float], Markup]:
    return partial(plots.shares, rows, what, title.format(WHO.get(given_by, given_by)))


def _right(row: Row) -> Markup:
    return whisker((0.0, 1.0), row["low"], row["high"], row["right"], row["usual"])
