"""What is settled, released and measured."""

from gt_platform.lake.tables.columns import (
    ANSWER,
    ANSWERS_DIGEST,
    EVENT_ID,
    GUIDELINE,
    ITEM_ID,
    SCHEMA_VERSION,
    Column,
    Table,
)

DECISIONS = Table(
    "decisions",
    "How each item's truth was settled. Append-only; the latest decision of an item stands. It is revised where its "
    "answers are new, or where what was learned since settles it otherwise; the evidence is as of then, and as of now "
    "in `settlements`.",
    ("item_id", "revision"),
    (
        Column(
            "decision_id",
            "VARCHAR",
            "Digest of item, status, answer and the annotations behind it: the same again where it was revised back",
        ),
        ITEM_ID,
        Column("revision", "INTEGER", "1 for an item's first decision, then counting up"),
        Column(
            "status",
            "VARCHAR",
            "Truth: consensus, adjudicated, imported, corrected, verified (by an outcome) or restored. None: retired, "
            "no_valid_answer (as a reviewer ruled; of both, events count in no score), or adjudicate: tied, waiting",
        ),
        Column(
            "answer",
            "JSON",
            "The settled answer; none while waiting, when retired or where there is no valid one",
            nullable=True,
        ),
        Column(
            "method",
            "VARCHAR",
            "How it was settled, and the evidence for settling it so; or adjudication, import, correction, retirement, "
            "outcome, which stand against what the same answers come to; or near_duplicate: as an item that it is like",
        ),
        Column(
            "confidence", "DOUBLE", "Share of the answers behind the leading one, or its probability", nullable=True
        ),
        Column("votes", "JSON", "Every answer with how many gave it"),
        Column("soft", "JSON", "Every answer with its probability, where the method knows it", nullable=True),
        Column(
            "reason",
            "VARCHAR",
            "Why it waits for adjudication; was corrected, retired, restored; an outcome's feedback_id, or by "
            "when none came",
            nullable=True,
        ),
        Column("answers", "INTEGER", "How many annotations it rests on"),
        ANSWERS_DIGEST,
        GUIDELINE,
        SCHEMA_VERSION,
        Column("decided_at", "TIMESTAMPTZ", "When it was settled", volatile=True),
        Column(
            "revised",
            "VARCHAR",
            "Why status or answer are not those of the revision before: answers (its own), guidelines, ruling, "
            "annotators (others' answers changed what is known of its annotators), gold, method, near_duplicate (the "
            "item it follows was), outcome, or what a person did: import, correction, retirement, restoration",
            nullable=True,
        ),
        Column(
            "actor",
            "VARCHAR",
            "Who imported, corrected, retired or restored it; of an outcome, the kind of annotator, and none "
            "where none came",
            nullable=True,
        ),
        Column("category", "VARCHAR", "Of a retirement: outdated, incorrect, duplicate or private", nullable=True),
        Column(
            "follows",
            "VARCHAR",
            "The decision that the actor took the place of; of a near-duplicate, that of the item it follows",
            nullable=True,
        ),
        Column(
            "round",
            "INTEGER",
            "Of an import or a correction: the round of asking whose answers it stands against; 0 before the first",
            nullable=True,
        ),
    ),
)

