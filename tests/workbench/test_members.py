"""A lead's people: inviting somebody by a link, saying what they do, and whom a lead may not touch."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from gt_platform.workbench.accounts import invitations, people
from gt_platform.workbench.accounts.invitations import InvitationError
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk.showing import Nothing, Task
from gt_platform.workbench.store.account_tables import accounts
from gt_platform.workbench.store.account_tables import invitations as kept
from tests.support.accounts import NEW_PASSWORD, PASSWORD, add, entries, rows
from tests.support.front import Front, csrf_in, project
from tests.workbench.invariants import violations
from tests.workbench.people import Shop, texts

PEOPLE = "/p/sentiment/people"
HERE = {"role.annotator": "on", "project.sentiment": "on"}


class House:
    """A project led by Lea, who leads no other, beside one that is led by somebody else."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        shop.hire("lea", roles=["lead"], projects=["sentiment"])
        self.front = Front(shop.database, {"sentiment": shop.project, "other": project(folder, name="other")})
        self.lea = self.front.entered("lea")

    def post(self, at: str, **fields: Any) -> Any:
        """What Lea gets for a form of hers."""
        return self.lea.post(at, data={"csrf": self.front.csrf(self.lea), **fields})

    def known(self, name: str) -> Account:
        with self.shop.database.read() as connection:
            found = people.find_account(connection, name)
        assert found is not None
        return found

    def join(self, link: str, password: str = PASSWORD) -> tuple[TestClient, Any]:
        """Somebody who chooses a password behind a link, and what they get."""
        visitor = self.front.visitor()
        form = {"csrf": csrf_in(visitor.get(link).text), "password": password, "again": password}
        return visitor, visitor.post(link, data=form)


@pytest.fixture
def house(shop: Shop, tmp_path: Path) -> House:
    return House(shop, tmp_path)


def link_in(page: str) -> str:
    found = re.search(r"http://[^<]+(/join/[\w-]{43})<", page)
    assert found is not None, page
    return found[1]


def test_who_is_invited_chooses_a_password_and_begins(house: House) -> None:
    page = house.post(PEOPLE, name="Ann", languages="de, en", skills="tax", quota="40", **HERE)
    link = link_in(page.text)
    ann = house.known("ann")
    assert (ann.roles, ann.projects, ann.daily_quota) == (frozenset({"annotator"}), frozenset({"sentiment"}), 40)
    assert ann.abilities == {"language:de", "language:en", "skill:tax"}
    assert ("invited" in house.lea.get(PEOPLE).text, link in house.lea.get(f"{PEOPLE}/{ann.code}").text) == (
        True,
        False,
    )
    assert link.rpartition("/")[2] not in {row["token"] for row in rows(house.shop.database, kept)}
    weak = house.join(link, "Ann")[1]
    assert (weak.status_code, "at least 12" in weak.text) == (422, True)
    visitor, entered = house.join(link)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert visitor.get("/").headers["location"] == "/p/sentiment"
    assert "works here</span>" in house.lea.get(PEOPLE).text
    assert house.front.visitor().get(link).status_code == 404
    house.front.signed_in("ann")
    by_lea = [one.did for one in entries(house.shop.database) if one.who == house.known("lea").code]
    assert by_lea == ["added", "made a link for"]


def test_a_link_is_over_after_a_week_another_link_another_password_or_a_disabling(house: House) -> None:
    database, shop = house.shop.database, house.shop
    ann = shop.hire("ann", projects=["sentiment"])

    def made() -> str:
        with database.write() as connection:
            return invitations.invite(connection, ann, now=shop.now)

    def lets_in(token: str, **later: float) -> bool:
        with database.read() as connection:
            try:
                return invitations.invited(connection, token, now=shop.now + timedelta(**later)) == ann
            except InvitationError:
                return False

    first = made()
    assert (lets_in(first, days=6), lets_in(first, days=7), lets_in(first + "x")) == (True, False, False)
    second = made()
    assert (lets_in(first), lets_in(second)) == (False, True)
    with database.write() as connection:
        people.set_hash(connection, ann, people.hash_password(NEW_PASSWORD, "ann"))
    assert not lets_in(second)
    third = made()
    for active in (False, True):
        with database.write() as connection:
            people.set_active(connection, ann, active)
        assert not lets_in(third)


