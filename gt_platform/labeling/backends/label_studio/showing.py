"""The parts of an item as Label Studio's elements, and what a task's data must hold for each."""

import html
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from gt_platform.labeling.backends.label_studio.elements import INPUT, header, stored
from gt_platform.labeling.base import BackendError
from gt_platform.markdown import as_html
from gt_platform.project import Part
from gt_platform.project.chat import Piece, laid_out, turns
from gt_platform.project.show import addresses

Rows = Sequence[Sequence[Part]]
TAGS = {
    "any": "Text", "text": "Text", "markdown": "HyperText", "code": "HyperText", "json": "HyperText",
    "link": "HyperText", "chat": "Paragraphs", "image": "Image", "audio": "Audio", "video": "Video",
}  # fmt: skip
MEDIA = ("Image", "Audio", "Video")
SETTINGS = {
    "Image": {"zoom": "true", "rotateControl": "false"},
    "HyperText": {"clickableLinks": "true"},
    "Paragraphs": {"nameKey": "author", "textKey": "text", "layout": "dialogue"},
}
LINKS = ("http://", "https://")
SCHEMES = (*LINKS, "/")
LONGEST = 200
LINES = "[class*=dialoguetext] { white-space: pre-wrap; }"
"""Label Studio joins the lines of what somebody says."""
SIDE_BY_SIDE = "display: grid; grid-template-columns: 1fr 1fr; gap: 1.5em"


def elements(view: Element, rows: Rows, marked: str | None, ask: Callable[[], None]) -> None:
    """Add an element for each part; `marked` is the element that places are marked in, which `ask` stands before."""
    names = iter(_names(rows, marked))
    SubElement(view, "Style").text = LINES
    for row in rows:
        place = view if len(row) == 1 else SubElement(view, "View", style=SIDE_BY_SIDE)
        for part in row:
            inside = place if len(row) == 1 else SubElement(place, "View")
            header(inside, part.heading, "4")
            if marked and part.mark:
                ask()
            tag, name = _tag(part, marked), next(names)
            SubElement(inside, tag, {"name": name, "value": f"${name}", **SETTINGS.get(tag, {})})


def values(rows: Rows, marked: str | None) -> dict[str, Any]:
    """What a task's data holds for them. Raises BackendError where an element would stay empty."""
    parts = [part for row in rows for part in row]
    return {name: _value(part, marked) for name, part in zip(_names(rows, marked), parts, strict=True)}


def _names(rows: Rows, marked: str | None) -> Iterator[str]:
    """The element that is asked about has the name that controls refer to: what is marked, else the first text."""
    parts = [part for row in rows for part in row]
    fit = (at for at, part in enumerate(parts) if (part.mark if marked else TAGS[part.form] not in MEDIA))
    asked = next(fit, 0)
    return (INPUT if at == asked else f"shown_{at}" for at in range(len(parts)))


def _tag(part: Part, marked: str | None) -> str:
    return marked if marked and part.mark else TAGS[part.form]


def _value(part: Part, marked: str | None) -> Any:
    tag = _tag(part, marked)
    if tag in MEDIA:
        return _address(part, tag)
    if marked and part.mark:
        return _markable(part)
    if part.missing:
        return _said(tag, part.missing)
    if tag == "Paragraphs":
        return [
            {"author": stored(turn.who), "text": stored("\n".join(map(_words, turn.pieces)))}
            for turn in turns(part.value)
        ]
    return stored(_html(part) if tag == "HyperText" else _text(part.value))


def _said(tag: str, words: str) -> Any:
    return [{"author": "", "text": words}] if tag == "Paragraphs" else html.escape(words)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else laid_out(value)


def _html(part: Part) -> str:
    """Markup of ours around what is escaped."""
    text = _text(part.value)
    if part.form == "json":
        return f"<pre>{html.escape(laid_out(part.value))}</pre>"
    if part.form == "markdown" and isinstance(part.value, str):
        return as_html(text)
    if part.form == "link" and text.startswith(LINKS):
        return f'<a href="{html.escape(text)}" target="_blank" rel="noopener noreferrer">{html.escape(text)}</a>'
    return f"<pre>{html.escape(text)}</pre>"


def _words(piece: Piece) -> str:
    if piece.kind == "call":
        return f"calls {piece.about}\n{piece.text}"
    if piece.kind == "result":
        return f"result of {piece.about or 'a call'}"
    if piece.kind in {"image", "audio"}:
        return f"[{'picture' if piece.kind == 'image' else 'sound'}: {piece.text[:LONGEST]}]"
    return piece.text


def _markable(part: Part) -> str:
    found = part.value.get("text") if isinstance(part.value, dict) else part.value
    if not isinstance(found, str):
        raise BackendError(part.missing or f"there is no text to mark in {part.heading!r}: {_text(part.value)[:80]!r}")
    return stored(found)


def _address(part: Part, tag: str) -> str:
    """Raises BackendError for what is no single address; sounds and films it does not play from within a task."""
    found, fit = addresses(part.value), (*SCHEMES, *(["data:"] if tag == "Image" else []))
    if len(found) == 1 and found[0].startswith(fit):
        return found[0]
    told = part.missing or f"{part.heading!r} is {_text(part.value)[:80]!r}"
    what = "a picture" if tag == "Image" else "sounds and films, not embedded ones,"
    raise BackendError(f"Label Studio shows {what} by one address, and would leave a gap here: {told}")
