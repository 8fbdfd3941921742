"""How long people wait at the workbench, many at once, beside Label Studio on the same machine.

    python -m tests.bench.workbench [PEOPLE] [SECONDS]              50 people, 60 seconds of each mode
    python -m tests.bench.workbench [PEOPLE] [SECONDS] THREADS ...  the workbench alone, for each limit of threads

The server is `gt workbench` in a process of its own, over SQLite; everybody has a real HTTP client. They work with two
seconds of thought between two actions, then without any. Afterwards the store is checked against what they were told.
Label Studio gets the same items, overlap and people; GT_LABEL_STUDIO_PYTHON names an interpreter that has it.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import numpy as np

from tests.bench.workbench_load import HANDING_IN, NEXT, POST, SUBMIT, Phase, Visitor, crowd
from tests.bench.workbench_peer import Annotator, peer
from tests.bench.workbench_site import furnish, served, use_of, wrong_with

PEOPLE, SECONDS = 50, 60
THINKING = 2.0
ITEMS, POTS = 5_000, 100
MODES = {f"{THINKING:g} s of thought": THINKING, "no thought": 0.0}
LABELING = {"batch": 10, "honeypots": {"share": 0.1, "newcomer": 5, "pool": POTS}}
RANKS = (50, 95, 99)


def main(people: int, seconds: int, limits: Sequence[int]) -> None:
    """Print a table."""
    if limits:
        compare({f"{threads} threads": asyncio.run(ours(people, seconds, threads)) for threads in limits})
    else:
        compare({"workbench": asyncio.run(ours(people, seconds)), "Label Studio": asyncio.run(theirs(people, seconds))})


async def ours(people: int, seconds: int, threads: int | None = None) -> dict[str, Phase]:
    """Everybody at the workbench, in each mode."""
    names = [f"annotator {at}" for at in range(people)]
    with tempfile.TemporaryDirectory(prefix="gt-bench-") as home:
        settings = furnish(Path(home), names, ITEMS, POTS, **LABELING)
        with served(settings, threads) as site:
            at_work = [Visitor(site.url, name, Random(name)) for name in names]
            for one in at_work:
                await one.sign_in()
            used = partial(use_of, site.pid)
            phases = {mode: await crowd(at_work, think, seconds, used) for mode, think in MODES.items()}
        given = {task: answer for one in at_work for task, answer in one.given.items()}
        wrong = wrong_with(settings, given)
    print(f"{len(given)} answers were taken; wrong in the store: {wrong[:5] or 'nothing'}", flush=True)
    return phases


async def theirs(people: int, seconds: int) -> dict[str, Phase]:
    """Everybody at Label Studio, in each mode."""
    with peer(people, ITEMS) as running:
        at_work = [Annotator(running, user, Random(user.email)) for user in running.users]
        used = partial(use_of, running.pid)
        phases = {mode: await crowd(at_work, think, seconds, used) for mode, think in MODES.items()}
        taken, there = sum(one.taken for one in at_work), running.annotations()
    twice = len(there) - len(set(there))
    print(
        f"Label Studio took {taken} annotations and has {len(there)}, {twice} of them twice by one annotator",
        flush=True,
    )
    return phases


def compare(runs: dict[str, dict[str, Phase]]) -> None:
    """One table; with two runs also how many times as long the second one takes."""
    titles = [*runs, *(["ratio p50, p95"] if len(runs) == 2 else [])]
    print(f"\n| ms: p50 / p95 / p99 | {' | '.join(titles)} |\n|{'---|' * (len(titles) + 1)}")
    for mode in MODES:
        for what in (NEXT, SUBMIT, POST, HANDING_IN):
            waits = [run[mode].waits.taken.get(what, []) for run in runs.values()]
            if any(waits):
                print(f"| {mode}: {what} | {' | '.join([*map(ranked, waits), *ratio(waits)])} |")
        for figure in ("requests/s", "answers/s", "server CPU", "ms of CPU a request", "memory MB", "errors"):
            told = [figures(run[mode])[figure] for run in runs.values()]
            print(f"| {mode}: {figure} | {' | '.join([*told, *([''] if len(runs) == 2 else [])])} |")
    for name, run in runs.items():
        for mode, phase in run.items():
            if phase.waits.errors:
                print(f"{name}, {mode}: {sorted(set(phase.waits.errors))[:5]}")


def figures(phase: Phase) -> dict[str, str]:
    """What is no wait."""
    waits = phase.waits
    return {
        "requests/s": f"{waits.requests / phase.seconds:.1f}",
        "answers/s": f"{len(waits.taken[SUBMIT]) / phase.seconds:.1f}",
        "server CPU": f"{phase.cpu / phase.seconds:.0%}",
        "ms of CPU a request": f"{1000 * phase.cpu / max(1, waits.requests):.1f}",
        "memory MB": f"{phase.memory / 1e6:.0f}",
        "errors": str(len(waits.errors)),
    }


def ranked(seconds: Sequence[float]) -> str:
    """Percentiles in milliseconds and how many there were."""
    if not seconds:
        return "–"
    return f"{' / '.join(f'{1000 * at:.0f}' for at in np.percentile(seconds, RANKS))} (n={len(seconds)})"


def ratio(waits: Sequence[Sequence[float]]) -> list[str]:
    """How many times as long the second one takes."""
    if len(waits) != 2:
        return []
    if not all(waits):
        return [""]
    mine, other = (np.percentile(one, RANKS) for one in waits)
    return [f"{other[0] / mine[0]:.1f}, {other[1] / mine[1]:.1f}"]


if __name__ == "__main__":
    given_people, given_seconds, *given_limits = [*map(int, sys.argv[1:]), *(PEOPLE, SECONDS)[len(sys.argv) - 1 :]]
    main(given_people, given_seconds, given_limits)
