"""Cases: the items a reviewer should look at, each with its answers in an order that tells nothing, and why."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from gt_platform.labeling.honeypots import Kept
from gt_platform.labeling.messages import Case, Opinion
from gt_platform.labeling.overlap import lacking
from gt_platform.lake import Store
from gt_platform.project import Project

UNDECIDED, CHECKED, WAITS, DOUBTED = 3, 2, 1, 0
"""Priorities: what was drawn comes first, since a score waits for it, and of that what annotators could not settle."""
EXPERT_CHECK = "expert check"
CONTRADICTED = "most people disagree with the known answer"

# Decided on all the live answers there are, which nobody ruled on.
DECIDED = """
    SELECT item_id, answers_digest, input, votes, reason, status, opinions, coalesce(drawn, false) AS drawn,
           coalesce(asked, false) AS asked
    FROM current_decisions JOIN answered_items USING (item_id, answers_digest)
    LEFT JOIN (SELECT item_id, drawn FROM current_checks) USING (item_id)
    LEFT JOIN (
        SELECT item_id, true AS asked FROM expert_checks WHERE wave = 0
        AND item_id NOT IN (SELECT item_id FROM adjudications WHERE blind)
    ) USING (item_id)
    ANTI JOIN waiting_items USING (item_id) ANTI JOIN current_rulings USING (item_id, answers_digest)
    JOIN items USING (item_id)
    JOIN (
        SELECT item_id, list({answer: answer, comment: comment} ORDER BY sha256(assignment_id)) AS opinions
        FROM live_annotations GROUP BY item_id
    ) USING (item_id)
    WHERE status = 'adjudicate' OR ((drawn OR asked) AND status <> 'retired')
    ORDER BY item_id
"""
# Nobody was asked, or nobody had answered: what their events came to contradicts itself.
CONTRADICTORY = """
    SELECT item_id, reason, false AS drawn FROM current_decisions
    ANTI JOIN answered_items USING (item_id) ANTI JOIN adjudications USING (item_id)
    WHERE method = 'outcome' AND status = 'adjudicate'
"""
UNDECIDED_YET = """
    SELECT item_id FROM current_checks ANTI JOIN decisions USING (item_id) ANTI JOIN adjudications USING (item_id)
    WHERE drawn AND pattern = 'undecided'
"""
# Skipped by as many as were to answer it, or by everybody there is.
SKIPPED = """
    SELECT item_id, format('skipped by {}: {}', people, why) AS reason
    FROM (
        SELECT detail ->> 'item' AS item_id, count(DISTINCT who) AS people,
               string_agg(DISTINCT detail ->> 'why', '; ' ORDER BY detail ->> 'why') AS why
        FROM audit WHERE did = 'skipped' GROUP BY ALL
    ) SEMI JOIN waiting_items USING (item_id)
    ANTI JOIN decisions USING (item_id) ANTI JOIN adjudications USING (item_id)
    WHERE people >= least(
        greatest(2, $overlap), (SELECT count(DISTINCT who) FROM audit WHERE did IN ('answered', 'skipped'))
    )
"""
# Left by annotators: what they said so far, which may be nothing, is no decision.
LEFT = """
    SELECT item_id, coalesce(answers_digest, sha256('')) AS answers_digest, input, 'adjudicate' AS status, reason,
           drawn, false AS asked, coalesce(opinions, []) AS opinions
    FROM left_rows JOIN items USING (item_id)
    LEFT JOIN (SELECT item_id, answers_digest FROM answered_items) USING (item_id)
    LEFT JOIN (
        SELECT item_id, list({answer: answer, comment: comment} ORDER BY sha256(assignment_id)) AS opinions
        FROM live_annotations GROUP BY item_id
    ) USING (item_id)
    ORDER BY item_id
"""
CONTRADICTIONS = """
    SELECT honeypot_id, list({answer: answer, comment: comment} ORDER BY sha256(honeypot_id || annotator)) AS opinions
    FROM honeypot_answers WHERE honeypot_id NOT IN (SELECT answers_digest FROM adjudications) GROUP BY honeypot_id
"""


def cases(store: Store, project: Project, kept: list[Kept]) -> list[Case]:
    """Everything that waits for a reviewer: first what has no truth, without what may still settle by itself.

    `kept` are the honeypots; of those that people contradict, the known answer is in doubt.
    """
    decided = store.read(DECIDED)
    open_ = decided.join(lacking(store, project).select("item_id"), on="item_id", how="anti")
    left = _left(store, project)
    rows = (*open_.iter_rows(named=True), *left.iter_rows(named=True))
    found = [*map(_of_decision, rows), *_contradicted(store, kept)]
    return sorted(found, key=lambda case: (-case.priority, case.item_id))


def _left(store: Store, project: Project) -> pl.DataFrame:
    """Items without an answer, or left by annotators: those that outcomes leave open, or are drawn for an expert, or
    that everybody skipped.
    """
    yet = store.read(UNDECIDED_YET) if project.labeling.expert_check else pl.DataFrame(schema={"item_id": pl.String})
    skipped = store.read(SKIPPED, {"overlap": project.labeling.overlap}).join(yet, on="item_id", how="anti")
    drawn = yet.with_columns(reason=pl.lit("annotators left it without an answer"), drawn=pl.lit(True))
    found = pl.concat([store.read(CONTRADICTORY), drawn, skipped.with_columns(drawn=pl.lit(False))])
    return found if found.is_empty() else store.read(LEFT, frames={"left_rows": found})


def votes_of(case: Case) -> str:
    """How many gave each answer, as JSON text, the most frequent first."""
    texts = pl.Series([json.dumps(one.answer, ensure_ascii=False, sort_keys=True) for one in case.opinions])
    counted = texts.value_counts(sort=False, name="n").sort(["n", texts.name], descending=[True, False])
    return json.dumps(dict(counted.iter_rows()), ensure_ascii=False)


def _of_decision(row: dict[str, Any]) -> Case:
    waits, drawn = row["status"] == "adjudicate", row["drawn"]
    return Case(
        item_id=row["item_id"],
        answers_digest=row["answers_digest"],
        input=json.loads(row["input"]),
        opinions=_opinions(row["opinions"]),
        why=(row["reason"] or "no answer leads") if waits else EXPERT_CHECK,
        priority=(UNDECIDED if waits else CHECKED) if drawn else WAITS,
        blind=drawn or row["asked"],
    )


def _contradicted(store: Store, kept: list[Kept]) -> Iterator[Case]:
    """Its digest is the honeypot's id: the answers that its truth came from are not what is in question."""
    doubted = [one.honeypot for one in kept if one.doubted]
    given = dict(store.read(CONTRADICTIONS).iter_rows()) if doubted else {}
    for honeypot in doubted:
        if honeypot.honeypot_id in given:
            opinions = _opinions(given[honeypot.honeypot_id])
            yield Case(
                item_id=honeypot.item_id,
                answers_digest=honeypot.honeypot_id,
                input=honeypot.input,
                opinions=opinions,
                why=CONTRADICTED,
                priority=DOUBTED,
            )


def _opinions(given: list[dict[str, str | None]]) -> tuple[Opinion, ...]:
    return tuple(Opinion(json.loads(one["answer"] or "null"), one["comment"]) for one in given)
