"""JSON text, for kinds that do not describe their answers and forms that have no page."""

import json
from typing import Any

from gt_platform.answers.form import AnyJson
from gt_platform.workbench.web.forms.base import Fields, FormPage, json_in


class AnyJsonPage(FormPage[AnyJson]):
    """A text area."""

    form = AnyJson
    show = '<pre class="said">{{ said.value|visible }}</pre>'
    ask = """
<div class="wording">
  <label for="{{ widget.name }}">{{ widget.title or "Your answer, as JSON" }}</label>
  <textarea id="{{ widget.name }}" name="{{ widget.name }}" rows="8" spellcheck="false" class="code" data-first>
{{ widget.typed() }}</textarea>
</div>
"""

    def read(self, form: AnyJson, fields: Fields, name: str) -> Any:  # noqa: ARG002
        """What was written."""
        return json_in(fields.get(name, ""))

    def fill(self, form: AnyJson, answer: Any, name: str) -> dict[str, str]:
        """The answer, indented."""
        return {} if answer is None else {name: self.said(form, answer, "")}

    def said(self, form: AnyJson, answer: Any, seen: str) -> Any:  # noqa: ARG002
        """The same."""
        return json.dumps(answer, ensure_ascii=False, indent=2)
