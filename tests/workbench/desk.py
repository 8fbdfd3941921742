"""The workbench as a browser without scripts sees it, and what holds for each of its pages."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from starlette.testclient import TestClient

from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web.access import SESSION
from tests.support.accounts import open_session
from tests.workbench.examples import one_of_each


@dataclass
class Desk:
    """The workbench asked over HTTP by one person, as a browser without scripts would."""

    client: TestClient
    database: Database

    def get(self, path: str, status: int = 200) -> str:
        """A page."""
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return response.text

    def post(self, page: str, action: str, status: int = 200, /, **fields: str) -> str:
        """Send the form of the page whose address ends with this."""
        data = {"csrf": first(r'name="csrf" value="([^"]+)"', page), **fields}
        response = self.client.post(first(rf'(?:action|data-draft)="([^"]*/{action})"', page), data=data)
        assert response.status_code == status, response.text
        return response.text

    def sign_in(self, name: str) -> None:
        """Be somebody else."""
        self.client.cookies.clear()
        self.client.cookies.set(SESSION, open_session(self.database, name, datetime.now(UTC)))


def first(pattern: str, page: str) -> str:
    """What a pattern finds first."""
    found = re.search(pattern, page)
    assert found, pattern
    return found.group(1)


@dataclass
class Found:
    """What an HTML parser met on a page."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """Refuses elements that do not close where they should."""

    VOID = frozenset({"input", "meta", "link", "img", "br", "hr", "line", "rect", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.found = Found()
        self.open = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found.tags.append((tag, given))
        if "label" in self.open and (name := given.get("name")):
            self.found.labelled.add(name)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        tag = self.open[-1]
        self.found.texts[tag] = self.found.texts.get(tag, "") + data


def read(page: str) -> Found:
    """The elements of a page."""
    reader = Reader()
    reader.feed(page)
    assert reader.open == [""], "an element is left open"
    return reader.found


def check(page: str) -> None:
    """What holds for every page."""
    found = read(page)
    tags = [tag for tag, _ in found.tags]
    assert found.texts["title"].strip() != "· gt_platform"
    assert dict(found.tags)["html"]["lang"] == "en"
    assert tags.count("main") == 1
    assert tags.count("h1") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels
    ids = [given["id"] for _, given in found.tags if "id" in given]
    assert len(ids) == len(set(ids))
    check_nothing_inline(found)
    check_fields(found)


def check_nothing_inline(found: Found) -> None:
    """No style, no script and no address of anything elsewhere, but for links people may follow."""
    for tag, given in found.tags:
        assert "style" not in given, (tag, given)
        assert not [name for name in given if name.startswith(("on", "hx-on"))], (tag, given)
        for name in ("src", "href", "action", "formaction", "hx-post", "hx-get"):
            address = given.get(name) or ""
            outside = tag == "a" and given.get("rel") == "noopener noreferrer"
            assert address.startswith(("/", "#", "data:image/png;")) or not address or outside, (tag, address)
        assert tag != "style"
        assert tag != "script" or "src" in given


def check_fields(found: Found) -> None:
    """Every field has a name people can read or hear, and so has every picture."""
    labels = {given["for"] for tag, given in found.tags if tag == "label" and "for" in given}
    for tag, given in found.tags:
        named = given.get("id") in labels or given.get("name") in found.labelled or given.get("aria-label")
        if tag in {"input", "textarea", "select"} and given.get("type") != "hidden":
            assert named, (tag, given)
        if tag == "img":
            assert given["alt"]
        if tag == "svg":
            assert given.get("aria-label") or given.get("aria-hidden") == "true"


def audit(desk: Desk, kind: str) -> list[Any]:
    """What was written down of a project, in order."""
    return list(WorkbenchBackend(desk.database, next(one for one in one_of_each() if one.name == kind)).audit(0))
