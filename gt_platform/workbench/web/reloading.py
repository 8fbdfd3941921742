"""The pages over declarations as their files have them: made anew when one of these changes, without a restart."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from gt_platform.errors import GroundTruthError
from gt_platform.installation import survey
from gt_platform.project import Project
from gt_platform.settings import Settings

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks at the files: a page is never of a declaration older than that."""
Make = Callable[[Mapping[str, Project]], ASGIApp]


class Reloading:
    """An application that `make` makes of the projects it serves, and makes again of what they have become."""

    def __init__(self, settings: Settings, projects: Mapping[str, Project], make: Make) -> None:
        self._settings, self._projects, self._make = settings, projects, make
        self._seen = _files(settings.projects)
        self._app = make(projects)
        self._looked, self._looking = time.monotonic(), threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if time.monotonic() - self._looked > EVERY:
            self._looked = time.monotonic()
            await to_thread.run_sync(self._look)
        await self._app(scope, receive, send)

    def _look(self) -> None:
        """Follow what changed; where that cannot be used, what was served before goes on, and the log says why."""
        with self._looking:
            now = _files(self._settings.projects)
            if now == self._seen:
                return
            self._seen = now
            projects = self._declared()
            try:
                self._app = self._make(projects)
            except GroundTruthError as error:
                log.warning("the declarations changed, and those of before are served: %s", error)
            else:
                self._projects = projects
                log.info("the declarations changed: %s served", ", ".join(sorted(projects)) or "nothing is")

    def _declared(self) -> dict[str, Project]:
        """The workbench's projects now; one that is broken stays what it was."""
        found = survey(self._settings)
        kept = {one.name: self._projects[one.name] for one in found.broken if one.name in self._projects}
        for one in found.broken:
            log.warning("%s cannot be used as it is now: %s", one.name, one.why)
        return kept | workbench_projects(found.projects)


def workbench_projects(projects: list[Project]) -> dict[str, Project]:
    """Those whose answers are asked for here, by name."""
    return {one.name: one for one in projects if one.labeling.backend == "workbench"}


def _files(folder: Path) -> dict[Path, tuple[int, int]]:
    """Everything that declares a project, with its time and size."""
    found: dict[Path, tuple[int, int]] = {}
    for file in folder.glob("*/*"):
        if file.suffix in {".md", ".yaml", ".yml"}:
            try:
                status = file.stat()
            except OSError:  # it went away meanwhile
                continue
            found[file] = (status.st_mtime_ns, status.st_size)
    return found
