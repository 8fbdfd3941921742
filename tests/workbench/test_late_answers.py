"""Answers that come after their lease, or after their annotator was paused; on both databases."""

import json
from datetime import timedelta

import pytest

from gt_platform.labeling.messages import Briefing, Standing
from gt_platform.workbench.desk import batches, work
from gt_platform.workbench.desk.showing import Nothing
from gt_platform.workbench.store.errors import WorkError
from tests.workbench.conftest import Opener
from tests.workbench.people import TRUTH, WRONG, Shop, audited, texts


def test_a_late_answer_is_taken_if_nobody_else_has_the_task(opener: Opener) -> None:
    shop = opener(lease_minutes=10)
    asked = shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)
    shop.later(minutes=30)
    assert batches.release_expired(shop.database, now=shop.now) == 1
    shop.answer(ann, task)
    shop.answer(ann, task)
    assert [(one.annotator, one.submitted_at) for one in shop.collected(asked)] == [
        (ann.code, shop.now + timedelta(seconds=3))
    ]
    assert isinstance(shop.next(shop.hire("bob")), Nothing)
    assert audited(shop, "answered late") == [{}]


def test_a_late_answer_is_refused_but_kept_once_somebody_else_has_the_task(opener: Opener) -> None:
    shop = opener(lease_minutes=10)
    asked = shop.send(texts(1))
    ann, bob = shop.hire("ann"), shop.hire("bob")
    task = shop.task(ann)
    shop.later(minutes=30)
    his = shop.task(bob)
    with pytest.raises(WorkError, match="somebody else has it now"):
        shop.answer(ann, task, WRONG, comment="too late")
    assert audited(shop, "was refused an answer to")[0]["answer"] == json.dumps(WRONG)
    with pytest.raises(WorkError, match="time for this task was up"):
        work.task(shop.database, ann, task.task_id, now=shop.now)
    shop.answer(bob, his)
    shop.hand_in(bob, shop.answer_all(bob))
    assert [one.annotator for one in shop.collected(asked)] == [bob.code]


def test_a_late_answer_to_what_one_has_again_belongs_there(opener: Opener) -> None:
    shop = opener(lease_minutes=10)
    asked = shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)
    shop.later(minutes=30)
    batches.release_expired(shop.database, now=shop.now)
    again = shop.task(ann)
    assert again.task_id != task.task_id
    with pytest.raises(WorkError, match="given to you once more"):
        shop.answer(ann, task)
    shop.answer(ann, again)
    shop.hand_in(ann, shop.answer_all(ann))
    assert len(shop.collected(asked)) == 1


def test_a_late_answer_to_a_honeypot_counts_like_any_other(opener: Opener) -> None:
    shop = opener(lease_minutes=10, batch=2, honeypots={"newcomer": 1})
    shop.send(texts(2))
    shop.pool(["pot"])
    ann = shop.hire("ann")
    (task,) = shop.pots(ann)
    shop.later(minutes=30)
    batches.release_expired(shop.database, now=shop.now)
    shop.answer(ann, task, WRONG)
    (checked,) = shop.backend.checked(None)
    assert (checked.annotator, checked.answer) == (ann.code, WRONG)


def test_a_lease_that_nobody_ended_goes_on_with_the_next_sign_of_life(opener: Opener) -> None:
    shop = opener(lease_minutes=10)
    shop.send(texts(2))
    ann = shop.hire("ann")
    task = shop.task(ann)
    shop.later(hours=3)
    shop.answer(ann, task)
    assert shop.task(ann).batch_id == task.batch_id
    assert batches.release_expired(shop.database, now=shop.now) == 0


def test_whoever_was_paused_meanwhile_cannot_answer_any_more(shop: Shop) -> None:
    asked = shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)
    paused = Standing(
        annotator=ann.code,
        state="paused",
        reason="whatever",
        answers=20,
        honeypots=10,
        basis="truth",
        share=0.2,
        low=0.1,
        high=0.3,
        n=10,
    )
    shop.backend.brief(Briefing(standings=(paused,)))
    with pytest.raises(WorkError, match="20% of your answers were right") as refused:
        shop.answer(ann, task)
    assert refused.value.status == 409
    assert shop.collected(asked) == []
    assert audited(shop, "was refused an answer to")[0]["answer"] == json.dumps(TRUTH)
