"""Taking turns within a process."""

import threading
import time

from gt_platform.workbench.store.turns import Turns


def test_turns_go_round_in_the_order_people_came() -> None:
    turns, order, threads = Turns(), list[int](), list[threading.Thread]()

    def take(number: int) -> None:
        assert turns.acquire(30)
        order.append(number)
        turns.release()

    assert turns.acquire(1)
    for number in range(20):
        threads.append(threading.Thread(target=take, args=(number,)))
        threads[-1].start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    turns.release()
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_only_one_at_a_time() -> None:
    turns, inside, most = Turns(), list[int](), list[int]()

    def take() -> None:
        for _ in range(200):
            assert turns.acquire(30)
            inside.append(1)
            most.append(len(inside))
            time.sleep(0)
            inside.pop()
            turns.release()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), set(most)) == (1600, {1})


def test_whoever_gives_up_is_passed_over() -> None:
    turns = Turns()
    assert turns.acquire(1)
    assert not turns.acquire(0.05)
    turns.release()
    assert turns.acquire(0.05)


def test_giving_up_and_getting_the_turn_at_the_same_moment_loses_no_turn() -> None:
    turns, had = Turns(), list[bool]()

    def try_briefly() -> None:
        for _ in range(300):
            if turns.acquire(0.0005):
                had.append(True)
                time.sleep(0.0004)
                turns.release()

    threads = [threading.Thread(target=try_briefly) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(had) > 50
    assert turns.acquire(1)
