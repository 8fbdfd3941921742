"""One more day of the demo: the last day's events once more, on texts that nobody has seen, with answers to them."""

import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any


def write(home: Path, last: date, nights: int) -> date:
    """Put the day that comes `nights` after `last` into the inbox, and its answers into what experts replay."""
    day, mark = last + timedelta(days=nights), f" ({nights})"
    events = _read(gzip.decompress((home / "inbox" / f"dt={last}" / "events.jsonl.gz").read_bytes()))
    known = {record["input"]: record for record in _read((home / "replay.jsonl").read_bytes())}
    answers = {event["input"]: known[event["input"]] for event in events}
    for event in events:
        moved = event["occurred_at"].replace(last.isoformat(), day.isoformat())
        event |= {"id": f"{event['id']}-{nights}", "input": event["input"] + mark, "occurred_at": moved}
    again = [answer | {"input": text + mark} for text, answer in answers.items()]
    folder = home / "inbox" / f"dt={day}"
    folder.mkdir()
    (folder / "events.jsonl.gz").write_bytes(gzip.compress(_lines(events)))
    (home / "replay.jsonl").write_bytes(_lines([*known.values(), *again]))
    return day


def _read(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def _lines(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
