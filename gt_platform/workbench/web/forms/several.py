"""An answer to each of several parts, asked for one below the other."""

from typing import Any

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Form, Several
from gt_platform.workbench.web.forms.base import Fields, FormPage, page_of, said


class SeveralPage(FormPage[Several]):
    """Whatever its parts are."""

    form = Several
    ask = """
{% for title, form in widget.form.parts %}
<div data-of="{{ title }}">{{ ask(widget.part(loop.index0, title, form), seen) }}</div>
{% endfor %}
"""
    show = """
<dl class="data">{% for title, part in said.value %}<dt>{{ title }}</dt><dd>{{ show(part, seen) }}</dd>{% endfor %}</dl>
"""

    def read(self, form: Several, fields: Fields, name: str) -> Any:
        """Each part; a refusal says which it is about."""
        return {title: _part(title, part, fields, f"{name}.{at}") for at, (title, part) in enumerate(form.parts)}

    def fill(self, form: Several, answer: Any, name: str) -> dict[str, str]:
        """Each part."""
        given = answer if isinstance(answer, dict) else {}
        filled = [
            page_of(part).fill(part, given.get(title), f"{name}.{at}") for at, (title, part) in enumerate(form.parts)
        ]
        return {key: text for fields in filled for key, text in fields.items()}

    def said(self, form: Several, answer: Any, seen: str) -> Any:
        """Each part under its title."""
        return [(title, said(part, answer[title], seen)) for title, part in form.parts]

    def seen(self, form: Several, shown: Any, origins: tuple[str, ...]) -> str:
        """What the first of them that marks anything marks."""
        every = (page_of(part).seen(part, shown, origins) for _, part in form.parts)
        return next((seen for seen in every if seen), "")


def _part(title: str, form: Form, fields: Fields, name: str) -> Any:
    try:
        return page_of(form).read(form, fields, name)
    except InvalidAnswerError as error:
        raise InvalidAnswerError(f"{title}: {error}") from None
