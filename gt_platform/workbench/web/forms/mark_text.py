"""Labelled stretches of a text."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import MarkText, Option
from gt_platform.workbench.web.forms.base import Fields, FormPage, json_in


@dataclass(frozen=True)
class Stretch:
    """A piece of a text with the numbers of the labels on it, innermost first, and the names of those that start."""

    text: str
    labels: tuple[int, ...]
    starts: tuple[str, ...]


class MarkTextPage(FormPage[MarkText]):
    """The text, in which the script lets people select, and the labels; the field holds the marks as JSON."""

    form = MarkText
    ask = """
{% if not seen %}<p class="wrong">There is no text to mark in this input. Skip it, and say so.</p>{% else %}
{% set values = widget.form.options|map(attribute="value")|list %}
<div class="mark-text" data-widget="mark_text" data-text="{{ seen|tojson|forceescape }}"
  data-values="{{ values|tojson|forceescape }}" data-most="{{ widget.form.most }}">
  <input type="hidden" name="{{ widget.name }}" value="{{ widget.typed() }}">
  <div class="text marked" dir="auto" tabindex="0" role="group" data-first
    aria-label="The text; arrow keys choose a word, shift and arrow keys more or less of it, then a label">
    {{- seen|visible }}</div>
  {{ labels(widget) }}
  <p class="hint" data-hint>Select words in the text, then choose a label.</p>
  <ul class="marks" aria-label="Marked so far"></ul>
  <noscript><p class="wrong">Marking needs JavaScript in this browser.</p></noscript>
</div>
{% endif %}
"""
    show = """
{% set lines, stretches = said.value %}
<div class="text marked" dir="auto">
  {%- for piece in stretches %}
  {%- for label in piece.labels -%}
  <span class="mark c{{ label }}{{ " d" ~ [loop.revindex0, 3]|min if loop.revindex0 }}"
    {%- if loop.last and piece.starts %} data-label="{{ piece.starts|join(", ") }}"{% endif %}>
  {%- endfor %}
  {{- piece.text|visible }}
  {%- for label in piece.labels %}</span>{% endfor %}
  {%- endfor -%}
</div>
<ul class="quiet">{% for line in lines %}<li><bdi>{{ line|visible }}</bdi></li>{% endfor %}</ul>
"""

    def read(self, form: MarkText, fields: Fields, name: str) -> Any:  # noqa: ARG002
        """The marks."""
        return read_marks(fields, name)

    def fill(self, form: MarkText, answer: Any, name: str) -> dict[str, str]:  # noqa: ARG002
        """The marks as JSON."""
        return {name: json.dumps(answer)} if isinstance(answer, list) else {}

    def said(self, form: MarkText, answer: Any, seen: str) -> Any:
        """What was marked, in words and in the text."""
        lines = [f"{mark['label']}: {seen[mark['start'] : mark['end']]}" for mark in answer]
        return lines or ["nothing marked"], stretches(seen, answer, form.options)

    def seen(self, form: MarkText, shown: Any, origins: tuple[str, ...]) -> str:  # noqa: ARG002
        """The text of an input."""
        value = shown.get("text", "") if isinstance(shown, dict) else shown
        return value if isinstance(value, str) else ""


def read_marks(fields: Fields, name: str) -> Any:
    """The marks that a script put into the field. Raises InvalidAnswerError."""
    # a page whose script never ran must not answer that there is nothing to mark
    if text := fields.get(name, ""):
        return json_in(text)
    raise InvalidAnswerError("Nothing can be marked here: the input has nothing to mark, or the browser no scripts.")


def stretches(text: str, marks: Sequence[dict[str, Any]], options: Sequence[Option]) -> list[Stretch]:
    """The text cut wherever a mark starts or ends."""
    numbers = {option.value: at for at, option in enumerate(options)}
    cuts = sorted({0, len(text), *(mark[end] for mark in marks for end in ("start", "end") if mark[end] <= len(text))})
    return [
        Stretch(
            text[start:end],
            tuple(numbers[mark["label"]] % 8 for mark in marks if mark["start"] <= start and end <= mark["end"]),
            tuple(mark["label"] for mark in marks if mark["start"] == start),
        )
        for start, end in pairwise(cuts)
    ]