def test_a_lost_password_is_replaced_and_every_session_of_it_ends(house: House) -> None:
    ann = add(house.shop.database, "ann", projects=["sentiment"])
    before = house.front.entered("ann")
    link = link_in(house.post(f"{PEOPLE}/{ann.code}/link").text)
    assert before.get("/account").status_code == 200
    assert house.join(link, NEW_PASSWORD)[1].status_code == 303
    assert before.get("/account").status_code == 303
    house.front.signed_in("ann", NEW_PASSWORD)


def test_whoever_leaves_a_project_hands_in_what_they_answered_and_may_come_back(house: House) -> None:
    shop = house.shop
    ann = shop.hire("ann", projects=["sentiment", "gone"], abilities=["skill:tax"])
    with shop.database.write() as connection:  # Lea leads a project, too, that is not served here any more
        people.set_work(connection, house.known("lea"), abilities=(), daily_quota=None, projects=["sentiment", "gone"])
    asked = shop.send(texts(3))
    shop.answer(ann, shop.task(ann))
    at = f"{PEOPLE}/{ann.code}"
    assert house.post(at, **{"role.annotator": "on"}).status_code == 303
    left = house.known("ann")
    assert (left.projects, len(left.abilities)) == (frozenset({"gone"}), 0)
    assert len(shop.collected(asked)) == 1
    assert "works here no more" in house.lea.get(PEOPLE).text
    bob = shop.hire("bob")
    assert isinstance(shop.task(bob), Task)
    assert house.post(at, **HERE).status_code == 303
    assert house.known("ann").projects == frozenset({"sentiment", "gone"})
    assert not isinstance(shop.next(house.known("ann")), Nothing)
    assert violations(shop.database) == []


REFUSED: list[tuple[dict[str, str], int, str]] = [
    ({"role.lead": "on"}, 422, "a lead makes annotators and reviewers"),
    ({"role.annotator": ""}, 422, "whoever is invited here works in sentiment"),
    ({**HERE, "project.other": "on"}, 403, "you lead not all of these projects"),
    ({**HERE, "project.all": "on"}, 403, "you lead not all of these projects"),
    ({**HERE, "project.tax": "on"}, 422, "there is no project &#39;tax&#39; here"),
    ({**HERE, "languages": "<b>"}, 422, "is no ability"),
    ({**HERE, "quota": "-1"}, 422, "a whole number"),
    ({**HERE, "quota": "0"}, 422, "a daily quota is at least 1"),
    ({**HERE, "name": "LEA"}, 422, "there is somebody named"),
]
OUT_OF_REACH: list[tuple[dict[str, Any], int]] = [
    ({"roles": ["annotator", "lead"], "projects": ["sentiment"]}, 403),
    ({"projects": ["sentiment", "other"]}, 403),
    ({"projects": None}, 403),
    ({"projects": ["other"]}, 404),
    ({"projects": []}, 404),
    ({"roles": ["service"], "projects": ["sentiment"]}, 404),
]


def test_an_invitation_that_cannot_be_keeps_what_was_typed(house: House) -> None:
    for fields, status, says in REFUSED:
        answer = house.post(PEOPLE, **{"name": "<i>Ann", **fields})
        assert (answer.status_code, says in answer.text) == (status, True), fields
        assert ("<i>" in answer.text, 'value="' in answer.text) == (False, True)
    assert len(rows(house.shop.database, accounts)) == 1


def test_a_lead_changes_nobody_who_is_not_theirs_alone(house: House) -> None:
    somebody = [house.shop.hire(f"no. {at}", **facts) for at, (facts, _) in enumerate(OUT_OF_REACH)]
    before = rows(house.shop.database, accounts)
    for one, (facts, status) in zip(somebody, OUT_OF_REACH, strict=True):
        at = f"{PEOPLE}/{one.code}"
        assert [house.post(at, **HERE).status_code, house.post(f"{at}/link").status_code] == [status, status], facts
        assert ">Change</button>" not in house.lea.get(at).text
    assert (rows(house.shop.database, accounts), rows(house.shop.database, kept)) == (before, [])
