"""Markdown as HTML that is safe whoever wrote it: no raw HTML, no pictures, no styles, and links to the web alone.

Headings fit below those of a page. And the other way round, text as Markdown that means nothing but itself.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

TOP = 3
"""The first heading of a text stands below a page's `h2`."""
LINKS = ("https:", "http:", "mailto:")
MARKUP = re.compile(r"([\\`*_{}\[\]<>|#!~&])")
ESCAPED = re.compile(rf"\\{MARKUP.pattern}")


def escaped(text: str) -> str:
    """A text as Markdown that shows it to the letter, on one line."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))


def unescaped(text: str) -> str:
    """The text of which `escaped` made this."""
    return ESCAPED.sub(r"\1", text)


def as_html(text: str) -> str:
    """The text as a page shows it."""
    reader = _reader()
    tokens = reader.parse(text)
    _fit(tokens)
    return str(reader.renderer.render(tokens, reader.options, {}))


def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.validateLink = _is_link  # type: ignore[method-assign]
    reader.add_render_rule("image", _picture)
    reader.add_render_rule("table_open", _table)
    reader.add_render_rule("table_close", _table_end)
    return reader


def _is_link(url: str) -> bool:
    return url.strip().lower().startswith(LINKS)


def _fit(tokens: Sequence["Token"]) -> None:
    """Headings one level deeper at a time from TOP on; links that tell nobody where they came from; no styles."""
    above: list[int] = []
    for token in tokens:
        _fit(token.children or [])
        if token.type == "heading_open":
            level = int(token.tag[1])
            above = [*(other for other in above if other < level), level]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(TOP - 1 + len(above), 6)}"
        if token.type == "link_open":
            token.attrs |= {"rel": "noopener noreferrer", "target": "_blank"}
        if token.type in {"th_open", "td_open"}:
            token.attrs.pop("style", None)


def _picture(renderer: "RendererHTML", tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    said = renderer.renderInlineAsText(tokens[at].children, options, env)
    told = ", ".join(filter(None, (said, str(tokens[at].attrs.get("src", "")))))
    return str(Markup("<em>[picture: {}]</em>").format(told))


def _table(*_: Any) -> str:
    return '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'


def _table_end(*_: Any) -> str:
    return "</table></div>"
