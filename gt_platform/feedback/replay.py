"""Quarantined records out as text an engineer can correct, and the corrected ones in again.

A file of corrected lines is a file like any other, with a ledger row of its own.
"""

import base64
from datetime import date
from pathlib import Path
from typing import Any

from gt_platform.canonical import canonical, digest
from gt_platform.feedback.asked import refuse_otherwise
from gt_platform.feedback.inbox import ledgered
from gt_platform.feedback.ingest import Arriving, Ingested, summed, take_in
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.records import Parser
from gt_platform.scratch import scratch

REPLAYS_FOLDER = "replays"  # in the ledger only; a replayed file is not copied into the inbox

# A replayed line that was quarantined again is left out: the record it should replace still waits itself.
WAITING = """
    SELECT quarantine_id, reason, detail, files.path AS file, line, raw
    FROM quarantine JOIN files USING (file_id) ANTI JOIN replays USING (quarantine_id)
    WHERE NOT starts_with(files.path, ?) AND ($2 IS NULL OR reason = $2)
    ORDER BY quarantine.frame_day, file, line, byte_offset
"""


def export_quarantined(store: Store, *, reason: str | None = None) -> str:
    """Records that wait in quarantine as JSONL: quarantine_id, reason, detail, file, line, and raw to be corrected.

    Bytes that are not UTF-8 come as `raw_base64`. A file that could not be read at all has neither.
    """
    rows = store.read(WAITING.replace("?", "$1"), [f"{REPLAYS_FOLDER}/", reason]).iter_rows(named=True)
    return "".join(f"{canonical(_readable(row))}\n" for row in rows)


def replay(store: Store, project: Project, fixed: Path, *, today: date) -> Ingested:
    """Take in corrected lines; those still wrong are quarantined again, those taken in are noted in `replays`.

    They join the first frame from `today` on that is not sampled. Doing it twice changes nothing. Raises ProjectError
    where events came in before under another `ask`.
    """
    refuse_otherwise(store, project)
    sha256 = digest(fixed.read_bytes())
    path = f"{REPLAYS_FOLDER}/{sha256}.jsonl"
    with Parser() as parser, scratch("replay") as folder, fixed.open("rb") as stream:
        file = Arriving(path=path, version=sha256, day=None, stream=stream)
        landed = take_in(store, project, file, parser, folder, known=ledgered(store), today=today, purpose="replay")
    return summed([landed] if landed else [])


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    raw = row.pop("raw")
    try:
        return row | {"raw": None if raw is None else raw.decode()}
    except UnicodeDecodeError:
        return row | {"raw_base64": base64.b64encode(raw).decode()}
