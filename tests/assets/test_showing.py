"""What the UI is given: tables in which production data stays text, counts, links and plots."""

import base64
import re
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

import dagster as dg
import polars as pl
import pytest

from gt_platform.assets.plots import interval_plot
from gt_platform.assets.showing import INLINE, WIDEST, counts, markdown, picture

ATTACKS = [
    "![x](http://evil.example/pixel.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "a | b",
    "`code` **bold** ~~gone~~ $x$",
    "# head\n\n- item\r\n1. one",
    "http://evil.example",
]


@dataclass(frozen=True)
class Result:
    day: date
    rows: int
    share: float
    drifted: tuple[str, ...]
    report_url: str | None
    bundle: str | None
    headline: dict[str, float]


def test_a_table() -> None:
    rows = pl.DataFrame({"label": ["up", None], "n": [3, 4]})
    assert markdown(rows).value == "|label|n|\n|--|--:|\n|up|3|\n||4|"
    assert markdown(rows.clear()).value == "*none*"


@pytest.mark.parametrize("text", ATTACKS)
def test_production_data_stays_text(text: str) -> None:
    row = (markdown(pl.DataFrame({"input": [text]})).value or "").splitlines()
    assert len(row) == 3  # neither a row nor a cell more
    cell = row[2].removeprefix("|").removesuffix("|")
    assert re.search(r"(?<!\\)[\[\]()|`*~#$!<>]", cell) is None
    unescaped = re.sub(r"\\(.)", r"\1", cell).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert unescaped == " ".join(text.split())


def test_long_values_are_cut() -> None:
    cell = (markdown(pl.DataFrame({"input": ["x" * 500]})).value or "").splitlines()[2]
    assert cell == f"|{'x' * (WIDEST - 1)}…|"


def test_long_tables_are_cut_where_the_ui_would_hide_them() -> None:
    value = markdown(pl.DataFrame({"n": range(1000)})).value or ""
    assert len(value) <= INLINE
    lines = value.splitlines()
    assert lines[-3:] == [f"|{len(lines) - 5}|", "", f"*and {1000 - (len(lines) - 4)} more*"]


def test_counts_become_metadata_and_reports_become_links() -> None:
    local = Result(date(2026, 1, 5), 3, 0.5, ("a", "b"), "/lake/files/r.html", None, {"low": 0.1})
    assert counts(local) == {
        "day": "2026-01-05",
        "rows": 3,
        "share": 0.5,
        "drifted": "a, b",
        "report_url": dg.MetadataValue.path("/lake/files/r.html"),
        "low": 0.1,
    }
    remote = Result(date(2026, 1, 5), 3, 0.5, (), None, "s3://lake/bundle", {})
    assert counts(remote)["bundle"] == dg.MetadataValue.url("s3://lake/bundle")
    assert "drifted" not in counts(remote)


def test_a_plot_has_a_bar_per_interval_and_a_gap_where_there_is_none() -> None:
    weeks = [("2026-01-05", 0.8, 0.7, 0.9), ("2026-01-12", None, None, None), ("2026-01-19", 0.6, 0.5, 0.7)]
    drawn = ET.fromstring(interval_plot(weeks))  # noqa: S314 - our own
    space = {"": "http://www.w3.org/2000/svg"}
    points = [float(line.attrib["y1"]) for line in drawn.findall("g/line", space)]
    bars = [(float(b.attrib["y"]), float(b.attrib["height"])) for b in drawn.findall("g/rect", space)]
    assert len(points) == len(bars) == 2
    assert 0 <= points[0] < points[1] <= 200  # the higher score is higher up
    assert all(y < point < y + height for point, (y, height) in zip(points, bars, strict=True))
    assert [text.text for text in drawn.findall("text", space)[3:]] == ["01-05", "01-12", "01-19"]


def test_a_plot_of_one_week_and_of_nothing_but_zeros() -> None:
    drawn = ET.fromstring(interval_plot([("2026-01-05", 0.0, 0.0, 0.0)]))  # noqa: S314 - our own
    assert len(drawn.findall("{http://www.w3.org/2000/svg}g")) == 1


def test_a_picture_travels_inside_the_metadata() -> None:
    value = picture("<svg/>", "score").value or ""
    found = re.fullmatch(r"!\[score\]\(data:image/svg\+xml;base64,(.*)\)", value)
    assert found is not None
    assert base64.b64decode(found[1]) == b"<svg/>"
