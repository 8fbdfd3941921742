"""Options put in an order."""

from typing import Any

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Order
from gt_platform.workbench.web.forms.base import Fields, FormPage
from gt_platform.workbench.web.forms.pick import read_as


class OrderPage(FormPage[Order]):
    """A field for the place of each option, which the script fills as they are moved."""

    form = Order
    show = '<ol class="said">{% for line in said.value %}<li><bdi>{{ line|visible }}</bdi></li>{% endfor %}</ol>'
    ask = """
<fieldset class="order" data-widget="order" data-keys>
  {{ legend(widget, "1 is the best") }}
  <p class="hint">Give every option a place; 1 is the best.</p>
  <ol>
  {% for option in widget.form.options %}
    <li data-option="{{ loop.index0 }}" data-of="{{ option.value }}">
      <input inputmode="numeric" size="3" autocomplete="off" name="{{ widget.name }}.{{ loop.index0 }}"
        value="{{ widget.typed(loop.index0) }}" aria-label="Place of {{ option.text }}" data-key="{{ loop.index }}">
      {{ meaning(option) }}{{ key(loop.index) }}
    </li>
  {% endfor %}
  </ol>
</fieldset>
"""

    def read(self, form: Order, fields: Fields, name: str) -> Any:
        """The options by their places."""
        places = [fields.get(f"{name}.{at}", "").strip() for at in range(len(form.options))]
        wanted = [str(place) for place in range(1, len(form.options) + 1)]
        if sorted(places) != sorted(wanted):
            raise InvalidAnswerError(f"Give every option a place of its own, 1 (the best) to {len(form.options)}.")
        return [form.options[places.index(place)].value for place in wanted]

    def fill(self, form: Order, answer: Any, name: str) -> dict[str, str]:
        """The place of each."""
        given = answer if isinstance(answer, list) else []
        return {
            f"{name}.{at}": str(given.index(option.value) + 1)
            for at, option in enumerate(form.options)
            if option.value in given
        }

    def said(self, form: Order, answer: Any, seen: str) -> Any:  # noqa: ARG002
        """The options as they are read, the best first."""
        return [read_as(form.options, value) for value in answer]
