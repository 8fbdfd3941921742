"""Text, as it is or as JSON."""

import json
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from gt_platform.answers.form import AnyJson, Form, Prose
from gt_platform.labeling.backends.label_studio.controls.base import Control, MalformedError, Result, listed, texts
from gt_platform.labeling.backends.label_studio.elements import header, text_area


class ProseControl(Control[Prose]):
    """Texts, of which any is acceptable."""

    form, kind, key = Prose, "textarea", "text"

    def ask(self, view: Element, form: Prose, name: str) -> None:
        """Room for them; how long they may be the kind says."""
        text_area(view, name, rows=3, most=None, required=not form.may_be_empty)

    def read(self, form: Prose, name: str, found: Sequence[Result], text: str) -> Any:
        """A text, or several; where there may be no answer, nothing says so."""
        if form.may_be_empty and not found:
            return ""
        super().read(form, name, found, text)
        written = texts(found)
        return written[0] if len(written) == 1 else written

    def shown(self, answer: Any) -> Any:
        """A list of texts."""
        return listed(answer)


class JsonText(Control[Form]):
    """What asks for every form that has no control of its own."""

    form, kind, key = AnyJson, "textarea", "text"

    def ask(self, view: Element, form: Form, name: str) -> None:  # noqa: ARG002
        """Room for one text."""
        header(view, "The answer as JSON", "5")
        text_area(view, name, rows=5, most=1, required=True)

    def read(self, form: Form, name: str, found: Sequence[Result], text: str) -> Any:
        """What the text says."""
        super().read(form, name, found, text)
        try:
            return json.loads("\n".join(texts(found)))
        except ValueError as broken:
            raise MalformedError("json", f"the answer is not JSON: {broken}") from None

    def shown(self, answer: Any) -> Any:
        """As text."""
        return [json.dumps(answer, ensure_ascii=False)]
