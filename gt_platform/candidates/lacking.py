"""What a candidate was not asked yet of all that has a standing truth, which is what scores use."""

from dataclasses import dataclass

import polars as pl

from gt_platform.lake import Store

LACKING = """
    SELECT g.item_id, g.input::VARCHAR AS input, r.repetition::INTEGER AS repetition, p.error
    FROM ground_truth g CROSS JOIN (SELECT unnest(range(1, $repetitions + 1)) AS repetition) r
    LEFT JOIN (
        SELECT item_id, repetition, output, error FROM current_predictions WHERE candidate = $candidate
    ) p ON p.item_id = g.item_id AND p.repetition = r.repetition
    WHERE ($split::VARCHAR IS NULL OR g.split = $split) AND (p.item_id IS NULL OR ($again AND p.output IS NULL))
    ORDER BY r.repetition, g.item_id LIMIT $limit
"""
STANDING = """
    SELECT count(*) AS items, count(p.item_id) FILTER (p.answered) AS answered,
           count(p.item_id) FILTER (NOT p.answered) AS failed
    FROM ground_truth g LEFT JOIN (
        SELECT item_id, bool_or(output IS NOT NULL) AS answered FROM current_predictions
        WHERE candidate = $candidate GROUP BY item_id
    ) p ON p.item_id = g.item_id
"""
ALL = 2**62


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Of the items that have a truth: how many there are, the candidate answered, and failed at."""

    items: int
    answered: int
    failed: int

    @property
    def lacking(self) -> int:
        """Items that it was never asked."""
        return self.items - self.answered - self.failed


def lacking(
    store: Store,
    candidate: str,
    *,
    repetitions: int = 1,
    split: str | None = None,
    limit: int | None = None,
    again: bool = False,
) -> pl.DataFrame:
    """Items with their input, by repetition, that it was not asked, or with `again` that it failed at too."""
    asked = {
        "candidate": candidate,
        "repetitions": repetitions,
        "split": split,
        "again": again,
        "limit": ALL if limit is None else limit,
    }
    return store.read(LACKING, asked)


def standing(store: Store, candidate: str) -> Standing:
    """How far a candidate is."""
    return Standing(**store.read(STANDING, {"candidate": candidate}).row(0, named=True))
