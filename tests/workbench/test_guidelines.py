"""The guidelines that stood beside an answer: recorded with it, kept in the lake, and followed without a restart."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from gt_platform.declaration import load_project
from gt_platform.labeling import collect
from gt_platform.labeling.asking import waiting_assignments
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web import reloading
from gt_platform.workbench.web.app import create_app
from gt_platform.workbench.web.reloading import Reloading
from tests.support.accounts import Clock, open_session
from tests.support.front import HERE
from tests.support.home import write_project
from tests.support.sentiment import put_assignment
from tests.workbench.people import Shop

HTMX = {"HX-Request": "true", "Origin": HERE}
ANSWERS = "SELECT input, guideline_version FROM annotations JOIN items USING (item_id) ORDER BY input"


class Office:
    """A workbench over files that change, an annotator's browser, and the lake behind it."""

    def __init__(self, home: Path, database: Database, store: Store) -> None:
        self.settings, self.database, self.store = Settings(home=home, projects=home / "projects"), database, store
        self.folder = self.settings.projects / "small"
        write_project(self.folder, labeling={"backend": "workbench", "overlap": 1, "batch": 2})
        self.shop = Shop(database, self.project)
        ann, clock = self.shop.hire("ann"), Clock()
        pages = Reloading(self.settings, {"small": self.project}, lambda now: create_app(database, now, now=clock))
        self.browser = TestClient(pages, base_url=HERE, follow_redirects=False)
        self.browser.cookies.set("gt_session", open_session(database, ann.name, clock()))

    @property
    def project(self) -> Project:
        return load_project(self.folder)

    @property
    def backend(self) -> WorkbenchBackend:
        return WorkbenchBackend(self.database, self.project)

    def says(self, guidelines: str) -> str:
        """Change the guidelines, and what version they are then."""
        (self.folder / "guidelines.md").write_text(guidelines, encoding="utf-8")
        return self.project.guideline_version

    def opened(self) -> dict[str, str]:
        """The fields of the next task's page, with its address."""
        at = self.browser.get("/p/small/next").headers["location"]
        return {"at": at, **_fields(self.browser.get(at).text)}

    def answer(self, page: dict[str, str]) -> Any:
        fields = {name: text for name, text in page.items() if name != "at"}
        return self.browser.post(f"{page['at']}/submit", data=fields | {"answer": '"positive"'}, headers=HTMX)


def _fields(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden"(?: form="answer")? name="(\w+)" value="([^"]*)"', html))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(reloading, "EVERY", 0.0)
    database = Database.open(f"sqlite:///{tmp_path / 'workbench.sqlite'}")
    with Lake.open(Settings(home=tmp_path)) as lake:
        made = Office(tmp_path, database, lake.store("small"))
        for text in ("one", "two"):
            put_assignment(made.store, made.project, text, slots=1)
        made.backend.send(waiting_assignments(made.store, made.project))
        yield made
    database.close()


@pytest.mark.slow
def test_an_answer_keeps_the_version_that_stood_beside_it_and_the_lake_every_text(office: Office) -> None:
    old, first = office.project.guideline_version, office.opened()
    new = office.says("Read it three times.")
    sent_on = office.answer(first)
    address = sent_on.headers["hx-redirect"]
    second = office.browser.get(address).text
    assert "Read it three times." in second
    assert "The guideline changed" in second
    assert (first["guideline"], _fields(second)["guideline"]) == (old, new)
    assert office.answer({"at": address.partition("?")[0], **_fields(second)}).status_code == 303
    batch = office.browser.get("/p/small/next").headers["location"]
    office.browser.post(f"{batch}/hand-in", data={"csrf": first["csrf"]}, headers=HTMX)

    assert collect(office.store, office.project, backend=office.backend).annotations == 2
    versions = [version for _, version in office.store.read(ANSWERS).rows()]
    assert sorted(versions) == sorted([old, new])
    kept = dict(office.store.read("SELECT guideline_version, text FROM guidelines").iter_rows())
    assert kept == {old: "Read it twice.", new: "Read it three times."}


def test_a_version_that_nobody_was_shown_is_not_recorded(office: Office) -> None:
    page = office.opened()
    refused = office.answer(page | {"guideline": "0" * 16})
    assert refused.status_code == 409
    assert "never shown" in refused.text
    assert office.answer(page).status_code == 200


def test_a_declaration_that_broke_leaves_what_was_served_and_a_new_one_is_served_beside_it(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    text = (office.folder / "project.yaml").read_text()
    (office.folder / "project.yaml").write_text(text.replace("kind: choice", "kind: chioce"))
    assert "How does it feel?" in office.browser.get(office.opened()["at"]).text
    assert "small cannot be used as it is now" in caplog.text
    labeling = {"backend": "workbench", "overlap": 1}
    write_project(office.settings.projects / "other", labeling=labeling, inbox="other/dt={day}")
    assert office.browser.get("/p/other").status_code == 200
    (office.folder / "project.yaml").write_text(text.replace("How does it feel?", "How does it read?"))
    assert "How does it read?" in office.browser.get(office.opened()["at"]).text
