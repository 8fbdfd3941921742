# ruff: noqa: S608  -- every name comes from tables/
"""What of the lake's tables is copied for the pages, and the one table made of it that is browsed."""

from dataclasses import dataclass

from gt_platform.lake import tables
from gt_platform.lake.tables import Table
from gt_platform.lake.views import VIEWS

ALL = "true"
OF_ITEMS = "item_id IN (SELECT item_id FROM items)"
OF_THEIR_EVENTS = f"event_id IN (SELECT event_id FROM events WHERE {OF_ITEMS})"


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A table without what no page shows; `grows` where rows are only ever added to it."""

    table: Table
    without: frozenset[str] = frozenset()
    where: str = ALL
    grows: bool = False

    @property
    def columns(self) -> list[str]:
        """What is copied of it."""
        return [name for name in self.table.column_names() if name not in self.without]

    @property
    def order(self) -> str:
        """What its rows are looked for by."""
        return next((name for name in ("item_id", "event_id") if name in self.columns), self.columns[0])

    @property
    def query(self) -> str:
        """All of it that is copied."""
        return f"SELECT {', '.join(map(_quoted, self.columns))} FROM {self.table.name} WHERE {self.where}"


def _quoted(name: str) -> str:
    return f'"{name}"'


HEAVY = frozenset(
    {
        "input", "requires", "suggestion", "attributes", "session_id", "user_id", "content_digest", "file_id", "line",
        "guideline_version", "schema_version",
    }
)  # fmt: skip
"""What no page shows of these tables, and most of their bytes."""
COPIED = (
    Copied(table=tables.ITEMS),
    Copied(table=tables.DECISIONS, grows=True),
    Copied(table=tables.IMPORTS, without=frozenset({"metadata"})),
    Copied(table=tables.EVENTS, without=HEAVY, where=OF_ITEMS),
    Copied(table=tables.SAMPLE),
    Copied(table=tables.FEEDBACK, without=HEAVY, where=OF_THEIR_EVENTS),
    Copied(table=tables.ASSIGNMENTS, without=HEAVY, grows=True),
    Copied(table=tables.ANNOTATIONS, without=HEAVY, grows=True),
    Copied(table=tables.EXCLUSIONS),
    Copied(table=tables.ADJUDICATIONS),
    Copied(table=tables.HONEYPOTS, without=HEAVY, grows=True),
    Copied(table=tables.HONEYPOT_ANSWERS),
    Copied(table=tables.PROPOSAL_VERDICTS),
    Copied(table=tables.CHANGELOG, grows=True),
    Copied(table=tables.RELEASES),
    Copied(table=tables.MEASUREMENTS),
    Copied(table=tables.SCORES),
    Copied(table=tables.SPLITS),
)
BROWSED_FROM = frozenset({"items", "decisions", "annotations", "splits", "changelog"})
SEEN_THROUGH = tuple(view for view in VIEWS if view.name in {"current_decisions", "current_scores"})

SEARCHED = 10_000
"""Characters of an item that are searched: a picture that stands in an input has millions."""
# `touched` are the items to be made anew. `flips` are the releases that an item came with or left with: it is in those
# before which it flipped an odd number of times.
BROWSED = f"""
    SELECT i.item_id, json_extract_string(i.input, '$')[:{SEARCHED}] AS text, lower(text) AS low, low[:60] AS head,
           coalesce(d.status, 'undecided') AS status,
           json_extract_string(d.answer, '$') AS label, d.confidence, d.decided_at, s.split,
           coalesce(list_transform(map_entries(
               CASE WHEN json_type(i.attributes) = 'OBJECT' THEN i.attributes::JSON::MAP(VARCHAR, VARCHAR) END
           ), lambda e: concat(e.key, '=', e.value)), []) AS slices,
           coalesce(a.annotators, []) AS annotators, coalesce(c.flips, []) AS flips
    FROM items i SEMI JOIN touched USING (item_id)
    LEFT JOIN (
        SELECT item_id, status, answer, confidence, decided_at FROM decisions SEMI JOIN touched USING (item_id)
        QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY revision DESC) = 1
    ) d ON d.item_id = i.item_id
    LEFT JOIN splits s ON s.item_id = i.item_id
    LEFT JOIN (
        SELECT item_id, list_sort(list(DISTINCT annotator)) AS annotators
        FROM annotations SEMI JOIN touched USING (item_id) GROUP BY item_id
    ) a ON a.item_id = i.item_id
    LEFT JOIN (
        SELECT item_id, list_sort(list(release)) AS flips FROM changelog SEMI JOIN touched USING (item_id)
        WHERE change <> 'changed' GROUP BY item_id
    ) c ON c.item_id = i.item_id
"""
MOST = 100
"""Values of a filter that a page offers, the most frequent ones; an address may ask for any other."""
CHOICES = f"""
    FROM (
        SELECT 'status' AS filter, status AS value FROM browsed
        UNION ALL SELECT 'label', label FROM browsed UNION ALL SELECT 'split', split FROM browsed
        UNION ALL SELECT 'slice', unnest(slices) FROM browsed
        UNION ALL SELECT 'annotator', unnest(annotators) FROM browsed
    ) SELECT filter, value, count(*) AS items WHERE value IS NOT NULL GROUP BY filter, value
    QUALIFY row_number() OVER (PARTITION BY filter ORDER BY items DESC, value) <= {MOST}
    UNION ALL SELECT 'release', release::VARCHAR, items FROM releases
"""
