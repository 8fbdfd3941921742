"""What an address asks for behind its `?`: filters and the page of a long list, so that it can be sent to others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

PAGE = "page"
ANYTHING = "*"
"""What a form sends where nothing was chosen."""
MOST = 10_000
"""The last page of a list that can be asked for."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """A page's path and what it is asked for; `size` rows are on a page of the list."""

    path: str
    given: Mapping[str, str]
    size: int = 50

    @classmethod
    def of(cls, request: Request, names: Collection[str]) -> "Filters":
        """Those of these names that the address has, and its page."""
        asked = request.query_params
        given = {name: asked[name] for name in (*names, PAGE) if asked.get(name, ANYTHING) != ANYTHING}
        return cls(path=request.url.path, given=given)

    def __getitem__(self, name: str) -> str | None:
        """What is asked for under a name; none where anything will do."""
        return self.given.get(name) or None

    @property
    def number(self) -> int:
        """The page of the list, from 1."""
        given = self.given.get(PAGE, "")
        return max(1, min(int(given), MOST)) if given.isascii() and given.isdecimal() and len(given) < 7 else 1

    @property
    def span(self) -> dict[str, int]:
        """The rows of that page, for a query."""
        return {"limit": self.size, "offset": self.size * (self.number - 1)}

    def at(self, **changes: str | int | None) -> str:
        """The address with some of it changed; from the first page on, unless that is what changes."""
        asked = {name: value for name, value in self.given.items() if name != PAGE} | changes
        told = urlencode({name: value for name, value in asked.items() if value is not None})
        return f"{self.path}?{told}" if told else self.path

    def turned(self, by: int) -> str:
        """The address some pages further."""
        return self.at(**{PAGE: self.number + by})

    def pages(self, rows: int) -> int:
        """How many pages so many rows take."""
        return max(1, -(-rows // self.size))
