"""What hides in a text, made visible: control characters, and those that turn or join what is read."""

import re

from markupsafe import Markup, escape

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tabs and line ends
    "\u00ad\u061c\u180e\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
"""Joiners and the marks of a direction are not among them: scripts and emoji are written with those."""


def symbol(character: str) -> str:
    """One visible character in place of a hidden one, so that positions in a text stay what they are."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return (
        "\u2421" if code == 0x7F else "\u2423" if code == 0x200B else "\ufffd" if 0xD800 <= code < 0xE000 else "\u2370"
    )


def made_visible(text: str) -> str:
    """A text with a visible character in place of each hidden one."""
    return HIDDEN.sub(lambda found: symbol(found.group()), text)


def visible(text: str) -> Markup:
    """A text as markup that shows everything in it; the name of what hides is in a title."""
    parts, done = [], 0
    for found in HIDDEN.finditer(text):
        parts += [escape(text[done : found.start()]), _shown(found.group())]
        done = found.end()
    return Markup("").join([*parts, escape(text[done:])])


def _shown(character: str) -> Markup:
    return Markup('<span class="control" title="U+{:04X}">{}</span>').format(ord(character), symbol(character))
