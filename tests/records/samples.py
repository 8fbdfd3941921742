"""Records and files of them, for tests of reading and of ingest."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[3] / "shared" / "data"


def event(number: int, **changes: Any) -> dict[str, Any]:
    """A sound event; a field changed to `...` is left out."""
    record = {
        "id": f"e-{number}",
        "occurred_at": "2026-01-05T08:00:00Z",
        "model": "m-1",
        "input": f"text {number}",
        "output": "positive",
        "confidence": 0.9,
    }
    return {name: value for name, value in (record | changes).items() if value is not ...}


def feedback(number: int, **changes: Any) -> dict[str, Any]:
    """A sound thumb on the event of the same number; a field changed to `...` is left out."""
    record = {
        "id": f"f-{number}",
        "event_id": f"e-{number}",
        "occurred_at": "2026-01-06T08:00:00Z",
        "annotator_kind": "end_user",
        "signal": "thumb",
        "value": "down",
    }
    return {name: value for name, value in (record | changes).items() if value is not ...}


def lines(*records: Any) -> bytes:
    """Records as JSONL; bytes are lines as they are."""
    return b"".join((r if isinstance(r, bytes) else json.dumps(r).encode()) + b"\n" for r in records)
