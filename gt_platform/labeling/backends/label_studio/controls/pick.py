"""One label, or several of them."""

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from gt_platform.answers.form import Pick, PickSeveral
from gt_platform.labeling.backends.label_studio.controls.base import Control, Result, only
from gt_platform.labeling.backends.label_studio.elements import flag, header, offer


class PickControl(Control[Pick]):
    """Choices of which one is taken."""

    form, kind, key = Pick, "choices", "choices"

    def ask(self, view: Element, form: Pick, name: str) -> None:
        """Choices."""
        offer(view, "Choices", name, form.options, choice="single", required="true")

    def value(self, form: Pick, name: str, value: Any, text: str) -> Any:  # noqa: ARG002
        """The only one."""
        return only(value, name)

    def shown(self, answer: Any) -> Any:
        """A list of one."""
        return [answer]


class PickSeveralControl(Control[PickSeveral]):
    """Choices of which several are taken."""

    form, kind, key = PickSeveral, "choices", "choices"

    def ask(self, view: Element, form: PickSeveral, name: str) -> None:
        """Choices below how many it should be."""
        header(view, f"{form.minimum} to {form.maximum} of these", "5")
        offer(view, "Choices", name, form.options, choice="multiple", required=flag(form.minimum > 0))

    def may_be_empty(self, form: PickSeveral) -> bool:
        """Where none need be taken."""
        return form.minimum == 0

    def read(self, form: PickSeveral, name: str, found: Sequence[Result], text: str) -> Any:
        """No result says that none was taken."""
        return super().read(form, name, found, text) if found else []
