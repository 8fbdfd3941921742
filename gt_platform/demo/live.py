"""The demo with a person in it: a week replayed, then a day whose texts you label beside four replayed colleagues."""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from rich.progress import Progress
from sqlalchemy import Connection

from gt_platform import labeling
from gt_platform.declaration import load_project
from gt_platform.demo.run import PROJECT, projects_folder
from gt_platform.demo.world import REPLAY, build
from gt_platform.labeling.asking import waiting_assignments
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.refresh import refresher
from gt_platform.settings import Settings
from gt_platform.workbench.accounts.people import Account, Role, add_account, find_account, hash_password, set_hash
from gt_platform.workbench.desk import batches, routing, work
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.place import Place

NIGHTS = 7  # replayed first: the drift reference, and the truth that honeypots are drawn from
COLLEAGUES = 4
YOU = "you"
EVERY = 2.0  # seconds between looks for answers
BUDGET = 20  # texts of your day: about five minutes' work
LIVE: dict[str, Any] = {
    "labeling": {
        "backend": "workbench",
        "overlap": COLLEAGUES + 1,
        "batch": 10,
        "honeypots": {"share": 0.1, "newcomer": 2},
        "annotators": {"pause": 0.5, "watch": 0.7},
        "expert_check": {"budget": 2},
    },
    "sampling": {"budget": BUDGET},
}
AGREED = """
    SELECT count(*) FILTER (a.answer = t.answer), count(*) FROM annotations a JOIN ground_truth t USING (item_id)
    SEMI JOIN (FROM sample WHERE frame_day = $day) USING (item_id) WHERE annotator = $you
"""
PROGRESS = """
    WITH asked AS (FROM assignments SEMI JOIN (FROM sample WHERE frame_day = $day) USING (item_id))
    SELECT (SELECT count(DISTINCT item_id) FROM asked JOIN ground_truth USING (item_id)) AS settled,
           (SELECT count(*) FROM asked JOIN annotations USING (assignment_id)) AS answers
"""

Answers = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How far the day is: answers taken in, those still waited for, and texts settled."""

    answers: int
    waiting: int
    settled: int


def replay_week(home: Path, progress: Progress) -> tuple[Settings, date]:
    """Replay the first week below a home, then make the assignments of the day after it.

    Returns the settings with the demo's own copy of the project, and that day. Going on from what is there changes
    nothing. Raises DatasetError and RefreshError.
    """
    settings = Settings(home=home, projects=home / "projects")
    world = build(home)
    nights = progress.add_task("nights", total=NIGHTS + 1)
    days = world.days[: NIGHTS + 1]
    for changes, part in (({}, days[:NIGHTS]), (LIVE, days[NIGHTS:])):
        _declare(settings, changes)
        with refresher(settings) as nightly:
            for day in part:
                world.write_day(day)
                nightly.refresh(PROJECT, day)
                progress.advance(nights)
    return settings, days[NIGHTS]


def invite(settings: Settings) -> str:
    """Make your account, or give it a new password, and have the colleagues answer their part. Returns the password."""
    project = load_project(settings.projects / PROJECT)
    password = secrets.token_urlsafe(12)
    kept = hash_password(password, YOU)
    with _database(settings) as database:
        with database.write() as connection:
            set_hash(connection, _person(connection, YOU, ["annotator", "reviewer", "lead"]), kept)
            colleagues = [_person(connection, f"colleague-{n}", ["annotator"]) for n in range(1, COLLEAGUES + 1)]
        for number, colleague in enumerate(colleagues):
            _answer_all(database, colleague, project, _answers(settings.home / REPLAY, number))
    return password


def watch(settings: Settings, day: date, tell: Callable[[Reached], None]) -> None:
    """Settle whatever is handed in, as the labels sensor would, until every assignment is answered."""
    project = load_project(settings.projects / PROJECT)
    backend = labeling.open_backend(project, settings)
    with refresher(settings) as nightly, Lake.open(settings) as lake:
        store = lake.store(PROJECT)
        while True:
            if labeling.waiting(store, project, backend) is not None:
                nightly.settle(PROJECT)
            left = len(waiting_assignments(store, project))
            tell(_reached(store, day, left))
            if not left:
                return
            time.sleep(EVERY)


def compare(settings: Settings, day: date) -> tuple[int, int]:
    """How many of your answers to the day's texts are those they were settled with, and how many there are."""
    with Lake.open(settings, read_only=True) as lake, _database(settings) as database, database.read() as connection:
        you = find_account(connection, YOU)
        row = lake.store(PROJECT).read(AGREED, {"day": day, "you": you.code if you else ""}).row(0)
    return int(row[0]), int(row[1])


def _reached(store: Store, day: date, left: int) -> Reached:
    settled, answers = store.read(PROGRESS, {"day": day}).row(0)
    return Reached(answers=answers, waiting=left, settled=settled)


def _declare(settings: Settings, changes: Mapping[str, Any]) -> None:
    """The demo's project, copied below the home with `changes`: the declared one stays as it is."""
    source, folder = projects_folder(Settings().projects) / PROJECT, settings.projects / PROJECT
    folder.mkdir(parents=True, exist_ok=True)
    declared = yaml.safe_load((source / "project.yaml").read_text(encoding="utf-8"))
    (folder / "project.yaml").write_text(yaml.safe_dump(declared | dict(changes), allow_unicode=True), encoding="utf-8")
    (folder / "guidelines.md").write_bytes((source / "guidelines.md").read_bytes())


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database.open(Place(home=settings.home).url)
    try:
        yield database
    finally:
        database.close()


def _person(connection: Connection, name: str, roles: list[Role]) -> Account:
    return find_account(connection, name) or add_account(connection, name, roles=roles)


def _answer_all(database: Database, person: Account, project: Project, answers: Answers) -> None:
    """Answer everything a person is given as `answers` say by the text, and hand it in."""
    while True:
        task = routing.next_task(database, person, project.name, now=datetime.now(UTC))
        if isinstance(task, routing.Task):
            answer = project.answer_kind.validate(answers[task.input])
            work.submit(database, person, task.task_id, answer, "", seconds=3.0, now=datetime.now(UTC))
        elif task.batch_id is not None:
            batches.hand_in(database, person, task.batch_id, now=datetime.now(UTC))
        else:
            return


def _answers(replay: Path, number: int) -> dict[str, str]:
    with replay.open(encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    return {item["input"]: item["answers"][number]["answer"] for item in items}
