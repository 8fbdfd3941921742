"""Labelled boxes in a picture."""

import json
from typing import Any

from gt_platform.answers.form import MarkImage
from gt_platform.workbench.web.forms.base import Fields, FormPage
from gt_platform.workbench.web.forms.mark_text import read_marks
from gt_platform.workbench.web.pictures import is_picture


class MarkImagePage(FormPage[MarkImage]):
    """The picture, over which the script lets people drag, and the labels; the field holds the boxes as JSON."""

    form = MarkImage
    ask = """
{% set form = widget.form %}
{% set values = form.options|map(attribute="value")|list %}
<div class="mark-image" data-widget="mark_image" data-values="{{ values|tojson|forceescape }}"
  data-most="{{ form.most }}" data-width="{{ form.width or "" }}" data-height="{{ form.height or "" }}">
  <input type="hidden" name="{{ widget.name }}" value="{{ widget.typed() }}">
  {{ labels(widget) }}
  {% if seen %}
  <div class="viewport" tabindex="0" role="region" aria-label="The picture; + and - zoom">
    <div class="canvas"><img src="{{ seen }}" alt="The picture to mark" data-medium="picture" draggable="false">
      <div class="boxes"></div></div></div>
  <p class="zoom" hidden>
    <button type="button" class="step" data-zoom="out" aria-label="Zoom out">−</button>
    <output aria-live="polite">100 %</output>
    <button type="button" class="step" data-zoom="in" aria-label="Zoom in">+</button>
    <button type="button" class="step" data-zoom="whole">All of it</button></p>
  <p class="hint">Choose a label, then drag over the picture, inside of a box, too. Its name moves a box, its
    sides size it. <button type="button" class="plain" data-add>Add a box in the middle</button></p>
  <ul class="marks" aria-label="Boxes so far"></ul>
  {% else %}
  <p class="wrong">There is no picture here that this workbench may load. Skip it, and say so.</p>
  {% endif %}
  <noscript><p class="wrong">Marking needs JavaScript in this browser.</p></noscript>
</div>
"""
    show = """
{% set boxes, count = said.value %}
<div class="canvas" data-show="mark_image" data-given="{{ boxes }}">
  <img src="{{ seen }}" alt="The picture with {{ count }}" data-medium="picture"><div class="boxes"></div></div>
"""

    def read(self, form: MarkImage, fields: Fields, name: str) -> Any:  # noqa: ARG002
        """The boxes."""
        return read_marks(fields, name)

    def fill(self, form: MarkImage, answer: Any, name: str) -> dict[str, str]:  # noqa: ARG002
        """The boxes as JSON."""
        return {name: json.dumps(answer)} if isinstance(answer, list) else {}

    def said(self, form: MarkImage, answer: Any, seen: str) -> Any:  # noqa: ARG002
        """The boxes with their colors as JSON, and how many they are."""
        values = [option.value for option in form.options]
        boxes = [{**box, "color": values.index(box["label"]) % 8} for box in answer]
        return json.dumps(boxes), "1 box" if len(boxes) == 1 else f"{len(boxes)} boxes"

    def seen(self, form: MarkImage, shown: Any, origins: tuple[str, ...]) -> str:  # noqa: ARG002
        """The picture of an input, if it may be shown."""
        value = shown.get("image", "") if isinstance(shown, dict) else shown
        return value if is_picture(value, origins) else ""
