"""What a person does with their tasks: nothing typed is lost, doubled or silently changed; on both databases."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gt_platform.workbench.desk import batches, work
from gt_platform.workbench.desk.showing import Draft, Nothing
from gt_platform.workbench.store.errors import WorkError
from tests.workbench.people import NOW, TRUTH, WRONG, Shop, audited, texts


def test_an_answer_is_kept_with_its_comment_and_the_time_it_took(shop: Shop) -> None:
    asked = shop.send(texts(1))
    ann = shop.hire("ann")
    shop.answer(ann, shop.task(ann), comment=" sarcasm? ", seconds=4.5)
    shop.later(minutes=1)
    shop.hand_in(ann, shop.answer_all(ann))
    (came,) = shop.collected(asked)
    assert (came.annotator, came.answer, came.comment, came.seconds) == (ann.code, TRUTH, "sarcasm?", 4.5)
    assert (came.submitted_at, came.suggested, came.remark) == (NOW + timedelta(seconds=4.5), False, None)


def test_the_same_answer_twice_is_one_and_another_one_changes_it(shop: Shop) -> None:
    asked = shop.send(texts(2))
    ann = shop.hire("ann")
    task = shop.task(ann)
    for _ in range(3):
        shop.answer(ann, task, TRUTH, seconds=2)
    shop.later(seconds=2)
    shop.answer(ann, task, WRONG, seconds=3)
    assert audited(shop, "answered") == [{}]
    assert audited(shop, "answered again") == [{"before": TRUTH, "comment_before": ""}]
    shop.hand_in(ann, shop.answer_all(ann))
    came = {one.answer: one.seconds for one in shop.collected(asked)}
    assert came == {WRONG: 5.0, TRUTH: 3.0}


def test_no_answer_took_longer_than_its_task_was_open(shop: Shop) -> None:
    asked = shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)
    work.submit(shop.database, ann, task.task_id, TRUTH, "", seconds=3600, now=NOW + timedelta(seconds=2))
    shop.hand_in(ann, task.batch_id)
    assert [one.seconds for one in shop.collected(asked)] == [2]


def test_after_handing_in_the_answer_stands(shop: Shop) -> None:
    asked = shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)
    shop.answer(ann, task)
    shop.hand_in(ann, shop.answer_all(ann))
    shop.answer(ann, task)
    with pytest.raises(WorkError, match="handed in") as refused:
        shop.answer(ann, task, WRONG)
    assert refused.value.status == 409
    assert [one.answer for one in shop.collected(asked)] == [TRUTH]
    assert audited(shop, "was refused an answer to") == [
        {"answer": json.dumps(WRONG), "comment": "", "why": "this batch was handed in, and its answers stand"}
    ]
    for act in (
        lambda: work.task(shop.database, ann, task.task_id, now=NOW),
        lambda: work.skip(shop.database, ann, task.task_id, "", not_covered=False, now=NOW),
        lambda: work.save_draft(shop.database, ann, task.task_id, 1, "", now=NOW),
    ):
        with pytest.raises(WorkError, match="handed in"):
            act()


def test_somebody_elses_task_is_no_task(shop: Shop) -> None:
    shop.send(texts(2))
    ann, eve = shop.hire("ann"), shop.hire("eve")
    task = shop.task(ann)
    who = shop.database, eve, task.task_id
    refused = []
    for act in (
        lambda: work.task(*who, now=NOW),
        lambda: work.submit(*who, TRUTH, "", seconds=1, now=NOW),
        lambda: work.skip(*who, "", not_covered=False, now=NOW),
        lambda: work.save_draft(*who, 1, "", now=NOW),
        lambda: work.saw_suggestion(*who, now=NOW),
        lambda: work.task(shop.database, eve, "0" * 32, now=NOW),
        lambda: batches.hand_in(shop.database, eve, task.batch_id, now=NOW),
    ):
        with pytest.raises(WorkError) as error:
            act()
        refused.append((error.value.status, str(error.value)))
    assert set(refused) == {(404, "there is no such task"), (404, "there is no such batch")}
    assert shop.task(ann) == task


def test_a_draft_is_shown_again_and_gone_with_the_answer(shop: Shop) -> None:
    shop.send(texts(2))
    ann = shop.hire("ann")
    task = shop.task(ann)
    work.save_draft(shop.database, ann, task.task_id, {"typed": {"label": None}}, "hm", now=NOW)
    assert shop.task(ann).draft == Draft({"typed": {"label": None}}, "hm")
    shop.answer(ann, task, comment="sure")
    again = work.task(shop.database, ann, task.task_id, now=NOW)
    assert (again.draft, again.answer, again.comment, again.state) == (None, TRUTH, "sure", "answered")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(answer=JSON, comment=st.text())
@pytest.mark.slow
def test_any_text_comes_back_as_it_was_or_is_refused(shop: Shop, answer: Any, comment: str) -> None:
    name = f"person {len(shop.did())}"
    shop.send(texts(1), version=name)
    ann = shop.hire(name)
    task = shop.task(ann)
    if "\0" in comment or _halves(answer) or _halves(comment):
        with pytest.raises(WorkError, match=r"half of a character|cannot be kept"):
            work.save_draft(shop.database, ann, task.task_id, answer, comment, now=NOW)
        assert shop.task(ann).draft is None
    else:
        work.save_draft(shop.database, ann, task.task_id, answer, comment, now=NOW)
        assert shop.task(ann).draft == Draft(answer, comment)


def _halves(value: Any) -> bool:
    return any(0xD800 <= ord(character) < 0xE000 for character in json.dumps(value, ensure_ascii=False))


@pytest.mark.parametrize("answer", [float("nan"), float("inf"), {1, 2}, "\ud800"])
def test_what_is_no_json_is_refused(shop: Shop, answer: Any) -> None:
    shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)
    with pytest.raises(WorkError) as refused:
        shop.answer(ann, task, answer)
    assert refused.value.status == 422


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_impossible_times_are_refused(shop: Shop, seconds: float) -> None:
    shop.send(texts(1))
    ann = shop.hire("ann")
    with pytest.raises(WorkError, match="0 seconds or more"):
        shop.answer(ann, shop.task(ann), seconds=seconds)


def test_endless_comments_are_refused(shop: Shop) -> None:
    shop.send(texts(1))
    ann = shop.hire("ann")
    with pytest.raises(WorkError, match="20001 characters; 20000 is the most"):
        shop.answer(ann, shop.task(ann), comment="x" * 20_001)


def test_what_is_skipped_goes_to_somebody_else_and_never_comes_back(shop: Shop) -> None:
    asked = shop.send(texts(1))
    ann, bob = shop.hire("ann"), shop.hire("bob")
    task = shop.task(ann)
    for _ in range(2):
        work.skip(shop.database, ann, task.task_id, "Swiss German", not_covered=True, now=NOW)
    (detail,) = audited(shop, "skipped")
    assert (detail["why"], detail["not_covered"], detail["before"]) == ("Swiss German", True, None)
    nothing = shop.next(ann)
    assert isinstance(nothing, Nothing)
    assert nothing.batch_id is not None
    assert shop.hand_in(ann, nothing.batch_id).accepted
    assert isinstance(shop.next(ann), Nothing)
    for late in (shop.answer, lambda *who: work.task(shop.database, who[0], task.task_id, now=NOW)):
        with pytest.raises(WorkError, match="you skipped this task"):
            late(ann, task)
    shop.work_off(bob)
    assert [one.annotator for one in shop.collected(asked)] == [bob.code]


def test_what_was_skipped_can_be_answered_after_all_until_somebody_has_it(shop: Shop) -> None:
    asked = shop.send(texts(2))
    ann, bob = shop.hire("ann"), shop.hire("bob")
    tasks = shop.held(ann)
    for task in tasks:
        work.skip(shop.database, ann, task.task_id, "cannot tell", not_covered=False, now=NOW)
    again = work.task(shop.database, ann, tasks[0].task_id, now=NOW)
    assert (again.state, again.why) == ("skipped", "cannot tell")
    work.save_draft(shop.database, ann, again.task_id, "so far", "", now=NOW)
    shop.answer(ann, again)
    taken = shop.task(bob)
    assert taken.input == tasks[1].input
    with pytest.raises(WorkError, match="by now somebody else has it"):
        shop.answer(ann, tasks[1], comment="kept all the same")
    assert audited(shop, "was refused an answer to")[0]["comment"] == "kept all the same"
    shop.work_off(bob, WRONG)
    shop.hand_in(ann, again.batch_id)
    assert {one.annotator: one.answer for one in shop.collected(asked)} == {ann.code: TRUTH, bob.code: WRONG}


def test_an_answer_that_was_not_seen_is_replaced_only_by_one_sent_again(shop: Shop) -> None:
    shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)

    def send(answer: str, after: str) -> None:
        work.submit(shop.database, ann, task.task_id, answer, "", seconds=1, after=after, now=shop.now)

    send(TRUTH, "")
    shop.later(seconds=1)
    send(TRUTH, "")
    with pytest.raises(work.AnsweredMeanwhileError, match="in another window"):
        send(WRONG, "")
    assert work.task(shop.database, ann, task.task_id, now=NOW).answer == TRUTH
    send(WRONG, work.task(shop.database, ann, task.task_id, now=NOW).stamp)
    assert (audited(shop, "answered"), len(audited(shop, "answered again"))) == ([{}], 1)


def test_undo_opens_the_last_answer_again_as_a_draft(shop: Shop) -> None:
    shop.send(texts(3))
    ann = shop.hire("ann")
    assert work.undo(shop.database, ann, "sentiment", now=NOW) is None
    first = shop.task(ann)
    shop.answer(ann, first, WRONG, comment="first")
    second = shop.task(ann)
    shop.later(seconds=1)
    shop.answer(ann, second)
    third = shop.task(ann)
    undone = [work.undo(shop.database, ann, "sentiment", now=shop.now) for _ in range(3)]
    assert [task and (task.task_id, task.state, task.answer, task.draft) for task in undone] == [
        (second.task_id, "open", None, Draft(TRUTH, "")),
        (first.task_id, "open", None, Draft(WRONG, "first")),
        None,
    ]
    assert shop.task(ann).task_id == first.task_id
    again = work.undo(shop.database, ann, "sentiment", last=second.task_id, now=shop.now)
    assert again
    assert (again.task_id, again.draft) == (second.task_id, Draft(TRUTH, ""))
    assert audited(shop, "undid the answer to") == [{"before": json.dumps(TRUTH)}, {"before": json.dumps(WRONG)}]
    assert third.position == 3
