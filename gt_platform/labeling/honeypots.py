"""Honeypots: which items of known truth are mixed into people's work, and which are no longer.

Nothing is ever deleted: a honeypot is in use while its truth stands, few enough have seen it, it is young enough and
people do not contradict it. Who is shown which, and when, is the backend's business.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Pick, form_of
from gt_platform.labeling.messages import Honeypot
from gt_platform.labeling.requirements import suggestion
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import HONEYPOTS
from gt_platform.lake.views.hard_cases import DOUBTED_BY, DOUBTED_FROM
from gt_platform.project import Honeypots, Project

# An item that is being asked again, because its truth went stale or lost answers, is no honeypot meanwhile.
KNOWN = """
    SELECT h.honeypot_id, h.item_id, h.input, h.truth, h.stratum, h.requires, h.suggestion, h.injected_at,
           coalesce(exposures, 0) AS exposures, coalesce(wrong, 0) AS wrong,
           t.item_id IS NOT NULL AND h.item_id NOT IN (FROM waiting_items) AS stands
    FROM honeypots h LEFT JOIN (
        SELECT honeypot_id, count(*) AS exposures, count(*) FILTER (NOT correct) AS wrong
        FROM honeypot_answers GROUP BY honeypot_id
    ) USING (honeypot_id)
    LEFT JOIN ground_truth t ON t.item_id = h.item_id AND t.answer = h.truth
    ORDER BY h.honeypot_id
"""
POT = """
    SELECT left(sha256(concat_ws(chr(10), 'honeypot', t.item_id, t.decision_id, t.guideline_version, t.schema_version)),
                32) AS honeypot_id,
           t.item_id, t.input, t.answer AS truth, t.decision_id, r.requires,
           concat(CASE WHEN $by_label THEN t.answer::VARCHAR || ' ' END,
                  CASE WHEN len(json_keys(d.votes)) > 1 THEN 'divided' ELSE 'unanimous' END) AS stratum
    FROM ground_truth t JOIN standing_truth d ON d.item_id = t.item_id AND d.decision_id = t.decision_id
    LEFT JOIN rounds r ON r.item_id = t.item_id
    WHERE NOT EXISTS (FROM honeypots h WHERE h.item_id = t.item_id AND h.truth = t.answer)
      AND t.item_id NOT IN (FROM waiting_items) AND t.item_id NOT IN (SELECT item_id FROM added_items)
"""
# Truth that people may be held to: what a person gave first, else of three answers or more, all equal.
FIT = f"""
    {POT} AND d.method <> 'near_duplicate' AND (d.given OR (t.answers >= 3 AND len(json_keys(d.votes)) = 1))
    QUALIFY row_number() OVER (PARTITION BY stratum ORDER BY NOT d.given, honeypot_id) <= $pool
    ORDER BY NOT d.given, honeypot_id
"""
BY_HAND = f"{POT} AND t.item_id = $item"
OUTPUTS = """
    SELECT item_id, arg_min(output, event_id) AS output FROM events SEMI JOIN chosen_rows USING (item_id)
    GROUP BY item_id
"""


@dataclass(frozen=True)
class Kept:
    """A honeypot with what became of it."""

    honeypot: Honeypot
    in_use: bool
    doubted: bool


def known_honeypots(tables: Store | Writer, project: Project, now: datetime) -> list[Kept]:
    """Every honeypot there ever was, by id; none where the project declares none."""
    declared = project.labeling.honeypots
    if declared is None:
        return []
    return [_kept(declared, row, now) for row in tables.read(KNOWN).iter_rows(named=True)]


def inject(writer: Writer, project: Project, kept: list[Kept], now: datetime) -> int:
    """Fill the pool up with fresh honeypots, the least present labels and difficulties first; returns how many."""
    declared = project.labeling.honeypots
    if declared is None:
        return 0
    present = Counter(one.honeypot.stratum for one in kept if one.in_use)
    lacking = declared.pool - present.total()
    if lacking <= 0:
        return 0
    fit = writer.read(FIT, {"by_label": _by_label(project), "pool": declared.pool})
    allowed = [row for row in fit.iter_rows(named=True) if _allowed(project, row["truth"])]
    chosen = [row for row, _ in zip(_balanced(allowed, present), range(lacking), strict=False)]
    return _put_to_use(writer, project, chosen, now)


def designate(writer: Writer, project: Project, item_id: str, now: datetime) -> int:
    """Put an item to use as a honeypot because somebody says so, beside those that fill the pool.

    Returns 0 where it has no truth that one may answer, is being asked, or was one for this truth already.
    """
    found = writer.read(BY_HAND, {"by_label": _by_label(project), "item": item_id})
    chosen = [row for row in found.iter_rows(named=True) if _allowed(project, row["truth"])]
    return _put_to_use(writer, project, chosen, now)


def _by_label(project: Project) -> bool:
    return isinstance(form_of(project.answer_kind), Pick)


def _put_to_use(writer: Writer, project: Project, chosen: list[dict[str, Any]], now: datetime) -> int:
    if not chosen:
        return 0
    suggested = _suggestions(writer, project, [row["item_id"] for row in chosen])
    rows = [row | {"suggestion": suggested.get(row["item_id"]), "injected_at": now} for row in chosen]
    return writer.append(HONEYPOTS, HONEYPOTS.frame(rows))


def _suggestions(writer: Writer, project: Project, items: list[str]) -> dict[str, str | None]:
    """The model's answer to each, where the project shows it: work that came without would be known for a honeypot."""
    if not project.labeling.suggestions:
        return {}
    outputs = writer.read(OUTPUTS, frames={"chosen_rows": pl.DataFrame({"item_id": items})})
    return {item: suggestion(project, json.loads(output)) for item, output in outputs.iter_rows()}


def _kept(declared: Honeypots, row: dict[str, Any], now: datetime) -> Kept:
    shown = row["exposures"]
    doubted = shown >= DOUBTED_FROM and row["wrong"] > DOUBTED_BY * shown
    honeypot = Honeypot(
        honeypot_id=row["honeypot_id"],
        item_id=row["item_id"],
        input=json.loads(row["input"]),
        truth=json.loads(row["truth"]),
        stratum=row["stratum"],
        exposures=shown,
        requires=tuple(json.loads(row["requires"] or "[]")),
        suggestion=None if row["suggestion"] is None else json.loads(row["suggestion"]),
    )
    young = now < row["injected_at"] + timedelta(days=declared.days)
    return Kept(honeypot, row["stands"] and young and shown < declared.exposures and not doubted, doubted)


def _balanced(rows: list[dict[str, Any]], present: Counter[str]) -> Iterator[dict[str, Any]]:
    """The rows in turns, each time one of the stratum that has the fewest."""
    by_stratum: dict[str, list[dict[str, Any]]] = {}
    for row in reversed(rows):
        by_stratum.setdefault(row["stratum"], []).append(row)
    counts = Counter({stratum: present[stratum] for stratum in by_stratum})
    while by_stratum:
        stratum = min(by_stratum, key=lambda name: (counts[name], name))
        counts[stratum] += 1
        yield by_stratum[stratum].pop()
        if not by_stratum[stratum]:
            del by_stratum[stratum]


def _allowed(project: Project, truth: str) -> bool:
    try:
        project.answer_kind.validate(json.loads(truth))
    except InvalidAnswerError:
        return False
    return True
