"""Handing in: what is accepted, what is sent back with which hints, and what the platform then gets."""

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import batches, work
from gt_platform.workbench.desk.batches import BatchResult, hinted
from gt_platform.workbench.desk.showing import Nothing, Task
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import honeypots
from tests.workbench.conftest import Opener
from tests.workbench.people import NOW, TRUTH, WRONG, Shop, asked_of, texts

POTS = {"newcomer": 4, "share": 0.0, "at_least": 0.75, "attempts": 3}


@pytest.fixture
def checked(opener: Opener) -> Shop:
    """A shop whose newcomers get four honeypots in a batch, of which they may miss one; there are three attempts."""
    shop = opener(batch=10, honeypots=POTS)
    shop.send(texts(6))
    shop.pool(texts(10, "pot"))
    return shop


def fill(shop: Shop, person: Account, wrong: set[int]) -> str:
    """Answer every task of a batch, the honeypots of these numbers wrongly, and return its id."""
    positions = missed(shop, person, wrong)
    while isinstance(task := shop.next(person), Task):
        shop.answer(person, task, WRONG if task.position in positions else TRUTH)
    assert task.batch_id is not None
    return task.batch_id


def missed(shop: Shop, person: Account, wrong: set[int]) -> set[int]:
    """The positions of the first, second, … honeypot."""
    return {pot.position for number, pot in enumerate(shop.pots(person), 1) if number in wrong}


def test_a_batch_with_enough_right_honeypots_is_accepted(checked: Shop) -> None:
    ann = checked.hire("ann")
    asked = [asked_of(text) for text in texts(6)]
    batch_id = fill(checked, ann, {2})
    assert checked.collected(asked) == []
    result = checked.hand_in(ann, batch_id)
    assert (result.accepted, result.attempt, result.attempts_left, result.look_again) == (True, 1, 0, ())
    assert {one.remark for one in checked.collected(asked)} == {None}
    assert len(checked.collected(asked)) == 6
    assert checked.hand_in(ann, batch_id) == result


def test_one_without_honeypots_is_accepted(opener: Opener) -> None:
    shop = opener(honeypots=POTS)
    asked = shop.send(texts(3))
    ann = shop.hire("ann")
    assert shop.hand_in(ann, fill(shop, ann, {1, 2, 3})).accepted
    assert len(shop.collected(asked)) == 3


