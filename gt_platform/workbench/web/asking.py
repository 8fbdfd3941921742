"""How a project's answers are asked for and sent back: what the pages of tasks and of cases share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from gt_platform.answers import Form, form_of
from gt_platform.project import Project
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.fields import answer_in, fill, typed
from gt_platform.workbench.web.inputs import only_read, seen_in
from gt_platform.workbench.web.said import Said, said
from gt_platform.workbench.web.widgets import widget

TYPED = "typed"
"""A draft holds what was typed, since that need not be an answer yet."""


@dataclass(frozen=True)
class Asked:
    """One input and the form it is to be answered in."""

    form: Form
    shown: Any
    origins: tuple[str, ...]

    @property
    def seen(self) -> str:
        """The text or the picture that places are marked in."""
        return seen_in(self.form, self.shown, self.origins)

    def context(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """What the templates of widgets and inputs need."""
        return {"widget": widget(self.form, fields), "seen": self.seen, "shown": only_read(self.shown, self.seen)}

    def said(self, answer: Any) -> Said:
        """Somebody's answer in words."""
        return said(self.form, answer, self.seen)

    def fields(self, kept: Any) -> dict[str, str]:
        """The fields for a draft, or for an answer."""
        if isinstance(kept, dict) and isinstance(kept.get(TYPED), dict):
            return typed({key: str(text) for key, text in kept[TYPED].items()})
        return fill(self.form, kept)


def project_of(request: Request) -> Project:
    """The project in the address. Raises WorkError 404."""
    found: Project | None = request.app.state.projects.get(request.path_params["project"])
    if found is None:
        raise WorkError("There is no such project here.", status=404)
    return found


def asked(request: Request, project: Project, shown: Any) -> Asked:
    """What is asked of whoever sees this input."""
    return Asked(form_of(project.answer_kind), shown, getattr(request.app.state, "image_origins", ()))


def answer_of(request: Request, project: Project) -> Any:
    """The valid answer a page sent. Raises InvalidAnswerError, its message fit for the person."""
    return project.answer_kind.validate(answer_in(form_of(project.answer_kind), request.state.form))


def draft_of(request: Request) -> dict[str, dict[str, str]]:
    """What a page's fields hold, valid or not."""
    return {TYPED: typed(request.state.form)}
