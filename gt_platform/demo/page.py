"""The demo's report: its project's, with what only a demo knows in it; `report.html` says where."""

from functools import partial

from gt_platform import report as reports
from gt_platform.demo import charts, words
from gt_platform.demo.figures import Figure, Report
from gt_platform.demo.summary import Summary
from gt_platform.demo.traffic import AWAY, DATES, HOME
from gt_platform.lake import Store
from gt_platform.project import Project

CHANNELS = tuple(f"channel={domain}" for domain in (HOME, *AWAY))
GATE = 0.7  # what projects/sentiment/project.yaml declares
VERDICTS = ("reference", "no_drift", "drift", "insufficient_evidence")


def page(store: Store, project: Project, report: Report, summary: Summary) -> str:
    """The whole document."""
    low, high = charts.bounds(report.slices)
    funnel = words.funnel(report)
    known = {name: getattr(charts, name) for name in ("diamond", "percent", "slice_bar")}
    return reports.page(
        project, reports.facts(store, project), DATES[-1], template="report.html", package="gt_platform.demo",
        report=report, summary=summary, words=words, drifted=partial(_drifted, report), channels_of=_slices(report),
        low=low, high=high, verdicts=_verdicts(report), trial_bar=partial(charts.trial_bar, report.trials),
        funnel=funnel, most=max(1, *(count for _, count, _ in funnel)), **known, **_plots(report, summary),
    )  # fmt: skip


def _plots(report: Report, summary: Summary) -> dict[str, object]:
    present = [name for name in CHANNELS if any(name in counts for counts in report.traffic.values())]
    return {
        "channels": [(f"c{place}", name.partition("=")[2]) for place, name in enumerate(present)],
        "week_chart": partial(charts.week_chart, report, gate=GATE, shift=summary.shift),
        "day_chart": partial(charts.day_chart, report, gate=GATE, shift=summary.shift),
        "traffic_chart": partial(charts.traffic_chart, report, channels=present, shift=summary.shift),
        "drift_chart": partial(charts.drift_chart, report, shift=summary.shift),
    }


def _slices(report: Report) -> list[Figure]:
    order = {name: place for place, name in enumerate(CHANNELS)}
    return sorted(report.slices, key=lambda figure: (order.get(figure.slice, len(order)), figure.slice))


def _verdicts(report: Report) -> list[tuple[str, str]]:
    seen = {cell.verdict for cell in report.drift}
    return [(f"v-{verdict}", verdict.replace("_", " ")) for verdict in VERDICTS if verdict in seen]


def _drifted(report: Report, week: Figure) -> str:
    days = [day for day in report.days if day.day and week.day and week.day <= day.day < week.day + 7 * charts.DAY]
    return f"{sum(day.drift.flagged is True for day in days)} of {len(days)} days"
