"""Stores of work on each database, empty and gone after the test."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from gt_platform.labeling.messages import Assignment, Briefing, Case, Opinion, Standing
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web.app import create_app
from tests.support import backends
from tests.support.accounts import STORES, Clock, add, postgres_url, store
from tests.workbench.browser import chromium
from tests.workbench.desk import Desk
from tests.workbench.examples import FILLED, KINDS, PAIR, SIDES, one_of_each, project, shown_to
from tests.workbench.people import Shop, open_shop

Opener = Callable[..., Shop]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file: while it runs, nothing else can be awaited in this process."""
    with chromium() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store; the test runs once on each database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'workbench.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    conninfo = backends.new_database(server)
    yield postgres_url(conninfo)
    backends.drop_database(server, conninfo)


@pytest.fixture
def opener(store_url: str, tmp_path: Path) -> Iterator[Opener]:
    """Opens a shop over the store; what it is given overrides the declaration."""
    opened: list[Shop] = []

    def open_one(url: str, **labeling: Any) -> Shop:
        opened.append(open_shop(url, tmp_path, **labeling))
        return opened[-1]

    yield partial(open_one, store_url)
    for shop in opened:
        shop.database.close()


@pytest.fixture
def shop(opener: Opener) -> Shop:
    """A shop without honeypots that hands out five tasks at a time."""
    return opener()


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store with nobody in it, on each database."""
    with store(request.param, tmp_path, request) as opened:
        yield opened


@pytest.fixture
def sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """One on SQLite alone."""
    with store("sqlite", tmp_path, request) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """The time, which passes only when told."""
    return Clock()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Every kind of project with an item in it, and people in each state."""
    database = Database.open(f"sqlite:///{tmp_path / 'workbench.sqlite'}")
    projects = {one.name: one for one in one_of_each(labeling={"suggestions": False})}
    projects["hinted"] = project("hinted", labeling={"suggestions": True, "honeypots": {"newcomer": 0, "share": 0.0}})
    projects["sides"] = project("sides", {"kind": "preference"}, show=SIDES)
    app = create_app(database, projects)
    ann = add(database, "Ann", password=None)
    lea = add(database, "Lea", "annotator", "reviewer", "lead", password=None)
    for name, one in projects.items():
        shown = shown_to(name) if name in KINDS else PAIR if name == "sides" else "Hinted at"
        backend = WorkbenchBackend(database, one)
        backend.send(
            [
                Assignment(
                    assignment_id=f"{name}-{at}", item_id=f"{name}-{at}", slot=1, input=shown, suggestion="positive"
                )
                for at in range(2)
            ]
        )
        opinions = tuple(Opinion(FILLED[name][1], comment) for comment in ("because", None)) if name in FILLED else ()
        cases = (
            Case(
                item_id="c",
                answers_digest="d",
                input=shown,
                opinions=(*opinions, Opinion({"odd": [1]}, None)),
                why="tie",
            ),
        )
        backend.brief(Briefing(cases=cases, standings=standings(lea) if name == "choice" else ()))
    with TestClient(app, base_url="http://localhost") as client:
        made = Desk(client, database)
        made.sign_in("Ann")
        yield made
    assert ann.name == "Ann"
    database.close()


def standings(lea: Account) -> tuple[Standing, ...]:
    return (
        Standing(
            annotator=lea.code,
            state="paused",
            reason="surely below",
            answers=40,
            honeypots=12,
            basis="truth",
            share=0.2,
            low=0.05,
            high=0.41,
            n=12,
        ),
    )
