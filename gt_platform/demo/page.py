"""The demo's report as one HTML page that needs nothing else: no script, no request, every text escaped."""

from collections.abc import Callable, Iterable, Sequence

from gt_platform.demo import words
from gt_platform.demo.axes import DAY, bounds, day_name, diamond, drawing, percent
from gt_platform.demo.charts import day_chart, drift_chart, interval_bar, traffic_chart, week_chart
from gt_platform.demo.figures import Figure, Report
from gt_platform.demo.markup import Markup, join, tag
from gt_platform.demo.style import STYLE
from gt_platform.demo.summary import Summary
from gt_platform.demo.traffic import AWAY, HOME

CHANNELS = tuple(f"channel={domain}" for domain in (HOME, *AWAY))
GATE = 0.7  # what projects/sentiment/project.yaml declares
WIDE, NARROW = 952.0, 356.0  # a column on a desk, and on a phone: text keeps its size on both
VERDICTS = ("reference", "no_drift", "drift", "insufficient_evidence")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report, summary: Summary) -> str:
    """The whole document."""
    body = tag(
        "main",
        _headline(report, summary),
        _weeks(report, summary),
        _days(report, summary),
        _slices(report),
        _funnel(report),
        _explained(),
        tag("footer", words.FOOTER),
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>gt_platform: the demo</title>'
    )
    return f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{body}</body></html>\n'


def _headline(report: Report, summary: Summary) -> Markup:
    tiles = [tag("div", tag("div", big, class_="big"), tag("span", small), class_="tile")
             for big, small in words.tiles(report, summary)]  # fmt: skip
    return join(
        tag("p", "gt_platform · demo", class_="eyebrow"),
        tag("h1", words.headline(report)),
        tag("p", words.lede(report, summary), class_="lede"),
        tag("div", *tiles, class_="tiles"),
    )


def _weeks(report: Report, summary: Summary) -> Markup:
    rows = [_week_row(report, week) for week in report.weeks]
    names = ("Week of", "Events", "Labels", "Published score", "Hidden gold", "Inside", "Naive", "Gate", "Drift on")
    return join(
        tag("h2", "The published score, week by week"),
        tag("p", words.WEEKS),
        _plot(lambda width: week_chart(report, width, shift=summary.shift, gate=GATE), _legend(naive=True)),
        _table(names, rows),
    )


def _week_row(report: Report, week: Figure) -> Markup:
    days = [day for day in report.days if day.day and week.day and week.day <= day.day < week.day + 7 * DAY]
    return _row(
        day_name(week.day) if week.day else "",
        f"{week.events:,}",
        f"{week.labels:,}",
        _published(week),
        percent(week.gold),
        _inside(week),
        percent(week.naive),
        {None: "–", "none": "–"}.get(week.verdict, str(week.verdict).replace("_", " ")),
        f"{sum(day.drift.flagged is True for day in days)} of {len(days)} days",
    )


def _days(report: Report, summary: Summary) -> Markup:
    shift = summary.shift
    present = [name for name in CHANNELS if any(name in counts for counts in report.traffic.values())]
    channels = _key((f"c{place}", name.partition("=")[2]) for place, name in enumerate(present))
    seen = {cell.verdict for cell in report.drift}
    verdicts = _key((f"v-{verdict}", verdict.replace("_", " ")) for verdict in VERDICTS if verdict in seen)
    return join(
        tag("h2", "Day by day: what arrived, what drifted, how good it was"),
        tag("p", words.DAYS),
        _plot(lambda width: traffic_chart(report, width, shift=shift, channels=present), channels),
        _plot(lambda width: drift_chart(report, width, shift=shift), verdicts),
        _plot(lambda width: day_chart(report, width, shift=shift, gate=GATE), _legend(naive=False)),
    )


