"""Label Studio's labeling configuration, from what an answer consists of; and a task's data, from an input.

What comes back under these names is read in `results.py`.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from gt_platform.answers import Form
from gt_platform.answers.form import MarkImage, MarkText, Option, Order, Pick, PickSeveral, Prose, Quantity, Several
from gt_platform.labeling.base import BackendError

Shows = Literal["text", "image"]

ANSWER, COMMENT, REASONING, EDGE_CASE = "answer", "comment", "reasoning", "edge_case"
INPUT, REF, OPINIONS = "input", "ref", "opinions"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ADDRESS = re.compile(r"(https?|data):|/")
UNSEEN = "\u200b"
UNSTORED = re.compile("[\0\ud800-\udfff]")
"""Text that breaks Label Studio or its database: one half of a pair makes every later listing of a project fail."""


def label_config(form: Form, question: str, *, shows: Shows = "text", review: bool = False) -> str:
    """The configuration as XML; a review also shows the opinions and asks for the reasoning.

    Raises BackendError for a label that XML cannot hold.
    """
    view = Element("View")
    _header(view, question, "3")
    if review:
        SubElement(view, "Text", name=OPINIONS, value=f"${OPINIONS}")
    if marks(form):
        _ask(view, form, ANSWER)
    if _image(form, shows):
        SubElement(view, "Image", name=INPUT, value=f"${INPUT}", zoom="true", rotateControl="false")
    else:
        SubElement(view, "Text", name=INPUT, value=f"${INPUT}")
    if not marks(form):
        _ask(view, form, ANSWER)
    for name, title in _texts(review=review):
        _header(view, title, "5")
        _text_area(view, name, rows=2, most=1, required=name == REASONING)
    return tostring(view, encoding="unicode")


def task_data(form: Form, content: Any, *, shows: Shows = "text") -> dict[str, Any]:
    """What is shown of an input: a text as it is, other JSON as text, a picture by its address.

    Raises BackendError if there is no address where a picture is to be shown.
    """
    asked = {_list_name(name): _rows(part) for name, part in parts(form) if isinstance(part, Order)}
    return {INPUT: _address(content) if _image(form, shows) else stored(shown(content)), **asked}


def shown(content: Any) -> str:
    """An input or an answer as it is read."""
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2)


def stored(text: str) -> str:
    """Text as Label Studio can hold it: as long, with a sign in place of what it cannot."""
    return UNSTORED.sub("\ufffd", text)


def parts(form: Form, name: str = ANSWER) -> Iterator[tuple[str, Form]]:
    """Each part of a form that is asked for on its own, under the name of what asks for it."""
    if isinstance(form, Several):
        for title, part in form.parts:
            yield from parts(part, part_name(name, title))
    else:
        yield name, form


def part_name(name: str, title: str) -> str:
    """The name of a part: the same in whatever order the parts are declared, whatever characters the title has."""
    return f"{name}_{hashlib.sha256(title.encode()).hexdigest()[:12]}"


def marks(form: Form) -> bool:
    """Whether places in the input are marked, so that what marks them stands before it."""
    return any(isinstance(part, MarkText | MarkImage) for _, part in parts(form))


def may_be_empty(form: Form) -> bool:
    """Whether handing in nothing at all can be an answer."""
    return all(
        isinstance(part, MarkText | MarkImage) or (isinstance(part, PickSeveral) and part.minimum == 0)
        for _, part in parts(form)
    )


def _ask(view: Element, form: Form, name: str) -> None:
    match form:
        case Several(several):
            for title, part in several:
                _header(view, title, "4")
                _ask(view, part, part_name(name, title))
        case Pick(options):
            _offer(view, "Choices", name, options, choice="single", required="true")
        case PickSeveral(options, minimum, maximum):
            _header(view, f"{minimum} to {maximum} of these", "5")
            _offer(view, "Choices", name, options, choice="multiple", required=_flag(minimum > 0))
        case Order(_):
            SubElement(view, "List", name=_list_name(name), value=f"${_list_name(name)}", title="The best first")
            SubElement(view, "Ranker", name=name, toName=_list_name(name))
        case Quantity(minimum, maximum, unit):
            _header(view, f"{minimum:g} to {maximum:g} {unit}", "5")
            bounds = {"min": repr(minimum), "max": repr(maximum), "step": "any"}
            SubElement(view, "Number", {"name": name, "toName": INPUT, "required": "true", **bounds})
        case MarkText(options, _):
            _offer(view, "Labels", name, options)
        case MarkImage(options, _):
            _offer(view, "RectangleLabels", name, options, canRotate="false")
        case Prose(_):
            _text_area(view, name, rows=3, most=None, required=True)
        case _:
            _header(view, "The answer as JSON", "5")
            _text_area(view, name, rows=5, most=1, required=True)


def _offer(view: Element, tag: str, name: str, options: tuple[Option, ...], **settings: str) -> None:
    control = SubElement(view, tag, {"name": name, "toName": INPUT, **settings})
    for option in options:
        # the alias is what comes back
        one = SubElement(control, "Choice" if tag == "Choices" else "Label", value=_displayed(option.text))
        one.set("alias", _held(option.value))
        if option.definition:
            one.set("hint", _displayed(option.definition))


def _text_area(view: Element, name: str, *, rows: int, most: int | None, required: bool) -> None:
    settings = {"rows": str(rows), "editable": "true", "required": _flag(required)}
    most_texts = {} if most is None else {"maxSubmissions": str(most)}
    SubElement(view, "TextArea", {"name": name, "toName": INPUT, **settings, **most_texts})


def _header(view: Element, text: str, size: str) -> None:
    SubElement(view, "Header", value=_displayed(text), size=size)


def _texts(*, review: bool) -> list[tuple[str, str]]:
    if review:
        return [(REASONING, "Why"), (EDGE_CASE, "What the guidelines do not cover, if anything")]
    return [(COMMENT, "Comment")]


def _list_name(name: str) -> str:
    return f"{name}_options"


def _rows(form: Order) -> list[dict[str, str]]:
    return [{"id": option.value, "title": option.text, "body": option.definition} for option in form.options]


def _image(form: Form, shows: Shows) -> bool:
    return shows == "image" or any(isinstance(part, MarkImage) for _, part in parts(form))


def _displayed(text: str) -> str:
    """Text that is shown as it is: a dollar before a word would stand for a field of the task's data."""
    return _held(text).replace("$", f"{UNSEEN}${UNSEEN}")


def _held(text: str) -> str:
    if wrong := NOT_XML.search(text):
        raise BackendError(
            f"{text!r} holds {wrong.group()!r}, which Label Studio cannot hold; change it in the project"
        )
    return text


def _address(content: Any) -> str:
    found = content.get("image", content.get("url")) if isinstance(content, dict) else content
    if isinstance(found, str) and ADDRESS.match(found):
        return found
    raise BackendError(
        f"Label Studio cannot show {shown(content)[:80]!r} as a picture: "
        'an input must be the address of one, or {"image": its address}'
    )


def _flag(value: bool) -> str:
    return "true" if value else "false"
