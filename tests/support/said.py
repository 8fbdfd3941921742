"""What users say flows into truth: flags come a day late, outcomes twice, and a reviewer decides what is proposed.

As a program it goes by the nights of a world of its own: `python -m tests.support.said 3`. A night that was killed is
gone through again, as a scheduler would have it; what is over is named in the home's `over.txt`. The reviewer's sitting
comes before its night and is not held again after it, since what is open depends on what is true when it is looked at.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from gt_platform import sampling, truth
from gt_platform.canonical import as_json
from gt_platform.declaration import load_project
from gt_platform.frames import unfinished
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth.verdicts import Act
from tests.support import world
from tests.support.stages import refresh_days, refresh_rest

OUTCOMES = {"returned": "negative", "kept": "positive"}
LATE, PROPOSALS, ENDINGS = 8, 12, 10
BEFORE = "SELECT feedback_id FROM signals WHERE signal = 'correction' AND came_on < ?"
Said = tuple[date, str, str, str, str, int]


def build_world(home: Path, *, days: int, events: int) -> Project:
    """A world as `tests.support.world` has it, with what its users say besides."""
    project = world.build_world(home, days=days, events=events)
    file = home / "projects" / world.NAME / "project.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | {"outcomes": OUTCOMES}, sort_keys=False))
    inbox = world.storage_of(project, Settings(home=home))
    for number, day in enumerate(world.days_of(days)):
        lines = [json.dumps(_record(number, at, *said)) for at, said in enumerate(_said(number, events))]
        inbox.write(f"dt={day}/said.jsonl", "\n".join(lines).encode())
    return load_project(file.parent)


def _said(number: int, events: int) -> Iterator[Said]:
    """Day of the event, its number, signal, value, by whom and after how many hours: what a day's file brings."""
    drawn = random.Random(f"said {number}")
    today, before = (world.START + timedelta(days=max(0, number - back)) for back in (0, 1))
    for event in drawn.sample(range(events), LATE):
        yield before, str(event), "thumb", "down", f"u-{event}", 30
    for event in drawn.sample(range(events), PROPOSALS):
        about = drawn.choice((today, before))
        for user in range(drawn.choice((1, 1, 2))):
            yield about, str(event), "correction", drawn.choice((*world.LABELS, "awful")), f"u-{user}", 31
    for event in drawn.sample(range(events), ENDINGS):
        yield before, str(event), "outcome", drawn.choice(("returned", "kept", "pending")), "shop", 40
        if drawn.random() < 0.5:
            yield before, str(event), "outcome", drawn.choice(tuple(OUTCOMES)), drawn.choice(("shop", "bank")), 48
    yield today, "never", "thumb", "down", "u-1", 1


def _record(number: int, at: int, about: date, event: str, signal: str, value: str, by: str, hours: int) -> Any:
    moment = datetime(about.year, about.month, about.day, tzinfo=UTC) + timedelta(hours=hours, seconds=at)
    return {
        "type": "feedback", "id": f"said-{number}-{at}", "event_id": f"e-{about}-{event}", "signal": signal,
        "value": value, "occurred_at": moment.isoformat(), "annotator_id": by,
        "annotator_kind": "code" if signal == "outcome" else "end_user",
    }  # fmt: skip


def review(store: Store, project: Project, day: date) -> None:
    """Decide, one after another, the proposals that came before a day: as their own ids would have it."""
    came = set(store.read(BEFORE, [day])["feedback_id"])
    while waiting := [one for one in truth.proposals(store, project, state="open") if one.feedback_id in came]:
        one = waiting[0]
        drawn = random.Random(one.feedback_id)
        act: Act = drawn.choice(("edit", "refuse") if one.answer is None else ("accept", "accept", "refuse"))
        answer = drawn.choice([label for label in world.LABELS if as_json(label) != one.truth])
        given = answer if act == "edit" else None
        verdict = truth.Verdict(feedback_id=one.feedback_id, act=act, why="so it is", answer=given)
        truth.decide(store, project, [verdict], actor="rita")


def night(lake: Lake, project: Project, day: date) -> None:
    """One night: its day, frames that were flagged since they were drawn, and what follows of all."""
    store = lake.store(project.name)
    refresh_days(lake, project, [day])
    refresh_days(lake, project, [one.day for one in sampling.late(store, project)])
    refresh_days(lake, project, unfinished(store, project))
    refresh_rest(lake, project)


def main() -> None:
    """Go by the days that are not over, each begun by its reviewer, and one more for the last day's proposals."""
    settings = Settings()
    project = load_project(settings.projects / world.NAME)
    file = settings.home / "over.txt"
    over = file.read_text().splitlines() if file.exists() else []
    with Lake.open(settings) as lake:
        steps = {
            "reviewed before": lambda day: review(lake.store(project.name), project, day),
            "refreshed": lambda day: night(lake, project, day),
        }
        for day, (name, step) in product(world.days_of(int(sys.argv[1]) + 1), steps.items()):
            if (line := f"{name} {day}") not in over:
                step(day)
                with file.open("a") as done:
                    done.write(f"{line}\n")


if __name__ == "__main__":
    main()
