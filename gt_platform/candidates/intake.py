"""Taking in what a candidate answered: to known items, an answer once, and what failed anew as the next attempt.

All of one call in one transaction; the same again changes nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from gt_platform.candidates.answers import UNTAKEN, Answers
from gt_platform.candidates.errors import CandidateError
from gt_platform.canonical import canonical, digest
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import PREDICTIONS, RUNS
from gt_platform.records import shown

Outcome = Literal["running", "finished", "stopped"]
ITEMS = """
    WITH known AS (
        SELECT item_id FROM items SEMI JOIN named_rows ON named_rows.id = items.item_id
        UNION SELECT item_id FROM events SEMI JOIN named_rows ON named_rows.id = events.item_id
    )
    SELECT line, arg_min(item_id, rank) AS item_id FROM (
        SELECT n.line, n.rank, k.item_id FROM named_rows n JOIN known k ON k.item_id = n.id WHERE n.how = 'item'
        UNION ALL
        SELECT n.line, n.rank, e.item_id FROM named_rows n JOIN events e ON e.event_id = n.id WHERE n.how = 'event'
    ) GROUP BY line
"""
# what failed and came to an answer in one file did so in that order
COMPARED = """
    WITH given AS (
        SELECT *, count(DISTINCT content_digest) FILTER (output IS NOT NULL)
                      OVER (PARTITION BY item_id, repetition) AS outputs,
               row_number() OVER (PARTITION BY item_id, repetition, content_digest ORDER BY line) AS again
        FROM given_rows
    ), standing AS (
        SELECT item_id, repetition, max(attempt) AS attempts, list(content_digest) AS digests,
               any_value(output::VARCHAR) FILTER (output IS NOT NULL) AS answered
        FROM predictions SEMI JOIN given_rows USING (item_id, repetition) WHERE candidate = $candidate GROUP BY ALL
    ), told AS (
        SELECT g.*, s.answered, coalesce(s.attempts, 0) AS attempts,
               CASE WHEN list_contains(s.digests, g.content_digest) THEN 'known'
                    WHEN s.answered IS NOT NULL THEN 'conflict' WHEN g.outputs > 1 THEN 'twice'
                    WHEN g.again > 1 THEN 'known' ELSE 'new' END AS how
        FROM given g LEFT JOIN standing s ON s.item_id = g.item_id AND s.repetition = g.repetition
    )
    SELECT *, (attempts + row_number() OVER (PARTITION BY item_id, repetition, how ORDER BY output IS NOT NULL, line)
               )::INTEGER AS attempt
    FROM told ORDER BY line
"""
ALIKE = "SELECT DISTINCT candidate FROM runs WHERE lower(candidate) = lower($candidate) AND candidate <> $candidate"
BEFORE = """
    SELECT count(*) FROM runs WHERE candidate = $candidate AND source = $source AND meta::VARCHAR = $meta
    AND file_sha256 IS NOT DISTINCT FROM $file_sha256
"""
SEEN = "SELECT count(*) FROM runs WHERE candidate = $candidate AND file_sha256 = $file_sha256"
UNKNOWN = "it is to no item of the project: none of its ids is known, nor its input"
NEW = ("item_id", "repetition", "attempt", "output", "error", "confidence", "seconds", "cost", "content_digest")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Rows that became predictions, that stood there already, and that were refused: line, reason, detail and raw."""

    taken: int
    known: int
    refused: pl.DataFrame

    def __add__(self, other: "Taken") -> "Taken":
        refused = pl.concat([self.refused, other.refused])
        return Taken(taken=self.taken + other.taken, known=self.known + other.known, refused=refused)


NOTHING = Taken(taken=0, known=0, refused=pl.DataFrame(schema=UNTAKEN))


@dataclass(kw_only=True)
class Run:
    """What brings predictions, and what it brought so far; it gets its id when it first brings something."""

    candidate: str
    source: str
    meta: Mapping[str, str] = field(default_factory=dict)
    file_sha256: str | None = None
    version: str | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    run_id: str | None = None
    so_far: Taken = NOTHING


