"""The page on which people see how well they do."""

from starlette.requests import Request
from starlette.responses import Response

from gt_platform.workbench.figures import quality as figures
from gt_platform.workbench.web import plots
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page

WEEKS = 12


def show(request: Request) -> Response:
    """Her own figures; nobody else's are on the page."""
    project, state = project_of(request), request.state
    found = figures.quality(request.app.state.database, state.account, project.name, now=state.now)
    weeks = found.by_week[-WEEKS:]
    plot = plots.shares(
        [(week.first_day, week.known) for week in weeks], "Share of known items answered right, by week"
    )
    return page(request, "quality.html", project=project, quality=found, weeks=weeks, plot=plot, few=plots.FEW)
