"""Stretches of the input, with a label."""

import re
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from gt_platform.answers.form import MarkText
from gt_platform.labeling.backends.label_studio.controls.base import Control, MalformedError, Result, Size, only
from gt_platform.labeling.backends.label_studio.elements import offer

UNSURE = re.compile(r"\\n|\s")


class MarkTextControl(Control[MarkText]):
    """Labels to mark text with; offsets are Unicode characters."""

    form, kind, key = MarkText, "labels", "labels"
    marks = True

    def ask(self, view: Element, form: MarkText, name: str) -> None:
        """The labels."""
        offer(view, "Labels", name, form.options)

    def may_be_empty(self, form: MarkText) -> bool:  # noqa: ARG002
        """There may be nothing to mark."""
        return True

    def read(self, form: MarkText, name: str, found: Sequence[Result], text: str) -> Any:  # noqa: ARG002
        """A span for each."""
        return [_span(one, text) for one in found]

    def write(self, form: MarkText, name: str, answer: Any, size: Size | None) -> list[Result]:  # noqa: ARG002
        """A result for each."""
        places = [{"start": one["start"], "end": one["end"], "labels": [one["label"]]} for one in answer]
        return [self.result(name, place) for place in places]


def _span(one: Result, text: str) -> Result:
    value = one["value"]
    start, end = (_offset(value.get(name)) for name in ("start", "end"))
    said, label = value.get("text"), only(value.get("labels"), one["from_name"])
    if isinstance(said, str) and _compared(said) != _compared(text[start:end]):
        start, end = _from_utf16(start, end, said, text)
    return {"start": start, "end": end, "label": label}


def _from_utf16(start: int, end: int, said: str, text: str) -> tuple[int, int]:
    """Offsets counted in UTF-16, as some versions of Label Studio do, where the marked text shows that they are."""
    units = text.encode("utf-16-le", "surrogatepass")
    before, inside = (units[2 * a : 2 * b].decode("utf-16-le", "replace") for a, b in ((0, start), (start, end)))
    if _compared(inside) != _compared(said):
        raise MalformedError("offsets", f"{start} to {end} is not where the input says {said[:80]!r}")
    return len(before), len(before) + len(inside)


def _compared(text: str) -> str:
    r"""Text without what Label Studio changes when it quotes: a line's end comes back as `\n` in two characters."""
    return UNSURE.sub("", text)


def _offset(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MalformedError("offsets", f"{value!r} is no place in a text")
    return value