def _key(colours: Iterable[tuple[str, str]]) -> Markup:
    """A legend of coloured squares: each one's class and name."""
    square = {"x": 1.0, "y": 1.0, "width": 12.0, "height": 12.0, "rx": 2.0}
    marks = ((drawing(16, 14, "", tag("rect", class_=class_, **square)), name) for class_, name in colours)
    return tag("div", *(tag("span", mark, name) for mark, name in marks), class_="legend")


def _slices(report: Report) -> Markup:
    low, high = bounds(report.slices)
    order = {name: place for place, name in enumerate(CHANNELS)}
    figures = sorted(report.slices, key=lambda figure: (order.get(figure.slice, len(order)), figure.slice))
    rows = [
        _row(
            figure.slice.partition("=")[2] if figure.day is None else f"week of {day_name(figure.day)}",
            f"{figure.events:,}",
            f"{figure.labels:,}",
            _published(figure),
            percent(figure.gold),
            _inside(figure),
            interval_bar(figure, low, high),
            class_="whole" if figure.day is None else None,
        )
        for figure in figures
    ]
    scale = f"{low:.0%} to {high:.0%}"
    names = ("Channel", "Events", "Labels", "Published score", "Hidden gold", "Inside", scale)
    return join(tag("h2", "By channel"), tag("p", words.SLICES), _legend(naive=False), _table(names, rows))


def _funnel(report: Report) -> Markup:
    steps = words.funnel(report.funnel)
    most = max(max(count for _, count, _ in steps), 1)
    parts = [
        join(
            tag("dt", name),
            tag("dd", tag("i", style=f"width:{80 * count / most:.2f}%"), join(f"{count:,} ", tag("small", unit))),
        )
        for name, count, unit in steps
    ]
    return join(tag("h2", "From traffic to truth"), tag("p", words.FUNNEL), tag("dl", join(*parts), class_="funnel"))


def _explained() -> Markup:
    numbers = [join(tag("dt", name), tag("dd", text)) for name, text in words.NUMBERS]
    sides = [
        tag("div", tag("h3", name), tag("ul", *(tag("li", line) for line in lines)))
        for name, lines in (("Real", words.REAL), ("Arranged", words.ARRANGED))
    ]
    return join(
        tag("h2", "How each number is made"),
        tag("dl", *(tag("div", number) for number in numbers), class_="words"),
        tag("h2", "What is real, what is arranged"),
        tag("div", *sides, class_="pair"),
    )


def _plot(draw: Callable[[float], Markup], legend: Markup) -> Markup:
    return tag("figure", legend, tag("div", draw(WIDE), class_="wide"), tag("div", draw(NARROW), class_="narrow"))


def _legend(*, naive: bool) -> Markup:
    score = join(tag("rect", class_="band", x=0.0, y=0.0, width=16.0, height=14.0, rx=3),
                 tag("line", class_="scoreline", x1=2.0, x2=14.0, y1=7.0, y2=7.0))  # fmt: skip
    marks = [(score, "published score, 95% interval"), (diamond(8, 7, 6), "hidden gold, all events")]
    if naive:
        marks.append((tag("circle", class_="naive", cx=8.0, cy=7.0, r=4.5), "naive mean of the same labels"))
    return tag("div", *(tag("span", drawing(16, 14, "", mark), name) for mark, name in marks), class_="legend")


def _table(names: Sequence[str], rows: Sequence[Markup]) -> Markup:
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in names)))
    return tag("div", tag("table", head, tag("tbody", *rows)), class_="scroll")


def _row(*cells: str, class_: str | None = None) -> Markup:
    return tag("tr", *(tag("td", cell) for cell in cells), class_=class_)


def _published(figure: Figure) -> Markup:
    if figure.score is None or figure.low is None or figure.high is None:
        return tag("small", "insufficient evidence")
    return join(percent(figure.score), " ", tag("small", f"{100 * figure.low:.1f} to {100 * figure.high:.1f}"))


def _inside(figure: Figure) -> Markup:
    if figure.inside is None:
        return join("–")
    return tag("span", "yes" if figure.inside else "no", class_="in" if figure.inside else "out")
