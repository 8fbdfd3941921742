"""How a project's answers are asked for and sent back: what the pages of tasks and of cases share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from gt_platform.answers import Form, form_of
from gt_platform.project import Part, Project
from gt_platform.project.show import rows
from gt_platform.project.sides import lettered, swapped_of
from gt_platform.workbench.store import rules
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.forms import Fields, Said, Widget, page_of, said, typed
from gt_platform.workbench.web.forms.base import WHOLE, json_in

TYPED = "typed"
"""A draft holds what was typed, since that need not be an answer yet."""
JSON = "answer"
"""The field that a program may send instead: the answer as JSON text."""
SIDES, ORDERS = "sides", {False: "first second", True: "second first"}
"""The field that says how two answers stood on the page that what is sent was chosen on."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An item as it is shown, and the form it is to be answered in.

    `swapped`: of two answers side by side, A is the second; None where there are none.
    """

    form: Form
    parts: tuple[Part, ...]
    origins: tuple[str, ...] = ()
    swapped: bool | None = None

    @property
    def marked(self) -> Part | None:
        """Where places may be marked."""
        return next((part for part in self.parts if part.mark), None)

    @property
    def seen(self) -> str:
        """The text or the picture that places are marked in."""
        return page_of(self.form).seen(self.form, self.marked.value, self.origins) if self.marked else ""

    def context(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """What the templates of widgets and inputs need."""
        return {
            "widget": Widget(form=self.form, fields=fields),
            "seen": self.seen,
            "shown": rows([part for one in self.parts for part in self._read(one)], swapped=self.swapped),
            "marked": self.marked.heading if self.marked and self.seen else "",
            "sides": self._sides,
        }

    def said(self, answer: Any) -> Said:
        """Somebody's answer in words."""
        return said(self.form, answer, self.seen)

    def fields(self, kept: Any) -> dict[str, str]:
        """The fields for a draft, or for an answer; a draft from when the sides stood otherwise is none."""
        if isinstance(kept, dict) and isinstance(kept.get(TYPED), dict):
            same = kept.get(SIDES, "") == self._sides
            return typed({key: str(text) for key, text in kept[TYPED].items()}) if same else {}
        return page_of(self.form).fill(self.form, kept, WHOLE)

    @property
    def _sides(self) -> str:
        return ORDERS[self.swapped] if self.swapped is not None else ""

    def _read(self, part: Part) -> list[Part]:
        """The part, or of what is marked what is only read."""
        rest = only_read(part.value, self.seen) if part.mark and self.seen else part.value
        whole = not part.mark or not self.seen
        return [part] if whole else [replace(part, value=rest, form="any")] if rest is not None else []


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


def asked(request: Request, project: Project, content: Any, turn: str) -> Asked:
    """What is asked of whoever sees this item; `turn` is theirs alone, and decides how sides stand."""
    form, swapped = form_of(project.answer_kind), swapped_of(turn) if project.sided else None
    return Asked(
        form=form if swapped is None else lettered(form, swapped=swapped),
        parts=project.shown(content),
        origins=getattr(request.app.state, "image_origins", ()),
        swapped=swapped,
    )


def swapped_in(request: Request) -> bool | None:
    """How the sides stood on the page that was sent; None where there were none."""
    told = request.state.form.get(SIDES)
    return next((swapped for swapped, order in ORDERS.items() if order == told), None)


def answer_of(request: Request, project: Project) -> Any:
    """The valid answer a page sent. Raises InvalidAnswerError, its message fit for whoever wrote it."""
    form, swapped = form_of(project.answer_kind), swapped_in(request)
    chosen_from = form if swapped is None else lettered(form, swapped=swapped)
    return project.answer_kind.validate(answer_in(chosen_from, request.state.form))


def draft_of(request: Request) -> dict[str, Any]:
    """What a page's fields hold, valid or not."""
    told = request.state.form.get(SIDES)
    return {TYPED: typed(request.state.form)} | ({SIDES: told} if told else {})


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
