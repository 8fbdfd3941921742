"""What the UI shows of each table after a run: one small query each, of a day or of everything.

Queries only; how they look is in `showing.py`.
"""

from gt_platform.lake.tables import (
    ADJUDICATIONS,
    ANNOTATIONS,
    ASSIGNMENTS,
    AUDIT,
    CHANGELOG,
    DECISIONS,
    DRIFT,
    EDGE_CASES,
    EVENTS,
    EXCLUSIONS,
    FEEDBACK,
    FILES,
    GROUND_TRUTH,
    HONEYPOT_ANSWERS,
    HONEYPOTS,
    QUARANTINE,
    REJECTIONS,
    RELEASES,
    ROW_SCORES,
    SAMPLE,
    SCORES,
    STALE,
    STANDINGS,
)

OF_A_DAY: dict[str, str] = {
    FILES.name: """
        SELECT path, lines, events, feedback, duplicates, quarantined FROM files
        WHERE frame_day = ? ORDER BY path LIMIT 20
    """,
    EVENTS.name: """
        SELECT model, output, count(*) AS events, round(avg(confidence), 3) AS confidence FROM events
        WHERE frame_day = ? GROUP BY ALL ORDER BY events DESC, model, output LIMIT 12
    """,
    FEEDBACK.name: """
        SELECT rater_kind, signal, value, count(*) AS signals FROM feedback
        WHERE frame_day = ? GROUP BY ALL ORDER BY signals DESC, rater_kind, signal, value LIMIT 12
    """,
    QUARANTINE.name: """
        SELECT reason, count(*) AS records, min(detail) AS example FROM quarantine
        WHERE frame_day = ? GROUP BY reason ORDER BY records DESC, reason LIMIT 12
    """,
    DRIFT.name: """
        SELECT column_name AS "column", statistic, round(value, 4) AS value, round(threshold, 4) AS threshold,
               round(q_value, 4) AS q, verdict, n_current AS n FROM drift
        WHERE frame_day = ? ORDER BY column_name LIMIT 30
    """,
    ROW_SCORES.name: """
        SELECT count(*) AS events, round(min(drift_score), 3) AS lowest, round(median(drift_score), 3) AS median,
               round(quantile_cont(drift_score, 0.9), 3) AS p90, round(max(drift_score), 3) AS highest
        FROM row_scores WHERE frame_day = ?
    """,
    SAMPLE.name: """
        SELECT stratum, any_value(stratum_size) AS size, count(*) AS drawn,
               round(min(inclusion_probability), 4) AS "lowest probability",
               round(max(inclusion_probability), 4) AS "highest probability"
        FROM sample WHERE frame_day = ? GROUP BY stratum ORDER BY stratum LIMIT 30
    """,
    ASSIGNMENTS.name: """
        WITH drawn AS (SELECT DISTINCT item_id FROM sample WHERE frame_day = ?)
        SELECT backend, count(DISTINCT item_id) AS items, count(*) AS assignments, count(annotator) AS answered
        FROM assignments SEMI JOIN drawn USING (item_id) LEFT JOIN annotations USING (assignment_id, item_id)
        GROUP BY backend ORDER BY backend
    """,
}

OF_ALL: dict[str, str] = {
    ANNOTATIONS.name: """
        SELECT annotator, count(*) AS answers FROM annotations GROUP BY annotator
        ORDER BY answers DESC, annotator LIMIT 12
    """,
    REJECTIONS.name: """
        SELECT reason, count(*) AS answers, min(detail) AS example FROM rejections
        GROUP BY reason ORDER BY answers DESC, reason LIMIT 12
    """,
    HONEYPOTS.name: """
        SELECT stratum, count(*) AS honeypots, max(injected_at) AS newest FROM honeypots
        GROUP BY stratum ORDER BY honeypots DESC, stratum LIMIT 12
    """,
    HONEYPOT_ANSWERS.name: """
        SELECT annotator, count(*) AS answers, count(*) FILTER (correct) AS "right" FROM honeypot_answers
        GROUP BY annotator ORDER BY answers DESC, annotator LIMIT 12
    """,
    STANDINGS.name: """
        SELECT annotator, state, reason, answers, round(share, 3) AS share, round(low, 3) AS low, round(high, 3) AS high
        FROM current_standings
        ORDER BY state = 'active', low, annotator LIMIT 12
    """,
    EXCLUSIONS.name: """
        SELECT annotator, reason, count(*) AS answers FROM exclusions
        GROUP BY ALL ORDER BY answers DESC, annotator, reason LIMIT 12
    """,
    ADJUDICATIONS.name: """
        SELECT adjudicator, count(*) AS rulings, max(ruled_at) AS latest FROM adjudications
        GROUP BY adjudicator ORDER BY rulings DESC, adjudicator LIMIT 12
    """,
    EDGE_CASES.name: """
        SELECT note, count(*) AS items, max(raised_at) AS latest FROM edge_cases
        GROUP BY note ORDER BY items DESC, note LIMIT 12
    """,
    STALE.name: """
        SELECT left(guideline_version, 8) AS guidelines, reason, asked_again, count(*) AS items FROM stale
        GROUP BY ALL ORDER BY max(marked_at) DESC, items DESC, reason LIMIT 12
    """,
    AUDIT.name: """
        SELECT did, count(*) AS entries, max("at") AS latest FROM audit GROUP BY did ORDER BY entries DESC, did LIMIT 12
    """,
    DECISIONS.name: """
        SELECT status, method, count(*) AS items, round(avg(confidence), 3) AS confidence
        FROM current_decisions
        GROUP BY ALL ORDER BY items DESC, status, method
    """,
    GROUND_TRUTH.name: """
        SELECT answer, count(*) AS items, round(avg(confidence), 3) AS confidence, sum(answers)::BIGINT AS answers
        FROM ground_truth GROUP BY answer ORDER BY items DESC, answer LIMIT 20
    """,
    RELEASES.name: """
        SELECT release, items, added, changed, retired, left(digest, 12) AS digest, snapshot_id AS snapshot
        FROM releases ORDER BY release DESC LIMIT 10
    """,
    CHANGELOG.name: """
        SELECT release, change, count(*) AS items FROM changelog GROUP BY ALL ORDER BY release DESC, change LIMIT 12
    """,
    SCORES.name: """
        SELECT metric, label, slice, estimand, round(estimate, 4) AS estimate, round(low, 4) AS low,
               round(high, 4) AS high, n, verdict FROM current_scores WHERE scope = 'all'
        ORDER BY slice <> '*', metric, label, slice, estimand LIMIT 30
    """,
}

WEEKLY_SCORE = """
    SELECT period, estimate, low, high FROM current_scores
    WHERE scope = 'week' AND estimand = 'production' AND slice = '*' AND label = '*' AND metric = ?
      AND model = '*'
    ORDER BY period
"""

ANNOTATOR_SHARES = """
    SELECT annotator, share, low, high
    FROM current_standings
    WHERE share IS NOT NULL ORDER BY low, annotator LIMIT 10
"""
