"""The real workbench on a free port, with people, items and a browser before it."""

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

from gt_platform.labeling.messages import Assignment, Briefing
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web.access import SESSION
from gt_platform.workbench.web.app import create_app
from gt_platform.workbench.web.reloading import Reloading
from tests.support.accounts import add, open_session

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
PHONE = {"width": 375, "height": 740}
DESK = {"width": 1280, "height": 860}
STARTING = 10.0


@dataclass
class Bench:
    """A running workbench: its address, its store and what it serves."""

    url: str
    database: Database
    projects: dict[str, Project]
    sent: dict[str, list[Assignment]] = field(default_factory=dict)

    def backend(self, name: str) -> WorkbenchBackend:
        """The platform's side of a project."""
        return WorkbenchBackend(self.database, self.projects[name])

    def ask(self, name: str, inputs: Sequence[Any], *, first: int = 0, **more: Any) -> list[Assignment]:
        """Send one item for each input beside those sent before, the first to be asked first; numbered from `first`."""
        sent = [
            Assignment(
                assignment_id=f"{name}-{at}",
                item_id=f"{name}-{at}",
                slot=1,
                input=shown,
                priority=len(inputs) - at,
                **more,
            )
            for at, shown in enumerate(inputs, first)
        ]
        self.sent[name] = [*self.sent.get(name, []), *sent]
        backend = self.backend(name)
        backend.send(self.sent[name])
        backend.brief(Briefing())
        return sent

    def answers(self, name: str, sent: Sequence[Assignment]) -> dict[str, Any]:
        """What was handed in, by item."""
        given = {one.assignment_id: one for one in self.backend(name).collect(sent)}
        return {one.item_id: given[one.assignment_id].answer for one in sent if one.assignment_id in given}


@contextmanager
def bench(
    folder: Path, *projects: Project, platform: Platform | None = None, follow: Settings | None = None
) -> Iterator[Bench]:
    """Serve these projects over a fresh store until the end; those of `follow` as their files become."""
    database = Database.open(f"sqlite:///{folder / 'workbench.sqlite'}")
    served = {one.name: one for one in projects}
    listening = socket.create_server(("127.0.0.1", 0))
    made = partial(create_app, database, platform=platform)
    app = Reloading(follow, served, made) if follow else made(served)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + STARTING
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    yield Bench(f"http://127.0.0.1:{listening.getsockname()[1]}", database, served)
    server.should_exit = True
    thread.join(STARTING)
    listening.close()
    database.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser; the test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody signed in, and everything that should not have happened on their pages."""

    context: BrowserContext
    page: Page
    site: str
    trouble: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the workbench."""
        self.page.goto(path)

    def watch(self) -> None:
        """Note dialogs, errors of scripts, violations of the content security policy, and requests to elsewhere."""
        self.page.set_default_timeout(10_000)
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", self._error)
        self.page.on("console", self._said)
        self.page.on("request", self._asked)

    def _dialog(self, dialog: Dialog) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _error(self, error: Error) -> None:
        self.trouble.append(f"error: {error}")

    def _said(self, said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            self.trouble.append(said.text)

    def _asked(self, asked: Request) -> None:
        if not asked.url.startswith((f"{self.site}/", "data:")):
            self.trouble.append(asked.url)


@contextmanager
def visitor(browser: Browser, site: Bench, name: str | None, **options: Any) -> Iterator[Visitor]:
    """Somebody who has an account, signed in, or nobody yet. Leaving fails if anything happened that should not."""
    context = browser.new_context(base_url=site.url, viewport=options.pop("viewport", DESK), **options)
    if name is not None:
        sign_in(context, site, name)
    visiting = Visitor(context, context.new_page(), site.url)
    visiting.watch()
    yield visiting
    context.close()
    assert visiting.trouble == [], visiting.trouble


def sign_in(context: BrowserContext, site: Bench, name: str) -> None:
    """Be somebody else from now on, in all windows."""
    token = open_session(site.database, name, datetime.now(UTC))
    context.add_cookies([{"name": SESSION, "value": token, "url": site.url}])


def people(site: Bench) -> None:
    """Ann labels, Rita reviews too, Lea leads; Ann has a password."""
    add(site.database, "Ann")
    add(site.database, "Rita", "annotator", "reviewer", password=None)
    add(site.database, "Lea", "annotator", "reviewer", "lead", password=None)


def at_item(page: Page, number: int) -> None:
    """Wait for the task at this place of its batch."""
    expect(page.locator("#work")).to_have_attribute("data-said", re.compile(f"^Item {number} "))
