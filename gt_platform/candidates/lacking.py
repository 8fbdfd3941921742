"""What a candidate was not asked yet of all items: those whose truth is yet to be settled are measured by, too, once it
is, and experts may say what is true of an item that annotators left undecided.
"""

from dataclasses import dataclass

import polars as pl

from gt_platform.lake import Store

ASKED = """
    SELECT i.item_id, i.input, coalesce(s.split, a.origin) AS split FROM items i
    LEFT JOIN splits s ON s.item_id = i.item_id LEFT JOIN added_items a ON a.item_id = i.item_id
    ANTI JOIN (FROM current_decisions WHERE status IN ('retired', 'no_valid_answer')) d ON d.item_id = i.item_id
    WHERE i.origin <> 'active_learning'
"""
LACKING = f"""
    SELECT g.item_id, g.input::VARCHAR AS input, r.repetition::INTEGER AS repetition, p.error
    FROM ({ASKED}) g CROSS JOIN (SELECT unnest(range(1, $repetitions + 1)) AS repetition) r
    LEFT JOIN (
        SELECT item_id, repetition, output, error FROM current_predictions WHERE candidate = $candidate
    ) p ON p.item_id = g.item_id AND p.repetition = r.repetition
    WHERE ($split::VARCHAR IS NULL OR g.split = $split) AND (p.item_id IS NULL OR ($again AND p.output IS NULL))
    ORDER BY r.repetition, g.item_id LIMIT $limit
"""  # noqa: S608
STANDING = f"""
    SELECT count(*) AS items, count(p.item_id) FILTER (p.answered) AS answered,
           count(p.item_id) FILTER (NOT p.answered) AS failed
    FROM ({ASKED}) g LEFT JOIN (
        SELECT item_id, bool_or(output IS NOT NULL) AS answered FROM current_predictions
        WHERE candidate = $candidate GROUP BY item_id
    ) p ON p.item_id = g.item_id
"""  # noqa: S608
KNOWN = "SELECT DISTINCT candidate FROM runs ORDER BY candidate"
ALL = 2**62


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Of the items: how many there are, the candidate answered, and failed at."""

    items: int
    answered: int
    failed: int

    @property
    def lacking(self) -> int:
        """Items that it was never asked."""
        return self.items - self.answered - self.failed


def known(store: Store) -> list[str]:
    """Every candidate that a run brought something of."""
    return store.read(KNOWN)["candidate"].to_list()


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
