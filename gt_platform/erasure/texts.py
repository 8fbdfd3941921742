"""Texts in places that are no tables: found in whatever way they are written there, and overwritten."""

import html
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from gt_platform.markdown import escaped

ERASED = "[erased]"
CUT = (200, 120, 80, 60, 40)
"""Characters after which reports and notes cut long texts short."""


def leaves(value: Any) -> Iterator[str]:
    """Every text within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, Collection):
        for one in value:
            yield from leaves(one)


def forms(texts: Collection[str]) -> list[str]:
    """The texts as JSON, HTML and Markdown write them, once or within one another, whole and cut; the longest first."""
    cut = {text[:length] for text in texts for length in (len(text), *(one for one in CUT if one < len(text)))}
    shown = cut | {escaped(text) for text in cut} | {html.escape(text) for text in cut}
    once = shown | {form for text in shown for form in as_json(text)}
    twice = once | {form for text in once for form in as_json(text)}
    return sorted(twice, key=lambda form: (-len(form), form))


def without(content: str, written: Collection[str]) -> str:
    """A text without any of them."""
    for form in written:
        content = content.replace(form, ERASED)
    return content


def as_json(text: str) -> Iterator[str]:
    """The ways in which it stands within JSON."""
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1]
