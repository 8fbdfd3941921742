"""Who is given what, in which order, and why there is nothing: on both databases."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from gt_platform.labeling.messages import Briefing, Standing
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import batches, routing, work
from gt_platform.workbench.desk.showing import Draft, Nothing, Task
from gt_platform.workbench.store.errors import WorkError
from tests.workbench.conftest import Opener
from tests.workbench.people import NOW, Shop, asked_of, honeypot, texts, until_nothing


def everything(shop: Shop, person: Account) -> list[str]:
    """The inputs a person is given until there is nothing left, in order."""
    found = []
    for _ in range(100):
        found += [str(task.input) for task in until_nothing(shop, person)]
        nothing = shop.next(person)
        assert isinstance(nothing, Nothing)
        if nothing.batch_id is None:
            return found
        shop.hand_in(person, nothing.batch_id)
    raise AssertionError("work never ends")


def standing(person: Account, state: Any, *, reason: str = "", share: float | None = None) -> Standing:
    low, high = (None, None) if share is None else (share - 0.1, share + 0.1)
    return Standing(
        annotator=person.code,
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
    person = shop.hire("ann")
    task = shop.task(person)
    assert task.input == "how lovely"
    assert (task.position, task.size, task.attempt, task.state) == (1, 1, 1, "open")
    assert (task.draft, task.answer, task.suggestion, task.comment, task.look_again) == (None, None, None, "", False)
    assert (task.lease_until - NOW).total_seconds() == 3600
    assert len(task.task_id) == 32
    assert shop.task(person) == task


def test_each_item_is_asked_exactly_as_often_as_wanted_and_never_twice_of_one_person(shop: Shop) -> None:
    asked = shop.send(texts(12), overlap=3)
    people = [shop.hire(name) for name in ("ann", "bob", "cem", "dia")]
    given = {person.code: everything(shop, person) for person in people}
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
    firsts = {shop.task(shop.hire(f"person {number}")).input for number in range(12)}
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
    person = shop.hire("ann", daily_quota=6)
    assert len(everything(shop, person)) == 6
    nothing = shop.next(person)
    assert isinstance(nothing, Nothing)
    assert nothing.reason == "quota"
    assert "6" in nothing.text
    assert routing.waiting(shop.database, person, "sentiment", now=shop.now) == 0
    shop.later(hours=14, minutes=59)
    assert isinstance(shop.next(person), Nothing)
    shop.later(minutes=1)
    assert len(everything(shop, person)) == 6


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
    everyone = [everything(shop, person) for person in (busy, slow, idle)]
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


def test_a_newcomers_first_tasks_are_honeypots(opener: Opener) -> None:
    shop = opener(batch=4, honeypots={"newcomer": 6, "share": 0.0})
    shop.send(texts(20))
    shop.pool(texts(10, "pot"))
    person = shop.hire("ann")
    given = everything(shop, person)
    assert all(text.startswith("pot") for text in given[:6])
    assert not any(text.startswith("pot") for text in given[6:])
    assert len(set(given)) == 26


def test_about_the_declared_share_is_honeypots_at_places_nobody_can_foresee(opener: Opener) -> None:
    shop = opener(batch=10, honeypots={"newcomer": 0, "share": 0.15})
    shop.send(texts(850))
    shop.pool(texts(400, "pot"))
    chance = Random(7)
    person, places, counts = shop.hire("ann"), Counter[int](), []
    for _ in range(60):
        shop.next(person, chance=chance)
        batch = work.batch(shop.database, person, "sentiment", now=NOW)
        assert batch is not None
        pots = [task.position for task in batch.tasks if str(task.input).startswith("pot")]
        counts.append(len(pots))
        places.update(pots)
        shop.hand_in(person, shop.answer_all(person))
    assert set(counts) == {1, 2}
    assert 75 <= sum(counts) <= 105
    assert set(places) == set(range(1, 11))
    assert max(places.values()) < 25


def test_a_pool_that_is_used_up_gives_none(opener: Opener) -> None:
    shop = opener(batch=5, honeypots={"newcomer": 5, "share": 0.5})
    shop.send(texts(12))
    shop.pool(texts(3, "pot"))
    given = everything(shop, shop.hire("ann"))
    assert sorted(given) == sorted([*texts(12), *texts(3, "pot")])
    shop.pool([])
    assert everything(shop, shop.hire("bob")) == []


def test_nobody_is_given_honeypots_alone_when_there_is_no_work(opener: Opener) -> None:
    shop = opener(honeypots={})
    shop.pool(texts(10, "pot"))
    assert isinstance(shop.next(shop.hire("ann")), Nothing)


def test_honeypots_are_balanced_over_strata_and_the_least_shown_come_first(opener: Opener) -> None:
    shop = opener(batch=10, honeypots={"newcomer": 10, "share": 0.0})
    shop.send(texts(30))
    pots = [honeypot(text, stratum="many", exposures=7) for text in texts(20, "many")]
    pots += [honeypot(text, stratum="few") for text in texts(4, "few")]
    pots += [honeypot(text, stratum="fresh", exposures=number) for number, text in enumerate(texts(6, "fresh"))]
    shop.backend.brief(Briefing(honeypots=tuple(pots)))
    given = everything(shop, shop.hire("ann"))[:10]
    assert Counter(text.split()[0] for text in given) in [
        {"many": 4, "few": 3, "fresh": 3},
        {"many": 3, "few": 4, "fresh": 3},
        {"many": 3, "few": 3, "fresh": 4},
    ]
    fresh = sorted(int(text.split()[1]) for text in given if text.startswith("fresh"))
    assert fresh == list(range(len(fresh)))


def test_a_honeypot_is_never_an_item_the_person_had_nor_the_other_way_round(opener: Opener) -> None:
    shop = opener(batch=4, honeypots={"newcomer": 0, "share": 0.4})
    shop.send(texts(4))
    ann, bob = shop.hire("ann"), shop.hire("bob")
    assert sorted(everything(shop, ann)) == texts(4)
    shop.pool(texts(4))
    shop.send(texts(30, "more"), overlap=2)
    assert sorted(everything(shop, ann)) == sorted(texts(30, "more"))
    seen = [text for text in everything(shop, bob) if text in texts(4)]
    assert sorted(seen) == texts(4)
    shop.send([*texts(4)], version="v2")
    assert everything(shop, bob) == []


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


def test_a_honeypot_looks_like_any_other_task(opener: Opener) -> None:
    shop = opener(batch=40, honeypots={"newcomer": 0, "share": 0.5})
    shop.send(texts(60))
    shop.pool(texts(40))
    shop.pool(texts(40, "pot"))
    ann = shop.hire("ann")
    shop.next(ann, chance=Random(3))
    batch = work.batch(shop.database, ann, "sentiment", now=NOW)
    assert batch is not None
    kinds: dict[bool, list[Task]] = defaultdict(list)
    for task in batch.tasks:
        kinds[str(task.input).startswith("pot")].append(task)
    assert {len(found) for found in kinds.values()} == {20}
    assert {_shape(task) for task in kinds[True]} == {_shape(task) for task in kinds[False]}
    positions = [task.position for task in kinds[True]]
    assert any(after - before > 1 for before, after in pairwise(positions))


def _shape(task: Task) -> tuple[Any, ...]:
    facts = vars(task) | {"task_id": len(task.task_id), "input": type(task.input), "position": 0}
    return tuple(sorted((name, str(value)) for name, value in facts.items()))


def test_both_kinds_of_task_take_the_same_statements(opener: Opener) -> None:
    """The same work in the store, so that no clock can tell one from the other."""
    shop = opener(batch=20, honeypots={"newcomer": 0, "share": 0.5})
    shop.send(texts(30), overlap=2)
    shop.pool(texts(20, "pot"))
    ann = shop.hire("ann")
    shop.answer(ann, shop.task(ann))
    said: list[str] = []
    event.listen(shop.database.engine, "before_cursor_execute", lambda *of: said.append(of[2]))
    seen: dict[bool, set[tuple[str, ...]]] = defaultdict(set)
    while isinstance(task := shop.next(ann), Task):
        shop.answer(ann, task)
        seen[str(task.input).startswith("pot")].add(tuple(said))
        said.clear()
    assert len(seen[True]) == 1
    assert seen[True] == seen[False]


class PotsLast(Random):
    """Chance that puts the honeypots at the end."""

    def sample(self, population: Any, k: int, **_: Any) -> list[Any]:
        """The last ones."""
        return list(population)[len(population) - k :]


def test_whoever_loses_all_questions_loses_the_honeypots_too(opener: Opener) -> None:
    """What is left in a batch when all the rest was taken over would be known for what it is."""
    shop = opener(batch=4, honeypots={"newcomer": 0, "share": 0.5})
    shop.send(texts(2))
    shop.pool(texts(8, "pot"))
    holder, thief = shop.hire("holder"), shop.hire("thief")
    opened = shop.next(holder, chance=PotsLast())
    assert isinstance(opened, Task)
    assert opened.size == 4
    assert shop.task(thief).size == 2
    assert shop.task(holder) == replace(opened, size=1)


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
