"""The demo's world: 42 days of real texts, real model outputs and real human ratings, as files in an inbox.

Plays production, its users, its annotators, and the expert who checks a few of their answers. It never touches the
lake; the gold of all other texts is hidden from the platform, and read by `grade` alone.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from gt_platform.demo.dataset import RatedText, load
from gt_platform.demo.model import MODEL, Output, load_model
from gt_platform.demo.ratings import Split, answer, split
from gt_platform.demo.traffic import DATES, SEED, Arrival, arrivals, draws

REPLAY = "replay.jsonl"
HIDDEN_GOLD = "hidden_gold.jsonl"
EXPERT = "expert"  # who says, of the few texts put to them, what all of a text's other ratings come to
FEEDBACK = 0.1  # share of events an end user reacts to
SAME_DAY = 0.7  # share of feedback that arrives on the event's own day
LATEST = 7  # days after which all feedback is in
CORRECTED = 0.3  # share of end users who say what they would have said, where they would have said otherwise
DAY = timedelta(days=1)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""
Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class World:
    """What arrives in the inbox below `home`, day by day; `expert` has what the expert says of each text."""

    home: Path
    events: dict[date, list[Record]]
    feedback: dict[date, list[Record]]
    expert: dict[str, str]

    @property
    def days(self) -> tuple[date, ...]:
        """The days in order."""
        return tuple(self.events)

    def write_day(self, day: date) -> list[Path]:
        """Put a day's files into the inbox, leaving alone what is there already. Returns their paths."""
        folder = self.home / "inbox" / f"dt={day.isoformat()}"
        files = [folder / "events.jsonl.gz"]
        # Without a name and a time in its header, the same content gives the same bytes.
        _write(files[0], gzip.compress(_lines(self.events[day]), mtime=0))
        if self.feedback.get(day):
            files.append(folder / "feedback.jsonl")
            _write(files[1], _lines(self.feedback[day]))
        return files


def build(home: Path, progress: Progress | None = None, *, cache: Path | None = None, seed: int = SEED) -> World:
    """Make the world from the real data; write the experts' answers and the hidden gold. Raises DatasetError."""
    tell = progress or (lambda _what, _done, _total: None)
    tell("fetching the data", 0, 1)
    texts = load(cache)
    tell("fetching the data", 1, 1)
    return make(home, texts, load_model(), tell, seed=seed)


def make(
    home: Path, texts: Sequence[RatedText], model: Callable[[str], Output], tell: Progress, *, seed: int = SEED
) -> World:
    """The world of given texts and a given model."""
    plan = arrivals(texts, seed=seed)
    used = {arrival.text.text: arrival.text for day in plan.values() for arrival in day}
    splits = {text: split(rated, seed) for text, rated in used.items()}
    outputs = {}
    for done, text in enumerate(used, 1):
        outputs[text] = model(text)
        tell("running the model", done, len(used))
    _write(home / REPLAY, _lines(_replayed(text, splits[text]) for text in used))
    _write(home / HIDDEN_GOLD, _lines(_gold(rated, splits[text]) for text, rated in used.items()))
    events = {day: [_event(arrival, outputs[arrival.text.text]) for arrival in plan[day]] for day in plan}
    expert = {text: dealt.gold_answer for text, dealt in splits.items()}
    return World(home=home, events=events, feedback=_feedback(plan, outputs, splits, seed), expert=expert)


def _event(arrival: Arrival, output: Output) -> Record:
    return {
        "type": "event",
        "id": arrival.event_id,
        "occurred_at": _iso(arrival.occurred_at),
        "model": MODEL,
        "input": arrival.text.text,
        "output": output.label,
        "confidence": output.confidence,
        "attributes": {"channel": arrival.text.domain},
    }


def _feedback(
    plan: dict[date, list[Arrival]], outputs: dict[str, Output], splits: dict[str, Split], seed: int
) -> dict[date, list[Record]]:
    """Feedback by the day it arrives; what would arrive after the last day never does."""
    arriving: dict[date, list[Record]] = defaultdict(list)
    for arrival in (arrival for day in plan.values() for arrival in day):
        rng = draws(seed, "feedback", arrival.event_id)
        if rng.random() < FEEDBACK:
            delay = 0 if rng.random() < SAME_DAY else rng.randint(1, LATEST)
            moment = _moment(arrival.occurred_at, delay, rng.random())
            text = arrival.text.text
            said = _said(arrival.event_id, answer(splits[text].end_user), outputs[text].label, seed)
            arriving[moment.date()].append(_reaction(arrival.event_id, moment) | said)
    return {day: sorted(arriving[day], key=lambda record: record["occurred_at"]) for day in DATES if day in arriving}


def _moment(occurred_at: datetime, delay: int, fraction: float) -> datetime:
    midnight = datetime.combine(occurred_at.date(), time(), UTC) + delay * DAY
    earliest = max(occurred_at, midnight)
    return (earliest + fraction * (midnight + DAY - earliest)).replace(microsecond=0)


def _said(event_id: str, would_say: str, output: str, seed: int) -> Record:
    if would_say == output:
        return {"signal": "thumb", "value": "up"}
    if draws(seed, "correction", event_id).random() < CORRECTED:
        return {"signal": "correction", "value": would_say}
    return {"signal": "thumb", "value": "down"}


def _reaction(event_id: str, moment: datetime) -> Record:
    return {
        "type": "feedback",
        "id": f"f-{event_id.removeprefix('e-')}",
        "event_id": event_id,
        "occurred_at": _iso(moment),
        "rater_kind": "end_user",  # as 0.1.0 named it: every id of what is in these files follows from their bytes
    }


def _replayed(text: str, dealt: Split) -> Record:
    # The data are anonymous: an annotator's name is the column of the rating, the same human or not from text to text.
    answers = [{"annotator": f"rater-{column:02}", "answer": answer(rating)} for column, rating in dealt.experts]
    return {"input": text, "answers": answers, "expert": {"annotator": EXPERT, "answer": dealt.gold_answer}}


def _gold(rated: RatedText, dealt: Split) -> Record:
    gold = {"answer": dealt.gold_answer, "mean": round(dealt.gold_mean, 4), "ratings": len(dealt.gold)}
    return {"input": rated.text, "channel": rated.domain, **gold}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _lines(records: Iterable[Record]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def _write(file: Path, content: bytes) -> None:
    # The ledger looks at size and time: rewriting equal bytes would make every file a new version.
    if file.exists() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.tmp")
    temporary.write_bytes(content)
    temporary.replace(file)