def take_in(store: Store, run: Run, given: Answers, *, outcome: Outcome = "finished") -> Taken:
    """Take in answers of a run, and note in the ledger what became of them.

    Raises CandidateError for a name that differs from another candidate's by capitals alone: files and partitions are
    named by it.
    """

    def work(writer: Writer) -> tuple[str, Taken]:
        _refuse_alike(writer, run.candidate)
        run_id = run.run_id or _id_of(writer, run)
        known, unknown = _to_items(writer, given)
        found = writer.read(COMPARED, {"candidate": run.candidate}, frames={"given_rows": known})
        new = found.filter(how="new").select(NEW)
        writer.append(PREDICTIONS, new.with_columns(
            candidate=pl.lit(run.candidate), run_id=pl.lit(run_id), made_at=_now()))  # fmt: skip
        refused = pl.concat([given.rejected, unknown, _refused(found)]).sort("line", "reason")
        taken = Taken(taken=new.height, known=found.filter(how="known").height, refused=refused)
        if run.run_id or not _nothing_new(writer, run, taken):
            writer.put(RUNS, RUNS.frame([_row(run, run_id, run.so_far + taken, outcome)]))
        return run_id, taken

    run_id, taken = store.commit(f"predictions of {run.candidate}", work)
    run.run_id, run.so_far = run_id, run.so_far + taken
    return taken


def _refuse_alike(writer: Writer, candidate: str) -> None:
    alike = writer.read(ALIKE, {"candidate": candidate})["candidate"].to_list()
    if alike:
        raise CandidateError(
            f"there is a candidate {alike[0]}, and {candidate} differs from it by capitals alone; use its name, or one "
            "that differs more"
        )


def _id_of(writer: Writer, run: Run) -> str:
    told = _told(run)
    return digest(canonical([*told.values(), int(writer.read(BEFORE, told).item())]), 32)


def _told(run: Run) -> dict[str, str | None]:
    meta = canonical(dict(run.meta))
    return {"candidate": run.candidate, "source": run.source, "meta": meta, "file_sha256": run.file_sha256}


def _to_items(writer: Writer, given: Answers) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The answers with the items they are to, and those to none."""
    items = writer.read(ITEMS, frames={"named_rows": given.named})
    rows = given.rows.join(items, on="line", how="left", maintain_order="left")
    unknown = rows.filter(pl.col("item_id").is_null()).select(
        "line", "raw", reason=pl.lit("unknown_item"), detail=pl.lit(UNKNOWN)
    )
    return rows.filter(pl.col("item_id").is_not_null()), unknown.select(*UNTAKEN)


def _refused(found: pl.DataFrame) -> pl.DataFrame:
    rows = found.filter(pl.col("how").is_in(["conflict", "twice"])).iter_rows(named=True)
    told = [(row["line"], row["how"], _why(row), row["raw"]) for row in rows]
    return pl.DataFrame(told, schema=UNTAKEN, orient="row")


def _why(row: Mapping[str, object]) -> str:
    which = f"item {str(row['item_id'])[:12]}, repetition {row['repetition']}"
    if row["how"] == "twice":
        return f"{which} comes with different answers; say by `repetition` which is which, or leave one"
    if row["output"] is None:
        return f"{which} is answered already, and a failure takes no answer's place"
    return (
        f"{which} was answered otherwise before, {shown(row['answered'])}, or as surely not; a new version has a name "
        "of its own (--candidate v3), another answer of the same one its --repetition"
    )


def _nothing_new(writer: Writer, run: Run, taken: Taken) -> bool:
    """Whether a file came again as it was; what lies in a folder is noted again, or it would be read for ever."""
    if run.version is not None or run.file_sha256 is None or taken.taken:
        return False
    asked = {"candidate": run.candidate, "file_sha256": run.file_sha256}
    return bool(writer.read(SEEN, asked).item())


def _row(run: Run, run_id: str, total: Taken, outcome: Outcome) -> dict[str, object]:
    reasons = Counter(total.refused["reason"].to_list())
    return _told(run) | {
        "run_id": run_id,
        "version": run.version,
        "taken": total.taken,
        "known": total.known,
        "refused": total.refused.height,
        "reasons": canonical(dict(reasons)),
        "outcome": outcome,
        "started_at": run.started_at,
        "finished_at": datetime.now(UTC),
    }


def _now() -> pl.Expr:
    return pl.lit(datetime.now(UTC)).dt.cast_time_unit("us")
