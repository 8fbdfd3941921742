# ruff: noqa: S608  -- every name in these statements comes from tables.py, every value is a parameter
"""One file's records into the tables, in one transaction: all of it, once, or nothing.

Deciding what is new, repeated or contradictory is done on sets, in SQL, inside that transaction.
"""

from collections.abc import Callable, Iterator, Set
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from gt_platform.errors import GroundTruthError
from gt_platform.feedback.invalid import count
from gt_platform.lake import Writer
from gt_platform.lake.pseudonyms import DIGEST, Key
from gt_platform.lake.tables import EVENTS, FEEDBACK, FILES, QUARANTINE, REPLAYS, Table
from gt_platform.records import Parsed, quarantine_id

TABLES: dict[str, Table] = {"event": EVENTS, "feedback": FEEDBACK}
PARTS_AT_ONCE = 2  # of 50,000 rows each: bounds memory, and makes data files of a sensible size
BYTES_AT_ONCE = 64 << 20  # where lines are long, one part is enough
_WHY = ("reason", "detail")
_TOLD = "it is of somebody or something that was erased, so nothing of it was kept"
STANDS = """
    SELECT EXISTS (FROM files WHERE file_id = ?) AS known, (SELECT list(DISTINCT frame_day) FROM sample) AS sampled,
           EXISTS (FROM erased) AS erased
"""
_REFUSED = """
    WITH staged AS (
        SELECT line, replays, row_number() OVER (PARTITION BY replays ORDER BY line) AS time
        FROM read_parquet($parts, union_by_name = true)
    )
    SELECT staged.line, 'conflict' AS reason, CASE
            WHEN quarantine.quarantine_id IS NULL THEN format('there is no quarantined record {}', replays)
            WHEN done.quarantine_id IS NULL THEN format('{} is replayed by an earlier line of this file', replays)
            ELSE format('{} was replayed before, by line {} of {}', replays, done.line, files.path)
        END AS detail
    FROM staged
    LEFT JOIN quarantine ON quarantine.quarantine_id = replays
    LEFT JOIN replays done ON done.quarantine_id = replays
    LEFT JOIN files ON files.file_id = done.file_id
    WHERE quarantine.quarantine_id IS NULL OR done.quarantine_id IS NOT NULL OR time > 1
"""


_ERASED = {
    "event": {"event_id": "event", "item_id": "item", "user_id": "user"},
    "feedback": {"event_id": "event", "feedback_id": "feedback", "annotator_id": "user"},
}
"""By kind of record, what it is known by when it comes again, and as which kind of `erased`."""


class ConservationError(GroundTruthError):
    """A file's lines do not add up; nothing of it was written."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A file as the ledger knows it; `day` is the one its path names."""

    file_id: str
    path: str
    version: str
    sha256: str
    bytes: int
    day: date | None


@dataclass(frozen=True, kw_only=True)
class Landed:
    """What became of a file's lines."""

    lines: int = 0
    events: int = 0
    feedback: int = 0
    duplicates: int = 0
    quarantined: int = 0


def land(
    writer: Writer,
    arrival: Arrival,
    parsed: Parsed,
    invalid: pl.DataFrame,
    *,
    today: date,
    key: Callable[[], Key],
) -> Landed | None:
    """Write a parsed file; None when the ledger has it already. Raises ConservationError.

    `invalid` has its events whose output is no valid answer, as `invalid.unreadable` finds them. The `key` is asked for
    where anything was erased: what comes again of it is counted, and not taken in. Raises LakeError without one.
    """
    known, sampled, erased = writer.read(STANDS, [arrival.file_id]).row(0)
    if known:
        return None
    frame_day = frame_for(arrival.day, today, set(sampled or ()))
    landing = _Landing(writer, arrival.file_id, parsed, frame_day, key() if erased else None)
    landed = landing.write()
    count(writer, landing.frame_day, invalid.join(landing.left_out, on="line", how="anti"))
    if landed.lines != landed.events + landed.feedback + landed.duplicates + landed.quarantined:
        raise ConservationError(f"{arrival.path}: {landed} does not add up; nothing of it was written")
    writer.append(FILES, _ledger_row(arrival, landing.frame_day, landed))
    return landed


