"""Whether a stopwatch tells honeypots from other tasks: `python -m tests.bench.workbench_honeypots [TASKS]`.

One client answers so many tasks (6,000), half of them honeypots, at a real `gt workbench`, and notes how long each took
to be shown, to be looked at once more, and to be submitted. A batch is begun with its first task and its page follows
the last one, so the first one shown and the last one submitted do not count. Printed are medians, the difference of the
medians with a bootstrap interval, and how often a honeypot was the slower one of a pair (0.5: nothing can be told).
"""

import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from gt_platform.settings import Settings
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.place import Place
from gt_platform.workbench.store.tables import tasks
from tests.bench.workbench_load import SUBMIT, TASK, Visitor, Waits
from tests.bench.workbench_site import NAME, furnish, served

TASKS, A_PERSON, BATCH = 6_000, 400, 20
RESAMPLED = 2_000
LABELING = {"batch": BATCH, "honeypots": {"share": 0.5, "newcomer": 0, "at_least": 0.0}}
SHOWN, LOOKED, SUBMITTED = "shown", "looked at again", "submitted"

Seconds = NDArray[np.float64]


def main(count: int) -> None:
    """Print a table."""
    names = [f"annotator {at}" for at in range(-(-count // A_PERSON))]
    with tempfile.TemporaryDirectory(prefix="gt-bench-") as home:
        settings = furnish(Path(home), names, max(A_PERSON, count // 4), A_PERSON, **LABELING)
        took = asyncio.run(measured(settings, names))
        known = honeypots(settings)
    print("| ms | honeypots, median | others, median | difference of medians, 95 % | honeypot slower |")
    print("|---|---|---|---|---|")
    for what, by_task in took.items():
        pots = np.array([seconds for task, seconds in by_task.items() if task in known])
        others = np.array([seconds for task, seconds in by_task.items() if task not in known])
        low, high = interval(pots, others)
        print(
            f"| {what} | {told(pots)} | {told(others)} | {1000 * (np.median(pots) - np.median(others)):+.3f} "
            f"[{1000 * low:+.3f}, {1000 * high:+.3f}] | {slower(pots, others)} |"
        )


async def measured(settings: Settings, names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Seconds by task, for each way to time it."""
    took: dict[str, dict[str, float]] = defaultdict(dict)
    with served(settings) as site:
        for name in names:
            annotator = Visitor(site.url, name, Random(name))
            await annotator.sign_in()
            await work(annotator, took)
            await annotator.browser.aclose()
    return took


async def work(annotator: Visitor, took: dict[str, dict[str, float]]) -> None:
    """Have somebody answer A_PERSON tasks, a stopwatch in hand."""
    waits, going_on = Waits(counting=True), True
    while going_on and len(annotator.given) < A_PERSON:
        before = TASK.search(annotator.page)
        looked = await look_again(annotator, before[1]) if before else 0.0
        going_on = await annotator.act(waits)
        after = TASK.search(annotator.page)
        if before and after:
            took[LOOKED][before[1]] = looked
            took[SUBMITTED][before[1]] = took[SHOWN][after[1]] = waits.taken[SUBMIT][-1]
    if waits.errors:
        raise SystemExit(f"errors: {sorted(set(waits.errors))}")


async def look_again(annotator: Visitor, task: str) -> float:
    """Load a task's page once more; the seconds it took."""
    started = time.perf_counter()
    await annotator.browser.get(f"/p/{NAME}/task/{task}")
    return time.perf_counter() - started


def honeypots(settings: Settings) -> set[str]:
    """The tasks that were honeypots."""
    database = Database.open(Place(home=settings.home).url)
    with database.read() as connection:
        found = set(connection.execute(select(tasks.c.task_id).where(tasks.c.honeypot_id.is_not(None))).scalars())
    database.close()
    return found


def interval(one: Seconds, other: Seconds) -> tuple[float, float]:
    """The difference of medians, resampled."""
    draw = np.random.default_rng(1)
    differences = [
        np.median(draw.choice(one, len(one))) - np.median(draw.choice(other, len(other))) for _ in range(RESAMPLED)
    ]
    low, high = np.percentile(differences, (2.5, 97.5))
    return float(low), float(high)


def slower(one: Seconds, other: Seconds) -> str:
    """The share of pairs in which the first is the larger, with the error it has when both are alike."""
    ranks = np.searchsorted(np.sort(other), one, side="left") + np.searchsorted(np.sort(other), one, side="right")
    alike = np.sqrt((len(one) + len(other) + 1) / (12 * len(one) * len(other)))
    return f"{ranks.mean() / 2 / len(other):.3f} ± {1.96 * alike:.3f}"


def told(seconds: Seconds) -> str:
    """Median in milliseconds."""
    return f"{1000 * np.median(seconds):.3f} (n={len(seconds)})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TASKS)
