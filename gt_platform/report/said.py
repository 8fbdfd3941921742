"""What users say and what is so: how much is said, how often it is right, what became of it, and how long it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gt_platform import sampling
from gt_platform.lake import Store
from gt_platform.lake.views.opinions import LOUD, MANY
from gt_platform.project import Project

Row = dict[str, Any]
FATES = {
    "settled": "its event was drawn and its item has truth",
    "asked": "drawn, and its item waits for truth",
    "known": "not drawn, and its item has truth from elsewhere",
    "late": "came after its frame was drawn, and may open a further phase",
    "early": "its frame is not drawn yet",
    "passed_over": "its frame was drawn without its event",
    "no_event": "there is no such event, yet",
}
"""What a fate of `signals` means, in the order people are told; one that is not here is told by its name."""
WHO = {"end_user": "end users", "expert": "experts", "llm": "LLM judges"}
"""Kinds of annotators as people read them, in the plural."""
WEEKS = """
    SELECT * FROM feedback_by_week WHERE slice = '*' ORDER BY given_by, week
"""
SLICES = """
    SELECT * FROM feedback_by_week WHERE slice <> '*' QUALIFY week = max(week) OVER () ORDER BY slice, given_by
"""
RIGHT = "SELECT * FROM how_right ORDER BY said LIKE 'thumb%' DESC, said, given_by"
BECAME = "SELECT fate, count(*) AS n FROM signals GROUP BY fate ORDER BY fate"
TOOK = "SELECT * FROM latency ORDER BY step, week"
SCORE = """
    SELECT estimate FROM current_scores WHERE metric = ? AND scope = 'all' AND slice = '*' AND label = '*'
      AND model = '*' AND estimand = 'production'
"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """Rows of the views by week, by slice of the last week, by kind, fate and step; what waits, in sentences.

    `right` rows have `usual` beside: how often as much would be right of any event, None where nobody knows.
    """

    weeks: list[Row]
    slices: list[Row]
    right: list[Row]
    fates: list[tuple[str, str, int]]
    took: list[Row]
    waits: list[str]

    @property
    def loud(self) -> list[Row]:
        """Weeks in which one user gave much of all that users said; of judges and code there are few by nature."""
        return [row for row in self.weeks if row["given_by"] == "end_user" and row["n"] >= MANY
                and (row["loudest"] or 0) >= LOUD]  # fmt: skip


def said(store: Store, project: Project) -> Said:
    """Read it, in one look at the lake."""
    with store.snapshot():
        score = store.read(SCORE, [project.headline])["estimate"].to_list()
        return Said(
            weeks=store.read(WEEKS).rows(named=True),
            slices=store.read(SLICES).rows(named=True),
            right=[row | {"usual": _usual(row, score)} for row in store.read(RIGHT).rows(named=True)],
            fates=_named(dict(store.read(BECAME).iter_rows())),
            took=store.read(TOOK).rows(named=True),
            waits=[one.said for one in sampling.late(store, project)],
        )


def _usual(row: Row, score: Sequence[float | None]) -> float | None:
    """Of a thumb up how often any output is right, of a thumb down how often it is wrong."""
    if not score or score[0] is None or row["said"] in ("correction", "outcome"):
        return None
    return 1 - score[0] if row["said"] in ("thumb down", "rating low") else score[0]


def _named(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    order = [*(fate for fate in FATES if fate in counts), *(fate for fate in counts if fate not in FATES)]
    return [(fate.replace("_", " "), FATES.get(fate, ""), counts[fate]) for fate in order]
