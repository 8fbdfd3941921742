# ruff: noqa: S608  -- every name comes from tables/, or is an attribute that a project's declaration allows
"""Labeled events as analysts want them: plain text beside JSON, the y that scores use, and the weight."""

from collections.abc import Iterable

from gt_platform.lake.tables import EVENTS, MEASUREMENTS, SAMPLE, Column
from gt_platform.lake.tables.columns import EVENT_ID, FRAME_DAY, ITEM_ID
from gt_platform.lake.tables.declared import DECLARATIONS
from gt_platform.lake.views.view import JUDGED, View, columns_of, names, text, wilson

LOW = Column("low", "DOUBLE", "Lower bound of its 95 % interval, Wilson's at the effective n", nullable=True)
HIGH = Column("high", "DOUBLE", "Upper bound of it", nullable=True)
N = Column("n", "BIGINT", "Labeled events it rests on")
STANDS_FOR = Column("estimated_events", "DOUBLE", "Events of production they stand for: the sum of their weights")
NO_ANSWER = "(no valid answer)"
KISH = "sum(weight) ** 2 / sum(weight ** 2)"  # Kish's (1965) effective n of weighted units

CURRENT_DECLARATION = View(
    name="current_declaration",
    comment="What the project declares now.",
    columns=DECLARATIONS.columns,
    query=f"SELECT {names(DECLARATIONS)} FROM declarations QUALIFY number = max(number) OVER ()",
)
LABELS = View(
    name="labels",
    comment="Sampled events that have answers, settled or tied, each with what the headline metric makes of it. Where "
    "an item's answers tie, truth is none and y the mean over them: a join of sample, events and ground_truth loses "
    "these events, and with them what is hard. "
    "sum(weight * y) / sum(weight * y_of) is the production score where it is estimated by strata; by regression "
    "(GREG, from 100 labeled events on) the score also uses what is known of every event, and differs a little.",
    columns=(
        EVENT_ID,
        ITEM_ID,
        FRAME_DAY,
        *columns_of(EVENTS, "occurred_at", "model"),
        Column("input", "VARCHAR", "What the model was given, as text"),
        Column("output", "VARCHAR", "What the model answered, as the project reads it, as text"),
        Column("truth", "VARCHAR", "The settled answer as text; none while it waits for a ruling", nullable=True),
        Column("status", "VARCHAR", "That of the truth; or adjudicate: tied, waiting"),
        Column(
            "truth_confidence", "DOUBLE", "Share of the answers behind the truth, or its probability", nullable=True
        ),
        Column("metric", "VARCHAR", "The headline metric", nullable=True),
        Column("y", "DOUBLE", "The event's share of its numerator; of a tie, the mean over its answers", nullable=True),
        Column("y_of", "DOUBLE", "The event's share of its denominator: 1 for most metrics", nullable=True),
        columns_of(MEASUREMENTS, "weight")[0],
        *columns_of(SAMPLE, "stratum", "inclusion_probability"),
        *columns_of(EVENTS, "confidence", "attributes", "session_id", "user_id"),
        columns_of(MEASUREMENTS, "invalid")[0],
    ),
    query=f"""
        SELECT s.event_id, s.item_id, s.frame_day, e.occurred_at, e.model, {text("e.input")} AS input,
               {text("coalesce(m.read, e.output)")} AS output, {text("t.answer")} AS truth,
               coalesce(t.status, 'adjudicate') AS status, t.confidence AS truth_confidence, d.metric,
               m.y, m.y_of, m.weight, s.stratum, s.inclusion_probability, e.confidence, e.attributes, e.session_id,
               e.user_id, m.invalid
        FROM sample s JOIN events e ON e.event_id = s.event_id
        JOIN (
            SELECT event_id, any_value(weight) AS weight, any_value(read) AS read, any_value(invalid) AS invalid,
                   any_value(numerator) FILTER (metric = headline AND label = '*') AS y,
                   any_value(denominator) FILTER (metric = headline AND label = '*') AS y_of
            FROM measurements LEFT JOIN (SELECT metric AS headline FROM current_declaration) ON true GROUP BY event_id
        ) m ON m.event_id = s.event_id
        LEFT JOIN current_declaration d ON true LEFT JOIN ground_truth t ON t.item_id = s.item_id
    """,
)
CONFUSION = View(
    name="confusion",
    comment="How often each truth gets each output, by model, counted and estimated for production. The interval takes "
    "the labels for weighted draws; that of precision and recall in `scores` knows the design too. Empty where answers "
    "judge outputs: there no output is right or wrong by another.",
    columns=(
        columns_of(EVENTS, "model")[0],
        Column("truth", "VARCHAR", "The settled answer, as text"),
        Column("output", "VARCHAR", f"What the model answered, as the project reads it, as text; else {NO_ANSWER}"),
        N,
        STANDS_FOR,
        Column("share", "DOUBLE", "Estimated share of production's events of this truth that get this output"),
        LOW,
        HIGH,
        Column("effective", "DOUBLE", "Effective n of the labels of this truth"),
    ),
    query=f"""
        SELECT model, truth, output, n, estimated_events, share, {wilson("share", "effective")}, effective
        FROM (
            SELECT model, truth, output, n, estimated_events, effective, estimated_events / of_truth AS share
            FROM (
                SELECT model, truth, CASE WHEN invalid IS NULL THEN output ELSE '{NO_ANSWER}' END AS output,
                       count(*) AS n, sum(weight) AS estimated_events
                FROM labels WHERE truth IS NOT NULL AND NOT {JUDGED} GROUP BY ALL
            ) JOIN (
                SELECT model, truth, sum(weight) AS of_truth, {KISH} AS effective FROM labels
                WHERE truth IS NOT NULL GROUP BY ALL
            ) USING (model, truth)
        )
    """,
    example="SELECT model, truth, output, n, round(share, 3) AS share FROM gt.sentiment.confusion ORDER BY ALL",
)
FEEDBACK_VS_TRUTH = View(
    name="feedback_vs_truth",
    comment="What feedback is worth: how good the model was, by the headline metric, on labeled events that got each "
    "signal. Estimand: production's events with that signal. Bounds are given where the metric is a share.",
    columns=(
        Column("given_by", "VARCHAR", "end_user, expert, llm or code"),
        Column("signal", "VARCHAR", "thumb, rating, correction or outcome"),
        Column("value", "VARCHAR", "What was said, as text"),
        N,
        STANDS_FOR,
        Column("estimate", "DOUBLE", "The headline metric on them, weighted", nullable=True),
        LOW,
        HIGH,
        Column("effective", "DOUBLE", "Effective n"),
    ),
    query=f"""
        SELECT given_by, signal, value, n, estimated_events, estimate,
               {wilson("CASE WHEN share THEN estimate END", "effective")}, effective
        FROM (
            SELECT f.annotator_kind AS given_by, f.signal, {text("f.value")} AS value, count(*) AS n,
                   sum(weight) AS estimated_events, sum(weight * y) / sum(weight * y_of) AS estimate,
                   {KISH} AS effective, bool_and(y >= 0 AND y <= y_of) AS share
            FROM feedback f JOIN labels USING (event_id) WHERE y_of > 0 GROUP BY ALL
        )
    """,
    example="SELECT given_by, signal, value, n, round(estimate, 3) AS estimate FROM gt.sentiment.feedback_vs_truth "
    "ORDER BY ALL",
)


