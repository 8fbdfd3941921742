"""The one definition of every table: its columns, its key, and what each means.

DuckDB shows these words as comments, `docs/tables.md` is made from them, and the write API takes its
checks from them. Nothing else in the platform lists columns by hand.
"""

from dataclasses import dataclass

SqlType = str


@dataclass(frozen=True)
class Column:
    """A column; `volatile` ones (clocks, run ids) are left out of content digests and comparisons."""

    name: str
    type: SqlType
    comment: str
    nullable: bool = False
    volatile: bool = False


@dataclass(frozen=True)
class Table:
    """A table of a project's schema. `key` names the columns that identify a row."""

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column_names(self, *, stable_only: bool = False) -> list[str]:
        """The columns in order; with `stable_only`, those that make up the content digest."""
        return [column.name for column in self.columns if not (stable_only and column.volatile)]


FRAME_DAY = Column("frame_day", "DATE", "The frame: the day this arrived for, never moved afterwards")
EVENT_ID = Column("event_id", "VARCHAR", "The producer's id, else the digest of the canonical content")
ITEM_ID = Column("item_id", "VARCHAR", "Digest of the canonical input: events with the same input share it")
FILE_ID = Column("file_id", "VARCHAR", "The inbox file it came from")
LINE = Column("line", "BIGINT", "Line (JSONL) or row (Parquet) in that file, from 1; 0 is the file itself")
CONTENT_DIGEST = Column("content_digest", "VARCHAR", "SHA-256 of the canonical record, to tell repeats from changes")
RESCUED = Column("rescued", "JSON", "Fields the format does not know, kept as they came", nullable=True)
GUIDELINE = Column("guideline_version", "VARCHAR", "Digest of the guidelines in force")
SCHEMA_VERSION = Column("schema_version", "VARCHAR", "Digest of the question and answer schema in force")
ANSWER = Column("answer", "JSON", "The answer, as the project's answer kind writes it")

