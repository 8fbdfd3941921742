"""The report as one HTML page; `page.html` says what is on it."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gt_platform.charts import Frame, Mark, day_name, interval_plot, tag, whisker
from gt_platform.project import Project
from gt_platform.report.facts import Facts, Row
from gt_platform.report.reliability import reliability_plot
from gt_platform.report.saying import parts_of

SHOWN = 12
PACKAGE = "gt_platform.report"


def page(
    project: Project, found: Facts, today: date, *, template: str = "page.html", package: str = PACKAGE, **more: object
) -> str:
    """The whole document: no script, and nothing that is asked of anybody else.

    A `template` of another package may extend it, and know `more`.
    """
    templates = _environment(package)
    templates.globals |= {"day_name": day_name, "number": partial(number, project), "span": partial(span, project)}
    return templates.get_template(template).render(
        project=project, facts=found, today=today, shown=SHOWN,
        weeks=partial(_weeks, project, found), agreement=partial(_agreement, found),
        costs=partial(_costs, project, found),
        bar=partial(_bar, _bounds(project, [*found.slices, *found.weeks])), parts=partial(_parts, found),
        reliability=partial(reliability_plot, found.calibrated.bins if found.calibrated else ()),
        **parts_of(found.said), **more,
    )  # fmt: skip


def body(project: Project, found: Facts, today: date) -> Markup:
    """What is on the page, for one that has a head, styles and a way back of its own."""
    whole = page(project, found, today)
    return Markup(whole.partition("<main>")[2].rpartition("</main>")[0])  # noqa: S704 - escaped by the template


def _environment(package: str) -> Environment:
    loader = ChoiceLoader([PackageLoader(name, ".") for name in (package, PACKAGE)])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)


def _shares(project: Project) -> bool:
    return project.measuring.bounds.get(project.headline, (0.0, 0.0)) == (0.0, 1.0)


def number(project: Project, value: float | None) -> str:
    """A score as people read it."""
    if value is None:
        return "–"
    return f"{100 * value:.1f}%" if _shares(project) else f"{value:.4g}"


def span(project: Project, row: Row) -> str:
    if row["low"] is None:
        return "insufficient evidence"
    return f"{number(project, row['low'])} to {number(project, row['high'])}"


def _bounds(project: Project, rows: Sequence[Row]) -> tuple[float, float]:
    """A little more than all that is shown, the gate included."""
    gate = project.gates.binding(project.headline, "*")
    shown = [row[name] for row in rows for name in ("low", "high") if row[name] is not None]
    shown += [] if gate is None else [bound for bound in (gate.at_least, gate.at_most) if bound is not None]
    if not shown:
        return 0.0, 1.0
    low, high = min(shown), max(shown)
    room = 0.08 * (high - low or abs(high) or 1.0)
    return low - room, high + room


def _weeks(project: Project, found: Facts, width: float) -> Markup:
    """Each week's score with its interval, and the gate."""
    low, high = _bounds(project, found.weeks)
    frame = Frame(width=width, height=300, places=len(found.weeks), low=low, high=high, names=int(width / 70))
    marks = [_mark(project, day_name(date.fromisoformat(row["period"])), row) for row in found.weeks]
    ticks = [
        frame.tick(low + part * (high - low) / 4, number(project, low + part * (high - low) / 4)) for part in range(5)
    ]
    gate = project.gates.binding(project.headline, "*")
    bounds = [] if gate is None else [bound for bound in (gate.at_least, gate.at_most) if bound is not None]
    for bound in bounds:
        y = frame.y(bound)
        ticks.append(tag("line", class_="gate", x1=frame.left, x2=frame.end, y1=y, y2=y))
        ticks.append(tag("text", f"gate {number(project, bound)}", class_="note", x=frame.left + 4, y=y + 13))
    return interval_plot(frame, marks, ticks, "Score of each week with its 95 % interval")


def _agreement(found: Facts, width: float) -> Markup:
    """Each week's share of equal pairs of answers."""
    frame = Frame(width=width, height=200, places=len(found.agreement), low=0.0, high=1.0, names=int(width / 70))
    marks = [
        Mark(
            name=day_name(row["week"]),
            said=f"{row['items']:,} items",
            value=row["agreement"],
            low=row["low"],
            high=row["high"],
        )
        for row in found.agreement
    ]
    ticks = [frame.tick(part / 4, f"{25 * part}%") for part in range(5)]
    return interval_plot(frame, marks, ticks, "Agreement of annotators by week")


def _mark(project: Project, name: str, row: Row) -> Mark:
    said = f"{name}: {number(project, row['estimate'])} ({span(project, row)}), {row['n']:,} labels"
    return Mark(name=name, said=said, value=row["estimate"], low=row["low"], high=row["high"])


def _costs(project: Project, found: Facts) -> str | None:
    """What answers have cost, where a price is declared."""
    costs, overall = found.costs, found.overall
    if "cost" not in project.labeling.model_fields_set or not costs.truths:
        return None
    half = (
        (overall["high"] - overall["low"]) / 2 if overall and overall["low"] is not None and _shares(project) else None
    )
    point = costs.next_point(half)
    said = f"Answers cost {costs.paid:,.6g} so far"
    said += f", {costs.per_label:.3g} a label that counts" if costs.per_label is not None else ""
    said += f" and {costs.per_truth:.3g} a settled item"
    said += f"; an interval narrower by a point either side would take {point:,.3g} more" if point is not None else ""
    return f"{said}. {costs.left:,.6g} of the budget is left." if costs.left is not None else f"{said}."


def _bar(bounds: tuple[float, float], row: Row) -> Markup:
    return whisker(bounds, row["low"], row["high"], row["estimate"])


def _parts(found: Facts) -> list[tuple[str, float, str, Markup]]:
    """What makes the change of the last two weeks: in words, its value, its interval, and a bar around nothing."""
    named = found.why.named if found.why else []
    bounds = [bound for _, part in named for bound in (part.value, part.low, part.high) if bound is not None]
    most = max(map(abs, bounds), default=0.0) or 1.0
    return [
        (
            words,
            part.value,
            "–" if part.low is None else f"{part.low:+.4f} to {part.high:+.4f}",
            whisker((-most, most), part.low, part.high, part.value),
        )
        for words, part in named
    ]