def frame_for(wanted: date | None, today: date, sampled: Set[date]) -> date:
    """The frame a file joins: the one it names unless that is sampled, else the first from today on that is not."""
    if wanted is not None and wanted not in sampled:
        return wanted
    frame = today
    while frame in sampled:
        frame += timedelta(days=1)
    return frame


class _Landing:
    """The rows of one file on their way into the tables of one transaction."""

    def __init__(self, writer: Writer, file_id: str, parsed: Parsed, frame_day: date, key: Key | None) -> None:
        self.frame_day = frame_day
        self._key = key
        self._writer = writer
        self._file_id = file_id
        self._parsed = parsed
        self._quarantined = 0
        self._left_out = [pl.Series("line", [], pl.Int64)]

    @property
    def left_out(self) -> pl.DataFrame:
        """Lines of events that were not taken in."""
        return pl.concat(self._left_out).to_frame()

    def write(self) -> Landed:
        """Write every kind of row."""
        written = dict.fromkeys(TABLES, 0)
        duplicates = 0
        refused = self._refused_replays()
        replays = refused
        for kind, table in TABLES.items():
            for parts in _batches(self._parsed.parts(kind)):
                refused = self._without_erased(kind, parts, replays)
                repeated = self._not_new(table, parts, refused)
                set_aside = pl.concat([refused, repeated.filter("conflict").select("line", *_WHY)])
                self._set_aside(parts, set_aside)
                written[kind] += self._append_new(table, parts, pl.concat([repeated["line"], refused["line"]]))
                duplicates += repeated.height - int(repeated["conflict"].sum())
                self._note_replays(parts, set_aside)
        for part in self._parsed.parts("quarantine"):
            self._quarantine(pl.read_parquet(part))
        return Landed(
            lines=self._parsed.lines,
            events=written["event"],
            feedback=written["feedback"],
            duplicates=duplicates,
            quarantined=self._quarantined,
        )

    def _not_new(self, table: Table, parts: list[Path], refused: pl.DataFrame) -> pl.DataFrame:
        """Lines whose id stands for something already: the same content, or another, which is a conflict.

        What parts of this file before these hold stands in the table by now.
        """
        return self._writer.read(
            f"""
            WITH staged AS (
                SELECT {table.key[0]} AS id, content_digest, line FROM read_parquet($parts)
                WHERE line NOT IN (SELECT line FROM refused)
            ), first AS (
                SELECT id, min(line) AS line, arg_min(content_digest, line) AS content_digest FROM staged GROUP BY id
            ), kept AS (
                SELECT {table.key[0]} AS id, content_digest, line, file_id FROM {table.name}
                WHERE {table.key[0]} IN (SELECT id FROM first)
            ), standing AS (
                SELECT first.id, coalesce(kept.content_digest, first.content_digest) AS content_digest,
                    coalesce(kept.line, first.line) AS line, coalesce(kept.file_id, $file_id) AS file_id
                FROM first LEFT JOIN kept USING (id)
            )
            SELECT staged.line, staged.content_digest <> standing.content_digest AS conflict, 'conflict' AS reason,
                format('id {{}} stands for other content since line {{}} of {{}}; the first one stands, '
                    'so send what changed under an id of its own',
                    staged.id, standing.line, coalesce(files.path, 'this very file')) AS detail
            FROM staged JOIN standing USING (id) LEFT JOIN files ON files.file_id = standing.file_id
            WHERE standing.file_id <> $file_id OR standing.line <> staged.line
            ORDER BY staged.line
            """,
            {"parts": _names(parts), "file_id": self._file_id},
            frames={"refused": refused.select("line")},
        )

    def _append_new(self, table: Table, parts: list[Path], not_new: pl.Series) -> int:
        columns = [name for name in table.column_names() if name not in ("frame_day", "file_id")]
        rows = pl.read_parquet(parts, columns=columns)
        new = rows.filter(~pl.col("line").is_in(not_new.implode())) if len(not_new) else rows
        self._left_out += [not_new] if table is EVENTS else []
        return self._writer.append(table, self._stamped(new))

    def _set_aside(self, parts: list[Path], lines: pl.DataFrame) -> None:
        if not lines.is_empty():
            self._quarantine(
                self._writer.read(
                    "SELECT lines.*, byte_offset, raw_bytes, CASE WHEN reason <> 'erased' THEN raw END AS raw "
                    "FROM read_parquet($parts) JOIN lines USING (line)",
                    {"parts": _names(parts)},
                    frames={"lines": lines},
                )
            )

    def _quarantine(self, rows: pl.DataFrame) -> None:
        places = rows.select("line", "byte_offset").iter_rows()
        ids = [quarantine_id(self._file_id, line, offset) for line, offset in places]
        named = self._stamped(rows).with_columns(pl.Series("quarantine_id", ids, pl.String))
        self._quarantined += self._writer.append(QUARANTINE, named.select(QUARANTINE.column_names()))

    def _refused_replays(self) -> pl.DataFrame:
        """Lines that replace no quarantined record, or one that is replaced already."""
        parts = [part for kind in TABLES for part in self._parsed.parts(kind)]
        if self._parsed.purpose != "replay" or not parts:
            return pl.DataFrame(schema={"line": pl.Int64, "reason": pl.String, "detail": pl.String})
        return self._writer.read(_REFUSED, {"parts": _names(parts)})

    def _without_erased(self, kind: str, parts: list[Path], refused: pl.DataFrame) -> pl.DataFrame:
        """What is refused, and lines that are of somebody or something that was erased."""
        if self._key is None:
            return refused
        known_by = _ERASED[kind].items()
        terms = (f"({DIGEST.format(name)}, '{of}') IN (SELECT (id, kind) FROM erased)" for name, of in known_by)
        any_of = " OR ".join(terms)
        found = self._writer.read(
            f"SELECT line, 'erased' AS reason, '{_TOLD}' AS detail FROM read_parquet($parts) WHERE {any_of}",
            {"parts": _names(parts), **self._key.parameters},
        )
        return pl.concat([refused, found.filter(~pl.col("line").is_in(refused["line"].implode()))])

    def _note_replays(self, parts: list[Path], set_aside: pl.DataFrame) -> None:
        if self._parsed.purpose == "replay":
            taken_in = self._writer.read(
                "SELECT replays AS quarantine_id, $file_id AS file_id, line FROM read_parquet($parts) "
                "WHERE line NOT IN (SELECT line FROM set_aside)",
                {"parts": _names(parts), "file_id": self._file_id},
                frames={"set_aside": set_aside.select("line")},
            )
            self._writer.append(REPLAYS, taken_in)

    def _stamped(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(pl.lit(self.frame_day).alias("frame_day"), pl.lit(self._file_id).alias("file_id"))


def _batches(parts: list[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for part in parts:
        if batch and (len(batch) == PARTS_AT_ONCE or sum(one.stat().st_size for one in [*batch, part]) > BYTES_AT_ONCE):
            yield batch
            batch = []
        batch.append(part)
    if batch:
        yield batch


def _names(parts: list[Path]) -> list[str]:
    return [str(part) for part in parts]


def _ledger_row(arrival: Arrival, frame_day: date, landed: Landed) -> pl.DataFrame:
    given = {"file_id": arrival.file_id, "path": arrival.path, "version": arrival.version, "sha256": arrival.sha256}
    row = given | {"bytes": arrival.bytes, "frame_day": frame_day} | asdict(landed)
    return FILES.frame([row | {"seen_at": datetime.now(UTC)}])
