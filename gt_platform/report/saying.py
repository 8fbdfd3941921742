"""What users say and what is so, as a part of the report and as a page of its own; `said.html` says what is on it."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gt_platform.charts import day_name, whisker
from gt_platform.project import Project
from gt_platform.report import said_plots as plots
from gt_platform.report.said import Row, Said

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
        "swatch": plots.swatch,
        "fates": partial(plots.fates, found.fates),
        "by_kind": lambda: _grouped(found.weeks, "given_by"),
        "by_step": lambda: _grouped(found.took, "step"),
        "rates": partial(_shares, "rate", "Share of events that were spoken of by {}, by week"),
        "negatives": partial(_shares, "share", "Share of what {} said that is negative, by week"),
        "taking": lambda rows, step: partial(plots.took, rows, f"Time from {step}, by week"),
        "right_bar": _right,
    }


def _grouped(rows: list[Row], name: str) -> list[tuple[str, list[Row]]]:
    return [(key, list(group)) for key, group in groupby(rows, itemgetter(name))]


def _shares(what: str, title: str, rows: list[Row], given_by: str) -> Callable[[float], Markup]:
    return partial(plots.shares, rows, what, title.format(given_by))


def _right(row: Row) -> Markup:
    return whisker((0.0, 1.0), row["low"], row["high"], row["right"], row["usual"])
