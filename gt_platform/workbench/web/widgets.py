"""What a page needs to ask for an answer: its form, what was typed so far, and what draws it. No markup."""

from dataclasses import dataclass

from gt_platform.answers.form import (
    AnyJson,
    Form,
    MarkImage,
    MarkText,
    Order,
    Pick,
    PickSeveral,
    Prose,
    Quantity,
    Several,
)
from gt_platform.workbench.web.fields import WHOLE, Fields, listed

SHOWN_BY = {
    Pick: "pick",
    PickSeveral: "several",
    Order: "order",
    Quantity: "quantity",
    Prose: "prose",
    MarkText: "text",
    MarkImage: "image",
    Several: "parts",
    AnyJson: "json",
}


@dataclass(frozen=True)
class Widget:
    """One part of an answer on a page: what is asked, the name of its field and what was typed so far.

    `shown_by` names the macro that draws it; `title` is empty for the whole answer.
    """

    form: Form
    name: str
    title: str
    fields: Fields
    parts: tuple["Widget", ...] = ()

    @property
    def shown_by(self) -> str:
        """The macro of `_widget.html` for this form."""
        return SHOWN_BY[type(self.form)]

    def typed(self, part: int | None = None) -> str:
        """What was typed into the field, or into the field of one of its parts."""
        return self.fields.get(self.name if part is None else f"{self.name}.{part}", "")

    def wordings(self) -> list[str]:
        """The texts typed after the preferred one."""
        return [text for text in listed(self.fields, self.name)[1:] if text]


def widget(form: Form, fields: Fields, *, name: str = WHOLE, title: str = "") -> Widget:
    """The widget of a form, filled with what was typed."""
    parts = form.parts if isinstance(form, Several) else ()
    inner = tuple(
        widget(part, fields, name=f"{name}.{at}", title=part_title) for at, (part_title, part) in enumerate(parts)
    )
    return Widget(form, name, title, fields, inner)
