"""What an asset or a sensor may use: the lake, a project's inbox and its labeling backend.

The one place where Dagster and the platform's settings meet. Stages take what is here and never see Dagster.
"""

import atexit
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from gt_platform import candidates, feedback, labeling, scratch
from gt_platform.lake import Lake, Store
from gt_platform.lake.orphans import Orphan
from gt_platform.lake.storage import Storage
from gt_platform.lake.urls import open_storage
from gt_platform.project import Project
from gt_platform.records import Parser
from gt_platform.settings import Settings
from gt_platform.signing import Signer


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """What killed runs had left, and is removed: files of tables that no commit named, and scratch folders."""

    orphans: list[Orphan]
    scratch: list[Path]


class Platform:
    """One per process. The lake is opened by the first who needs it, because that takes half a second."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lake: Lake | None = None
        self._parser: Parser | None = None
        self._backends: dict[str, labeling.Backend] = {}
        self._as_asked: set[tuple[str, str]] = set()
        self._opening = threading.Lock()

    @property
    def files(self) -> Storage:
        """Where reports and bundles are kept."""
        return self._open().files

    @property
    def signer(self) -> Signer:
        """What signs release bundles."""
        return Signer(self.settings)

    def store(self, project: Project) -> Store:
        """The tables of a project. Raises ProjectError where it asks about something else than their items are."""
        store = self._open().store(project.name)
        asked = (project.name, project.ask)
        if asked not in self._as_asked:
            self._as_asked |= {asked} if feedback.refuse_otherwise(store, project) else set()
        return store

    def inbox(self, project: Project) -> Storage:
        """The folder or prefix a project's files arrive in."""
        return open_storage(feedback.inbox_root(project.inbox), self.settings)

    def waiting_candidates(self, project: Project) -> candidates.Waiting:
        """Files of candidates that are still to be taken in, by candidate."""
        folder = self._candidates(project)
        return {} if folder is None else candidates.waiting(self.store(project), folder)

    def take_in_candidate(self, project: Project, candidate: str) -> candidates.Folder:
        """Take in those of one candidate."""
        folder = self._candidates(project)
        if folder is None:
            return candidates.Folder(files=0, taken=candidates.NOTHING)
        return candidates.take_in_folder(self.store(project), project, folder, self.parser(), candidate)

    def _candidates(self, project: Project) -> Storage | None:
        url = candidates.beside(feedback.inbox_root(project.inbox), project.name)
        return None if url is None or project.judges_outputs else open_storage(url, self.settings)

    def parser(self) -> Parser:
        """What reads arriving files: one process for all nights of this one, and not one a night."""
        with self._opening:
            if self._parser is None:
                self._parser = Parser()
            return self._parser

    def backend(self, project: Project) -> labeling.Backend:
        """Where a project's assignments are answered, opened once. Raises ProjectError for a wrong option."""
        with self._opening:
            if project.name not in self._backends:
                self._backends[project.name] = labeling.open_backend(project, self.settings)
            return self._backends[project.name]

    def today(self) -> date:
        """The frame that is still open: frames are UTC days."""
        return datetime.now(UTC).date()

    def keep_up(self) -> Upkeep:
        """Merge the lake's small files, and remove what killed runs left in it and on this machine."""
        return Upkeep(orphans=self._open().compact(), scratch=scratch.remove_abandoned())

    def close(self) -> None:
        """Let go of the lake and of what reads files; both are opened again when needed."""
        with self._opening:
            if self._parser is not None:
                self._parser.close()
                self._parser = None
            if self._lake is not None:
                self._lake.close()
                self._lake = None
                atexit.unregister(self.close)

    def _open(self) -> Lake:
        with self._opening:
            if self._lake is None:
                self._lake = Lake.open(self.settings)
                atexit.register(self.close)  # sensors and runs end with their process
            return self._lake
