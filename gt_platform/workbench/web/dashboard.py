"""The page on which a lead sees how a project's labeling goes."""

from starlette.requests import Request
from starlette.responses import Response

from gt_platform.workbench.figures import dashboard as figures
from gt_platform.workbench.web import plots
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page


def show(request: Request) -> Response:
    """Everything on one page; it comes back for new figures while somebody looks at it."""
    project = project_of(request)
    found = figures.dashboard(request.app.state.database, project.name, now=request.state.now)
    answers = sum(count for _, count in found.throughput)
    plot = plots.counts(found.throughput, f"Answers by day: {answers} in {len(found.throughput)} days")
    return page(request, "dashboard.html", project=project, board=found.board, figures=found, plot=plot, few=plots.FEW)
