"""Threads on hard cases: blind until one's own opinion is in, then open, closed by a rule, and erased with the item."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from starlette.testclient import TestClient

from gt_platform.labeling.agenda import HardCase, agenda
from gt_platform.labeling.base import Forgetting
from gt_platform.labeling.intake import keep_audit
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.project.guidelines import Rule
from gt_platform.settings import Settings
from gt_platform.truth import settle
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from gt_platform.workbench.store.tables import discussion
from tests.support.accounts import rows
from tests.support.front import Front
from tests.support.sentiment import item_of
from tests.truth.answered import answer
from tests.workbench.people import Shop

TEXT, OTHER = "great, it broke again", "great, it fell over"
WORDS, MINE = "<b>It is irony</b>", "taken at its word"
CASES = "/p/sentiment/cases"


class House:
    """Two ties; Ann and Bob answered one of them, Zoe none; Lea leads."""

    def __init__(self, shop: Shop, platform: Platform) -> None:
        self.shop, self.platform = shop, platform
        self.store = platform.store(shop.project)
        self.people = {name: shop.hire(name) for name in ("ann", "bob", "zoe")}
        shop.hire("lea", roles=["lead"])
        for text in (TEXT, OTHER):
            answer(self.store, shop.project, text, ["positive", "negative"], slots=2)
        settle(self.store, shop.project)
        self.cases = {str(one.input): one for one in self.agenda(shop.project)}
        self.serve(shop.project)

    def agenda(self, project: Project) -> list[HardCase]:
        return [one for topic in agenda(self.store, project) for one in topic.cases]

    def serve(self, project: Project) -> None:
        self.front = Front(self.shop.database, {"sentiment": project}, platform=self.platform)

    def at(self, text: str = TEXT) -> str:
        return f"{CASES}/{self.cases[text].case_id}"

    def get(self, name: str, at: str) -> str:
        return str(self.front.entered(name).get(at).text)

    def post(self, name: str, at: str, **fields: str) -> Any:
        visitor: TestClient = self.front.entered(name)
        return visitor.post(at, data={"csrf": self.front.csrf(visitor), **fields})

    def answers(self, name: str) -> None:
        """Whatever there is for them."""
        self.shop.hand_in(self.people[name], self.shop.answer_all(self.people[name]))


@contextmanager
def opened(shop: Shop, home: Path) -> Iterator[House]:
    platform = Platform(Settings(home=home))
    yield House(shop, platform)
    platform.close()


@pytest.fixture
def house(shop: Shop, tmp_path: Path) -> Iterator[House]:
    with opened(shop, tmp_path) as made:
        yield made


def test_nobody_sees_others_before_their_own_opinion_is_in(house: House) -> None:
    at = house.at()
    assert house.post("ann", at, text=WORDS).status_code == 303
    seen = house.get("ann", at)
    assert "&lt;b&gt;It is irony&lt;/b&gt;" in seen
    assert WORDS not in seen
    blind = house.get("zoe", at)
    assert not [one for one in ("irony", "What was answered", "ann-", "tie") if one in blind]
    assert "First your own opinion" in blind
    assert not [one for one in ("positive", "tie<") if one in house.get("zoe", CASES)]
    assert house.post("zoe", at, text="  ").status_code == 422
    assert house.post("zoe", at, text=MINE).status_code == 303
    both = house.get("zoe", at)
    assert "irony" in both
    assert MINE in both
    assert ">you<" in both
    assert "ann<" not in both  # a code, no name
    assert "discussed" in house.get("zoe", CASES)
    assert "negative / positive" in house.get("lea", CASES)
    assert "irony" in house.get("lea", at)


def test_the_list_is_filtered_by_what_whoever_asks_may_see(house: House) -> None:
    leads = house.get("lea", f"{CASES}?pair=negative+%2F+positive&q=fell")
    assert "1 case of 2" in leads
    assert house.cases[OTHER].case_id in leads
    assert house.cases[TEXT].case_id not in leads
    assert '<option value="tie">tie (1)' in leads
    assert 'value="fell"' in leads
    code = house.cases[TEXT].annotators[0]
    assert "2 cases" in house.get("lea", f"{CASES}?annotator={code}&page=1")
    assert "No case is like this" in house.get("lea", f"{CASES}?annotator=nobody&state=open")
    blind = house.get("zoe", f"{CASES}?why=tie")
    assert "0 cases of 2" in blind
    assert "2 cases of which you have not said" in blind
    assert code not in house.get("zoe", CASES)
    house.post("zoe", house.at(), text=MINE)
    assert "1 case of 2" in house.get("zoe", f"{CASES}?why=tie")
    assert "1 case of 2" in house.get("zoe", f"{CASES}?state=open")
    assert "2 cases" in house.get("zoe", f"{CASES}?annotator={code}")  # no filter of theirs
    assert "0 cases of 2" in house.get("lea", f"{CASES}?age=older")


def test_what_is_being_asked_is_not_talked_about_and_whoever_answered_sees(house: House) -> None:
    house.shop.send([TEXT], overlap=2)
    house.answers("ann")
    asked = house.get("ann", house.at())
    assert "is being asked" in asked
    assert "What was answered" not in asked
    assert house.post("ann", house.at(), text=MINE).status_code == 409
    house.answers("bob")
    assert "What was answered" in house.get("ann", house.at())
    assert "What was answered" not in house.get("zoe", house.at())
    house.shop.pool([OTHER])
    assert OTHER not in house.get("zoe", CASES)
    assert house.front.entered("zoe").get(house.at(OTHER)).status_code == 404


def test_a_case_is_open_then_discussed_then_resolved_by_a_rule(house: House) -> None:
    project, at = house.shop.project, house.at()
    house.post("ann", at, text=WORDS)
    assert house.post("lea", f"{at}/resolve", rule="irony").status_code == 422
    ruled = project.model_copy(update={"rules": (Rule(id="irony", definition="What is meant counts."),)})
    house.serve(ruled)
    assert house.post("ann", f"{at}/resolve", rule="irony").status_code == 403
    for _ in range(2):
        assert house.post("lea", f"{at}/resolve", rule="irony", why="as we said").status_code == 303
    assert "resolved by rule irony" in house.get("ann", at)
    assert [(row["text"], row["rule"]) for row in rows(house.shop.database, discussion)] == [
        (WORDS, None),
        ("as we said", "irony"),
    ]
    assert all(one.state == "open" for one in house.agenda(ruled))
    keep_audit(house.store, project, house.shop.backend)
    assert {str(one.input): (one.state, one.rule) for one in house.agenda(ruled)} == {
        TEXT: ("resolved", "irony"),
        OTHER: ("open", None),
    }
    assert {str(one.input): one.state for one in house.agenda(project)} == {TEXT: "discussed", OTHER: "open"}
    kept = house.store.read("SELECT detail::VARCHAR AS detail FROM audit")["detail"].to_list()
    assert not [one for one in kept if "irony</b>" in one or "as we said" in one]


def test_it_stays_as_it_was_said_until_its_item_is_erased(house: House) -> None:
    house.post("ann", house.at(), text=WORDS)
    house.post("ann", house.at(OTHER), text=f"as with {TEXT}")
    with pytest.raises((SQLAlchemyError, DatabaseError), match="append-only"):
        change(house.shop.database)
    becomes = "0" * 64
    house.shop.backend.forget(Forgetting(items={item_of(TEXT): becomes}, assignments={}, honeypots={}, texts=[TEXT]))
    with house.shop.database.read() as connection:
        left = connection.execute(select(discussion.c.item_id, discussion.c.text)).all()
    assert [tuple(row) for row in left] == [(becomes, '"[erased]"'), (item_of(OTHER), '"[erased]"')]
    with pytest.raises((SQLAlchemyError, DatabaseError), match="append-only"):
        change(house.shop.database)


def change(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(discussion).values(text="another"))
