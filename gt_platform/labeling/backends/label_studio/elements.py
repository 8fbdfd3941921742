"""Elements of Label Studio's configuration, and text as it can hold it."""

import re
from xml.etree.ElementTree import Element, SubElement

from gt_platform.answers.form import Option
from gt_platform.labeling.base import BackendError

INPUT = "input"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNSEEN = "\u200b"
UNSTORED = re.compile("[\0\ud800-\udfff]")
"""Text that breaks Label Studio or its database: one half of a pair makes every later listing of a project fail."""


def header(view: Element, text: str, size: str) -> None:
    """A line above what follows."""
    SubElement(view, "Header", value=displayed(text), size=size)


def offer(view: Element, tag: str, name: str, options: tuple[Option, ...], **settings: str) -> None:
    """Options to choose from."""
    control = SubElement(view, tag, {"name": name, "toName": INPUT, **settings})
    for option in options:
        choice(control, "Choice" if tag == "Choices" else "Label", option.value, option.text, option.definition)


def choice(control: Element, tag: str, value: str, text: str, definition: str) -> Element:
    """One of the options: the alias is what comes back."""
    hint = {"hint": displayed(definition)} if definition else {}
    return SubElement(control, tag, {"value": displayed(text), "alias": _held(value), **hint})


def text_area(view: Element, name: str, *, rows: int, most: int | None, required: bool) -> None:
    """Room for text, or for `most` of them."""
    settings = {"rows": str(rows), "editable": "true", "required": flag(required)}
    most_texts = {} if most is None else {"maxSubmissions": str(most)}
    SubElement(view, "TextArea", {"name": name, "toName": INPUT, **settings, **most_texts})


def displayed(text: str) -> str:
    """Text that is shown as it is: a dollar before a word would stand for a field of the task's data."""
    return _held(text).replace("$", f"{UNSEEN}${UNSEEN}")


def stored(text: str) -> str:
    """Text as Label Studio can hold it: as long, with a sign in place of what it cannot."""
    return UNSTORED.sub("\ufffd", text)


def flag(value: bool) -> str:
    """As XML has it."""
    return "true" if value else "false"


def _held(text: str) -> str:
    if wrong := NOT_XML.search(text):
        raise BackendError(
            f"{text!r} holds {wrong.group()!r}, which Label Studio cannot hold; change it in the project"
        )
    return text