def labels_flat(attributes: Iterable[str]) -> View:
    """`labels` with a column of plain text for each of a project's attributes."""
    taken = {column.name for column in LABELS.columns}
    flat = {name: f"attribute_{name}" if name.lower() in taken else name for name in attributes}
    listed = ", ".join(f'"{column.name}"' for column in LABELS.columns if column.name != "attributes")
    shown = "".join(f""", json_extract_string(attributes, '$."{name}"') AS "{flat[name]}\"""" for name in flat)
    return View(
        name="labels_flat",
        comment="`labels` with a column of text for each attribute that the project slices scores by. Made anew when "
        "the declaration changes. sum(weight * y) / sum(weight * y_of) over it is the score by strata: ties count in y "
        "though they have no truth, and are lost where you join ground_truth yourself (docs/queries.md).",
        columns=(
            *(column for column in LABELS.columns if column.name != "attributes"),
            *(Column(flat[name], "VARCHAR", f"The attribute {name}", nullable=True) for name in flat),
        ),
        query=f"SELECT {listed}{shown} FROM labels",
        example="SELECT channel, count(*) AS n, round(sum(weight * y) / sum(weight * y_of), 3) AS accuracy "
        "FROM gt.sentiment.labels_flat GROUP BY channel ORDER BY channel",
    )


OF_LABELS = (CURRENT_DECLARATION, LABELS, CONFUSION, FEEDBACK_VS_TRUTH)
