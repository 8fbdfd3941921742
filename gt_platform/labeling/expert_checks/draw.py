"""Drawing expert checks, every night after settlement, and keeping what chance every item has had.

Which cells get how many is decided in `nightly`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gt_platform.labeling.expert_checks.cells import cell_of, judgement_cell, pattern_of
from gt_platform.labeling.expert_checks.nightly import Floats, Item, budget, tonight
from gt_platform.labeling.overlap import lacking
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import EXPERT_CHECKS
from gt_platform.project import Project

FIRST_OUTPUTS = """
    JOIN (
        SELECT item_id, arg_min(event_id, frame_day::VARCHAR || event_id) AS event_id, min(frame_day) AS frame_day,
               sum(1 / inclusion_probability) AS weight
        FROM sample GROUP BY item_id
    ) USING (item_id)
    JOIN (SELECT event_id, output FROM events) USING (event_id)
"""
# Decided on all the live answers there are, ruled on by nobody, and never drawn from before.
NEW = f"""
    SELECT item_id, event_id, frame_day, weight, output, votes, status = 'consensus' AS decided, d.answer AS consensus
    FROM current_decisions d JOIN answered_items USING (item_id, answers_digest)
    {FIRST_OUTPUTS}
    ANTI JOIN waiting_items USING (item_id) ANTI JOIN current_rulings USING (item_id, answers_digest)
    ANTI JOIN current_checks USING (item_id)
    WHERE status IN ('consensus', 'adjudicate') ORDER BY item_id
"""  # noqa: S608 - of the part above
LEFT = f"""
    SELECT item_id, event_id, frame_day, weight, output, '{{}}' AS votes, false AS decided, NULL::VARCHAR AS consensus
    FROM unanswered_items {FIRST_OUTPUTS} ANTI JOIN current_checks USING (item_id) ORDER BY item_id
"""  # noqa: S608 - of the part above
KNOWN = """
    SELECT item_id, event_id, wave, cell, pattern, consensus, inclusion_probability, drawn, frame_day, weight, answer,
           output
    FROM current_checks JOIN (SELECT event_id, frame_day FROM sample) USING (event_id)
    JOIN (SELECT item_id, sum(1 / inclusion_probability) AS weight FROM sample GROUP BY item_id) USING (item_id)
    JOIN (SELECT event_id, output FROM events) USING (event_id)
    ORDER BY item_id
"""
SPENT = "SELECT frame_day, checks FROM spending"


@dataclass(frozen=True, kw_only=True)
class Checks:
    """Items that experts can be given, those of them drawn so far, and how many of these were drawn now."""

    checkable: int = 0
    checks: int = 0
    new_checks: int = 0


def draw_checks(store: Store, project: Project) -> Checks:
    """Draw tonight's checks; the same answers again draw nothing. None where the project declares none."""
    declared = project.labeling.expert_check
    if declared is None:
        return Checks()

    def work(writer: Writer) -> Checks:
        items = [*_read(writer, project, KNOWN), *_new(writer, project)]
        before = sum(item["drawn"] for item in items)
        more = budget(declared, items, before, dict(writer.read(SPENT).iter_rows()))
        if more or any(item["wave"] == 0 for item in items):
            _write(writer, items, tonight(project, declared, items, more))
        after = sum(item["drawn"] for item in items)
        return Checks(checkable=len(items), checks=after, new_checks=after - before)

    return store.commit("expert checks", work)


def _new(writer: Writer, project: Project) -> list[Item]:
    """Items that come in tonight, in their cells, with no chance so far."""
    waits = set(lacking(writer, project)["item_id"])
    found = []
    for item in (*_read(writer, project, NEW), *_read(writer, project, LEFT)):
        if item["item_id"] not in waits:
            pattern = pattern_of(item["votes"], decided=item["decided"])
            cell = _cell(project, pattern, item)
            nothing = {"wave": 0, "inclusion_probability": 0.0, "drawn": False, "answer": None}
            found.append(item | {"pattern": pattern, "cell": cell} | nothing)
    return found


def _cell(project: Project, pattern: str, item: Item) -> str:
    if project.judges_outputs:
        return judgement_cell(project.answer_kind, pattern, item["consensus"])
    return cell_of(project.answer_kind, pattern, None if item["invalid"] else item["output"], item["consensus"])


def _read(writer: Writer, project: Project, query: str) -> list[Item]:
    return project.outputs.frame(writer.read(query)).rows(named=True)


def _write(writer: Writer, items: Sequence[Item], chance: Floats) -> None:
    """A row for each item that has none, and whose chance rose."""
    wave, now = 1 + max(item["wave"] for item in items), datetime.now(UTC)
    kept = set(EXPERT_CHECKS.column_names())
    risen = [
        {name: value for name, value in item.items() if name in kept}
        | {"wave": wave, "inclusion_probability": float(at), "drawn_at": now}
        for item, at in zip(items, chance, strict=True)
        if item["wave"] == 0 or at > item["inclusion_probability"]
    ]
    writer.append(EXPERT_CHECKS, EXPERT_CHECKS.frame(risen))