def test_too_many_wrong_ones_send_it_back_with_a_hint_that_hides_them(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = fill(checked, ann, {1, 2})
    result = checked.hand_in(ann, batch_id)
    assert (result.accepted, result.attempt, result.attempts_left) == (False, 1, 2)
    assert missed(checked, ann, {1, 2}) < set(result.look_again)
    assert len(result.look_again) == 4
    assert TRUTH not in result.text
    assert "2 more times" in result.text
    assert checked.collected([asked_of(text) for text in texts(6)]) == []
    batch = work.batch(checked.database, ann, "sentiment", now=NOW)
    assert batch is not None
    assert tuple(task.position for task in batch.tasks if task.look_again) == result.look_again
    assert (batch.attempt, batch.attempts_left) == (2, 2)


def test_handing_in_again_without_looking_costs_no_attempt(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = fill(checked, ann, {1, 2})
    results = {checked.hand_in(ann, batch_id) for _ in range(5)}
    assert len(results) == 1


def test_what_was_sent_back_is_gone_through_again_in_order(checked: Shop) -> None:
    ann = checked.hire("ann")
    result = checked.hand_in(ann, fill(checked, ann, {1, 2}))
    wrong, seen = missed(checked, ann, {1, 2}), []
    while isinstance(task := checked.next(ann), Task):
        seen.append(task.position)
        assert (task.look_again, task.attempt, task.answer) == (True, 2, WRONG if task.position in wrong else TRUTH)
        checked.answer(ann, task, TRUTH)
    assert tuple(seen) == result.look_again
    assert isinstance(task, Nothing)
    assert task.batch_id is not None
    final = checked.hand_in(ann, task.batch_id)
    assert (final.accepted, final.attempt) == (True, 2)
    assert {one.remark for one in checked.collected([asked_of(text) for text in texts(6)])} == {None}


def test_only_first_answers_to_honeypots_count(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = fill(checked, ann, {1, 2})
    checked.hand_in(ann, batch_id)
    first = sorted((one.assignment_id, one.answer) for one in checked.backend.checked(None))
    assert [answer for _, answer in first].count(WRONG) == 2
    fill(checked, ann, set())
    assert checked.hand_in(ann, batch_id).accepted
    assert sorted((one.assignment_id, one.answer) for one in checked.backend.checked(None)) == first


def test_hints_never_shrink_and_a_new_mistake_is_hidden_too(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = fill(checked, ann, {1, 2})
    first = set(checked.hand_in(ann, batch_id).look_again)
    one, *others = checked.pots(ann)
    checked.answer(ann, one, TRUTH)
    for task in others:
        checked.answer(ann, task, WRONG)
    second = set(checked.hand_in(ann, batch_id).look_again)
    new = {
        task.position for task in others[1:]
    } - first  # those the first hint did not happen to hold among its other ones
    assert first | new <= second
    assert len(second - first - new) == len(new)


def test_used_up_attempts_hand_everything_in_with_a_remark(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = fill(checked, ann, {1, 2, 3})
    for _ in range(2):
        checked.hand_in(ann, batch_id)
        fill(checked, ann, {1, 2, 3})
    result = checked.hand_in(ann, batch_id)
    assert (result.accepted, result.attempt, result.attempts_left, result.look_again) == (False, 3, 0, ())
    came = checked.collected([asked_of(text) for text in texts(6)])
    assert [one.remark for one in came] == ["failed the honeypots of its batch"] * 6
    assert checked.hand_in(ann, batch_id) == result


def test_nothing_is_handed_in_before_everything_is_answered_or_skipped(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = ""
    while isinstance(task := checked.next(ann), Task) and task.position < 9:
        checked.answer(ann, task)
        batch_id = task.batch_id
    with pytest.raises(WorkError, match="answer or skip tasks 9 and 10 first") as refused:
        checked.hand_in(ann, batch_id)
    assert refused.value.status == 409


def test_a_batch_that_was_skipped_altogether_can_be_handed_in(checked: Shop) -> None:
    ann = checked.hire("ann")
    asked = [asked_of(text) for text in texts(6)]
    batch_id = ""
    while isinstance(task := checked.next(ann), Task):
        work.skip(checked.database, ann, task.task_id, "no", not_covered=False, now=NOW)
        batch_id = task.batch_id
    assert checked.hand_in(ann, batch_id).accepted
    assert checked.collected(asked) == []
    assert list(checked.backend.checked(None)) == []
    checked.work_off(checked.hire("bob"))
    assert len(checked.collected(asked)) == 6


def test_skipping_what_was_wrong_does_not_make_it_right(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = fill(checked, ann, {1, 2})
    checked.hand_in(ann, batch_id)
    for pot in checked.pots(ann)[:2]:
        work.skip(checked.database, ann, pot.task_id, "", not_covered=False, now=NOW)
    assert not checked.hand_in(ann, batch_id).accepted


def test_answers_of_an_expired_batch_are_handed_in_with_the_remark_they_deserve(checked: Shop) -> None:
    ann, bob = checked.hire("ann"), checked.hire("bob")
    asked = [asked_of(text) for text in texts(6)]
    given = 0
    for person, wrong in ((ann, set[int]()), (bob, {1, 2, 3})):
        pots, bad = checked.pots(person), missed(checked, person, wrong)
        for task in [*pots, *[task for task in checked.held(person) if task not in pots][:2]]:
            checked.answer(person, task, WRONG if task.position in bad else TRUTH)
        given += len(pots)
    checked.later(hours=2)
    assert batches.release_expired(checked.database, now=checked.now) == 2
    remarks = {(one.annotator, one.remark) for one in checked.collected(asked)}
    assert remarks == {(ann.code, None), (bob.code, "failed the honeypots of its batch")}
    assert len(list(checked.backend.checked(None))) == given > 4


def test_honeypots_of_an_older_schema_judge_nobody(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = fill(checked, ann, {1, 2, 3, 4})
    with checked.database.write() as connection:
        connection.execute(update(honeypots).values(truth='"a label of old"'))
    assert checked.hand_in(ann, batch_id).accepted


def test_a_retired_honeypot_is_still_judged(checked: Shop) -> None:
    ann = checked.hire("ann")
    batch_id = fill(checked, ann, {1, 2, 3, 4})
    checked.pool([])
    assert not checked.hand_in(ann, batch_id).accepted


@dataclass
class Answered:
    """A row as the hints read it."""

    task_id: str
    state: str
    look_again: bool


@given(st.data())
def test_hints_hold_every_wrong_one_among_at_least_as_many_others(data: st.DataObject) -> None:
    states = data.draw(st.lists(st.sampled_from(["answered", "answered", "skipped"]), min_size=1, max_size=30))
    hinted_before: set[str] = set()
    chance = Random(data.draw(st.integers()))
    for _ in range(3):
        rows: Any = [Answered(str(at), state, look_again=str(at) in hinted_before) for at, state in enumerate(states)]
        able = [row.task_id for row in rows if row.state == "answered"]
        wrong = data.draw(st.lists(st.sampled_from(able), unique=True)) if able else []
        new = hinted(rows, wrong, chance)
        assert set(wrong) <= hinted_before | set(new)
        assert not hinted_before & set(new)
        fresh = set(wrong) - hinted_before
        others = set(able) - hinted_before - set(wrong)
        assert len(set(new) - fresh) >= min(len(fresh), len(others))
        assert bool(new) == bool(fresh)
        hinted_before |= set(new)


def test_a_result_says_nothing_of_how_many_were_wrong(checked: Shop) -> None:
    ann = checked.hire("ann")
    result = checked.hand_in(ann, fill(checked, ann, {1, 2}))
    assert set(BatchResult.__dataclass_fields__) == {
        "batch_id", "accepted", "attempt", "attempts_left", "look_again", "text",
    }  # fmt: skip
    assert result.text.count("2") == result.text.count("2 more times") + sum("2" in str(at) for at in result.look_again)


def test_one_mistake_after_good_batches_sends_nothing_back_and_a_second_one_does(opener: Opener) -> None:
    shop = opener(batch=2, honeypots={"newcomer": 0, "share": 0.5, "at_least": 0.8, "attempts": 2})
    shop.pool(texts(30, "pot"))
    ann = shop.hire("ann")
    seen: list[bool] = []
    for mistake in (False, False, False, False, True, False, True):
        shop.send(texts(1, f"text {len(seen)} "))
        task = shop.task(ann)
        while not _is_pot(task):
            shop.answer(ann, task)
            task = shop.task(ann)
        shop.answer(ann, task, WRONG if mistake else TRUTH)
        seen.append(shop.hand_in(ann, shop.answer_all(ann)).accepted)
        shop.later(minutes=1)
    assert seen == [True] * 6 + [False]


def _is_pot(task: Task) -> bool:
    return str(task.input).startswith("pot")
