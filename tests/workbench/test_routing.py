"""Who is given what, in which order, and why there is nothing: on both databases."""

from collections import Counter
from typing import Any

import pytest

from gt_platform.labeling.messages import Briefing, Standing
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import routing, work
from gt_platform.workbench.desk.showing import Nothing
from gt_platform.workbench.store.errors import WorkError
from tests.workbench.conftest import Opener
from tests.workbench.people import NOW, Shop, asked_of, everything, texts


def standing(annotator: Account, state: Any, *, reason: str = "", share: float | None = None) -> Standing:
    low, high = (None, None) if share is None else (share - 0.1, share + 0.1)
    return Standing(
        annotator=annotator.code,
        state=state,
        reason=reason,
        answers=20,
        honeypots=10,
        basis="truth",
        share=share,
        low=low,
        high=high,
        n=10 if share is not None else 0,
    )


def test_a_task_shows_what_was_asked_and_no_more(shop: Shop) -> None:
    shop.send(["how lovely"])
    annotator = shop.hire("ann")
    task = shop.task(annotator)
    assert task.input == "how lovely"
    assert (task.position, task.size, task.attempt, task.state) == (1, 1, 1, "open")
    assert (task.draft, task.answer, task.suggestion, task.comment, task.look_again) == (None, None, None, "", False)
    assert (task.lease_until - NOW).total_seconds() == 3600
    assert len(task.task_id) == 32
    assert shop.task(annotator) == task


def test_each_item_is_asked_exactly_as_often_as_wanted_and_never_twice_of_one_person(shop: Shop) -> None:
    asked = shop.send(texts(12), overlap=3)
    people = [shop.hire(name) for name in ("ann", "bob", "cem", "dia")]
    given = {annotator.code: everything(shop, annotator) for annotator in people}
    assert all(len(set(inputs)) == len(inputs) for inputs in given.values())
    assert Counter(text for inputs in given.values() for text in inputs) == dict.fromkeys(texts(12), 3)
    came = shop.collected(asked)
    assert {one.assignment_id for one in came} == {one.assignment_id for one in asked}
    assert len(came) == 36


def test_a_batch_is_as_big_as_declared_and_the_rest_waits(shop: Shop) -> None:
    shop.send(texts(7))
    ann = shop.hire("ann")
    assert routing.waiting(shop.database, ann, "sentiment", now=NOW) == 7
    assert shop.task(ann).size == 5
    assert routing.waiting(shop.database, ann, "sentiment", now=NOW) == 2
    assert shop.task(shop.hire("bob")).size == 2


def test_the_more_urgent_comes_first_and_then_what_has_answers_already(shop: Shop) -> None:
    low, high = texts(6, "low"), texts(2, "high")
    asked = [asked_of(text, slot) for text in low for slot in (1, 2)]
    asked += [asked_of(text, 1, priority=3) for text in high]
    shop.backend.send(asked)
    first = shop.hire("ann")
    opening = [shop.task(first).input]
    batch = work.batch(shop.database, first, "sentiment", now=NOW)
    assert batch is not None
    assert [task.input for task in batch.tasks][:2] == sorted(high, key=[task.input for task in batch.tasks].index)
    assert {str(task.input) for task in batch.tasks[:2]} == set(high)
    begun = [str(task.input) for task in batch.tasks[2:]]
    assert opening[0] in high
    everything(shop, first)
    shop.send([])
    shop.backend.send([*asked, *(asked_of(text) for text in texts(5, "new"))])
    second = everything(shop, shop.hire("bob"))
    assert set(second[:6]) == set(low)
    assert set(begun) <= set(low)
    assert set(second[6:]) == set(texts(5, "new"))


def test_people_begin_at_different_items(shop: Shop) -> None:
    shop.send(texts(400), overlap=12)
    firsts = {shop.task(shop.hire(f"annotator {number}")).input for number in range(12)}
    assert len(firsts) >= 8