GROUND_TRUTH = Table(
    "ground_truth",
    "The standing truth of every item: the fold of `decisions`, with the evidence as `settlements` has it now. It can "
    "always be rebuilt and compared.",
    ("item_id",),
    (
        ITEM_ID,
        Column("input", "JSON", "The item as annotators saw it"),
        ANSWER,
        Column("status", "VARCHAR", "consensus, adjudicated, imported, corrected, verified or restored"),
        Column("method", "VARCHAR", "How it was settled"),
        Column("confidence", "DOUBLE", "Share of the answers behind it, or its probability, 0 to 1", nullable=True),
        Column("answers", "INTEGER", "How many annotations it rests on"),
        Column("decision_id", "VARCHAR", "The standing decision"),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("soft", "JSON", "Every answer with its probability, or its share of the votes", nullable=True),
        Column("origin", "VARCHAR", "Where the item is from: as in `items`", nullable=True),
        Column("source", "VARCHAR", "Where the first import that had it said it is from", nullable=True),
        Column("attributes", "JSON", "What is known of it, as `items` has it", nullable=True),
        Column(
            "duplicate_group",
            "VARCHAR",
            "The first item of its group of near-duplicates; none where it is like no other",
            nullable=True,
        ),
        Column("split", "VARCHAR", "The declared split it is in", nullable=True),
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
        Column(
            "snapshot_id",
            "BIGINT",
            "The lake snapshot that holds its truth for ever; the one with its scores, too, is in `release_scores`",
            volatile=True,
        ),
        Column("bundle", "VARCHAR", "The frozen bundle in the lake's storage", volatile=True),
        Column("released_at", "TIMESTAMPTZ", "When it was published", volatile=True),
        Column("digest_columns", "JSON", "The columns of ground_truth that the digest covers, in their order"),
        Column(
            "manifest_digest",
            "VARCHAR",
            "SHA-256 of the bundle's manifest, which has those of all its files",
            nullable=True,
            volatile=True,
        ),
        Column("public_key", "VARCHAR", "Whose signature the bundle has: 64 hex digits", nullable=True, volatile=True),
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
        Column("status", "VARCHAR", "The status of the decision behind the change", nullable=True),
        Column("category", "VARCHAR", "Why it was retired: outdated, incorrect, duplicate, private", nullable=True),
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
        Column(
            "n",
            "BIGINT",
            "Labeled events it rests on: settled or tied (production), settled (release); of one label's metric those "
            "whose truth or output has a part in it",
        ),
        Column("population", "BIGINT", "Events it speaks for"),
        Column("method", "VARCHAR", "Estimator and interval"),
        Column(
            "verdict",
            "VARCHAR",
            "How it compares with the score gate: pass, fail, insufficient_evidence (also where the estimate is "
            "withheld), or none: no gate on the metric, or no estimate of production. A gate binds by the rows of its "
            "slice, or of all traffic: scope 'all', model '*', label '*' where the metric has it. A slice without a "
            "gate, a model or a week is judged by itself, so of many a few fail by chance",
        ),
        Column("against", "VARCHAR", "Whose truth it is held against: experts or annotators", nullable=True),
        Column(
            "sampling_share",
            "DOUBLE",
            "Share of its variance that comes from drawing events; the rest comes from labels that may be wrong",
            nullable=True,
        ),
        Column("checked", "BIGINT", "Of the n, events that an expert answered blind", nullable=True),
        Column(
            "n_invalid",
            "BIGINT",
            "Of the n, events whose output is no valid answer: they count as wrong",
            nullable=True,
        ),
        Column("standard_error", "DOUBLE", "Standard error of the estimate, all that is unknown in it", nullable=True),
    ),
)

PAST_SCORES = Table(
    "past_scores",
    "The last scores of every earlier release, as they were when the next one took its place. Append-only.",
    SCORES.key,
    SCORES.columns,
)

SCORINGS = Table(
    "scorings",
    "Every time `scores` came to be others, and the snapshot that has them so: a release is scored after it is made, "
    "and again when labels or experts' checks come. Append-only. `release_scores` has the last of each release.",
    ("release", "scoring"),
    (
        Column("release", "INTEGER", "The release that was scored"),
        Column("scoring", "INTEGER", "1 for a release's first scores, then counting up"),
        Column("snapshot_id", "BIGINT", "The lake snapshot at which `scores` are these", volatile=True),
        Column("scored_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)

COMPUTED = Table(
    "computed",
    "What scores were last computed from, a row a stage. As long as nothing else was written since, and declaration "
    "and software are the same, a night leaves them as they are.",
    ("stage",),
    (
        Column("stage", "VARCHAR", "scores or candidate_scores"),
        Column("as_of", "BIGINT", "The lake snapshot that was read", volatile=True),
        Column("computed_by", "VARCHAR", "Digest of the declaration and of the software", volatile=True),
        Column("computed_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)

MEASUREMENTS = Table(
    "measurements",
    "What each answered event of the samples adds to each metric: scores are made of these. The stratified estimate of "
    "a metric is sum(weight * numerator) / sum(weight * denominator).",
    ("event_id", "metric", "label"),
    (
        EVENT_ID,
        Column("metric", "VARCHAR", "The metric"),
        Column("label", "VARCHAR", "The class a per-class metric is about, else '*'"),
        Column(
            "numerator",
            "DOUBLE",
            "Its share of the metric's numerator; of a tie the mean over its answers, corrected where experts checked",
        ),
        Column("denominator", "DOUBLE", "Its share of the denominator; events without one are left out"),
        Column("weight", "DOUBLE", "How many events of its frame it stands for: stratum size by answered events"),
        Column(
            "read",
            "JSON",
            "The output as it was read, where that is not the output as it came: see output in the declaration",
            nullable=True,
        ),
        Column("invalid", "VARCHAR", "Why the output is no valid answer: see `invalid_outputs`", nullable=True),
    ),
)
