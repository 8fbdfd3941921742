"""What a project declares about Label Studio, ready for use."""

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gt_platform.answers import Form, form_of
from gt_platform.labeling.backends.label_studio import config
from gt_platform.labeling.backends.label_studio.client import Json
from gt_platform.labeling.backends.label_studio.queues import settings
from gt_platform.labeling.backends.label_studio.showing import Rows
from gt_platform.labeling.base import BackendError
from gt_platform.labeling.dealing.staff import REVIEW, Team
from gt_platform.labeling.messages import Assignment, Case, Honeypot
from gt_platform.project import Project
from gt_platform.project.show import rows
from gt_platform.project.sides import flipped, lettered

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Annotators and reviewers by the names the lake has for them; `folder` is where the backend keeps its files."""

    project: Project
    annotators: Team
    reviewers: Team
    folder: Path
    title: str = ""
    shows: config.Shows = "text"
    queue: int = 500

    @cached_property
    def form(self) -> Form:
        """What an answer consists of; of two side by side, as A and B."""
        form = form_of(self.project.answer_kind)
        return lettered(form, swapped=False) if self.project.sided else form

    @property
    def file(self) -> Path:
        """Where the mirror is."""
        return self.folder / f"{self.project.name}.json"

    def can_show(self, one: Assignment | Honeypot | Case) -> bool:
        """Whether its input can be shown; if not, the log says why, and it is left out."""
        try:
            self.data(one.input)
        except BackendError as error:
            LOG.warning("%s: item %s is not asked: %s", self.project.name, one.item_id, error)
            return False
        return True

    def data(self, content: Any, *, swapped: bool | None = None) -> Json:
        """What is shown of an item, its sides `swapped` or not. Raises BackendError."""
        drawn = {} if swapped is None else {config.SIDES: config.DRAWN}
        return drawn | config.task_data(self.form, content, shows=self.shows, rows=self._rows(content, swapped=swapped))

    def words(self, answer: Any, *, swapped: bool | None) -> Any:
        """An answer as somebody reads it before whom the sides stand so."""
        if swapped is None or not isinstance(answer, str):
            return answer
        read = {one.value: one.text for one in getattr(self.form, "options", ())}
        return read.get(flipped(answer, swapped=swapped), answer)

    def settings(self, place: str, notice: str = "") -> Json:
        """The settings of somebody's queue, or of the reviewers'. Raises BackendError."""
        project, review = self.project, place == REVIEW
        return settings(
            f"{self.title}{project.name}: {place}",
            config.label_config(
                self.form, project.question, shows=self.shows, review=review, rows=self._rows({}, swapped=None)
            ),
            project.guidelines,
            notice,
            suggestions=project.labeling.suggestions and not review,
            empty=config.may_be_empty(self.form) and not review,
            shared=review,
        )

    def _rows(self, content: Any, *, swapped: bool | None) -> Rows:
        """The parts of an item; none where it is shown whole."""
        project = self.project
        return rows(project.shown(content), swapped=swapped) if project.show or project.judges_outputs else ()
