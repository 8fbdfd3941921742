"""A small world of production: a declared project, an inbox that fills day by day, and experts who can be asked.

Everything follows from the arguments, so two worlds of the same size hold the same bytes. It has a little of
what inboxes are like: gzip, feedback that comes late, a file sent twice, records that cannot be read, the same
input asked again and again, and from the third day on longer texts than before.
"""

import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from gt_platform.declaration import load_project
from gt_platform.feedback import inbox_root
from gt_platform.lake.storage import Storage
from gt_platform.lake.urls import open_storage
from gt_platform.project import Project
from gt_platform.settings import Settings

NAME = "sentiment"
START = date(2026, 1, 5)
INBOX = "inbox/dt={day}"
LABELS = ("negative", "neutral", "positive")
CHANNELS = ("mail", "phone", "web")
OPENINGS = ("The delivery", "My order", "Your app", "The new screen", "Support", "This charger", "The manual", "It")
JUDGEMENTS = {
    "negative": ("never worked", "broke after a day", "is a disgrace", "was late again"),
    "neutral": ("came on Tuesday", "has two buttons", "is blue", "weighs a kilo"),
    "positive": ("is a joy", "made my week", "works like a charm", "was there early"),
}
CLOSINGS = ("", "!", ", really", " 🙂", ", as I told your colleague", " – für mich jedenfalls")
LONGER = ("I have waited for three weeks and called four times.", "Nobody reads these forms, do they?")


def build_world(
    home: Path, *, days: int = 5, events: int = 120, inbox: str = INBOX, settings: Settings | None = None
) -> Project:
    """Declare the project below `home`, write the replay table and fill the inbox; returns the project.

    An inbox on S3 needs the settings that name its endpoint.
    """
    project = declare(home, inbox=inbox)
    answers: dict[str, Any] = {}
    for number in range(days):
        for path, content in _day(number, events, answers):
            storage_of(project, settings or Settings(home=home)).write(path, content)
    table = "".join(_line({"input": text, "answers": given}) for text, given in sorted(answers.items()))
    (home / "replay.jsonl").write_text(table, encoding="utf-8")
    return project


def declare(home: Path, *, inbox: str = INBOX) -> Project:
    """Write the project's folder and load it."""
    folder = home / "projects" / NAME
    folder.mkdir(parents=True)
    (folder / "guidelines.md").write_text("# How does the writer feel?\nJudge the words, not the matter.\n")
    (folder / "project.yaml").write_text(yaml.safe_dump(_declaration(inbox), sort_keys=False), encoding="utf-8")
    return load_project(folder)


def days_of(count: int) -> list[date]:
    """The first frame days."""
    return [START + timedelta(days=number) for number in range(count)]


def storage_of(project: Project, settings: Settings) -> Storage:
    """The inbox."""
    return open_storage(inbox_root(project.inbox), settings)


def _declaration(inbox: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "question": "How does the writer feel about what they write of?",
        "inbox": inbox,
        "start": START,
        "answer": {"kind": "choice", "labels": {label: f"The writer sounds {label}." for label in LABELS}},
        "drift": {
            "reference": {"first": START, "last": START + timedelta(days=1)},
            "columns": [
                {"name": "output", "of": "output"},
                {"name": "confidence", "of": "confidence"},
                {"name": "words", "of": "input", "measure": "words"},
            ],
            "permutations": 99,
        },
        "sampling": {"budget": 24},
        "labeling": {"backend": "replay", "overlap": 3, "options": {"answers": "replay.jsonl"}},
        "gates": {"quarantined_share": 0.2},
        "benchmark": {"metrics": ["accuracy", "f1"], "slices": ["channel"]},
    }


def _day(number: int, events: int, answers: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    random_of_day = random.Random(number)
    day = START + timedelta(days=number)
    lines = [_line(_event(random_of_day, day, index, answers)) for index in range(events)]
    feedback = list(_feedback(random_of_day, number, events))
    half = events // 2
    mixed = "".join(lines[half:]) + '{"type":"event","id":"cut off' + "\n" + _line({"id": "no input"})
    files = {
        "events-1.jsonl": "".join(lines[:half]).encode(),
        "events-2.jsonl.gz": gzip.compress(mixed.encode(), mtime=0),
        "feedback.jsonl": "".join(map(_line, feedback)).encode(),
    }
    if number % 2:
        files["events-1 (copy).jsonl"] = files["events-1.jsonl"]
    return ((f"dt={day}/{name}", content) for name, content in files.items())


def _event(drawn: random.Random, day: date, index: int, answers: dict[str, Any]) -> dict[str, Any]:
    feeling = drawn.choice(LABELS)
    text = f"{drawn.choice(OPENINGS)} {drawn.choice(JUDGEMENTS[feeling])}{drawn.choice(CLOSINGS)}"
    if day >= START + timedelta(days=2) and drawn.random() < 0.7:
        text = f"{text} {drawn.choice(LONGER)}"
    answers.setdefault(text, _answers(text, feeling))
    right = drawn.random() < 0.8
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=drawn.randrange(86_400))
    return {
        "type": "event",
        "id": f"e-{day}-{index}",
        "occurred_at": moment.isoformat(),
        "model": "lexicon-1",
        "input": text,
        "output": feeling if right else drawn.choice(LABELS),
        "confidence": round(drawn.uniform(0.6, 1) if right else drawn.uniform(0.34, 0.8), 3),
        "attributes": {"channel": drawn.choice(CHANNELS)},
        "user_id": f"u-{drawn.randrange(40)}",
    }


def _answers(text: str, feeling: str) -> list[dict[str, str]]:
    drawn = random.Random(text)
    given = [feeling if drawn.random() < 0.8 else drawn.choice(LABELS) for _ in range(4)]
    return [{"annotator": f"ann_{slot}", "answer": answer} for slot, answer in enumerate(given, 1)]


def _feedback(drawn: random.Random, number: int, events: int) -> Iterator[dict[str, Any]]:
    for signal in range(events // 10):
        about = START + timedelta(days=number - drawn.randrange(min(number, 2) + 1))  # up to two days late
        moment = datetime(about.year, about.month, about.day, tzinfo=UTC) + timedelta(hours=50)
        yield {
            "type": "feedback",
            "id": f"f-{number}-{signal}",
            "event_id": f"e-{about}-{drawn.randrange(events)}",
            "occurred_at": moment.isoformat(),
            "annotator_kind": "end_user",
            "signal": "thumb",
            "value": drawn.choice(("up", "down")),
        }


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
