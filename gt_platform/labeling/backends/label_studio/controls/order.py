"""Options put in order."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from gt_platform.answers.form import Order
from gt_platform.labeling.backends.label_studio.controls.base import Control, Result, Size


class OrderControl(Control[Order]):
    """A list, which is a task's data, under a ranker."""

    form, kind, key = Order, "ranker", "ranker"

    def ask(self, view: Element, form: Order, name: str) -> None:  # noqa: ARG002 - the options are data
        """The list and the ranker."""
        SubElement(view, "List", name=_list_name(name), value=f"${_list_name(name)}", title="The best first")
        SubElement(view, "Ranker", name=name, toName=_list_name(name))

    def data(self, form: Order, name: str) -> dict[str, Any]:
        """The options."""
        rows = [{"id": option.value, "title": option.text, "body": option.definition} for option in form.options]
        return {_list_name(name): rows}

    def value(self, form: Order, name: str, value: Any, text: str) -> Any:  # noqa: ARG002
        """The list, which comes under the ranker's name."""
        return value.get(name) if isinstance(value, dict) else value

    def write(self, form: Order, name: str, answer: Any, size: Size | None) -> list[Result]:  # noqa: ARG002
        """What the ranker says of the list."""
        return [self.result(name, {self.key: {name: answer}}, _list_name(name))]


def _list_name(name: str) -> str:
    return f"{name}_options"