def test_only_who_is_able_to_is_asked(shop: Shop) -> None:
    german = [asked_of(text, requires=("language:de",)) for text in texts(2, "de")]
    tax = [asked_of(text, requires=("skill:tax", "language:de")) for text in texts(2, "tax")]
    shop.backend.send([*german, *tax, *(asked_of(text) for text in texts(2, "any"))])
    assert set(everything(shop, shop.hire("tax", abilities=["skill:tax"]))) == set(texts(2, "any"))
    assert set(everything(shop, shop.hire("de", abilities=["language:de"]))) == set(texts(2, "de"))
    assert set(everything(shop, shop.hire("both", abilities=["language:de", "skill:tax", "skill:law"]))) == set(
        texts(2, "tax")
    )


def test_a_days_share_is_kept_and_comes_again_tomorrow(opener: Opener) -> None:
    shop = opener(batch=4)
    shop.send(texts(20))
    annotator = shop.hire("ann", daily_quota=6)
    assert len(everything(shop, annotator)) == 6
    nothing = shop.next(annotator)
    assert isinstance(nothing, Nothing)
    assert nothing.reason == "quota"
    assert "6" in nothing.text
    assert routing.waiting(shop.database, annotator, "sentiment", now=shop.now) == 0
    shop.later(hours=14, minutes=59)
    assert isinstance(shop.next(annotator), Nothing)
    shop.later(minutes=1)
    assert len(everything(shop, annotator)) == 6


def test_an_item_asked_anew_may_be_answered_again_but_once(shop: Shop) -> None:
    first = shop.send(texts(3), overlap=1)
    ann = shop.hire("ann")
    assert len(everything(shop, ann)) == 3
    again = shop.send(texts(3), overlap=2, version="v2")
    assert len(everything(shop, ann)) == 3
    more = [*again, *(asked_of(text, 3, version="v2") for text in texts(3))]
    shop.backend.send(more)
    assert everything(shop, ann) == []
    assert len(everything(shop, shop.hire("bob"))) == 3
    assert len(shop.collected([*first, *more])) == 9


def test_who_is_paused_gets_no_work_and_is_told_why_without_anybody_elses_name(shop: Shop) -> None:
    asked = shop.send(texts(8))
    ann, bob = shop.hire("ann"), shop.hire("bob")
    shop.answer(ann, shop.task(ann))
    shop.task(ann)
    reason = "the same mistakes as ann-12345678"
    shop.backend.brief(Briefing(standings=(standing(ann, "paused", reason=reason, share=0.3),)))
    nothing = shop.next(ann)
    assert isinstance(nothing, Nothing)
    assert nothing.reason == "paused"
    assert nothing.text.startswith("30% of your answers were right where the answer is known (between 20% and 40%")
    assert "ann-" not in nothing.text
    assert len(shop.collected(asked)) == 1
    assert len(everything(shop, bob)) == 7
    shop.backend.brief(Briefing(standings=(standing(ann, "active", share=0.9),)))
    shop.send(texts(9))
    assert everything(shop, ann) == ["text 8"]


def test_work_is_denied_to_whoever_does_not_belong(shop: Shop) -> None:
    shop.send(texts(1))
    stranger = shop.hire("stranger", projects=["another"])
    with pytest.raises(WorkError, match="no work in") as refused:
        shop.next(stranger)
    assert refused.value.status == 403
    with pytest.raises(WorkError, match="there is no project 'another'") as unknown:
        routing.next_task(shop.database, stranger, "another", now=NOW)
    assert unknown.value.status == 404


def test_suggestions_are_shown_only_where_declared_and_looking_at_one_is_kept(opener: Opener) -> None:
    shop = opener(suggestions=True, honeypots={"newcomer": 3, "share": 0.2})
    asked = [asked_of(text, suggestion="neutral") for text in texts(3)]
    shop.backend.send(asked)
    shop.pool(texts(3, "pot"))
    ann = shop.hire("ann")
    first = shop.task(ann)
    assert (first.suggestion, first.size) == ("neutral", 3), "honeypots without a suggestion would stand out"
    work.saw_suggestion(shop.database, ann, first.task_id, now=NOW)
    shop.hand_in(ann, shop.answer_all(ann))
    came = {one.assignment_id: one.suggested for one in shop.collected(asked)}
    assert Counter(came.values()) == {False: 2, True: 1}
    quiet = opener()
    quiet.backend.send([asked_of("new", suggestion="neutral")])
    assert quiet.task(quiet.hire("bob")).suggestion is None
