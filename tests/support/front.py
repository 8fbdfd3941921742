"""The workbench's pages without a network: an application over a store, and visitors with and without an account."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.workbench.accounts.sessions import csrf_token
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web.access import Page
from gt_platform.workbench.web.app import PAGES, create_app
from tests.support.accounts import PASSWORD, Clock, open_session
from tests.support.sentiment import declare

HERE = "http://127.0.0.1:8080"
PUBLIC = "https://label.example"


def project(folder: Path, name: str = "sentiment", **labeling: Any) -> Project:
    """A project whose assignments are answered in the workbench."""
    return declare(folder, name=name, labeling={"backend": "workbench", "overlap": 2, **labeling})


@dataclass
class Front:
    """An application and what is behind it."""

    database: Database
    projects: dict[str, Project]
    clock: Clock = field(default_factory=Clock)
    public_url: str | None = None
    pages: Iterable[Page] = PAGES
    platform: Platform | None = None

    def __post_init__(self) -> None:
        self.app: Starlette = create_app(
            self.database,
            self.projects,
            platform=self.platform,
            public_url=self.public_url,
            now=self.clock,
            pages=self.pages,
        )

    def visitor(self, address: str = "192.0.2.1") -> TestClient:
        """Somebody with a browser, not signed in."""
        base = self.public_url or HERE
        return TestClient(self.app, base_url=base, client=(address, 50000), follow_redirects=False)

    def signed_in(self, name: str, password: str = PASSWORD) -> TestClient:
        """Somebody who came through the sign-in page."""
        visitor = self.visitor()
        answer = visitor.post(
            "/signin", data={"csrf": csrf_in(visitor.get("/signin").text), "name": name, "password": password}
        )
        assert answer.status_code == 303, answer.text
        return visitor

    def entered(self, name: str) -> TestClient:
        """Somebody signed in, at once."""
        visitor = self.visitor()
        cookie = self.app.state.site.cookie("gt_session")
        visitor.cookies.set(cookie, open_session(self.database, name, self.clock()))
        return visitor

    def session(self, visitor: TestClient) -> str:
        """The token in a visitor's cookie."""
        return str(visitor.cookies[self.app.state.site.cookie("gt_session")])

    def csrf(self, visitor: TestClient) -> str:
        """What the visitor's forms carry."""
        return csrf_token(self.session(visitor))


def csrf_in(html: str) -> str:
    """The token in a page's first form."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', html)
    assert found is not None, html
    return found[1]
