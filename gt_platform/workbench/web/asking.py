"""How a project's answers are asked for and sent back: what the pages of tasks and of cases share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from gt_platform.answers import Form, form_of
from gt_platform.project import Project
from gt_platform.workbench.store import rules
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.forms import Fields, Said, Widget, page_of, said, typed
from gt_platform.workbench.web.forms.base import WHOLE, json_in

TYPED = "typed"
"""A draft holds what was typed, since that need not be an answer yet."""
JSON = "answer"
"""The field that a program may send instead: the answer as JSON text."""


@dataclass(frozen=True)
class Asked:
    """One input and the form it is to be answered in."""

    form: Form
    shown: Any
    origins: tuple[str, ...]

    @property
    def seen(self) -> str:
        """The text or the picture that places are marked in."""
        return page_of(self.form).seen(self.form, self.shown, self.origins)

    def context(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """What the templates of widgets and inputs need."""
        return {
            "widget": Widget(form=self.form, fields=fields),
            "seen": self.seen,
            "shown": only_read(self.shown, self.seen),
        }

    def said(self, answer: Any) -> Said:
        """Somebody's answer in words."""
        return said(self.form, answer, self.seen)

    def fields(self, kept: Any) -> dict[str, str]:
        """The fields for a draft, or for an answer."""
        if isinstance(kept, dict) and isinstance(kept.get(TYPED), dict):
            return typed({key: str(text) for key, text in kept[TYPED].items()})
        return page_of(self.form).fill(self.form, kept, WHOLE)


def project_of(request: Request) -> Project:
    """The project in the address. Raises WorkError 404."""
    found: Project | None = request.app.state.projects.get(request.path_params["project"])
    if found is None:
        raise WorkError("There is no such project here.", status=404)
    return found


def guideline_of(request: Request, project: Project) -> str:
    """The version of the guidelines that stood beside what was sent. Raises WorkError for one that never did."""
    told: str = request.state.form.get("guideline", project.guideline_version)
    if told != project.guideline_version and not rules.has_shown(request.app.state.database, project.name, told):
        raise WorkError("This page has a guideline that was never shown here. Nothing was saved; load it again.", 409)
    return told


def asked(request: Request, project: Project, shown: Any) -> Asked:
    """What is asked of whoever sees this input."""
    return Asked(form_of(project.answer_kind), shown, getattr(request.app.state, "image_origins", ()))


def answer_of(request: Request, project: Project) -> Any:
    """The valid answer a page sent. Raises InvalidAnswerError, its message fit for whoever wrote it."""
    return project.answer_kind.validate(answer_in(form_of(project.answer_kind), request.state.form))


def draft_of(request: Request) -> dict[str, dict[str, str]]:
    """What a page's fields hold, valid or not."""
    return {TYPED: typed(request.state.form)}


def answer_in(form: Form, fields: Fields) -> Any:
    """The answer a page or a program sent, not yet validated. Raises InvalidAnswerError."""
    text = fields.get(JSON)
    return json_in(text) if text else page_of(form).read(form, fields, WHOLE)


def only_read(shown: Any, seen: str) -> Any:
    """The rest of an input beside what is marked in it; None if that is all."""
    if not seen:
        return shown
    if not isinstance(shown, dict):
        return None
    return {key: value for key, value in shown.items() if key not in {"text", "image"} or value != seen} or None
