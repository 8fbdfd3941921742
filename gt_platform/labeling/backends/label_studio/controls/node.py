"""One node of a tree."""

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from gt_platform.answers.branches import Branch, Node
from gt_platform.labeling.backends.label_studio.controls.base import Control, MalformedError, Result, Size, only
from gt_platform.labeling.backends.label_studio.elements import INPUT, choice, flag


class NodeControl(Control[Node]):
    """A taxonomy of which one path is taken."""

    form, kind, key = Node, "taxonomy", "taxonomy"

    def ask(self, view: Element, form: Node, name: str) -> None:
        """The branches, of which only those that are options can be chosen."""
        branches = form.branches()
        settings = {"leafsOnly": flag(not _inner(branches)), "maxUsages": "1", "required": "true"}
        _grow(SubElement(view, "Taxonomy", {"name": name, "toName": INPUT, **settings}), branches)

    def value(self, form: Node, name: str, value: Any, text: str) -> Any:  # noqa: ARG002
        """The only path, joined."""
        path = only(value, name)
        if not isinstance(path, list) or not all(isinstance(step, str) for step in path):
            raise MalformedError("path", f"{path!r} under {name!r} is no list of names")
        return form.separator.join(path)

    def write(self, form: Node, name: str, answer: Any, size: Size | None) -> list[Result]:  # noqa: ARG002
        """A list of one path."""
        return [self.result(name, {self.key: [answer.split(form.separator)]})]


def _inner(branches: Sequence[Branch]) -> bool:
    return any(branch.below and (branch.at is not None or _inner(branch.below)) for branch in branches)


def _grow(element: Element, branches: Sequence[Branch]) -> None:
    for branch in branches:
        meaning = "" if branch.option is None else branch.option.definition
        _grow(choice(element, "Choice", branch.name, branch.name, meaning), branch.below)
