"""Pages on which leads read what `gt report` writes, as the lake has it now: the whole, and what users say."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from gt_platform import report as reports
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import platform_of, store_of


@dataclass
class Reports:
    """What was last made of each project: it takes seconds, and changes only when the lake does."""

    make: Callable[[Store, Project, date], Markup]
    made: dict[str, tuple[tuple[object, ...], Markup]] = field(default_factory=dict)
    making: threading.Lock = field(default_factory=threading.Lock)

    def of(self, request: Request) -> Markup:
        """Of the project in the address. Raises HTTPException 404, LakeError."""
        project, store, today = project_of(request), store_of(request), platform_of(request).today()
        now = (store.snapshot_id, today)
        with self.making:  # whoever asks meanwhile waits for the same
            if self.made.get(project.name, (None,))[0] != now:
                self.made[project.name] = now, self.make(store, project, today)
            return self.made[project.name][1]


def whole(store: Store, project: Project, today: date) -> Markup:
    """The report."""
    with store.snapshot():
        found = reports.facts(store, project)
    return reports.body(project, found, today)


def said(store: Store, project: Project, _today: date) -> Markup:
    """What users say and what is so."""
    return reports.alone(project, reports.said(store, project))


def show(request: Request) -> Response:
    """GET /p/{project}/report."""
    return _shown(request, "Report", request.app.state.reports)


def feedback(request: Request) -> Response:
    """GET /p/{project}/feedback."""
    return _shown(request, "What users say", request.app.state.said)


def _shown(request: Request, title: str, found: Reports) -> Response:
    return page(request, "report.html", project=project_of(request), heading=title, body=found.of(request))
