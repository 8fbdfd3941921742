# ruff: noqa: S608  -- of the parts that views share
"""What users say by itself, week by week and by slice, and how often what they say is so."""

from gt_platform.lake.tables import FEEDBACK, Column
from gt_platform.lake.tables.columns import EVENT_ID
from gt_platform.lake.views.labels import STANDS_FOR
from gt_platform.lake.views.polarity import GIVEN_BY
from gt_platform.lake.views.view import View, columns_of, text, wilson

LOUD = 0.2
"""Share of a week's opinions from which on the user who gave most is a flood."""
MANY = 20  # opinions from which on one may be loud
SAID = Column(
    "said", "VARCHAR", "thumb up, thumb down, rating high, rating low (see `polarities`), rating in the middle, "
    "correction or outcome"
)  # fmt: skip
MEANT = text(f"""(json_extract(d.declared, '$.outcomes')::MAP(VARCHAR, JSON))[{text("f.value")}]""")
"""SQL for the answer that an outcome is declared to mean."""


def clustered(share: str, apart: str) -> str:
    """SQL for the effective n of a share, from sums over users of their weight, `w_u`, and of what is so of it, `r_u`.

    Linearised, between-cluster variance (Kish & Frankel 1974); at most `apart`, the effective n if nobody said
    anything twice, and at least that if whoever speaks always says the same, which also stands where all say so.
    """
    least = "sum(w_u) ** 2 / sum(w_u ** 2)"
    variance = f"""(sum(r_u ** 2) - 2 * ({share}) * sum(r_u * w_u) + ({share}) ** 2 * sum(w_u ** 2))
                   / sum(w_u) ** 2 * count(*) / nullif(count(*) - 1, 0)"""
    return f"""CASE WHEN {variance} > 1e-12
               THEN greatest({least}, least({apart}, ({share}) * (1 - ({share})) / ({variance}))) ELSE {least} END"""


