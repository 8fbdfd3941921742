"""Which honeypots come, where among the questions, and that nobody can tell them apart; on both databases."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from gt_platform.labeling.messages import Briefing
from gt_platform.workbench.desk import work
from gt_platform.workbench.desk.showing import Nothing, Task
from tests.workbench.conftest import Opener
from tests.workbench.people import NOW, everything, honeypot, texts


def test_a_newcomer_gets_honeypots_soon_among_as_much_other_work(opener: Opener) -> None:
    shop = opener(batch=8, honeypots={"newcomer": 6, "share": 0.0})
    shop.send(texts(40))
    shop.pool(texts(10, "pot"))
    annotator = shop.hire("ann")
    given = everything(shop, annotator)
    counts = [sum(text.startswith("pot") for text in given[at : at + 8]) for at in range(0, len(given), 8)]
    assert counts == [4, 2, 0, 0, 0, 0]
    assert len(set(given)) == 46


@pytest.mark.slow
def test_order_does_not_tell_a_newcomers_honeypots(opener: Opener) -> None:
    shop = opener(batch=20, honeypots={"newcomer": 5, "share": 0.1})
    shop.pool(texts(10, "pot"))
    early = []
    for number in range(60):
        shop.send(texts(20, f"text {number} "))
        annotator = shop.hire(f"ann {number}")
        pots = [pot.position for pot in shop.pots(annotator)]
        others = [place for place in range(1, 21) if place not in pots]
        early += [pot < other for pot in pots for other in others]
        shop.hand_in(annotator, shop.answer_all(annotator))
    assert 0.4 < sum(early) / len(early) < 0.6  # five standard errors of ranks, .02, drawn anew each time


@pytest.mark.slow
def test_about_the_declared_share_is_honeypots_at_places_nobody_can_foresee(opener: Opener) -> None:
    shop = opener(batch=10, honeypots={"newcomer": 0, "share": 0.15})
    shop.send(texts(850))
    shop.pool(texts(400, "pot"))
    chance = Random(7)
    annotator, places, counts = shop.hire("ann"), Counter[int](), []
    for _ in range(60):
        shop.next(annotator, chance=chance)
        batch = work.batch(shop.database, annotator, "sentiment", now=NOW)
        assert batch is not None
        pots = [task.position for task in batch.tasks if str(task.input).startswith("pot")]
        counts.append(len(pots))
        places.update(pots)
        shop.hand_in(annotator, shop.answer_all(annotator))
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
    shop = opener(batch=20, honeypots={"newcomer": 10, "share": 0.0})
    shop.send(texts(10))
    pots = [honeypot(text, stratum="many", exposures=7) for text in texts(20, "many")]
    pots += [honeypot(text, stratum="few") for text in texts(4, "few")]
    pots += [honeypot(text, stratum="fresh", exposures=number) for number, text in enumerate(texts(6, "fresh"))]
    shop.backend.brief(Briefing(honeypots=tuple(pots)))
    given = [text for text in everything(shop, shop.hire("ann")) if not text.startswith("text")]
    assert len(given) == 10
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
