"""Pages from templates: the environment they are rendered in, and what they are given on every page.

Whatever was not written by us is text here, never markup: templates escape everything, and what could hide in a text
is made visible (`controls.py`), also in Markdown. What asks for answers and shows them is in `forms/`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from gt_platform.markdown import as_html
from gt_platform.project.chat import laid_out, turns
from gt_platform.project.show import addresses
from gt_platform.workbench.web import forms
from gt_platform.workbench.web.addresses import item_address
from gt_platform.workbench.web.controls import made_visible, visible
from gt_platform.workbench.web.pictures import address, is_address, is_film, is_picture, is_sound

TEMPLATES = Path(__file__).with_name("templates")
LONGEST_MARKDOWN = 50_000
"""Characters beyond which somebody's Markdown is not laid out: a page should not take seconds."""
BRIEF = 160
"""Characters of a text in a table."""


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Where templates are rendered: escaped throughout, and a name that is missing is an error."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), DictLoader(forms.templates())]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"visible": visible, "percent": percent, "day": day, "moment": moment, "markdown": markdown}
    made.filters |= {"brief": brief}
    made.globals["item_address"] = item_address
    made.filters |= {"turns": turns, "laid_out": laid_out, "addresses": addresses, "address": address}
    made.tests |= {"picture": is_picture, "sound": is_sound, "film": is_film, "address": is_address}
    made.globals["longest_markdown"] = LONGEST_MARKDOWN
    return made


def page(request: Request, template: str, *, status: int = 200, at: str | None = None, **context: Any) -> HTMLResponse:
    """A page for whoever asks; `at` is its own address, where that is not the one that was asked."""
    state, app = request.state, request.app.state
    given = {
        "account": getattr(state, "account", None),
        "csrf": getattr(state, "csrf", ""),
        "status": status,
        "path": at or request.url.path,
        "static": app.static.url,
        "origins": getattr(app, "image_origins", ()),
        "project": None,
        **context,
    }
    # half a character cannot be sent, and must not keep a page from being shown
    text = environment().get_template(template).render(given).encode(errors="replace")
    own = at or (request.url.path if request.method == "GET" else None)
    moved = own and not request.headers.get("HX-Current-URL", "").endswith(own)
    headers = {"HX-Push-Url": own} if own and moved and by_htmx(request) else {}
    return HTMLResponse(text, status, headers)


def by_htmx(request: Request) -> bool:
    """Whether the page takes what it needs out of the answer, in place of being left."""
    return request.headers.get("HX-Request") == "true"


@lru_cache(maxsize=32)
def markdown(text: str) -> Markup:
    """Markdown laid out, with what hides in it made visible."""
    lines = text.replace("\r\n", "\n")
    return Markup(as_html(made_visible(lines)))  # noqa: S704 - it is safe whoever wrote it


def percent(share: float | None) -> str:
    """A share as people read it."""
    return "–" if share is None else f"{100 * share:.0f}%"


def brief(text: str | None) -> str:
    """A text in a table, which has no room for a long one."""
    said = " ".join((text or "").split())
    return said if len(said) <= BRIEF else f"{said[:BRIEF]}…"


def day(moment: datetime) -> str:
    """`5 Jan 2026`, the same in every locale."""
    return f"{moment.day} {moment:%b %Y}"


def moment(at: datetime) -> Mapping[str, str]:
    """A time for `<time>`: as machines read it, and as people do."""
    return {"machine": at.isoformat(timespec="seconds"), "people": f"{day(at)}, {at:%H:%M} UTC"}