FILES = Table(
    "files",
    "Ledger of inbox files, written in one transaction with their rows. For each row and in total: "
    "lines = events + feedback + annotations + duplicates + quarantined.",
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
        Column("annotations", "BIGINT", "Rows that became annotations"),
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
        Column("input", "JSON", "What the model was given"),
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
        Column("rater_kind", "VARCHAR", "end_user, expert, llm or code"),
        Column("rater_id", "VARCHAR", "Who gave it, as the producer names them", nullable=True),
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

DRIFT = Table(
    "drift",
    "One verdict per frame and column against the project's reference; column '*' is the frame as a whole.",
    ("frame_day", "column_name"),
    (
        FRAME_DAY,
        Column("column_name", "VARCHAR", "Drift column as declared in the project; '*' for the frame"),
        Column("statistic", "VARCHAR", "Evidently's name of the statistic", nullable=True),
        Column("value", "DOUBLE", "Its value", nullable=True),
        Column("threshold", "DOUBLE", "The value permutations exceed with probability alpha", nullable=True),
        Column("p_value", "DOUBLE", "Permutation p-value", nullable=True),
        Column("q_value", "DOUBLE", "The same after Benjamini-Hochberg over the frame's columns", nullable=True),
        Column("verdict", "VARCHAR", "drift, no_drift, insufficient_evidence or reference"),
        Column("n_reference", "BIGINT", "Rows of the reference"),
        Column("n_current", "BIGINT", "Rows of the frame"),
        Column("detail", "VARCHAR", "Why evidence was insufficient, or which columns drifted", nullable=True),
    ),
)

ROW_SCORES = Table(
    "row_scores",
    "How unlike the reference each event is, by a classifier that did not see it (out of fold).",
    ("event_id",),
    (
        EVENT_ID,
        FRAME_DAY,
        Column("drift_score", "DOUBLE", "Probability of being from this frame rather than the reference, 0 to 1"),
    ),
)

SAMPLE = Table(
    "sample",
    "Events drawn from a frame. The inclusion probability is what makes a score from them honest.",
    ("event_id",),
    (
        EVENT_ID,
        FRAME_DAY,
        ITEM_ID,
        Column("stratum", "VARCHAR", "The stratum of its frame it was drawn from"),
        Column("stratum_size", "BIGINT", "Events in that stratum"),
        Column("stratum_drawn", "BIGINT", "Events drawn from it"),
        Column("inclusion_probability", "DOUBLE", "Chance of having been drawn, over all phases; above 0, at most 1"),
        Column("design", "VARCHAR", "Name and digest of the sampling design"),
        Column("seed", "BIGINT", "Seed of the draw, from project, day, design and phase"),
        Column("phase", "INTEGER", "1 for the first draw of the frame; further draws count up"),
    ),
)

ASSIGNMENTS = Table(
    "assignments",
    "One item asked of one annotator. An item that has its answers is not asked again.",
    ("assignment_id",),
    (
        Column("assignment_id", "VARCHAR", "Digest of item, slot, guideline and schema version"),
        ITEM_ID,
        Column("slot", "INTEGER", "1 … overlap: which of the item's answers this is"),
        Column("input", "JSON", "What the annotator is shown"),
        Column("backend", "VARCHAR", "The labeling backend that asks it"),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("assigned_at", "TIMESTAMPTZ", "When it was made", volatile=True),
    ),
)

ANNOTATIONS = Table(
    "annotations",
    "One annotator's answer to one assignment. Append-only.",
    ("assignment_id",),
    (
        Column("assignment_id", "VARCHAR", "The assignment it answers"),
        ITEM_ID,
        Column("annotator", "VARCHAR", "Who answered, as the backend names them"),
        ANSWER,
        Column("comment", "VARCHAR", "The annotator's remark", nullable=True),
        Column("submitted_at", "TIMESTAMPTZ", "When it was handed in, as the backend says", nullable=True),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("collected_at", "TIMESTAMPTZ", "When the platform took it in", volatile=True),
    ),
)

REJECTIONS = Table(
    "rejections",
    "Answers that were handed in and not taken: invalid, not asked for, or a second one. Kept with the reason.",
    ("rejection_id",),
    (
        Column("rejection_id", "VARCHAR", "Digest of what was handed in"),
        Column("reason", "VARCHAR", "answer, unknown_assignment, same_annotator, already_answered, or a format reason"),
        Column("detail", "VARCHAR", "What exactly was wrong and what is allowed"),
        Column("raw", "JSON", "What was handed in"),
        Column("rejected_at", "TIMESTAMPTZ", "When the platform saw it", volatile=True),
    ),
)

ADJUDICATIONS = Table(
    "adjudications",
    "Rulings on items whose answers tied, filled by an engineer with `gt adjudicate`. Append-only.",
    ("item_id", "answers_digest"),
    (
        ITEM_ID,
        Column("answers_digest", "VARCHAR", "Digest of the annotations that were ruled on"),
        ANSWER,
        Column("adjudicator", "VARCHAR", "Who ruled"),
        Column("reasoning", "VARCHAR", "Why", nullable=True),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("ruled_at", "TIMESTAMPTZ", "When it was entered", volatile=True),
    ),
)

DECISIONS = Table(
    "decisions",
    "How each item's truth was settled. Append-only; the latest decision of an item stands.",
    ("decision_id",),
    (
        Column("decision_id", "VARCHAR", "Digest of item, status, answer and the annotations behind it"),
        ITEM_ID,
        Column("revision", "INTEGER", "1 for an item's first decision, then counting up"),
        Column("status", "VARCHAR", "consensus, adjudicated, imported, retired, or adjudicate: tied, waiting"),
        Column("answer", "JSON", "The settled answer; none while waiting or when retired", nullable=True),
        Column("method", "VARCHAR", "How it was settled"),
        Column("confidence", "DOUBLE", "Share of the answers behind the settled one, 0 to 1", nullable=True),
        Column("votes", "JSON", "Every answer with how many gave it"),
        Column("answers", "INTEGER", "How many annotations it rests on"),
        Column("answers_digest", "VARCHAR", "Digest of those annotations"),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("decided_at", "TIMESTAMPTZ", "When it was settled", volatile=True),
    ),
)

GROUND_TRUTH = Table(
    "ground_truth",
    "The standing truth of every item: the fold of `decisions`, which can always be rebuilt and compared.",
    ("item_id",),
    (
        ITEM_ID,
        Column("input", "JSON", "The item as annotators saw it"),
        ANSWER,
        Column("status", "VARCHAR", "consensus, adjudicated or imported"),
        Column("method", "VARCHAR", "How it was settled"),
        Column("confidence", "DOUBLE", "Share of the answers behind it, 0 to 1", nullable=True),
        Column("answers", "INTEGER", "How many annotations it rests on"),
        Column("decision_id", "VARCHAR", "The standing decision"),
        GUIDELINE,
        SCHEMA_VERSION,
    ),
)

RELEASES = Table(
    "releases",
    "Immutable versions of the ground truth. `SELECT * FROM ground_truth AT (VERSION => snapshot_id)` reads one.",
    ("release",),
    (
        Column("release", "INTEGER", "1, 2, 3, …"),
        Column("digest", "VARCHAR", "SHA-256 of its content, whatever the file layout"),
        Column("parent_digest", "VARCHAR", "Digest of the release before", nullable=True),
        Column("items", "BIGINT", "Items in it"),
        Column("added", "BIGINT", "Items that are new"),
        Column("changed", "BIGINT", "Items whose answer changed"),
        Column("retired", "BIGINT", "Items that left"),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("snapshot_id", "BIGINT", "The lake snapshot that holds it for ever", volatile=True),
        Column("bundle", "VARCHAR", "The frozen bundle in the lake's storage", volatile=True),
        Column("released_at", "TIMESTAMPTZ", "When it was published", volatile=True),
    ),
)

CHANGELOG = Table(
    "changelog",
    "What each release added, changed and retired.",
    ("release", "item_id"),
    (
        Column("release", "INTEGER", "The release"),
        ITEM_ID,
        Column("change", "VARCHAR", "added, changed or retired"),
        Column("before", "JSON", "The answer in the release before", nullable=True),
        Column("after", "JSON", "The answer in this release", nullable=True),
    ),
)

SCORES = Table(
    "scores",
    "Metrics of the production model, each with its interval, its n and how it was estimated.",
    ("release", "model", "metric", "label", "scope", "period", "slice", "estimand"),
    (
        Column("release", "INTEGER", "The release it was measured against"),
        Column("model", "VARCHAR", "The model; '*' for all that served"),
        Column("metric", "VARCHAR", "accuracy, precision, recall, f1, absolute_error, exact_match, token_f1, …"),
        Column("label", "VARCHAR", "The class a per-class metric is about, else '*'"),
        Column("scope", "VARCHAR", "all, week or day"),
        Column("period", "VARCHAR", "First day of the week or the day, ISO; '*' for all"),
        Column("slice", "VARCHAR", "attribute=value, or '*' for everything"),
        Column("estimand", "VARCHAR", "production: the whole frame, by design; release: only the labeled items, plain"),
        Column("estimate", "DOUBLE", "The score; none without enough evidence", nullable=True),
        Column("low", "DOUBLE", "Lower bound of the 95 % interval", nullable=True),
        Column("high", "DOUBLE", "Upper bound of the 95 % interval", nullable=True),
        Column("n", "BIGINT", "Labeled events it rests on"),
        Column("population", "BIGINT", "Events it speaks for"),
        Column("method", "VARCHAR", "Estimator and interval"),
        Column("verdict", "VARCHAR", "pass, fail, insufficient_evidence, or none where no gate is declared"),
    ),
)

TABLES: tuple[Table, ...] = (
    FILES, EVENTS, FEEDBACK, QUARANTINE, REPLAYS, DRIFT, ROW_SCORES, SAMPLE, ASSIGNMENTS, ANNOTATIONS, REJECTIONS,
    ADJUDICATIONS, DECISIONS, GROUND_TRUTH, RELEASES, CHANGELOG, SCORES,
)  # fmt: skip

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
