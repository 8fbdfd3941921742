"""The page on which leads read the project's report: what `gt report` writes, as the lake has it now."""

import threading
from dataclasses import dataclass, field

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from gt_platform import report as reports
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import platform_of, store_of


@dataclass
class Reports:
    """The report of each project as it was last made: it takes seconds, and changes only when the lake does."""

    made: dict[str, tuple[tuple[object, ...], Markup]] = field(default_factory=dict)
    making: threading.Lock = field(default_factory=threading.Lock)

    def of(self, request: Request) -> Markup:
        """Of the project in the address. Raises HTTPException 404, LakeError."""
        project, store, today = project_of(request), store_of(request), platform_of(request).today()
        now = (store.snapshot_id, today)
        with self.making:  # whoever asks meanwhile waits for the same
            if self.made.get(project.name, (None,))[0] != now:
                with store.snapshot():
                    found = reports.facts(store, project)
                self.made[project.name] = now, reports.body(project, found, today)
            return self.made[project.name][1]


def show(request: Request) -> Response:
    """GET /p/{project}/report."""
    found: Reports = request.app.state.reports
    return page(request, "report.html", project=project_of(request), body=found.of(request))
