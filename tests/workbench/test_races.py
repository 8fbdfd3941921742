"""Everybody at once: no assignment is ever held or answered twice, and no answer that was taken is ever lost."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from gt_platform.labeling.messages import Assignment
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import batches
from gt_platform.workbench.desk.showing import Nothing, Task
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import tasks
from tests.support import backends
from tests.workbench.conftest import Opener
from tests.workbench.invariants import violations
from tests.workbench.people import TRUTH, WRONG, Shop, texts
from tests.workbench.racing import POTS, Racer, Told

OVERLAP, STAFF, MOST_FRESH = 3, 6, 30


def stocked(opener: Opener, items: int) -> tuple[Shop, list[Assignment], list[Account]]:
    shop = opener(batch=4, lease_minutes=60, honeypots=POTS)
    asked = shop.send(texts(items), overlap=OVERLAP)
    shop.pool(texts(12, "pot") + texts(3))
    return shop, asked, [shop.hire(f"annotator {number}") for number in range(STAFF)]


def lost(database: Database, told: list[Told]) -> list[str]:
    """Answers that people were told are taken, and that are not there, or are others."""
    given, undone = defaultdict(set), set()
    for did, task_id, answer in told:
        if did == "submitted":
            given[task_id].add(json.dumps(answer))
        else:
            undone.add(task_id)
    with database.read() as connection:
        kept = {row.task_id: row for row in connection.execute(select(tasks))}
    strange = [
        f"{row.task_id} has {row.answer}, given were {given[row.task_id]}"
        for row in kept.values()
        if row.answer is not None and row.answer not in given[row.task_id]
    ]
    gone = [f"{task_id} is {kept[task_id].state}" for task_id in given if kept[task_id].answer is None]
    return strange + [text for text in gone if text.split()[0] not in undone]


def settle(shop: Shop, asked: list[Assignment], staff: list[Account]) -> None:
    """Let everybody work on alone until all is done, and look at what the platform gets."""
    shop.later(days=400)
    batches.release_expired(shop.database, now=shop.now)
    for annotator in staff:
        shop.work_off(annotator)
    for number in range(MOST_FRESH):  # one of them may know the item already, as a honeypot
        if len(shop.collected(asked)) == len(asked):
            break
        shop.work_off(shop.hire(f"fresh {number}"))
    assert violations(shop.database) == []
    came = shop.collected(asked)
    item_of = {one.assignment_id: one.item_id for one in asked}
    assert Counter(one.assignment_id for one in came) == dict.fromkeys(item_of, 1)
    people = Counter((item_of[one.assignment_id], one.annotator) for one in came)
    assert set(people.values()) == {1}
    checked = Counter((one.assignment_id, one.annotator) for one in shop.backend.checked(None))
    assert set(checked.values()) <= {1}


def race_threads(opener: Opener, races: int) -> None:
    """Each race: eight windows of six people do something at the very same moment."""
    shop, asked, staff = stocked(opener, 20 + races // 6)
    start, windows = time.time(), 8
    racers = [Racer(shop.database, staff, seed, start) for seed in range(windows)]
    gate = threading.Barrier(windows)

    def run(racer: Racer) -> None:
        for _ in range(races):
            gate.wait(60)
            racer.act()

    with ThreadPoolExecutor(windows) as threads:
        list(threads.map(run, racers))
    assert violations(shop.database) == []
    told = [one for racer in racers for one in racer.told]
    assert Counter(did for did, _, _ in told)["submitted"] > races / 2
    assert lost(shop.database, told) == []
    settle(shop, asked, staff)


def race_processes(opener: Opener, url: str, steps: int) -> None:
    """Four processes, each with connections of its own, as fast as they can."""
    shop, asked, staff = stocked(opener, 20 + steps // 6)
    start = str(time.time())
    command = [sys.executable, "-m", "tests.workbench.racing", url]
    racers = [
        subprocess.Popen([*command, str(seed), start, str(steps)], cwd=backends.REPOSITORY, stdout=subprocess.PIPE)
        for seed in range(4)
    ]
    told = [tuple(one) for racer in racers for one in json.loads(racer.communicate()[0])]
    assert [racer.returncode for racer in racers] == [0] * 4
    assert Counter(did for did, _, _ in told)["submitted"] > steps / 2
    assert violations(shop.database) == []
    assert lost(shop.database, told) == []
    settle(shop, asked, staff)


@pytest.mark.slow
def test_hundreds_of_races_of_threads(opener: Opener) -> None:
    race_threads(opener, 100)


@pytest.mark.slow
def test_hundreds_of_races_of_processes(opener: Opener, store_url: str) -> None:
    race_processes(opener, store_url, 100)


def at_once(*calls: "list[object] | object") -> list[object]:
    """What each call returns or raises, all started at the same moment."""
    gate = threading.Barrier(len(calls))

    def run(call: object) -> object:
        gate.wait(10)
        try:
            return call()  # type: ignore[operator]
        except WorkError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_two_windows_of_one_person_get_the_same_task(opener: Opener) -> None:
    shop, _, staff = stocked(opener, 10)
    for annotator in staff:
        found = at_once(*[lambda annotator=annotator: shop.next(annotator)] * 4)
        assert len(set(map(str, found))) == 1


def test_the_last_seat_is_given_to_one(opener: Opener) -> None:
    shop = opener(batch=1)
    staff = [shop.hire(f"annotator {number}") for number in range(6)]
    for number in range(10):
        shop.send([f"text {number}"])
        found = at_once(*[lambda annotator=annotator: shop.next(annotator) for annotator in staff])
        assert Counter(type(one) for one in found) == {Task: 1, Nothing: 5}
        shop.backend.send([])


def test_one_answer_of_many_submitted_at_once_stands(opener: Opener) -> None:
    shop = opener(batch=1)
    ann = shop.hire("ann")
    for number in range(10):
        asked = shop.send([f"text {number}"])
        task = shop.task(ann)
        answers = [TRUTH, WRONG, TRUTH, WRONG]
        at_once(*[lambda answer=answer, task=task: shop.answer(ann, task, answer) for answer in answers])
        results = at_once(*[lambda task=task: shop.hand_in(ann, task.batch_id)] * 3)
        assert len(set(map(str, results))) == 1
        assert len(shop.collected(asked)) == 1


def test_an_answer_and_a_reissue_of_its_expired_task_exclude_each_other(opener: Opener) -> None:
    shop = opener(batch=1, lease_minutes=10)
    ann, bob = shop.hire("ann"), shop.hire("bob")
    outcomes = Counter[str]()
    for number in range(12):
        asked = shop.send([f"text {number}"])
        task = shop.task(ann)
        shop.later(minutes=11)
        answered, given = at_once(lambda task=task: shop.answer(ann, task), lambda: shop.next(bob))
        outcomes["ann" if answered is None else "bob"] += 1
        assert (answered is None) == isinstance(given, Nothing), (answered, given)
        if isinstance(given, Task):
            shop.answer(bob, given)
            shop.hand_in(bob, given.batch_id)
        else:
            found = shop.next(ann)
            if isinstance(found, Nothing) and found.batch_id:
                shop.hand_in(ann, found.batch_id)
        assert len(shop.collected(asked)) == 1
        assert violations(shop.database) == []


def test_opening_and_taking_over_exclude_each_other(opener: Opener) -> None:
    shop = opener(batch=2)
    ann, bob = shop.hire("ann"), shop.hire("bob")
    for number in range(12):
        shop.send([f"first {number}", f"second {number}"])
        shop.answer(ann, shop.task(ann))
        opened, taken = at_once(lambda: shop.next(ann), lambda: shop.next(bob))
        assert isinstance(opened, Task) != isinstance(taken, Task), (opened, taken)
        assert violations(shop.database) == []
        shop.backend.send([])
        for annotator in (ann, bob):
            found = shop.next(annotator)
            if isinstance(found, Nothing) and found.batch_id:
                shop.hand_in(annotator, found.batch_id)


@pytest.mark.slow
def test_a_process_that_is_killed_in_between_leaves_nothing_half_done(opener: Opener, store_url: str) -> None:
    shop, asked, staff = stocked(opener, 30)
    command = [sys.executable, "-m", "tests.workbench.racing", store_url]
    for seed in range(3):
        racer = subprocess.Popen(
            [*command, str(seed), str(time.time()), "100000"], cwd=backends.REPOSITORY, stdout=subprocess.DEVNULL
        )
        time.sleep(2)
        racer.kill()
        racer.wait()
        assert violations(shop.database) == []
    settle(shop, asked, staff)
