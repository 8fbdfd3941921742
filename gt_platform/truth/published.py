"""The releases there are, and how two of them differ: what the command line and the pages of the workbench show."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.storage import Storage
from gt_platform.project import Project
from gt_platform.truth.bundle import CARDS, folder_of
from gt_platform.truth.tags import release_named

RELEASES = """
    SELECT r.* EXCLUDE (parent_digest, schema_version, digest_columns), s.metric, s.estimate, s.low, s.high, s.n,
           s.scores_snapshot, concat_ws(', ', t.tags, t.roles) AS called, t.notes
    FROM releases r JOIN release_scores s USING (release) LEFT JOIN release_tags t USING (release)
    ORDER BY release DESC
"""
SNAPSHOT = "SELECT snapshot_id FROM releases WHERE release = ?"
APART = """
    WITH apart AS MATERIALIZED (
        SELECT coalesce(a.item_id, b.item_id) AS item_id,
               CASE WHEN a.item_id IS NULL THEN 'added' WHEN b.item_id IS NULL THEN 'retired' ELSE 'changed' END
                   AS change,
               a.answer AS before, b.answer AS after, coalesce(b.input, a.input) AS input
        FROM (SELECT item_id, answer, input FROM ground_truth AT (VERSION => $before)) a
        FULL JOIN (SELECT item_id, answer, input FROM ground_truth AT (VERSION => $after)) b ON b.item_id = a.item_id
        WHERE a.answer IS DISTINCT FROM b.answer
    )
"""
DIFFERENCE = f"""
    {APART}
    SELECT item_id, change, before, after, input FROM apart ORDER BY change, item_id
"""  # noqa: S608 - of a constant
CATEGORY = "coalesce(json_extract_string(i.attributes, '$.category'), '')"
COUNTED = f"""
    {APART}
    SELECT change, {CATEGORY} AS category, count(*) AS items FROM apart LEFT JOIN items i USING (item_id)
    GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - of constants
LISTED = f"""
    {APART}
    SELECT item_id, change, {CATEGORY} AS category, json_extract_string(before, '$') AS before,
           json_extract_string("after", '$') AS "after", json_extract_string(apart.input, '$') AS input, d.status,
           d.method, d.actor, d.category AS because, d.reason
    FROM apart LEFT JOIN items i USING (item_id) LEFT JOIN current_decisions d USING (item_id)
    WHERE ($change IS NULL OR change = $change) AND ($category IS NULL OR {CATEGORY} = $category)
    ORDER BY change, item_id LIMIT $limit OFFSET $offset
"""  # noqa: S608 - of constants


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How one release differs from another: items by kind of change and category, and a page of those asked for."""

    before: int
    after: int
    counted: pl.DataFrame
    listed: pl.DataFrame


def releases(store: Store) -> pl.DataFrame:
    """Every release with its names and its headline score, the newest first."""
    return store.read(RELEASES)


def difference(store: Store, before: str, after: str) -> pl.DataFrame:
    """Items added, changed and retired between two releases by name. Raises ReleaseError."""
    with store.snapshot():
        return store.read(DIFFERENCE, _snapshots(store, *(release_named(store, name) for name in (before, after))))


def difference_page(
    store: Store, before: str, after: str, *, change: str | None, category: str | None, limit: int, offset: int
) -> Difference:
    """The same in counts, with those of a kind of change and a category, some at a time. Raises ReleaseError."""
    with store.snapshot():
        one, other = (release_named(store, name) for name in (before, after))
        at = _snapshots(store, one, other)
        wanted = {"change": change, "category": category, "limit": limit, "offset": offset}
        return Difference(
            before=one, after=other, counted=store.read(COUNTED, at), listed=store.read(LISTED, at | wanted)
        )


def card_of(bundles: Storage, project: Project, release: int, digest: str) -> str:
    """The card in a release's bundle, under the name that it has there; empty where there is none."""
    folder = folder_of(project.name, release, digest)
    found = next((name for name in CARDS if bundles.exists(f"{folder}/{name}")), None)
    return bundles.read(f"{folder}/{found}").decode() if found else ""


def _snapshots(store: Store, before: int, after: int) -> dict[str, Any]:
    one, other = (int(store.read(SNAPSHOT, [release]).item()) for release in (before, after))
    return {"before": one, "after": other}
