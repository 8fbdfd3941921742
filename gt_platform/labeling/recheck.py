"""Items that no changed rule touches, of which some are asked again to see whether that holds.

They are drawn once, when a version of the guidelines takes effect, from all of its untouched items, each with the same
chance. They are asked as any item is, old truth stands meanwhile, and what people then answer is truth as ever.
"""

from collections.abc import Sequence, Set
from typing import Any

from gt_platform.canonical import canonical, number
from gt_platform.lake import Store, Writer
from gt_platform.project import Project

UNTOUCHED = "not asked again: no rule that changed touches it"
CHECKED = "asked again: no rule that changed touches it, and it was drawn to see whether that holds"
SEEN = "SELECT count(*) > 0 FROM stale WHERE guideline_version = $version"


def drawn(tables: Store | Writer, project: Project, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What goes stale, with what is drawn of it asked again; nothing where the version took effect before."""
    untouched = sorted(
        (row["item_id"] for row in rows if row["reason"].endswith(UNTOUCHED)), key=lambda item: _number(project, item)
    )
    if not untouched or tables.read(SEEN, {"version": project.guideline_version}).item():
        return list(rows)
    chosen = set(untouched[: project.labeling.recheck])
    chance = len(chosen) / len(untouched)
    return [row | _mark(row, chance, chosen) if row["reason"].endswith(UNTOUCHED) else row for row in rows]


def _mark(row: dict[str, Any], chance: float, chosen: Set[str]) -> dict[str, Any]:
    """What becomes of the row of an untouched item."""
    asked = {"asked_again": True, "reason": row["reason"].replace(UNTOUCHED, CHECKED)}
    return {"inclusion_probability": chance} | (asked if row["item_id"] in chosen else {})


def _number(project: Project, item: str) -> int:
    """An item's own random number, for this version of the guidelines."""
    return number(canonical(["recheck", project.name, project.guideline_version, item]))
