"""A text, or several wordings of it."""

from typing import Any

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Prose
from gt_platform.answers.normal import seen
from gt_platform.workbench.web.forms.base import Fields, FormPage, listed


class ProsePage(FormPage[Prose]):
    """A field for each wording, the preferred first; the script gives room for one more."""

    form = Prose
    show = """
{% for text in said.value %}
<div class="text said" dir="auto">{{ text|visible if text else "(no answer)" }}</div>
{% endfor %}
"""
    ask = """
{% set others = widget.listed()[1:]|select|list %}
<div class="prose" data-widget="prose" data-longest="{{ widget.form.longest }}">
  {{ wording(widget, 0, widget.title or "Your answer", widget.typed(0)) }}
  <details{% if others %} open{% endif %}>
    <summary>Other wordings that are as good</summary>
    {% for text in others + [""] %}{{ wording(widget, loop.index, "Another wording " ~ loop.index, text) }}{% endfor %}
  </details>
  {% if widget.form.may_be_empty %}
  <label class="option">
    <input type="checkbox" name="{{ widget.name }}.none"{% if widget.typed("none") %} checked{% endif %}>
    <span class="meaning"><b>There is no answer</b></span>
  </label>
  {% endif %}
</div>
"""

    def read(self, form: Prose, fields: Fields, name: str) -> Any:
        """What was written, alone or as a list; empty where it was ticked that there is no answer."""
        written = [text for text in listed(fields, name) if seen(text)]
        if form.may_be_empty and fields.get(f"{name}.none"):
            if written:
                raise InvalidAnswerError("Write an answer, or say that there is none; not both.")
            return ""
        if not written:
            raise InvalidAnswerError("Write an answer.")
        return written if len(written) > 1 else written[0]

    def fill(self, form: Prose, answer: Any, name: str) -> dict[str, str]:  # noqa: ARG002
        """A field each."""
        none = {f"{name}.none": "on"} if answer == "" else {}
        return none | {f"{name}.{at}": text for at, text in enumerate(self._texts(answer)) if isinstance(text, str)}

    def said(self, form: Prose, answer: Any, seen: str) -> Any:  # noqa: ARG002
        """The texts."""
        return [str(text) for text in self._texts(answer)]

    def _texts(self, answer: Any) -> list[Any]:
        return answer if isinstance(answer, list) else [answer]
