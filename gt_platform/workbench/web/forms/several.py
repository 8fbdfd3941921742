"""An answer to each of several parts, asked for one below the other."""

from typing import Any

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Form, Several
from gt_platform.workbench.web.forms.base import Fields, FormPage, page_of, said


class SeveralPage(FormPage[Several]):
    """Whatever its parts are."""

    form = Several
    ask = """
{% macro fields(one) -%}
{% set at = widget.form.parts|map(attribute=0)|list|attr("index")(one.part) -%}
{% set part = widget.form.parts[at][1] -%}
{% for option in part.options if option.value in one.among -%}
{% set number = part.options|map(attribute="value")|list|attr("index")(option.value) -%}
{% set field = "=" ~ number if part.ordered is defined else "." ~ number ~ "=on" -%}
{{ widget.name }}.{{ at }}{{ field }}{{ " " if not loop.last }}
{%- endfor %}
{%- endmacro %}
{% macro sent(when) %}{% for one in when %}{{ fields(one)|trim }}{{ ";" if not loop.last }}{% endfor %}{% endmacro %}
{% for title, form in widget.form.parts %}
{% set when = widget.form.when.get(title, ()) %}
<div data-of="{{ title }}"{% if when %} data-widget="several" data-when="{{ sent(when)|trim }}"{% endif %}>
{% if when %}<p class="hint">Only where <bdi>{{ widget.form.condition(title) }}</bdi></p>{% endif %}
{{ ask(widget.part(loop.index0, widget.form.question(title), form), seen) }}
</div>
{% endfor %}
"""
    show = """
<dl class="data">{% for title, part in said.value %}<dt>{{ title }}</dt><dd>{{ show(part, seen) }}</dd>{% endfor %}</dl>
"""

    def read(self, form: Several, fields: Fields, name: str) -> Any:
        """Each part that is asked; a refusal says which it is about."""
        said: dict[str, Any] = {}
        for at, (title, part) in enumerate(form.parts):
            if form.asks(title, said):
                said[title] = _part(form.question(title), part, fields, f"{name}.{at}")
        return said

    def fill(self, form: Several, answer: Any, name: str) -> dict[str, str]:
        """Each part."""
        given = answer if isinstance(answer, dict) else {}
        filled = [
            page_of(part).fill(part, given.get(title), f"{name}.{at}") for at, (title, part) in enumerate(form.parts)
        ]
        return {key: text for fields in filled for key, text in fields.items()}

    def said(self, form: Several, answer: Any, seen: str) -> Any:
        """Each part under its title."""
        parts = [(title, part) for title, part in form.parts if form.asks(title, answer)]
        return [(form.question(title), said(part, answer[title], seen)) for title, part in parts]

    def seen(self, form: Several, shown: Any, origins: tuple[str, ...]) -> str:
        """What the first of them that marks anything marks."""
        every = (page_of(part).seen(part, shown, origins) for _, part in form.parts)
        return next((seen for seen in every if seen), "")


def _part(title: str, form: Form, fields: Fields, name: str) -> Any:
    try:
        return page_of(form).read(form, fields, name)
    except InvalidAnswerError as error:
        raise InvalidAnswerError(f"{title}: {error}") from None
