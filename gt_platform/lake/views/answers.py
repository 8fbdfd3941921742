# ruff: noqa: S608  -- every name comes from tables/
"""Which answers count.

An assignment is live unless it was set aside (`exclusions`), its item was asked anew since (`round`), or it only tries
whether truth would still be the same (`retests`). So an item whose newest answers were all set aside has no live one,
and is asked again; its older answers were given before it was asked anew, and no longer hold.
"""

from gt_platform.lake.tables import ANNOTATIONS, ASSIGNMENTS, Column
from gt_platform.lake.tables.columns import ANSWERS_DIGEST, GUIDELINE, ITEM_ID, SCHEMA_VERSION
from gt_platform.lake.views.view import View, columns_of, names

SLOT = columns_of(ASSIGNMENTS, "slot")[0]
ROUND = Column("round", "INTEGER", "1 when first asked, one more each time the guidelines changed")

FIRST_FRAMES = View(
    name="first_frames",
    comment="The frame in which each item was first drawn; none for what was asked for another reason.",
    columns=(ITEM_ID, Column("frame_day", "DATE", "The first frame whose sample has it")),
    query="SELECT item_id, min(frame_day) AS frame_day FROM sample GROUP BY item_id",
)
LATEST_ASSIGNMENTS = View(
    name="latest_assignments",
    comment="The assignments of each item's latest round, those that were set aside among them.",
    columns=ASSIGNMENTS.columns,
    query=f"""
        SELECT {names(ASSIGNMENTS)} FROM assignments ANTI JOIN retests USING (assignment_id)
        QUALIFY coalesce(round, 1) = max(coalesce(round, 1)) OVER (PARTITION BY item_id)
    """,
)
LIVE_ASSIGNMENTS = View(
    name="live_assignments",
    comment="The assignments that count: of each item's latest round, and not set aside.",
    columns=ASSIGNMENTS.columns,
    query=f"SELECT {names(ASSIGNMENTS)} FROM latest_assignments ANTI JOIN exclusions USING (assignment_id)",
)
VALID_ANNOTATIONS = View(
    name="valid_annotations",
    comment="Answers of every round that were not set aside: what annotators are compared on.",
    columns=(*ANNOTATIONS.columns, ROUND),
    query=f"""
        SELECT {names(ANNOTATIONS, "a")}, coalesce(s.round, 1) AS round
        FROM annotations a LEFT JOIN assignments s USING (assignment_id) ANTI JOIN exclusions USING (assignment_id)
        ANTI JOIN retests USING (assignment_id)
    """,
)
LIVE_ANNOTATIONS = View(
    name="live_annotations",
    comment="The answers that count: those to live assignments. Truth is settled from them.",
    columns=(*ANNOTATIONS.columns, SLOT),
    query=f"""
        SELECT {names(ANNOTATIONS, "a")}, slot FROM annotations a JOIN live_assignments USING (assignment_id)
    """,
)
# answers may be of two versions where the guidelines changed meanwhile: that of the first to be given is the safe one
FIRST = "{'at': submitted_at, 'slot': slot}"
ANSWERED_ITEMS = View(
    name="answered_items",
    comment="Items that have live answers, and a digest that says which.",
    columns=(
        ITEM_ID,
        Column("answers", "BIGINT", "How many"),
        ANSWERS_DIGEST,
        GUIDELINE,
        SCHEMA_VERSION,
        Column("remark", "VARCHAR", "Why the backend thinks that a reviewer should look at one", nullable=True),
    ),
    query=f"""
        SELECT item_id, count(*) AS answers,
               sha256(string_agg(assignment_id || answer, '' ORDER BY assignment_id)) AS answers_digest,
               arg_min(guideline_version, {FIRST}) AS guideline_version,
               arg_min(schema_version, {FIRST}) AS schema_version, min(remark) AS remark
        FROM live_annotations GROUP BY item_id
    """,
)
WAITING_ITEMS = View(
    name="waiting_items",
    comment="Items of live assignments that nobody has answered yet, once for each; none that outcomes decided.",
    columns=(ITEM_ID,),
    query="""
        SELECT item_id FROM live_assignments ANTI JOIN annotations USING (assignment_id)
        ANTI JOIN outcome_items USING (item_id)
    """,
)
ROUNDS = View(
    name="rounds",
    comment="The latest round of each item: how it was asked, how often, and how many of these assignments count.",
    columns=(
        ITEM_ID,
        ROUND,
        Column("slot", "INTEGER", "The highest slot asked"),
        *columns_of(ASSIGNMENTS, "input", "priority", "requires", "suggestion"),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("asked", "BIGINT", "Assignments of the round"),
        Column("live", "BIGINT", "Those not set aside"),
    ),
    query="""
        SELECT item_id, coalesce(any_value(round), 1) AS round, max(slot) AS slot, min(input) AS input,
               arg_min(priority, slot) AS priority, arg_min(requires, slot) AS requires,
               arg_min(suggestion, slot) AS suggestion, arg_max(guideline_version, slot) AS guideline_version,
               arg_max(schema_version, slot) AS schema_version, count(*) AS asked,
               count(*) FILTER (assignment_id NOT IN (SELECT assignment_id FROM exclusions)) AS live
        FROM latest_assignments GROUP BY item_id
    """,
)
ANSWERS = (
    FIRST_FRAMES, LATEST_ASSIGNMENTS, LIVE_ASSIGNMENTS, VALID_ANNOTATIONS, LIVE_ANNOTATIONS, ANSWERED_ITEMS,
    WAITING_ITEMS, ROUNDS,
)  # fmt: skip
