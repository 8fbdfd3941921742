"""The one definition of every table: its columns, its key, and what each means.

DuckDB shows these words as comments, `docs/tables.md` is made from them, and the write API takes its
checks from them. Nothing else in the platform lists columns by hand.
"""

from gt_platform.lake.tables.arrivals import ATTEMPTS, EVENTS, FEEDBACK, FILES, INVALID_OUTPUTS, QUARANTINE, REPLAYS
from gt_platform.lake.tables.candidates import PREDICTIONS, RUNS
from gt_platform.lake.tables.care import AUDIT, EXCLUSIONS, HONEYPOT_ANSWERS, HONEYPOTS, STALE, STANDINGS
from gt_platform.lake.tables.columns import Column, Table
from gt_platform.lake.tables.declared import DECLARATIONS, GUIDELINES
from gt_platform.lake.tables.erasures import ERASED, ERASURES
from gt_platform.lake.tables.frames import (
    ACCEPTANCES,
    COMPOSITION,
    DRIFT,
    LEFT_OUT,
    PHASES,
    ROW_SCORES,
    SAMPLE,
    SPENDING,
)
from gt_platform.lake.tables.held_out import CONTAMINATIONS, DUPLICATES, SPLITS, TRAINING_FILES
from gt_platform.lake.tables.items import IMPORTS, ITEMS
from gt_platform.lake.tables.labels import (
    ADJUDICATIONS,
    ANNOTATIONS,
    ASSIGNMENTS,
    EDGE_CASES,
    EXPERT_CHECKS,
    REJECTIONS,
    RETESTS,
)
from gt_platform.lake.tables.proposals import MEANINGS, PROPOSAL_VERDICTS
from gt_platform.lake.tables.settlements import ANNOTATORS, POOLS, SETTLEMENTS
from gt_platform.lake.tables.standings import CANDIDATE_SCORES, COMPARISONS, GATES, PINS
from gt_platform.lake.tables.tags import TAGS
from gt_platform.lake.tables.truths import (
    CHANGELOG,
    COMPUTED,
    DECISIONS,
    GROUND_TRUTH,
    MEASUREMENTS,
    PAST_SCORES,
    RELEASES,
    SCORES,
    SCORINGS,
)
from gt_platform.lake.tables.watches import DAILY_COUNTS, WATCHES

TABLES: tuple[Table, ...] = (
    DECLARATIONS, GUIDELINES, FILES, ATTEMPTS, EVENTS, FEEDBACK, INVALID_OUTPUTS, QUARANTINE, REPLAYS, DRIFT,
    ACCEPTANCES, ROW_SCORES, SPENDING, COMPOSITION, LEFT_OUT, PHASES, SAMPLE, ITEMS, IMPORTS, ASSIGNMENTS, ANNOTATIONS,
    REJECTIONS, HONEYPOTS, HONEYPOT_ANSWERS, STANDINGS, EXCLUSIONS, EXPERT_CHECKS, ADJUDICATIONS, EDGE_CASES, STALE,
    RETESTS, AUDIT, POOLS, SETTLEMENTS, ANNOTATORS, DECISIONS, GROUND_TRUTH, PROPOSAL_VERDICTS, MEANINGS, RELEASES,
    CHANGELOG, TAGS, SCORES, PAST_SCORES, SCORINGS, COMPUTED, MEASUREMENTS, DAILY_COUNTS, WATCHES, DUPLICATES, SPLITS,
    TRAINING_FILES, CONTAMINATIONS, ERASURES, ERASED, RUNS, PREDICTIONS, CANDIDATE_SCORES, COMPARISONS, GATES, PINS,
)  # fmt: skip


__all__ = [
    "ACCEPTANCES",
    "ADJUDICATIONS",
    "ANNOTATIONS",
    "ANNOTATORS",
    "ASSIGNMENTS",
    "ATTEMPTS",
    "AUDIT",
    "CANDIDATE_SCORES",
    "CHANGELOG",
    "COMPARISONS",
    "COMPOSITION",
    "COMPUTED",
    "CONTAMINATIONS",
    "DAILY_COUNTS",
    "DECISIONS",
    "DECLARATIONS",
    "DRIFT",
    "DUPLICATES",
    "EDGE_CASES",
    "ERASED",
    "ERASURES",
    "EVENTS",
    "EXCLUSIONS",
    "EXPERT_CHECKS",
    "FEEDBACK",
    "FILES",
    "GATES",
    "GROUND_TRUTH",
    "GUIDELINES",
    "HONEYPOTS",
    "HONEYPOT_ANSWERS",
    "IMPORTS",
    "INVALID_OUTPUTS",
    "ITEMS",
    "LEFT_OUT",
    "MEANINGS",
    "MEASUREMENTS",
    "PAST_SCORES",
    "PHASES",
    "PINS",
    "POOLS",
    "PREDICTIONS",
    "PROPOSAL_VERDICTS",
    "QUARANTINE",
    "REJECTIONS",
    "RELEASES",
    "REPLAYS",
    "RETESTS",
    "ROW_SCORES",
    "RUNS",
    "SAMPLE",
    "SCORES",
    "SCORINGS",
    "SETTLEMENTS",
    "SPENDING",
    "SPLITS",
    "STALE",
    "STANDINGS",
    "TABLES",
    "TAGS",
    "TRAINING_FILES",
    "WATCHES",
    "Column",
    "Table",
]
