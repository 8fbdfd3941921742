"""The chain of commits: each says what it made of the tables and names the one before, so none can be changed alone.

A link is the JSON text that DuckLake keeps beside a commit (`commit_extra_info`), in the transaction of its rows. It
holds digests, never content. Its head is the SHA-256 of all else in it: whoever has kept a head can later tell whether
anything before it was rewritten, whoever did it. What is found by it is in `proof`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gt_platform.canonical import canonical, digest
from gt_platform.lake.content import Content

BEGINNING = ""
"""What the first link names as the one before."""

Contents = Mapping[str, Content]
"""By table, as `project.table`."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One commit.

    `changed` are differences to what was, `became` is what tables hold that were replaced as a whole, and `began` what
    those hold that a migration may have changed: from there on they are counted. `erased` has, by table and earlier
    commit, how what that commit made became another when content was erased. `at` is when, in seconds since 1970.
    """

    snapshot: int
    message: str
    at: int
    token: str
    previous: str
    changed: Contents = field(default_factory=dict)
    became: Contents = field(default_factory=dict)
    began: Contents = field(default_factory=dict)
    erased: Mapping[str, Mapping[int, Content]] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """The digest that the next link names."""
        return digest(canonical(self._body()))

    @property
    def tables(self) -> set[str]:
        """Those that it wrote to, as `project.table`."""
        return {*self.changed, *self.became, *self.began, *self.erased}

    @property
    def text(self) -> str:
        """The link as it is kept."""
        return canonical(self._body() | {"head": self.head})

    def _body(self) -> dict[str, Any]:
        body = {
            "snapshot": self.snapshot,
            "message": self.message,
            "at": self.at,
            "token": self.token,
            "previous": self.previous,
            "changed": _said(self.changed),
            "became": _said(self.became),
            "began": _said(self.began),
        }
        erased = {name: {str(at): content.said for at, content in made.items()} for name, made in self.erased.items()}
        return body | ({"erased": erased} if erased else {})  # links from before there were erasures stay what they are


def parsed(text: str | None) -> Link | None:
    """The link that a text is; none where it is another text, or was changed."""
    try:
        found = json.loads(text or "")
        given = {name: found[name] for name in ("snapshot", "message", "at", "token", "previous")}
        changed, became, began = (_told(found[name]) for name in ("changed", "became", "began"))
        erased = {name: {int(at): one for at, one in _told(made).items()} for name, made in _erased(found).items()}
        link = Link(**given, changed=changed, became=became, began=began, erased=erased)
        return link if link.text == text else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _said(contents: Contents) -> dict[str, list[int | str]]:
    return {name: content.said for name, content in contents.items()}


def _erased(found: Mapping[str, Any]) -> dict[str, Any]:
    return dict(found.get("erased", {}))


def _told(said: Mapping[str, object]) -> dict[str, Content]:
    return {name: Content.told(one) for name, one in said.items()}


class Book:
    """What a running transaction makes of the tables of one project, to become a link."""

    def __init__(self, project: str) -> None:
        self._project = project
        self.changed: dict[str, Content] = {}
        self.became: dict[str, Content] = {}

    def add(self, table: str, content: Content) -> None:
        """Rows were inserted; a negative content is of rows deleted."""
        name = self._name(table)
        into = self.became if name in self.became else self.changed
        into[name] = into.get(name, Content()) + content

    def become(self, table: str, content: Content) -> None:
        """The table now holds this, whatever it held."""
        self.changed.pop(self._name(table), None)
        self.became[self._name(table)] = content

    def _name(self, table: str) -> str:
        return f"{self._project}.{table}"
