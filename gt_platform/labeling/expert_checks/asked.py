"""Items that somebody wants an expert to answer blind, whatever chance they have of being drawn.

They stand in `expert_checks` as wave 0, without any chance: no score is corrected by what experts say of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from gt_platform.labeling.expert_checks.cells import pattern_of
from gt_platform.labeling.expert_checks.draw import FIRST_OUTPUTS
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import EXPERT_CHECKS
from gt_platform.project import Project

WAVE, CELL = 0, "asked for"
# Settled by annotators, and ruled on by nobody; where some are drawn by chance, only what had its chance, so that
# a score knows what annotators had said.
ASKABLE = f"""
    SELECT item_id, event_id, votes, d.answer AS consensus
    FROM current_decisions d JOIN answered_items USING (item_id, answers_digest) {FIRST_OUTPUTS}
    SEMI JOIN wanted_rows USING (item_id)
    ANTI JOIN waiting_items USING (item_id) ANTI JOIN current_rulings USING (item_id, answers_digest)
    WHERE status = 'consensus' AND (NOT $drawing OR item_id IN (SELECT item_id FROM current_checks))
"""  # noqa: S608 - of the part above
BEFORE = """
    SELECT DISTINCT item_id FROM expert_checks WHERE drawn OR wave = 0
    UNION SELECT item_id FROM adjudications WHERE blind
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How many items experts will find now, had been given before, and cannot be given as they are not settled."""

    asked: int
    before: int
    not_settled: int


def ask_experts(store: Store, project: Project, items: Sequence[str], most: int) -> Asked:
    """Give experts the first `most` of these that they can be given, each once; the next briefing has them."""

    def work(writer: Writer) -> Asked:
        before = set(writer.read(BEFORE)["item_id"]) & set(items)
        wanted = [item for item in dict.fromkeys(items) if item not in before]
        drawing = project.labeling.expert_check is not None
        rows = pl.DataFrame({"item_id": wanted}, schema={"item_id": pl.String})
        found = writer.read(ASKABLE, {"drawing": drawing}, frames={"wanted_rows": rows})
        able = {row["item_id"]: row for row in found.iter_rows(named=True)}
        made = [_row(able[item]) for item in wanted if item in able][:most]
        writer.append(EXPERT_CHECKS, EXPERT_CHECKS.frame(made))
        return Asked(asked=len(made), before=len(before), not_settled=len(wanted) - len(able))

    return store.commit("items for experts", work)


def _row(found: dict[str, str]) -> dict[str, object]:
    kept = {name: found[name] for name in ("item_id", "event_id", "consensus")}
    pattern = pattern_of(found["votes"], decided=True)
    told = {"wave": WAVE, "cell": CELL, "pattern": pattern, "inclusion_probability": 0.0, "drawn": False}
    return kept | told | {"drawn_at": datetime.now(UTC)}
