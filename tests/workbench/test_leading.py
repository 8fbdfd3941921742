"""A lead's page of one annotator: giving work again to somebody paused, and voiding their answers."""

import pytest

from gt_platform.labeling.leading import REINSTATED, VOIDED
from gt_platform.labeling.messages import Briefing, Standing
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import leading
from gt_platform.workbench.desk.showing import Nothing, Task
from gt_platform.workbench.figures.quality import quality
from gt_platform.workbench.store.errors import WorkError
from tests.support.front import Front
from tests.workbench.invariants import violations
from tests.workbench.people import Shop, texts


def paused(shop: Shop, who: Account) -> None:
    standing = Standing(
        annotator=who.code, state="paused", reason="is not above chance", answers=9, honeypots=9,
        basis="truth", share=0.3, low=0.1, high=0.5, n=9,
    )  # fmt: skip
    shop.backend.brief(Briefing(standings=(standing,)))


def test_a_lead_gives_work_again_to_somebody_paused_and_says_why(shop: Shop) -> None:
    ann = shop.hire("ann")
    shop.hire("lea", roles=["lead"])
    shop.send(texts(3))
    paused(shop, ann)
    assert isinstance(shop.next(ann), Nothing)
    front = Front(shop.database, {"sentiment": shop.project})
    lea = front.entered("lea")
    at = f"/p/sentiment/annotators/{ann.code}"
    assert at in lea.get("/p/sentiment/dashboard").text
    assert "is not above chance" in lea.get(at).text
    unsaid = lea.post(f"{at}/reinstate", data={"csrf": front.csrf(lea), "why": " "})
    assert (unsaid.status_code, "say why" in unsaid.text) == (422, True)
    assert lea.post(f"{at}/reinstate", data={"csrf": front.csrf(lea), "why": "<b>talked</b>"}).status_code == 303
    page = lea.get(at).text
    assert "&lt;b&gt;talked&lt;/b&gt;" in page
    assert "Give work again" not in page
    assert isinstance(shop.next(ann), Task)
    again = lea.post(f"{at}/reinstate", data={"csrf": front.csrf(lea), "why": "once more"})
    assert (again.status_code, "ann is not paused" in again.text) == (409, True)
    (entry,) = [one for one in shop.backend.audit(0) if one.did == REINSTATED]
    assert (entry.about, entry.detail) == (ann.code, {"why": "<b>talked</b>"})


def test_a_lead_voids_what_somebody_handed_in(shop: Shop) -> None:
    ann = shop.hire("ann")
    shop.send(texts(4))
    with pytest.raises(WorkError, match="ann has handed in no answer in sentiment"):
        leading.void(shop.database, "lea", "sentiment", ann.code, "left", now=shop.now)
    shop.work_off(ann)
    assert leading.void(shop.database, "lea", "sentiment", ann.code, "left", now=shop.now) == 4
    (entry,) = [one for one in shop.backend.audit(0) if one.did == VOIDED]
    assert (entry.who, entry.about, entry.detail) == ("lea", ann.code, {"why": "left", "answers": 4})


def test_whom_a_lead_pauses_gets_no_work_whatever_briefings_say(shop: Shop) -> None:
    ann, bob = shop.hire("ann"), shop.hire("bob")
    shop.hire("lea", roles=["lead"])
    asked = shop.send(texts(3))
    first = shop.task(ann)
    shop.answer(ann, first)
    at_hand = shop.task(ann)
    front = Front(shop.database, {"sentiment": shop.project})
    lea, at = front.entered("lea"), f"/p/sentiment/annotators/{ann.code}"
    why = {"csrf": front.csrf(lea), "why": "on leave"}
    assert lea.post(f"{at}/pause", data=why).status_code == 303
    assert '<span class="state paused">paused' in lea.get("/p/sentiment/people").text
    assert ("on leave" in (page := lea.get(at).text), ">Pause</button>" in page) == (True, False)
    shop.backend.brief(Briefing())
    told = shop.next(ann)
    assert isinstance(told, Nothing)
    assert (told.reason, "on leave" in told.text) == ("paused", False)
    with pytest.raises(WorkError, match="You get no work here for now"):
        shop.answer(ann, at_hand)
    assert quality(shop.database, ann, "sentiment", now=shop.now).state == "paused"
    assert lea.post(f"{at}/pause", data=why).status_code == 409
    shop.work_off(bob)
    given = {one.assignment_id: one.annotator for one in shop.collected(asked)}
    assert given == {one.assignment_id: (ann if one.input == first.input else bob).code for one in asked}
    assert lea.post(f"{at}/reinstate", data=why).status_code == 303
    shop.send(texts(5))
    assert isinstance(shop.next(ann), Task)
    decided = [one.did for one in shop.backend.audit(0) if one.about == ann.code and one.who != "operator"]
    assert decided == [leading.PAUSED, leading.RESUMED]
    assert violations(shop.database) == []


def test_nobody_is_decided_about_who_is_not_there(shop: Shop) -> None:
    for decide in (leading.pause, leading.reinstate, leading.void):
        with pytest.raises(WorkError, match="there is no such annotator"):
            decide(shop.database, "lea", "sentiment", "ann-0", "why", now=shop.now)
    shop.hire("lea", roles=["lead"])
    lea = Front(shop.database, {"sentiment": shop.project}).entered("lea")
    assert lea.get("/p/sentiment/annotators/ann-0").status_code == 404