OPINIONS = View(
    name="opinions",
    comment="Feedback in plain words: what was said, by whom, and whether it says that the output is wrong.",
    columns=(
        *columns_of(FEEDBACK, "feedback_id"),
        EVENT_ID,
        Column("of_frame", "DATE", "The frame of its event"),
        GIVEN_BY,
        Column("given_as", "VARCHAR", "Its user, as the producer names them, else itself"),
        SAID,
        Column(
            "negative",
            "BOOLEAN",
            "Whether it says that the output is wrong; none of outcomes, and of ratings in the middle",
            nullable=True,
        ),
    ),
    query=f"""
        SELECT f.feedback_id, f.event_id, e.frame_day AS of_frame, f.annotator_kind AS given_by,
               coalesce(f.annotator_id, e.user_id, f.feedback_id) AS given_as,
               CASE f.signal WHEN 'thumb' THEN 'thumb ' || {text("f.value")}
                    WHEN 'rating' THEN CASE p.polarity WHEN 'negative' THEN 'rating low'
                                            WHEN 'positive' THEN 'rating high' ELSE 'rating in the middle' END
                    ELSE f.signal END AS said,
               CASE f.signal WHEN 'correction' THEN coalesce(m.differs, f.value <> e.output)
                    ELSE p.polarity = 'negative' END AS negative
        FROM feedback f JOIN events e ON e.event_id = f.event_id
        JOIN polarities p ON p.feedback_id = f.feedback_id LEFT JOIN meanings m ON m.feedback_id = f.feedback_id
    """,
)
FEEDBACK_BY_WEEK = View(
    name="feedback_by_week",
    comment="How much is said, and how much of it says that the output is wrong, by the week of the event and by "
    "slice. Intervals are Wilson's at the effective n, with what one user says taken together.",
    columns=(
        Column("week", "DATE", "The Monday"),
        Column("slice", "VARCHAR", "* for all, else attribute=value of a declared slice"),
        GIVEN_BY,
        Column("events", "BIGINT", "Events of the slice in that week"),
        Column("spoken_of", "BIGINT", "Those with feedback"),
        Column("rate", "DOUBLE", "Their share"),
        Column("rate_low", "DOUBLE", "Lower bound of its 95 % interval"),
        Column("rate_high", "DOUBLE", "Upper bound of it"),
        Column("n", "BIGINT", "Thumbs, ratings and corrections"),
        Column("negative", "BIGINT", "Those that say the output is wrong"),
        Column("share", "DOUBLE", "Their share", nullable=True),
        Column("low", "DOUBLE", "Lower bound of its 95 % interval", nullable=True),
        Column("high", "DOUBLE", "Upper bound of it", nullable=True),
        Column("users", "BIGINT", "Users behind them; where none is named, each counts as one"),
        Column("loudest", "DOUBLE", "Share that the user gave who gave most", nullable=True),
    ),
    query=f"""
        WITH declared AS (
            SELECT unnest(from_json(attributes, '["VARCHAR"]')) AS attribute FROM current_declaration
        ), placed AS NOT MATERIALIZED (
            SELECT event_id, user_id, '*' AS slice, date_trunc('week', frame_day)::DATE AS week FROM events
            UNION ALL
            SELECT e.event_id, e.user_id,
                   d.attribute || '=' || json_extract_string(e.attributes, '$."' || d.attribute || '"'),
                   date_trunc('week', e.frame_day)::DATE
            FROM events e, declared d
            WHERE json_extract_string(e.attributes, '$."' || d.attribute || '"') IS NOT NULL
        ), spoken AS (SELECT DISTINCT event_id, given_by FROM opinions),
        kinds AS (SELECT DISTINCT given_by FROM spoken),
        served AS (
            SELECT p.week, p.slice, k.given_by, count(*) AS w_u, count(s.event_id) AS r_u
            FROM placed p CROSS JOIN kinds k
            LEFT JOIN spoken s ON s.event_id = p.event_id AND s.given_by = k.given_by
            GROUP BY p.week, p.slice, k.given_by, coalesce(p.user_id, p.event_id)
        ), rates AS (
            SELECT week, slice, given_by, sum(w_u)::BIGINT AS events, sum(r_u)::BIGINT AS spoken_of,
                   sum(r_u) / sum(w_u) AS rate, {clustered("sum(r_u) / sum(w_u)", "sum(w_u)")} AS effective
            FROM served GROUP BY ALL
        ), speakers AS (
            SELECT p.week, p.slice, o.given_by, count(*) AS w_u, count(*) FILTER (o.negative) AS r_u
            FROM opinions o JOIN placed p ON p.event_id = o.event_id WHERE o.negative IS NOT NULL
            GROUP BY p.week, p.slice, o.given_by, o.given_as
        ), shares AS (
            SELECT week, slice, given_by, sum(w_u)::BIGINT AS n, sum(r_u)::BIGINT AS negative, count(*) AS users,
                   sum(r_u) / sum(w_u) AS share, max(w_u) / sum(w_u) AS loudest,
                   {clustered("sum(r_u) / sum(w_u)", "sum(w_u)")} AS effective
            FROM speakers GROUP BY ALL
        ), told AS (
            SELECT week, slice, given_by, {wilson("share", "effective")}, n, negative, share, users, loudest
            FROM shares
        ), rated AS (
            SELECT week, slice, given_by, events, spoken_of, rate, {wilson("rate", "effective")} FROM rates
        )
        SELECT r.week, r.slice, r.given_by, r.events, r.spoken_of, r.rate, r.low AS rate_low, r.high AS rate_high,
               coalesce(t.n, 0) AS n, coalesce(t.negative, 0) AS negative, t.share, t.low, t.high,
               coalesce(t.users, 0) AS users, t.loudest
        FROM rated r LEFT JOIN told t ON t.week = r.week AND t.slice = r.slice AND t.given_by = r.given_by
    """,
    example="SELECT week, slice, given_by, events, spoken_of, n, negative, users, round(low, 3) AS low, "
    "round(high, 3) AS high FROM gt.sentiment.feedback_by_week ORDER BY ALL",
)
HOW_RIGHT = View(
    name="how_right",
    comment="How often what is said is so, on labeled events, by who says it: a thumb up or a high rating where the "
    "output is right by the headline metric, a thumb down or a low rating where it is wrong, a correction where it "
    "means the truth, an outcome where what it is declared to mean does. Estimand: production's events with that "
    "signal. Wilson's interval at the effective n, for weights and for users who speak more than once. Nothing where "
    "the metric is no share of each event.",
    columns=(
        GIVEN_BY,
        SAID,
        Column("n", "BIGINT", "Signals on labeled events"),
        STANDS_FOR,
        Column("users", "BIGINT", "Users behind them"),
        Column("right", "DOUBLE", "The share that is so, weighted"),
        Column("low", "DOUBLE", "Lower bound of its 95 % interval"),
        Column("high", "DOUBLE", "Upper bound of it"),
        Column("effective", "DOUBLE", "Effective n"),
    ),
    query=f"""
        WITH judged AS (
            SELECT o.given_by, o.given_as, o.said, l.weight,
                   CASE WHEN o.said IN ('correction', 'outcome') THEN coalesce(
                            CASE WHEN l.truth = {text("m.truth")} THEN m.agrees END,
                            l.truth = coalesce(CASE o.said WHEN 'outcome' THEN {MEANT} END, {text("f.value")})
                        )::DOUBLE
                        WHEN o.negative IS NOT NULL AND l.y_of > 0 AND l.y BETWEEN 0 AND l.y_of
                        THEN CASE WHEN o.negative THEN 1 - l.y / l.y_of ELSE l.y / l.y_of END END AS so
            FROM opinions o JOIN labels l ON l.event_id = o.event_id JOIN feedback f ON f.feedback_id = o.feedback_id
            LEFT JOIN meanings m ON m.feedback_id = o.feedback_id LEFT JOIN current_declaration d ON true
        ), users AS (
            SELECT given_by, said, given_as, count(*) AS signals, sum(weight) AS w_u, sum(weight * so) AS r_u,
                   sum(weight ** 2) AS squares
            FROM judged WHERE so IS NOT NULL GROUP BY ALL
        ), told AS (
            SELECT given_by, said, sum(signals)::BIGINT AS n, sum(w_u) AS estimated_events, count(*) AS users,
                   sum(r_u) / sum(w_u) AS share,
                   {clustered("sum(r_u) / sum(w_u)", "sum(w_u) ** 2 / sum(squares)")} AS effective
            FROM users GROUP BY ALL
        )
        SELECT given_by, said, n, estimated_events, users, share AS "right", {wilson("share", "effective")}, effective
        FROM told
    """,
    example='SELECT given_by, said, n, round("right", 3) AS "right", round(low, 3) AS low, round(high, 3) AS high '
    "FROM gt.sentiment.how_right ORDER BY ALL",
)  # fmt: skip
OF_OPINIONS = (OPINIONS, FEEDBACK_BY_WEEK, HOW_RIGHT)
