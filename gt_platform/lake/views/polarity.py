"""Which way feedback points, signal by signal and event by event."""

from gt_platform.lake.tables import FEEDBACK, Column
from gt_platform.lake.tables.columns import EVENT_ID
from gt_platform.lake.views.view import View, columns_of

GIVEN_BY = Column("given_by", "VARCHAR", "end_user, expert, llm or code")

POLARITIES = View(
    name="polarities",
    comment="Which way each piece of feedback points. Ratings come on any scale: one is positive above the middle of "
    "those that the same kind of annotator gave with the same day's files, negative below it.",
    columns=(
        *columns_of(FEEDBACK, "feedback_id"),
        EVENT_ID,
        *columns_of(FEEDBACK, "frame_day"),
        GIVEN_BY,
        *columns_of(FEEDBACK, "annotator_id", "signal"),
        Column("polarity", "VARCHAR", "positive or negative; none of outcomes, of corrections and of ratings in the "
               "middle", nullable=True),
    ),
    query="""
        SELECT f.feedback_id, f.event_id, f.frame_day, f.annotator_kind AS given_by, f.annotator_id, f.signal,
               CASE WHEN f.signal = 'thumb'
                    THEN CASE json_extract_string(f.value, '$') WHEN 'up' THEN 'positive' ELSE 'negative' END
                    WHEN f.signal = 'rating' AND TRY_CAST(f.value AS DOUBLE) > m.middle THEN 'positive'
                    WHEN f.signal = 'rating' AND TRY_CAST(f.value AS DOUBLE) < m.middle THEN 'negative' END AS polarity
        FROM feedback f LEFT JOIN (
            SELECT frame_day, annotator_kind,
                   (min(TRY_CAST(value AS DOUBLE)) + max(TRY_CAST(value AS DOUBLE))) / 2 AS middle
            FROM feedback WHERE signal = 'rating' GROUP BY ALL
        ) m ON m.frame_day = f.frame_day AND m.annotator_kind = f.annotator_kind
    """,
    example="SELECT given_by, signal, polarity, count(*) AS n FROM gt.sentiment.polarities GROUP BY ALL ORDER BY ALL",
)  # fmt: skip

EVENT_FEEDBACK = View(
    name="event_feedback",
    comment="What was said of each event that anything was said of: by people (end users and experts), and by machines "
    "(LLM judges and code). A correction says no, and yes where it means the output itself, as of the latest fold "
    "(`meanings`).",
    columns=(
        EVENT_ID,
        Column("people_yes", "BOOLEAN", "Whether somebody gave it positive feedback, or wrote what it says"),
        Column("people_no", "BOOLEAN", "Whether somebody gave it negative feedback, or corrected it"),
        Column("machine_yes", "BOOLEAN", "Whether a judge or code gave it positive feedback, or what it says"),
        Column("machine_no", "BOOLEAN", "Whether one gave it negative feedback, or corrected it"),
    ),
    query="""
        SELECT event_id, coalesce(bool_or(yes AND people), false) AS people_yes,
               coalesce(bool_or(no AND people), false) AS people_no,
               coalesce(bool_or(yes AND NOT people), false) AS machine_yes,
               coalesce(bool_or(no AND NOT people), false) AS machine_no
        FROM (
            SELECT event_id, given_by IN ('end_user', 'expert') AS people,
                   coalesce(polarity = 'positive', signal = 'correction' AND NOT m.differs, false) AS yes,
                   coalesce(polarity = 'negative', signal = 'correction' AND coalesce(m.differs, true)) AS no
            FROM polarities LEFT JOIN meanings m USING (feedback_id)
        ) GROUP BY event_id
    """,
    example="SELECT people_yes, people_no, count(*) AS n FROM gt.sentiment.event_feedback GROUP BY ALL ORDER BY ALL",
)

OF_POLARITY = (POLARITIES, EVENT_FEEDBACK)
