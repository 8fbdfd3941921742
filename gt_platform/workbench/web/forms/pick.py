"""One of the options, or several of them."""

from collections.abc import Sequence
from typing import Any

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Option, Pick, PickSeveral
from gt_platform.workbench.web.forms.base import Fields, FormPage

WORDS = "{{ words(said.value) }}"


class PickPage(FormPage[Pick]):
    """Radio buttons, where they are many searched by the script; the field holds the number of the option."""

    form = Pick
    show = WORDS
    ask = """
{% set form = widget.form %}
<fieldset class="pick{{ " scale" if form.ordered }}" data-keys
  {%- if form.options|length > 12 and not form.ordered %} data-widget="finding"{% endif %}>
  {{ legend(widget, "from the lowest to the highest" if form.ordered else "") }}
  <div class="options">
  {% for option in form.options %}
  <label class="option" data-of="{{ option.value }}">
    <input type="radio" name="{{ widget.name }}" value="{{ loop.index0 }}"
      {%- if widget.typed() == loop.index0|string %} checked{% endif %} data-key="{{ loop.index }}">
    {{ meaning(option) }}{{ key(loop.index) }}
  </label>
  {% endfor %}
  </div>
</fieldset>
"""

    def read(self, form: Pick, fields: Fields, name: str) -> Any:
        """The option of that number."""
        at = [str(at) for at in range(len(form.options))]
        if (text := fields.get(name, "")) in at:
            return form.options[at.index(text)].value
        raise InvalidAnswerError("Choose one of the answers.")

    def fill(self, form: Pick, answer: Any, name: str) -> dict[str, str]:
        """Its number."""
        values = [option.value for option in form.options]
        return {name: str(values.index(answer))} if answer in values else {}

    def said(self, form: Pick, answer: Any, seen: str) -> Any:  # noqa: ARG002
        """The option as it is read."""
        return [read_as(form.options, answer)]


class PickSeveralPage(FormPage[PickSeveral]):
    """Check boxes, a field each."""

    form = PickSeveral
    show = WORDS
    ask = """
{% set form = widget.form %}
{% set least = "" if form.minimum == form.maximum else form.minimum ~ " to " %}
{% set hint = "choose " ~ least ~ form.maximum %}
<fieldset class="pick" data-keys>
  {{ legend(widget, hint) }}
  {% if not widget.title %}<p class="hint" aria-hidden="true">{{ hint|capitalize }}.</p>{% endif %}
  <div class="options">
  {% for option in form.options %}
  <label class="option" data-of="{{ option.value }}">
    <input type="checkbox" name="{{ widget.name }}.{{ loop.index0 }}"
      {%- if widget.typed(loop.index0) %} checked{% endif %} data-key="{{ loop.index }}">
    {{ meaning(option) }}{{ key(loop.index) }}
  </label>
  {% endfor %}
  </div>
</fieldset>
"""

    def read(self, form: PickSeveral, fields: Fields, name: str) -> Any:
        """Those that are checked."""
        return [option.value for at, option in enumerate(form.options) if f"{name}.{at}" in fields]

    def fill(self, form: PickSeveral, answer: Any, name: str) -> dict[str, str]:
        """A check for each."""
        given = answer if isinstance(answer, list) else []
        return {f"{name}.{at}": "on" for at, option in enumerate(form.options) if option.value in given}

    def said(self, form: PickSeveral, answer: Any, seen: str) -> Any:  # noqa: ARG002
        """The options as they are read."""
        return [read_as(form.options, value) for value in answer] or ["none of them"]


def read_as(options: Sequence[Option], value: Any) -> str:
    """The text of the option with this value. Raises KeyError."""
    return {option.value: option.text for option in options}[value]
