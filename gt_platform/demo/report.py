"""Writes the demo's result: `report.json` for programs, `report.html` for people."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gt_platform.demo.figures import Report, as_json
from gt_platform.demo.page import page
from gt_platform.demo.summary import Summary, summarise
from gt_platform.lake import Store
from gt_platform.project import Project


def write_report(report: Report, store: Store, project: Project, home: Path) -> tuple[Path, Path]:
    """Write both files below `home`. Returns the page's path, then the JSON's."""
    summary = summarise(report)
    html, document = home / "report.html", home / "report.json"
    html.write_text(page(store, project, report, summary), encoding="utf-8")
    text = json.dumps(_document(report, summary), indent=1, ensure_ascii=False, default=str, allow_nan=False)
    document.write_text(text + "\n", encoding="utf-8")
    return html, document


def _document(report: Report, summary: Summary) -> dict[str, Any]:
    return {
        "days": [as_json(day) for day in report.days],
        "weeks": [as_json(week) for week in report.weeks],
        "slices": [as_json(part) for part in report.slices],
        "candidates": [asdict(one) | {"inside": one.inside} for one in report.trials],
        "summary": {
            "overall": as_json(report.overall),
            "coverage": {"shown": summary.shown, "inside": summary.inside, "share": summary.coverage},
            "drift": {
                "shift": summary.shift,
                "first_flag": summary.first_flag,
                "days_to_flag": summary.days_to_flag,
                "flagged_before": summary.flagged_before,
                "days_before": summary.days_before,
                "flagged_after": summary.flagged_after,
                "days_after": summary.days_after,
            },
            "mean_error_of_weeks": {"production": summary.production_error, "naive": summary.naive_error},
            "totals": asdict(report.funnel),
            "fleiss_kappa": {name: getattr(report.kappa, name) for name in ("value", "low", "high", "units")},
        },
    }
