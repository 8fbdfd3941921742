"""How long the workbench's store takes for the next task and for an answer, and whether a clock can tell a honeypot.

    python -m tests.bench.workbench_routing [items [people [seconds [pause [postgresql://…]]]]]

People label, each in a thread of this process, and think for `pause` seconds in the mean before each answer; on a fresh
SQLite store or the given empty database, without a web server in between. Times are milliseconds.
"""

import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from random import Random

import numpy as np

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import batches, routing, work
from gt_platform.workbench.desk.showing import Task
from tests.workbench.people import NOW, TRUTH, Shop, open_shop, texts

OVERLAP = 3
Times = dict[str, list[float]]


def label(shop: Shop, annotator: Account, until: float, pause: float, took: Times) -> None:
    """Label until the time is up, and note how long each call took, for honeypots apart."""
    who, chance = (shop.database, annotator), Random(annotator.account_id)
    time.sleep(chance.random() * pause)
    while time.monotonic() < until:
        start = time.perf_counter()
        task = routing.next_task(*who, shop.project.name, now=NOW)
        found = time.perf_counter()
        if not isinstance(task, Task):
            if task.batch_id is None:
                return
            batches.hand_in(*who, task.batch_id, now=NOW)
            took["hand in"].append(time.perf_counter() - found)
            continue
        kind = "honeypot" if str(task.input).startswith("pot") else "question"
        first = "first of a batch" if task.position == 1 else f"next, {kind}"
        took[first].append(found - start)
        time.sleep(chance.expovariate(1 / pause) if pause else 0)
        start = time.perf_counter()
        work.submit(*who, task.task_id, TRUTH, "", seconds=3, now=NOW)
        took[f"submit, {kind}"].append(time.perf_counter() - start)


def main(items: int = 5000, people: int = 50, seconds: float = 30, pause: float = 2, url: str = "") -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        where = url or f"sqlite:///{home / 'workbench.sqlite'}"
        shop = open_shop(where, home, batch=10, honeypots={"newcomer": 0, "share": 0.3, "pool": 5000})
        start = time.perf_counter()
        shop.send(texts(items), overlap=OVERLAP)
        print(f"send {items * OVERLAP} assignments: {time.perf_counter() - start:.1f} s")
        shop.pool(texts(400, "pot"))
        staff = [shop.hire(f"annotator {number}") for number in range(people)]
        all_took = [defaultdict[str, list[float]](list) for _ in staff]
        until, cpu = time.monotonic() + seconds, time.process_time()
        threads = [
            threading.Thread(target=label, args=(shop, annotator, until, pause, took))
            for annotator, took in zip(staff, all_took, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cpu = time.process_time() - cpu
        show(all_took, seconds, cpu)
        shop.database.close()


def show(all_took: list[defaultdict[str, list[float]]], seconds: float, cpu: float) -> None:
    """The table, and how far the times of honeypots and questions lie apart."""
    calls: Times = defaultdict(list)
    for took in all_took:
        for name, times in took.items():
            calls[name] += times
    total = sum(map(len, calls.values()))
    print(f"{total / seconds:.0f} calls/s, {1000 * cpu / total:.2f} ms of CPU each")
    print(f"{'':>20} {'n':>7} {'p50':>8} {'p95':>8} {'p99':>8}")
    for name, times in sorted(calls.items()):
        p50, p95, p99 = np.quantile(times, [0.5, 0.95, 0.99]) * 1000
        print(f"{name:>20} {len(times):>7} {p50:>8.2f} {p95:>8.2f} {p99:>8.2f}")
    for call in ("next", "submit"):
        told = auc(calls[f"{call}, honeypot"], calls[f"{call}, question"])
        print(f"{call}: a honeypot takes longer than a question in {told:.3f} of pairs (0.5: a clock tells nothing)")


def auc(one: list[float], other: list[float]) -> float:
    """Share of pairs in which the one is larger."""
    ranked = np.searchsorted(np.sort(other), one, side="left") + np.searchsorted(np.sort(other), one, side="right")
    return float(ranked.mean() / 2 / len(other))


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*(kind(text) for kind, text in zip((int, int, float, float, str), given, strict=False)))
