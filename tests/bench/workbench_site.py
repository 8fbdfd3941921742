"""A workbench to be measured: its store, `gt workbench` as a process of its own, and what that process uses.

Shared by the measuring scripts beside it; run by itself it does nothing.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from gt_platform.labeling.messages import Assignment, Briefing, Honeypot
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.workbench.accounts import people
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.place import Place
from gt_platform.workbench.store.tables import audit, tasks
from tests.support import backends
from tests.support.accounts import PASSWORD
from tests.support.home import LABELS, small, write_project
from tests.workbench.invariants import violations

NAME = "small"
OVERLAP = 3
WORDS = "the quick brown fox jumps over a lazy dog while every curious reader wonders about weather and prices"
ENTRY = "from gt_platform.cli import app; app()"
LIMIT = "from gt_platform.workbench.web import app as pages; pages.THREADS = {}; "
PATIENCE = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Use:
    """Processor seconds used so far, and bytes in memory now, of a process and all it started."""

    cpu: float
    memory: int


@dataclass(frozen=True)
class Site:
    """A running workbench and what is behind it."""

    url: str
    pid: int
    settings: Settings


def text_of(number: int) -> str:
    """An input of some 300 characters, whose label can be read from it."""
    label = list(LABELS)[number % len(LABELS)]
    return f"Text {number}, which is {label}: {WORDS}, {WORDS}, {WORDS}."


def label_in(shown: str) -> str:
    """The label of an input, wherever it is shown."""
    return shown.partition(", which is ")[2].partition(":")[0]


def furnish(home: Path, names: list[str], items: int, pots: int, **labeling: Any) -> Settings:
    """A project with items asked OVERLAP times each and honeypots, and accounts, made as the platform makes them."""
    settings = Settings(home=home, projects=home / "projects")
    declared = {"backend": "workbench", "overlap": OVERLAP} | labeling
    write_project(settings.projects / NAME, labeling=declared)
    database = Database.open(Place(home=settings.home).url)
    hire(database, names)
    backend = WorkbenchBackend(database, small(settings))
    backend.send(
        [
            Assignment(assignment_id=f"{at}-{slot}", item_id=f"item {at}", slot=slot, input=text_of(at))
            for at in range(items)
            for slot in (1, 2, 3)
        ]
    )
    backend.brief(Briefing(honeypots=tuple(_pot(items + at) for at in range(pots))))
    database.close()
    return settings


def hire(database: Database, names: list[str]) -> None:
    """Accounts with one password, which is hashed once."""
    kept = people.hash_password(PASSWORD, "")
    with database.write() as connection:
        for name in names:
            people.set_hash(connection, people.add_account(connection, name, roles=["annotator"]), kept)


def _pot(number: int) -> Honeypot:
    label = label_in(text_of(number))
    return Honeypot(
        honeypot_id=f"pot {number}",
        item_id=f"item {number}",
        input=text_of(number),
        truth=label,
        stratum=label,
        exposures=0,
    )


@contextmanager
def served(settings: Settings, threads: int | None = None) -> Iterator[Site]:
    """`gt workbench` on a free port; `threads` in place of the limit it has."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = (LIMIT.format(threads) if threads else "") + ENTRY
    with (settings.home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", command, "workbench", "--port", str(port)],
            env=backends.environment(settings), stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield Site(f"http://127.0.0.1:{port}", process.pid, settings)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/api/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    process.kill()
    raise SystemExit("the workbench did not start; see server.log in its home")


def use_of(pid: int) -> Use:
    """What a process and all its descendants use, read from /proc."""
    found = [_stat(file) for file in Path("/proc").glob("[0-9]*/stat")]
    stats = {one[0]: one for one in found if one is not None}
    family = {pid}
    while more := {each for each, one in stats.items() if one[1] in family} - family:
        family |= more
    mine = [stats[each] for each in family if each in stats]
    return Use(sum(one[2] for one in mine) / TICKS, sum(one[3] for one in mine) * os.sysconf("SC_PAGE_SIZE"))


def _stat(file: Path) -> tuple[int, int, int, int] | None:
    """Process, its parent, its ticks and its pages in memory."""
    try:
        before, _, after = file.read_text().rpartition(")")
    except OSError:
        return None
    fields = after.split()
    return int(before.split()[0]), int(fields[1]), int(fields[11]) + int(fields[12]), int(fields[21])


def wrong_with(settings: Settings, given: Mapping[str, str]) -> list[str]:
    """Everything wrong with the store after people were told that these answers, by task, were taken."""
    database = Database.open(Place(home=settings.home).url)
    try:
        with database.read() as connection:
            rows = connection.execute(select(tasks.c.task_id, tasks.c.answer).where(tasks.c.answer.is_not(None))).all()
            said = connection.execute(select(audit.c.about).where(audit.c.did == "answered")).scalars().all()
        kept = {row.task_id: json.loads(row.answer) for row in rows}
        lost = [f"{task} was answered {answer}, kept is {kept.get(task)}" for task, answer in given.items()
                if kept.get(task) != answer]  # fmt: skip
        twice = [f"{task} was taken {times} times" for task, times in Counter(said).items() if times > 1]
        unasked = [f"{task} was answered by nobody" for task in kept.keys() - given.keys()]
        return [*violations(database), *lost, *twice, *unasked, *_collected(database, small(settings))]
    finally:
        database.close()


def _collected(database: Database, project: Project) -> list[str]:
    """What the platform would get: each assignment once, and not more than there are slots of an item."""
    with database.read() as connection:
        asked = connection.execute(select(tasks.c.assignment_id).where(tasks.c.assignment_id.is_not(None))).scalars()
        waiting = [
            Assignment(assignment_id=one, item_id=one.rpartition("-")[0], slot=1, input=None) for one in set(asked)
        ]
    came = Counter(one.assignment_id for one in WorkbenchBackend(database, project).collect(waiting))
    return [f"{one} came {times} times" for one, times in came.items() if times > 1]
