"""Label Studio's labeling configuration, from what an answer consists of; and a task's data, from an input.

What comes back under these names is read in `results.py`; what asks for each form of answer is in `controls/`.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from gt_platform.answers import Form
from gt_platform.answers.form import Several
from gt_platform.canonical import digest
from gt_platform.labeling.backends.label_studio.controls import control_of
from gt_platform.labeling.backends.label_studio.elements import INPUT, header, stored, text_area
from gt_platform.labeling.backends.label_studio.showing import Rows, elements, values
from gt_platform.labeling.base import BackendError

Shows = Literal["text", "image"]

ANSWER, COMMENT, REASONING, EDGE_CASE = "answer", "comment", "reasoning", "edge_case"
REF, OPINIONS = "ref", "opinions"
SIDES, DRAWN = "sides", "drawn"
"""What a task's data holds where the order of two sides was drawn; which it is follows from its reference alone."""
ADDRESS = re.compile(r"(https?|data):|/")


def label_config(form: Form, question: str, *, shows: Shows = "text", review: bool = False, rows: Rows = ()) -> str:
    """The configuration as XML; a review also shows the opinions and asks for the reasoning.

    `rows` are the parts that are declared to be shown, of whatever item; without them its whole input is.

    Raises BackendError for a label that XML cannot hold.
    """
    view, marks = Element("View"), any(control_of(part).marks for _, part in parts(form))
    header(view, question, "3")
    if review:
        SubElement(view, "Text", name=OPINIONS, value=f"${OPINIONS}")
    if marks and not rows:  # what marks places in the input stands before it
        _ask(view, form, ANSWER)
    if rows:
        elements(view, rows, _marked(form), lambda: _ask(view, form, ANSWER))
    elif _image(form, shows):
        SubElement(view, "Image", name=INPUT, value=f"${INPUT}", zoom="true", rotateControl="false")
    else:
        SubElement(view, "Text", name=INPUT, value=f"${INPUT}")
    if not marks:
        _ask(view, form, ANSWER)
    for name, title in _texts(review=review):
        header(view, title, "5")
        text_area(view, name, rows=2, most=1, required=name == REASONING)
    return tostring(view, encoding="unicode")


def task_data(form: Form, content: Any, *, shows: Shows = "text", rows: Rows = ()) -> dict[str, Any]:
    """What is shown of an item: its `rows` or, where there are none, its input: a text as it is, other JSON as text, a
    picture by its address.

    Raises BackendError if there is no address where a picture is to be shown.
    """
    whole = {} if rows else {INPUT: _address(content) if _image(form, shows) else stored(shown(content))}
    data = {**whole, **values(rows, _marked(form))}
    for name, part in parts(form):
        data |= control_of(part).data(part, name)
    return data


def shown(content: Any) -> str:
    """An input or an answer as it is read."""
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2)


def parts(form: Form, name: str = ANSWER) -> Iterator[tuple[str, Form]]:
    """Each part of a form that is asked for on its own, under the name of what asks for it."""
    if isinstance(form, Several):
        for title, part in form.parts:
            yield from parts(part, part_name(name, title))
    else:
        yield name, form


def part_name(name: str, title: str) -> str:
    """The name of a part: the same in whatever order the parts are declared, whatever characters the title has."""
    return f"{name}_{digest(title, 12)}"


def may_be_empty(form: Form) -> bool:
    """Whether handing in nothing at all can be an answer."""
    return all(control_of(part).may_be_empty(part) for _, part in parts(form))


def can_show(form: Form) -> bool:
    """Whether an answer can be shown before somebody has opened the task."""
    return all(control_of(part).can_show(part) for _, part in parts(form))


def _ask(view: Element, form: Form, name: str) -> None:
    if isinstance(form, Several):
        for title, part in form.parts:
            header(view, form.question(title), "4")
            if condition := form.condition(title):
                _ask_where(view, condition, part, part_name(name, title))
            else:
                _ask(view, part, part_name(name, title))
    else:
        control_of(form).ask(view, form, name)


def _ask_where(view: Element, condition: str, form: Form, name: str) -> None:
    """Ask for a part that is not always asked: it can be left out, and whether it may be is seen when it comes back."""
    header(view, f"Only where {condition}", "5")
    group = SubElement(view, "View")
    _ask(group, form, name)
    for control in group.iter():
        if "required" in control.attrib:
            control.set("required", "false")


def _marked(form: Form) -> str | None:
    """The element that places are marked in."""
    marking = next((control for _, part in parts(form) if (control := control_of(part)).marks), None)
    return None if marking is None else "Image" if marking.picture else "Text"


def _texts(*, review: bool) -> list[tuple[str, str]]:
    if review:
        return [(REASONING, "Why"), (EDGE_CASE, "What the guidelines do not cover, if anything")]
    return [(COMMENT, "Comment")]


def _image(form: Form, shows: Shows) -> bool:
    return shows == "image" or any(control_of(part).picture for _, part in parts(form))


def _address(content: Any) -> str:
    found = content.get("image", content.get("url")) if isinstance(content, dict) else content
    if isinstance(found, str) and ADDRESS.match(found):
        return found
    raise BackendError(
        f"Label Studio cannot show {shown(content)[:80]!r} as a picture: "
        'an input must be the address of one, or {"image": its address}'
    )
