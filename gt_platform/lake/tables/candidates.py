"""What candidates answered: systems that are not in production, asked about items."""

from gt_platform.lake.tables.columns import CONTENT_DIGEST, ITEM_ID, Column, Table

CANDIDATE = Column("candidate", "VARCHAR", "The candidate's name, which names its version too")
RUN_ID = Column("run_id", "VARCHAR", "Digest of candidate, source, content and meta, and of how often these came")

RUNS = Table(
    "runs",
    "Ledger of what brought predictions: a file, a command, an address or a function, each time it brought some. Of "
    "its rows: taken + known + refused.",
    ("run_id",),
    (
        RUN_ID,
        CANDIDATE,
        Column("source", "VARCHAR", "Where they are from: a file's path, a command, an address, a function's name"),
        Column("file_sha256", "VARCHAR", "Digest of the file's bytes; none where it was no file", nullable=True),
        Column(
            "version",
            "VARCHAR",
            "Of a file below candidates/: ETag on S3, size and modification time in a folder",
            nullable=True,
            volatile=True,
        ),
        Column("meta", "JSON", "What was said of it: git, prompt, parameters, environment"),
        Column("taken", "BIGINT", "Rows that became predictions"),
        Column("known", "BIGINT", "Rows that stood there already with the same content"),
        Column("refused", "BIGINT", "Rows that were not taken"),
        Column("reasons", "JSON", "How many were not taken, by reason"),
        Column("outcome", "VARCHAR", "finished, stopped (what came is kept), or running: also where it was killed"),
        Column("started_at", "TIMESTAMPTZ", "When it began", volatile=True),
        Column("finished_at", "TIMESTAMPTZ", "When it last brought something", volatile=True),
    ),
)

PREDICTIONS = Table(
    "predictions",
    "What each candidate answered to each item, as it came, invalid answers too. Append-only: what failed may be asked "
    "again, which is the next attempt; an answer stands.",
    ("candidate", "item_id", "repetition", "attempt"),
    (
        CANDIDATE,
        ITEM_ID,
        Column("repetition", "INTEGER", "1, 2, …: which of several answers to the same item"),
        Column("attempt", "INTEGER", "1, 2, …: how often it was asked for that one, as far as that is known"),
        Column("output", "JSON", "What it answered, as it came; none where it failed", nullable=True),
        Column("error", "VARCHAR", "Why there is no output", nullable=True),
        Column("confidence", "DOUBLE", "Its own probability of being right, 0 to 1", nullable=True),
        Column("seconds", "DOUBLE", "How long it took", nullable=True),
        Column("cost", "DOUBLE", "What it cost, in whatever whoever sent it counts in", nullable=True),
        Column("run_id", "VARCHAR", "The run that brought it"),
        CONTENT_DIGEST,
        Column("made_at", "TIMESTAMPTZ", "When it came in", volatile=True),
    ),
)
