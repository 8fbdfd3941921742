"""What arrives: the ledger of files, events, feedback, and what could not be read."""

from gt_platform.lake.tables.columns import (
    CONTENT_DIGEST,
    EVENT_ID,
    FILE_ID,
    FRAME_DAY,
    ITEM_ID,
    LINE,
    RESCUED,
    Column,
    Table,
)

FILES = Table(
    "files",
    "Ledger of inbox files, written in one transaction with their rows. For each row and in total: "
    "lines = events + feedback + duplicates + quarantined.",
    ("file_id",),
    (
        Column("file_id", "VARCHAR", "Digest of location, version and content"),
        Column("path", "VARCHAR", "Where it lay, below the inbox"),
        Column("version", "VARCHAR", "ETag on S3, size and modification time in a folder", volatile=True),
        Column("sha256", "VARCHAR", "SHA-256 of its bytes"),
        Column("bytes", "BIGINT", "Size as it lay"),
        FRAME_DAY,
        Column("lines", "BIGINT", "Records found; a file that cannot be read at all counts as one"),
        Column("events", "BIGINT", "Rows that became events"),
        Column("feedback", "BIGINT", "Rows that became feedback"),
        Column("duplicates", "BIGINT", "Rows already known with the same content"),
        Column("quarantined", "BIGINT", "Rows set aside with a reason"),
        Column("seen_at", "TIMESTAMPTZ", "When the ledger took it in", volatile=True),
    ),
)

EVENTS = Table(
    "events",
    "One row per production prediction. Append-only; every event is in exactly one frame.",
    ("event_id",),
    (
        EVENT_ID,
        FRAME_DAY,
        Column("occurred_at", "TIMESTAMPTZ", "When the model answered, as the producer says"),
        ITEM_ID,
        Column("model", "VARCHAR", "Name and version of the model"),
        Column("input", "JSON", "What the model was given, keys in the order they came in"),
        Column("output", "JSON", "What the model answered"),
        Column("confidence", "DOUBLE", "The model's own probability of being right, 0 to 1", nullable=True),
        Column("attributes", "JSON", "Anything else the producer sent along: channel, language, scores"),
        Column("session_id", "VARCHAR", "Conversation or session", nullable=True),
        Column("user_id", "VARCHAR", "Whoever was served, as the producer names them", nullable=True),
        RESCUED,
        CONTENT_DIGEST,
        FILE_ID,
        LINE,
    ),
)

FEEDBACK = Table(
    "feedback",
    "Signals about events, from end users, experts, LLM judges or code; never mixed. Joins events by event_id "
    "whenever it comes.",
    ("feedback_id",),
    (
        Column("feedback_id", "VARCHAR", "The producer's id, else the digest of the canonical content"),
        Column("event_id", "VARCHAR", "The event it is about, which may arrive later"),
        FRAME_DAY,
        Column("occurred_at", "TIMESTAMPTZ", "When it was given"),
        Column("annotator_kind", "VARCHAR", "end_user, expert, llm or code"),
        Column("annotator_id", "VARCHAR", "Who gave it, as the producer names them", nullable=True),
        Column("signal", "VARCHAR", "thumb, rating, correction or outcome"),
        Column("value", "JSON", 'thumb: "up" or "down"; rating: a number; correction: an answer; outcome: any'),
        Column("comment", "VARCHAR", "Free text that came with it", nullable=True),
        RESCUED,
        CONTENT_DIGEST,
        FILE_ID,
        LINE,
    ),
)

QUARANTINE = Table(
    "quarantine",
    "Every record that could not be taken in, with the reason and the raw bytes. `gt quarantine` replays fixed ones.",
    ("quarantine_id",),
    (
        Column("quarantine_id", "VARCHAR", "Digest of file and offset"),
        FRAME_DAY,
        FILE_ID,
        LINE,
        Column("byte_offset", "BIGINT", "Where it starts in the decompressed file", nullable=True),
        Column("raw_bytes", "BIGINT", "Its full length in bytes", nullable=True),
        Column("reason", "VARCHAR", "A short stable code: json, schema, time, conflict, file, …"),
        Column("detail", "VARCHAR", "What exactly was wrong and what is allowed"),
        Column("raw", "BLOB", "The bytes as they came; the first MiB of a longer record", nullable=True),
    ),
)

ATTEMPTS = Table(
    "attempts",
    "Every time an entry of the inbox was tried and the ledger gained no file: it could not be read, or held what the "
    "ledger has. Append-only; what failed three times is set aside: see the view `unread`.",
    ("path", "version", "number"),
    (
        Column("path", "VARCHAR", "Where it lay, below the inbox; . is the inbox itself"),
        Column("version", "VARCHAR", "As in `files`; of what is no readable file, when it was changed"),
        Column("number", "INTEGER", "1 for the first row of an entry in a version, then counting up"),
        Column(
            "outcome",
            "VARCHAR",
            "failed (it will be tried again), set_aside, again (somebody asked for that), gone, or unchanged",
        ),
        Column("tries", "INTEGER", "Failures so far; none before `again` and `gone`"),
        Column("reason", "VARCHAR", "Why, in a sentence"),
        Column("tried_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)

INVALID_OUTPUTS = Table(
    "invalid_outputs",
    "Events whose output is no valid answer of the project's kind, read as it declares now: counted by day, model and "
    "reason. Scores take them for wrong and say how many they are.",
    ("frame_day", "model", "reason"),
    (
        FRAME_DAY,
        Column("model", "VARCHAR", "Name and version of the model"),
        Column(
            "reason",
            "VARCHAR",
            "missing (null, or nothing at the declared path), not_a_number, or not_allowed by the answer kind",
        ),
        Column("outputs", "BIGINT", "How many events"),
        Column("event_id", "VARCHAR", "One of them"),
        Column("detail", "VARCHAR", "What was wrong with that one: of its text at most 200 characters"),
    ),
)

REPLAYS = Table(
    "replays",
    "Quarantined records that were fixed and taken in.",
    ("quarantine_id",),
    (
        Column("quarantine_id", "VARCHAR", "The quarantined record"),
        Column("file_id", "VARCHAR", "The file of fixed lines that replaced it"),
        LINE,
    ),
)
