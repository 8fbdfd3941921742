"""Truth that the guidelines or the answer schema moved away from: marked, and asked again where it may differ."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.labeling.asking import ITEM, as_asked
from gt_platform.labeling.costs import within_budget
from gt_platform.labeling.narrowing import narrowed
from gt_platform.labeling.recheck import UNTOUCHED, drawn
from gt_platform.labeling.touched import Changes, changes
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ASSIGNMENTS, STALE
from gt_platform.project import Project

# Standing truth of another version not marked yet, and its item's latest round: `settled` if decided on already.
OF_OTHER_VERSIONS = """
    SELECT s.decision_id, s.item_id, s.answer, s.method, s.votes, s.guideline_version, s.schema_version,
           coalesce(r.round, 0) AS round, coalesce(r.input, i.input) AS input,
           i.attributes, r.* EXCLUDE (item_id, round, input),
           s.answers_digest IS NOT DISTINCT FROM a.answers_digest AS settled,
           s.item_id IN (SELECT item_id FROM edge_cases) AS edge_case
    FROM standing_truth s JOIN items i ON i.item_id = s.item_id
    LEFT JOIN answered_items a ON a.item_id = s.item_id LEFT JOIN (
        SELECT item_id, round, input, priority, requires, suggestion, guideline_version AS round_guideline,
               schema_version AS round_schema
        FROM rounds
    ) r ON r.item_id = s.item_id
    WHERE (s.guideline_version <> $guideline OR s.schema_version <> $schema)
      AND s.decision_id NOT IN (
          SELECT decision_id FROM stale WHERE guideline_version = $guideline AND schema_version = $schema
      )
    ORDER BY s.item_id
"""
ANY_OF_OTHER_VERSIONS = """
    SELECT count(*) > 0 FROM ground_truth WHERE guideline_version <> $guideline OR schema_version <> $schema
"""
TEXTS = "SELECT guideline_version, text FROM guidelines"
EITHER = {"all": ("everything is asked again", True), "none": ("nothing is asked again", False)}
TAKEN = {"adjudication": "it took a ruling", "correction": "it was corrected"}
STILL = """
    SELECT count(*) FROM current_decisions JOIN (
        SELECT DISTINCT decision_id FROM stale WHERE guideline_version = $guideline AND schema_version = $schema
    ) USING (decision_id)
"""


def newly_stale(tables: Store | Writer, project: Project) -> list[dict[str, Any]]:
    """Rows for `stale` that are not there yet, beside what is needed to ask their items again.

    The likeliest to change come first. Those that are to be asked again only as far as a budget allows: they are found
    when it does. What was drawn by chance is asked whatever it allows, or that chance would be another.
    """
    if not tables.read(ANY_OF_OTHER_VERSIONS, _versions(project)).item():
        return []
    known = tables.read(TEXTS).iter_rows() if project.labeling.relabel == "touched" else ()
    rows = tables.read(OF_OTHER_VERSIONS, _versions(project)).rows(named=True)
    items = [row["item_id"] for row in rows]
    changed = {version: narrowed(tables, project, changes(text, project), items) for version, text in known if items}
    found = sorted(_marked(project, rows, changed), key=_kept_likely)
    found = drawn(tables, project, found) if project.labeling.recheck else found
    asked = _again(project, [row for row in found if row["inclusion_probability"] is None])
    unpaid = set(asked["item_id"]) - set(within_budget(tables, project, asked)["item_id"])
    return [row for row in found if row["item_id"] not in unpaid]


def mark_stale(writer: Writer, project: Project) -> tuple[int, int]:
    """Mark what went stale and ask again what the project wants asked; returns how many decisions and assignments."""
    found, now = newly_stale(writer, project), datetime.now(UTC)
    marks = [{name: row[name] for name in STALE.column_names(stable_only=True)} for row in found]
    writer.append(STALE, STALE.frame(mark | {"marked_at": now} for mark in marks))
    return len(found), writer.append(ASSIGNMENTS, as_asked(project, _again(project, found)))


def _again(project: Project, found: list[dict[str, Any]]) -> pl.DataFrame:
    """What is to be asked of those that are asked again."""
    return ASSIGNMENTS.frame(
        {name: row[name] for name in ITEM if name != "slot"} | {"round": row["round"] + 1, "slot": slot}
        for row in found
        if row["asked_again"] and not row["under_way"]
        for slot in range(1, project.labeling.overlap + 1)
    )


def still_stale(store: Store, project: Project) -> int:
    """Standing decisions that are stale under the present guidelines and schema."""
    return int(store.read(STILL, _versions(project)).item())


def _marked(project: Project, rows: list[dict[str, Any]], changed: Mapping[str, Changes]) -> Iterator[dict[str, Any]]:
    allowed = {answer: _allowed(project, answer) for answer in {row["answer"] for row in rows}}
    for row in rows:
        invalid = not allowed[row["answer"]]
        if row["guideline_version"] == project.guideline_version and not invalid:
            continue
        why, again = _asked_again(project, row, changed.get(row["guideline_version"]), invalid=invalid)
        what = "the answer schema no longer allows it" if invalid else "decided under other guidelines"
        asked_so = row["round_guideline"] == project.guideline_version and (
            not invalid or row["round_schema"] == project.schema_version
        )
        yield row | {
            "reason": f"{what}; {why}",
            "asked_again": again,
            "under_way": asked_so and not row["settled"],
            "decided_under": row["guideline_version"],
            "guideline_version": project.guideline_version,
            "schema_version": project.schema_version,
            "inclusion_probability": None,
        }


def _asked_again(project: Project, row: dict[str, Any], changed: Changes | None, *, invalid: bool) -> tuple[str, bool]:
    """Why the item is asked again or not, and whether. An answer that is no longer allowed can only be asked anew.

    What is not known of whom a change touches (the text above the rules, guidelines that were never seen) is asked
    again as under `contested`.
    """
    policy = project.labeling.relabel
    if row["method"] == "near_duplicate":
        return "not asked again: it follows the item it is like", False
    if invalid and policy != "none":
        return "asked again", True
    if policy in EITHER:
        return EITHER[policy]
    if policy == "touched" and changed is not None and row["method"] != "outcome":
        if rule := changed.touching(row):
            return f"asked again: touched by rule {rule}", True
        if not changed.text:
            return UNTOUCHED, False
    if row["edge_case"]:
        return "asked again: an edge case", True
    if row["method"] in TAKEN:
        return f"asked again: {TAKEN[row['method']]}", True
    if row["method"] == "import":
        return "not asked again: it was imported", False
    if row["method"] == "outcome":
        return "not asked again: its outcome is known", False
    if len(json.loads(row["votes"])) > 1:
        return "asked again: answers differed", True
    return "not asked again: all answers were equal", False


def _kept_likely(row: Mapping[str, Any]) -> float:
    """How likely truth is to stay: the share of answers that it has; of what took a ruling or an edge case, 0."""
    if row["edge_case"] or row["method"] in TAKEN:
        return 0.0
    votes: dict[str, int] = json.loads(row["votes"] or "{}")
    return votes.get(row["answer"], 0) / sum(votes.values()) if votes else 1.0


def _allowed(project: Project, answer: str) -> bool:
    try:
        project.answer_kind.validate(json.loads(answer))
    except InvalidAnswerError:
        return False
    return True


def _versions(project: Project) -> dict[str, str]:
    return {"guideline": project.guideline_version, "schema": project.schema_version}
