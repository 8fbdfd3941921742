"""A whole home with one small project: a declaration, three days of inbox files and past answers to replay."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from gt_platform.declaration import load_project
from gt_platform.project import Project
from gt_platform.settings import Settings

DAYS = (date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7))
PER_DAY = 60
BUDGET = 12
LABELS = {"negative": "unhappy", "neutral": "neither", "positive": "happy"}


def make_home(home: Path, *, days: tuple[date, ...] = DAYS, **changes: Any) -> Settings:
    """Write everything below `home`; `changes` override top-level keys of the declaration."""
    settings = Settings(home=home, projects=home / "projects")
    write_project(home / "projects" / "small", **changes)
    for day in days:
        write_day(home, day)
    answers = [{"input": text, "answers": _answers(text)} for day in DAYS for text in _texts(day)]
    (home / "replay.jsonl").write_bytes(_lines(answers))
    return settings


def small(settings: Settings) -> Project:
    """The project of such a home."""
    return load_project(settings.projects / "small")


def write_project(folder: Path, **changes: Any) -> None:
    """A declaration that any home can use."""
    declared: dict[str, Any] = {
        "name": folder.name,
        "question": "How does it feel?",
        "owners": ["team:language"],
        "inbox": "inbox/dt={day}",
        "start": DAYS[0],
        "answer": {"kind": "choice", "labels": LABELS},
        "drift": {
            "reference": {"first": DAYS[0], "last": DAYS[0]},
            "columns": [{"name": "output", "of": "output"}, {"name": "confidence", "of": "confidence"}],
            "permutations": 99,
        },
        "sampling": {"budget": BUDGET},
        "labeling": {"backend": "replay", "overlap": 3, "options": {"answers": "replay.jsonl"}},
        "truth": "annotators",
        "gates": {"agreement": 0.5, "score": {"metric": "accuracy", "at_least": 0.2}},
        "benchmark": {"metrics": ["accuracy"], "slices": ["channel"]},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "project.yaml").write_text(yaml.safe_dump(declared | changes), encoding="utf-8")
    (folder / "guidelines.md").write_text("Read it twice.", encoding="utf-8")


def write_day(home: Path, day: date, name: str = "events.jsonl.gz", *, count: int = PER_DAY) -> Path:
    """A day's events, with a thumb on every tenth and one line that is no JSON."""
    records: list[dict[str, Any]] = [_event(day, number, text) for number, text in enumerate(_texts(day)[:count])]
    thumbs = [_thumb(record) for record in records[::10]]
    file = home / "inbox" / f"dt={day}" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    content = _lines(records + thumbs) + b'{"broken": \n'
    file.write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    return file


def _texts(day: date) -> list[str]:
    return [f"text {number} of {day}" for number in range(PER_DAY)]


def _event(day: date, number: int, text: str) -> dict[str, Any]:
    return {
        "type": "event",
        "id": f"{day}-{number}",
        "occurred_at": (datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=number)).isoformat(),
        "model": "m-1",
        "input": text,
        "output": ("positive", "neutral", "negative")[number % 3],
        "confidence": 0.5 + (number % 50) / 100,
        "attributes": {"channel": "web" if number % 2 else "app"},
    }


def _thumb(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "feedback",
        "id": f"f-{event['id']}",
        "event_id": event["id"],
        "occurred_at": event["occurred_at"],
        "annotator_kind": "end_user",
        "signal": "thumb",
        "value": "down",
    }


def _answers(text: str) -> list[dict[str, str]]:
    """Two of three say what the model says of the first two texts of three; all call the third neutral."""
    number = int(text.split()[1])
    given = ("positive", "neutral", "neutral")[number % 3]
    return [
        {"annotator": f"a{slot}", "answer": given if slot < 3 or number % 3 == 2 else "negative"} for slot in (1, 2, 3)
    ]


def _lines(records: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)
