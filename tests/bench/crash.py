"""Kills the whole tree of `gt ui` while a run is in a given state, starts it again, and waits until all is finished.

    python -m tests.bench.crash --kills 20

A kill is SIGKILL to every process of the tree at once, as a lost machine would. What is measured is the time from the
kill to the next run that has started, and to the last frame that is finished; then the tables are compared with those
of an undisturbed `gt refresh`. One kill, one world: the first is always met by a home that was never there before.
"""

import argparse
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gt_platform.declaration import load_project
from gt_platform.frames import unfinished
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.bench.kill import broken, digests, make, refresh
from tests.support.backends import REPOSITORY, environment
from tests.support.programs import start
from tests.support.world import NAME, days_of

STATES = ("QUEUED", "STARTING", "STARTED")
# what was settled, published or scored in between depends on which day came first; what stands in the end does not
BY_ORDER = {
    "decisions", "releases", "changelog", "scores", "past_scores", "scorings", "measurements", "standings", "audit"
}  # fmt: skip
CALL = "from gt_platform.cli import app; app()"
ENOUGH = 600  # seconds


@dataclass(frozen=True, kw_only=True)
class Kill:
    """One kill: the states it met, and what is wrong in the end.

    Seconds from the first start to the kill, from the kill to the next run that has started, and to the end.
    """

    state: str
    met: str
    before: float
    progress: float
    finished: float
    wrong: list[str]

    @property
    def said(self) -> str:
        """A line."""
        times = f"{self.before:4.0f} s, then {self.progress:4.0f} s to a started run, {self.finished:4.0f} s to the end"
        return f"{self.state:<9} {times}; met {self.met}; {self.wrong or 'all as undisturbed'}"


def expected(folder: Path, *, days: int, events: int) -> dict[str, str]:
    """The digest of every table after an undisturbed refresh."""
    settings = make(folder, days=days, events=events)
    start(settings, *refresh(days)).output(timeout=600)
    return digests(settings)


def kill_at(state: str, folder: Path, undisturbed: dict[str, str], *, days: int, events: int, after: float) -> Kill:
    """Kill `gt ui` `after` seconds after a run came into a state, and start it again."""
    settings, began = make(folder, days=days, events=events), time.monotonic()
    with serving(settings) as tree:
        until(lambda: state in states(settings).values())
        time.sleep(after)
        slain(tree)
    killed, met = time.monotonic(), states(settings)
    with serving(settings) as tree:
        until(lambda: any(_moved(met.get(run), of) for run, of in states(settings).items()))
        progress = time.monotonic() - killed
        until(lambda: is_finished(settings, days))
        finished = time.monotonic() - killed
        slain(tree)
    found = digests(settings)
    wrong = [table for table in found if found[table] != undisturbed[table] and table not in BY_ORDER]
    return Kill(
        state=state,
        met=" ".join(sorted(met.values())),
        before=killed - began,
        progress=progress,
        finished=finished,
        wrong=wrong + broken(settings),
    )


def _moved(before: str | None, now: str) -> bool:
    return now in {"STARTED", "SUCCESS"} and before not in {"STARTED", "SUCCESS"}


@contextmanager
def serving(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """`gt ui` on a free port, in a tree of its own; killed when left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-c", CALL, "ui", "--port", port]
    log = (settings.home / "ui.log").open("ab")
    tree = subprocess.Popen(command, cwd=REPOSITORY, env=environment(settings), stdout=log, stderr=log)
    try:
        yield tree
    finally:
        slain(tree)
        log.close()


def slain(tree: "subprocess.Popen[bytes]") -> None:
    """SIGKILL to a process and all below it, the parents stopped first so that none makes more."""
    found = [tree.pid]
    for process in found:  # grows meanwhile
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGSTOP)
        found += children(process)
    for process in found:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    tree.wait()


def children(process: int) -> list[int]:
    """The processes that a process started."""
    tasks = Path(f"/proc/{process}/task")
    return [int(child) for task in tasks.glob("*") for child in (task / "children").read_text().split()]


def states(settings: Settings) -> dict[str, str]:
    """The state of each run of the refresh job."""
    file = settings.home / "dagster" / "history" / "runs.db"
    if not file.exists():
        return {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as runs:
        try:
            rows = runs.execute("SELECT run_id, status FROM runs WHERE pipeline_name = ?", [f"{NAME}_refresh"])
            return dict(rows.fetchall())
        except sqlite3.OperationalError:  # not made yet
            return {}


def is_finished(settings: Settings, days: int) -> bool:
    """Whether no run is left, and every frame is finished."""
    if set(states(settings).values()) - {"SUCCESS", "FAILURE", "CANCELED"}:
        return False
    project = load_project(settings.projects / NAME)
    with Lake.open(settings, read_only=True) as lake:
        store = lake.store(NAME)
        taken = store.read("SELECT DISTINCT frame_day FROM sample")["frame_day"].to_list()
        return set(taken) == set(days_of(days)) and not unfinished(store, project)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds. Raises TimeoutError."""
    end = time.monotonic() + ENOUGH
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("it never did")
        time.sleep(0.02)


def main() -> int:
    """Print a line per kill; exit with 1 when a table differs, or nothing moved for two minutes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--days", type=int, default=3)
    options.add_argument("--events", type=int, default=60)
    given = options.parse_args()
    kills: list[Kill] = []
    with tempfile.TemporaryDirectory(prefix="gt-crash-", ignore_cleanup_errors=True) as folder:
        undisturbed = expected(Path(folder, "undisturbed"), days=given.days, events=given.events)
        for number in range(given.kills):
            state, world = STATES[number % len(STATES)], Path(folder, str(number))
            after = (number // len(STATES)) * 0.3 if state == "STARTED" else 0.0
            done = kill_at(state, world, undisturbed, days=given.days, events=given.events, after=after)
            print(f"{number + 1:>3} {done.said}", flush=True)
            kills.append(done)
    slowest = max(kill.progress for kill in kills)
    print(f"{len(kills)} kills: progress after {slowest:.0f} s at most; {sum(bool(k.wrong) for k in kills)} went wrong")
    return int(slowest > 120 or any(kill.wrong for kill in kills))


if __name__ == "__main__":
    sys.exit(main())
