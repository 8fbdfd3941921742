"""A number, in a unit."""

import re
from typing import Any

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Quantity
from gt_platform.workbench.web.forms.base import Fields, FormPage

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class QuantityPage(FormPage[Quantity]):
    """A line of text, with its range below."""

    form = Quantity
    show = "{{ words([said.value]) }}"
    ask = """
{% set form = widget.form %}
<div class="quantity">
  <label for="{{ widget.name }}">{{ widget.title or "Your answer" }}</label>
  <span class="amount"><input id="{{ widget.name }}" name="{{ widget.name }}" value="{{ widget.typed() }}"
    inputmode="decimal" autocomplete="off" aria-describedby="{{ widget.name }}-range" data-first>
    <bdi>{{ form.unit }}</bdi></span>
  <small id="{{ widget.name }}-range">from {{ "%g"|format(form.minimum) }} to {{ "%g"|format(form.maximum) }}
    {{ form.unit }}</small>
</div>
"""

    def read(self, form: Quantity, fields: Fields, name: str) -> Any:
        """The number that was written."""
        text = fields.get(name, "").strip()
        if not text:
            raise InvalidAnswerError(f"Write a number, in {form.unit}.")
        if not NUMBER.fullmatch(text):
            raise InvalidAnswerError(f"{text!r} is not a number; write it in digits, with a point: 1.5.")
        return float(text)

    def fill(self, form: Quantity, answer: Any, name: str) -> dict[str, str]:  # noqa: ARG002
        """The number as it would be written."""
        return {name: repr(answer).removesuffix(".0")} if isinstance(answer, int | float) else {}

    def said(self, form: Quantity, answer: Any, seen: str) -> Any:  # noqa: ARG002
        """The number with its unit."""
        return f"{answer:.12g} {form.unit}"
