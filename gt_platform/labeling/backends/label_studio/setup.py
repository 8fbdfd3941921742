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
from gt_platform.labeling.base import BackendError
from gt_platform.labeling.dealing.staff import REVIEW, Team
from gt_platform.labeling.messages import Assignment, Case, Honeypot
from gt_platform.project import Project

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
        """What an answer consists of."""
        return form_of(self.project.answer_kind)

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

    def data(self, content: Any) -> Json:
        """What is shown of an input. Raises BackendError."""
        return config.task_data(self.form, content, shows=self.shows)

    def settings(self, place: str, notice: str = "") -> Json:
        """The settings of somebody's queue, or of the reviewers'. Raises BackendError."""
        project, review = self.project, place == REVIEW
        return settings(
            f"{self.title}{project.name}: {place}",
            config.label_config(self.form, project.question, shows=self.shows, review=review),
            project.guidelines,
            notice,
            suggestions=project.labeling.suggestions and not review,
            empty=config.may_be_empty(self.form) and not review,
            shared=review,
        )
