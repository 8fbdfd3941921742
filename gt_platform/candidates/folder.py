"""The folder beside a project's inbox, where candidates' files turn up: `candidates/<project>/<candidate>/*.jsonl`.

The ledger of runs says what was read: by path and version, so that a look opens no file.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from gt_platform.candidates.answers import NAMED, ROWS, UNTAKEN, Answers
from gt_platform.candidates.errors import CandidateError
from gt_platform.candidates.files import Read, read_stream
from gt_platform.candidates.intake import NOTHING, Run, Taken, take_in
from gt_platform.candidates.names import candidate_name
from gt_platform.lake import Store
from gt_platform.lake.entries import ROOT, Odd, Stored
from gt_platform.lake.listed import UnreadableError, reading
from gt_platform.lake.storage import Storage
from gt_platform.project import Project
from gt_platform.records import Parser
from gt_platform.scratch import scratch

META = "meta.json"
"""What is to be known of the runs of the files beside it."""
SEEN = "SELECT source, version FROM runs WHERE version IS NOT NULL"
Waiting = Mapping[str, list[Stored | Odd]]


@dataclass(frozen=True, kw_only=True)
class Folder:
    """What was taken in of a candidate's folder."""

    files: int
    taken: Taken


def beside(inbox_root: str, project: str) -> str | None:
    """The folder of a project's candidates, beside where its inbox begins; none beside a whole bucket."""
    above = inbox_root.rstrip("/").rpartition("/")
    if above[0].endswith(":/"):
        return None
    return f"{above[0]}{above[1]}candidates/{project}"


def waiting(store: Store, folder: Storage) -> Waiting:
    """Files that the ledger does not know in this version, by candidate; of one that cannot be called so, none."""
    found = folder.look()
    listed: list[Stored | Odd] = [*found.files, *found.odd]
    entries = [one for one in listed if one.path != ROOT and _candidate(one.path)]
    if not entries:
        return {}
    seen = set(store.read(SEEN).iter_rows())
    new: dict[str, list[Stored | Odd]] = {}
    for one in entries:
        if (one.path, one.version) not in seen and not one.path.endswith(f"/{META}"):
            new.setdefault(_candidate(one.path), []).append(one)
    return new


def take_in_folder(store: Store, project: Project, folder: Storage, parser: Parser, candidate: str) -> Folder:
    """Take in what waits of a candidate; a file that cannot be read is noted, and stops nothing else.

    Raises CandidateError where what is said of the runs cannot be read, StorageError where the folder cannot.
    """
    name, files, total = candidate_name(candidate), waiting(store, folder).get(candidate, []), NOTHING
    meta = _meta(folder, name) if files else {}
    for one in files:
        read = _read(folder, one, project, parser)
        run = Run(candidate=name, source=one.path, meta=meta, file_sha256=read.sha256 or None, version=one.version)
        total += take_in(store, run, read.answers)
    return Folder(files=len(files), taken=total)


def _candidate(path: str) -> str:
    """The candidate whose folder a file lies in; empty where it lies in none, or in one that no candidate can have."""
    name, slash, _ = path.partition("/")
    try:
        return candidate_name(name) if slash else ""
    except CandidateError:
        return ""


def _read(folder: Storage, entry: Stored | Odd, project: Project, parser: Parser) -> Read:
    try:
        with scratch("candidates") as room, reading(folder, entry, room) as stream:
            return read_stream(stream, entry.path, project, parser)
    except UnreadableError as error:
        refused = pl.DataFrame([(0, "file", str(error), None)], schema=UNTAKEN, orient="row")
        return Read(answers=Answers(rows=_none(ROWS), named=_none(NAMED), rejected=refused), sha256="")


def _none(schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


def _meta(folder: Storage, candidate: str) -> dict[str, str]:
    path = f"{candidate}/{META}"
    try:
        said = json.loads(folder.read(path))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise CandidateError(f"{folder.url}/{path} is no JSON: {error}") from None
    if not isinstance(said, dict):
        raise CandidateError(f'{folder.url}/{path} is to be an object, such as {{"git": "abc123"}}')
    return dict(_texts(said))


def _texts(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in said.items():
        yield key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
