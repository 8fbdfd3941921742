# ruff: noqa: S608  -- every name comes from tables/
"""What stands now of what is only ever appended to: decisions, rulings, checks, annotators' standings, scores."""

from gt_platform.lake.tables import DECISIONS, EXPERT_CHECKS, ITEMS, SCORES, STANDINGS, Column
from gt_platform.lake.tables.columns import ANSWERS_DIGEST, ITEM_ID
from gt_platform.lake.tables.items import ACTIVE_LEARNING, SETS
from gt_platform.lake.views.view import View, columns_of, names

GIVEN = "'adjudication', 'import', 'correction', 'release', 'outcome'"
"""Methods by which a person, or the outcome, says what is true."""

CURRENT_DECISIONS = View(
    name="current_decisions",
    comment="The latest decision of every item, also of those that wait for a ruling or were retired.",
    columns=DECISIONS.columns,
    query=f"""
        SELECT {names(DECISIONS)} FROM decisions
        QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY revision DESC) = 1
    """,
)
STANDING_TRUTH = View(
    name="standing_truth",
    comment="The decisions that are truth now, and whether a person gave it: a reviewer, an import, a correction, an "
    "outcome that the project declares, a "
    "release that was restored, or a restoration of any of these.",
    columns=(*DECISIONS.columns, Column("given", "BOOLEAN", "Whether a person did, and not only answers came to it")),
    query=f"""
        SELECT {names(DECISIONS)}, status = 'adjudicated' OR method IN ({GIVEN}) AS given
        FROM current_decisions
        WHERE status IN ('consensus', 'adjudicated', 'imported', 'corrected', 'verified', 'restored')
    """,
)
RETIRED_ITEMS = View(
    name="retired_items",
    comment="Items that somebody took out of the truth, until they are restored: nothing more is asked of them.",
    columns=(ITEM_ID,),
    query="""
        SELECT r.item_id FROM (
            SELECT item_id, max(revision) AS retired FROM decisions WHERE status = 'retired' GROUP BY item_id
        ) r ANTI JOIN decisions d ON d.item_id = r.item_id AND d.revision > r.retired
    """,
)
OUTCOME_ITEMS = View(
    name="outcome_items",
    comment="Items decided by what their events came to, or that wait for a reviewer since that contradicts itself: "
    "annotators are not asked about them.",
    columns=(ITEM_ID,),
    query="SELECT item_id FROM current_decisions WHERE method = 'outcome'",
)
ADDED_ITEMS = View(
    name="added_items",
    comment="Items that somebody added to measure by, or that were chosen to train on, and the set each is of: nothing "
    "that is said of production or of its annotators rests on them.",
    columns=(ITEM_ID, *columns_of(ITEMS, "origin")),
    query=f"SELECT item_id, origin FROM items WHERE origin IN {(*SETS, ACTIVE_LEARNING)}",
)
GROUP = Column("duplicate_group", "VARCHAR", "Its group of near-duplicates")
ASKED_OF_GROUPS = View(
    name="asked_of_groups",
    comment="Of each group of near-duplicates the items that were asked or imported, and not retired since: where a "
    "project asks once, the first of them by frame and id that is settled says what is true of the others.",
    columns=(ITEM_ID, GROUP, *columns_of(ITEMS, "first_frame")),
    query="""
        SELECT d.item_id, d.duplicate_group, i.first_frame FROM duplicates d JOIN items i ON i.item_id = d.item_id
        WHERE d.duplicate_group IS NOT NULL AND d.item_id NOT IN (FROM retired_items)
          AND (d.item_id IN (SELECT item_id FROM assignments) OR d.item_id IN (SELECT item_id FROM imports))
    """,
)
SPARED_ITEMS = View(
    name="spared_items",
    comment="Items that were not asked, and of whose near-duplicates one was: a project that asks once asks no more.",
    columns=(ITEM_ID, GROUP),
    query="""
        SELECT d.item_id, d.duplicate_group FROM duplicates d
        SEMI JOIN asked_of_groups a ON a.duplicate_group = d.duplicate_group
        WHERE d.item_id NOT IN (SELECT item_id FROM assignments) AND d.item_id NOT IN (SELECT item_id FROM imports)
    """,
)
# a ruling names the answers it is on, or a honeypot and thereby the answers behind its truth; then it came later
CURRENT_RULINGS = View(
    name="current_rulings",
    comment="What reviewers ruled of each item's answers. Where they ruled on a honeypot, it is of those its truth was "
    "settled from; the latest ruling stands.",
    columns=(
        ITEM_ID,
        ANSWERS_DIGEST,
        Column("ruling", "JSON", "The ruled answer; null where there is no valid one"),
        Column("ruled_under", "VARCHAR", "Digest of the guidelines in force"),
        Column("ruled_schema", "VARCHAR", "Digest of the question and answer schema in force"),
    ),
    query="""
        SELECT r.item_id, coalesce(d.answers_digest, r.answers_digest) AS answers_digest,
               arg_max(r.answer, coalesce(d.revision, 0)) AS ruling,
               arg_max(r.guideline_version, coalesce(d.revision, 0)) AS ruled_under,
               arg_max(r.schema_version, coalesce(d.revision, 0)) AS ruled_schema
        FROM adjudications r LEFT JOIN honeypots h ON h.honeypot_id = r.answers_digest
        LEFT JOIN decisions d ON d.decision_id = h.decision_id GROUP BY ALL
    """,
)
CURRENT_STANDINGS = View(
    name="current_standings",
    comment="What is thought of each annotator now.",
    columns=STANDINGS.columns,
    query=f"""
        SELECT {names(STANDINGS)} FROM standings
        QUALIFY row_number() OVER (PARTITION BY annotator ORDER BY revision DESC) = 1
    """,
)
CURRENT_SCORES = View(
    name="current_scores",
    comment="The scores against the latest release: each with its interval, its n, its estimand and its verdict.",
    columns=SCORES.columns,
    query=f"SELECT {names(SCORES)} FROM scores WHERE release = (SELECT max(release) FROM scores)",
)
ANSWERED_BLIND = (
    Column("answer", "JSON", "The expert's answer, given without having seen annotators'; none yet", nullable=True),
    Column("expert", "VARCHAR", "Who gave it", nullable=True),
    Column("answered_at", "TIMESTAMPTZ", "When", nullable=True),
)
CURRENT_CHECKS = View(
    name="current_checks",
    comment="Every item that experts may be given, with its chance so far, whether it was drawn, and what they said.",
    columns=(*EXPERT_CHECKS.columns, *ANSWERED_BLIND),
    query=f"""
        SELECT {names(EXPERT_CHECKS)}, answer, expert, answered_at
        FROM (
            FROM expert_checks WHERE wave > 0 QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY wave DESC) = 1
        ) LEFT JOIN (
            SELECT item_id, true AS drawn, arg_max(answer, ruled_at) AS answer,
                   arg_max(adjudicator, ruled_at) AS expert, max(ruled_at) AS answered_at
            FROM adjudications WHERE blind AND answer::VARCHAR <> 'null' GROUP BY item_id
        ) USING (item_id, drawn)
    """,
)
EXPERT_ANSWERS = View(
    name="expert_answers",
    comment="Items drawn for an expert, with the expert's own answer: none while it waits. Sum 1 / "
    "inclusion_probability over them to speak for all items of a cell.",
    columns=(
        *columns_of(EXPERT_CHECKS, "item_id", "event_id", "cell", "pattern", "consensus", "inclusion_probability"),
        *ANSWERED_BLIND,
    ),
    query="""
        SELECT item_id, event_id, cell, pattern, consensus, inclusion_probability, answer, expert, answered_at
        FROM current_checks WHERE drawn
    """,
    example="""
        SELECT cell, count(*) AS drawn, count(answer) AS answered, count(*) FILTER (answer = consensus) AS agreed
        FROM gt.sentiment.expert_answers GROUP BY cell ORDER BY cell
    """,
)
CURRENT = (
    CURRENT_DECISIONS, STANDING_TRUTH, RETIRED_ITEMS, OUTCOME_ITEMS, ADDED_ITEMS, ASKED_OF_GROUPS, SPARED_ITEMS,
    CURRENT_RULINGS, CURRENT_STANDINGS, CURRENT_SCORES, CURRENT_CHECKS, EXPERT_ANSWERS,
)  # fmt: skip
