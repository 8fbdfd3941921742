"""The report where others find it: a file beside the lake's tables, and its gist in a few lines."""

from dataclasses import dataclass
from datetime import date

from gt_platform.benchmark import Why
from gt_platform.lake import Store
from gt_platform.lake.storage import Storage
from gt_platform.project import Project
from gt_platform.report.facts import Facts, facts
from gt_platform.report.page import number, page, span


@dataclass(frozen=True, kw_only=True)
class Published:
    """Where the page is, the release it speaks of, its gist as Markdown, and why the last week's score is another."""

    report_url: str
    release: int | None
    gist: str
    why: Why | None


def publish(store: Store, project: Project, files: Storage, today: date) -> Published:
    """Write the page of a day; one that is there is written over."""
    with store.snapshot():
        found = facts(store, project)
    written = page(project, found, today).encode()
    url = files.write(f"reports/{project.name}/report-{today}.html", written)
    return Published(report_url=url, release=found.release, gist=gist(project, found), why=found.why)


def gist(project: Project, found: Facts) -> str:
    """What somebody reads before the page: nothing that production or people wrote."""
    if found.overall is None:
        return "There is no score yet: a release comes first."
    score = f"**{project.headline} {number(project, found.overall['estimate'])}** ({span(project, found.overall)})"
    lines = [f"{score}, gate: {found.overall['verdict'].replace('_', ' ')}, on {found.overall['n']:,} labels"]
    if found.why:
        lines.append(f"{found.why.difference:+.4f} from one of the last two weeks to the other")
    if found.weaknesses:
        lines.append(f"{len(found.weaknesses.weak)} parts of the traffic surely worse, of {found.weaknesses.looked_at}")
    if found.calibrated and found.calibrated.error:
        error = found.calibrated.error
        lines.append(f"calibration error {error.estimate:.3f} ({error.low:.3f} to {error.high:.3f})")
    lines += [f"candidates beside production: {len(found.places) - 1}"] if found.places else []
    return "\n".join(f"- {line}" for line in lines)
