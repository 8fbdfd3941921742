"""Whose tasks go to others, and when: leases, and what nobody has opened; on both databases."""

from collections import Counter

import pytest

from gt_platform.workbench.desk import batches, routing, work
from gt_platform.workbench.desk.showing import Draft, Nothing
from gt_platform.workbench.store.errors import WorkError
from tests.workbench.conftest import Opener
from tests.workbench.people import NOW, Shop, asked_of, everything, texts


def test_who_has_the_most_unopened_tasks_gives_half_of_them_but_none_that_was_opened(opener: Opener) -> None:
    shop = opener(batch=6)
    shop.send(texts(9))
    busy, slow, idle = (shop.hire(name) for name in ("busy", "slow", "idle"))
    opened = shop.task(busy)
    assert shop.task(slow).size == 3
    taken = shop.task(idle)
    assert taken.size == 3
    assert shop.task(busy) != opened
    assert shop.task(busy).task_id == opened.task_id
    assert shop.task(busy).size == 3
    assert shop.task(slow).size == 3
    everyone = [everything(shop, annotator) for annotator in (busy, slow, idle)]
    assert sorted(text for inputs in everyone for text in inputs) == sorted(texts(9))


def test_of_two_with_equally_many_the_one_last_active_longer_ago_gives(opener: Opener) -> None:
    shop = opener(batch=4)
    shop.send(texts(8))
    early, late = shop.hire("early"), shop.hire("late")
    shop.task(late)
    shop.later(minutes=5)
    shop.task(early)
    shop.later(minutes=5)
    shop.task(late)
    shop.task(shop.hire("idle"))
    assert (shop.task(early).size, shop.task(late).size) == (2, 4)


def test_nothing_opened_can_be_taken_over(opener: Opener) -> None:
    shop = opener(batch=3)
    shop.send(texts(3))
    holder, idle = shop.hire("holder"), shop.hire("idle")
    size = shop.task(holder).size
    batch = work.batch(shop.database, holder, "sentiment", now=NOW)
    assert batch is not None
    for task in batch.tasks:
        work.task(shop.database, holder, task.task_id, now=NOW)
    nothing = shop.next(idle)
    assert isinstance(nothing, Nothing)
    assert (size, nothing.reason) == (3, "done")


def test_an_absent_persons_tasks_go_to_others_and_their_answers_stay(opener: Opener) -> None:
    shop = opener(batch=3, lease_minutes=10)
    asked = shop.send(texts(3))
    absent, other = shop.hire("absent"), shop.hire("other")
    answered = shop.task(absent)
    shop.answer(absent, answered)
    shop.task(absent)
    shop.later(minutes=10, seconds=1)
    assert len(everything(shop, other)) == 2
    came = shop.collected(asked)
    assert Counter(one.annotator for one in came) == {absent.code: 1, other.code: 2}


def test_a_sign_of_life_keeps_the_lease(opener: Opener) -> None:
    shop = opener(batch=3, lease_minutes=10)
    shop.send(texts(3))
    slow = shop.hire("slow")
    task = shop.task(slow)
    for _ in range(5):
        shop.later(minutes=8)
        work.save_draft(shop.database, slow, task.task_id, {"half": 1}, "hm", now=shop.now)
        assert routing.next_task(shop.database, shop.hire(f"at {shop.now}"), "sentiment", now=shop.now)
    assert shop.task(slow).task_id == task.task_id


def test_what_is_asked_no_more_is_taken_back(shop: Shop) -> None:
    asked = shop.send(texts(4))
    ann = shop.hire("ann")
    first = shop.task(ann)
    shop.answer(ann, first)
    second = shop.task(ann)
    gone = [one for one in asked if one.input not in {first.input, second.input}]
    left = [one for one in asked if one.input == first.input]
    shop.backend.send(left)
    nothing = shop.next(ann)
    assert isinstance(nothing, Nothing)
    assert nothing.batch_id is not None
    with pytest.raises(WorkError, match="taken back"):
        shop.answer(ann, second)
    shop.hand_in(ann, nothing.batch_id)
    assert [one.assignment_id for one in shop.collected(asked)] == [left[0].assignment_id]
    shop.backend.send([*left, *gone])
    assert sorted(everything(shop, ann)) == sorted(str(one.input) for one in gone)


def test_an_answer_in_hand_to_what_is_wanted_again_is_not_asked_twice(shop: Shop) -> None:
    asked = shop.send(texts(1))
    ann = shop.hire("ann")
    shop.answer(ann, shop.task(ann))
    shop.backend.send([])
    shop.backend.send(asked)
    assert isinstance(shop.next(shop.hire("bob")), Nothing)
    shop.hand_in(ann, shop.answer_all(ann))
    assert [one.annotator for one in shop.collected(asked)] == [ann.code]
    shop.backend.send(asked)
    assert isinstance(shop.next(shop.hire("cem")), Nothing)


def test_a_batch_that_was_taken_back_altogether_makes_room_for_the_next(shop: Shop) -> None:
    asked = shop.send(texts(2))
    ann = shop.hire("ann")
    shop.task(ann)
    shop.backend.send([asked_of("new")])
    assert (shop.task(ann).input, shop.task(ann).size) == ("new", 1)
    assert shop.collected(asked) == []


def test_a_draft_comes_back_with_its_item(opener: Opener) -> None:
    shop = opener(lease_minutes=10)
    shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)
    work.save_draft(shop.database, ann, task.task_id, {"typed": "half"}, "not sure", now=shop.now)
    shop.later(minutes=11)
    batches.release_expired(shop.database, now=shop.now)
    again = shop.task(ann)
    assert again.task_id != task.task_id
    assert again.draft == Draft({"typed": "half"}, "not sure")
