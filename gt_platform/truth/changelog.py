"""What releases changed, in words: the text of CHANGELOG.md, and of a card."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.markdown import escaped

# What became of items in each release, by what decided it, and by the category that is known of the item.
COUNTED = """
    SELECT c.release, c.change, coalesce(c.status, '') AS status, coalesce(c.category, '') AS because,
           coalesce(json_extract_string(i.attributes, '$.category'), '') AS category, count(*) AS items
    FROM changelog c LEFT JOIN items i USING (item_id)
    WHERE c.release = $release OR $release IS NULL GROUP BY ALL ORDER BY ALL
"""
RELEASES = """
    SELECT r.release, r.released_at::DATE AS day, r.items, t.tags, t.roles, t.notes
    FROM releases r LEFT JOIN release_tags t USING (release) ORDER BY r.release DESC
"""
SAID = {
    ("added", "imported"): "Imported {}",
    ("added", "verified"): "Added {} by their outcomes",
    ("added", "restored"): "Brought back {}",
    ("added", "corrected"): "Brought back {}, corrected",
    ("changed", "corrected"): "Fixed {}",
    ("changed", "adjudicated"): "Changed {} by a reviewer's ruling",
    ("changed", "imported"): "Changed {} by an import",
    ("changed", "verified"): "Changed {} by their outcomes",
    ("changed", "restored"): "Took back the change of {}",
    ("retired", "retired"): "Took out {}, which the release that was restored did not have",
}
"""By change and by the status of the decision behind it; others are told by the change alone."""
OTHERWISE = {
    "added": "Added {}",
    "changed": "Changed {} by what answers come to now",
    "retired": "Withdrew {}, which wait for a decision",
}
NAMED = {"changed": {"corrected": "incorrect label"}}
FEW = 5


def changes_of(counted: pl.DataFrame) -> list[str]:
    """A sentence for each kind of change of one release."""
    kinds = counted.group_by("change", "status", "because", maintain_order=True).agg("category", "items")
    return [_sentence(row) for row in kinds.iter_rows(named=True)] or ["Nothing changed but the evidence."]


def counted_of(tables: Store | Writer, release: int | None = None) -> pl.DataFrame:
    """Items by what became of them, what decided it, and their category: of one release, or of all."""
    return tables.read(COUNTED, {"release": release})


def changelog_of(tables: Store | Writer) -> str:
    """All releases, the newest first, as Markdown."""
    return "\n".join(["# Changes", "", *_releases(tables.read(RELEASES), counted_of(tables))])


def changelog_with(writer: Writer, release: int, items: int, counted: pl.DataFrame) -> str:
    """The same with one more, which is being made; `counted` is of all of them."""
    told = changes_of(counted.filter(release=release))
    newest = [f"## Release {release}: {items} items", "", *(f"- {one}" for one in told), ""]
    return "\n".join(["# Changes", "", *newest, *_releases(writer.read(RELEASES), counted)])


def told_of(tables: Store | Writer, release: int) -> str:
    """One release, as Markdown."""
    about = tables.read(RELEASES).filter(release=release)
    return "\n".join(_releases(about, counted_of(tables, release))).strip()


def _releases(releases: pl.DataFrame, counted: pl.DataFrame) -> Iterator[str]:
    for row in releases.iter_rows(named=True):
        names = ", ".join(one for one in (row["tags"], row["roles"]) if one)
        called = f" ({escaped(names)})" if names else ""
        yield f"## Release {row['release']}{called}, {row['day']}: {row['items']} items"
        yield ""
        yield from (f"> {escaped(line)}\n" for line in (row["notes"] or "").splitlines())
        yield from (f"- {one}" for one in changes_of(counted.filter(release=row["release"])))
        yield ""


def _sentence(row: dict[str, Any]) -> str:
    total = sum(row["items"])
    known = [(name, n) for name, n in zip(row["category"], row["items"], strict=True) if name]
    known.sort(key=lambda one: (-one[1], one[0]))
    if row["change"] == "retired" and row["because"]:
        said = f"Retired {_many(total, row['because'] + ' item')}"
    else:
        thing = NAMED.get(row["change"], {}).get(row["status"], "label" if row["change"] == "changed" else "item")
        said = SAID.get((row["change"], row["status"]), OTHERWISE[row["change"]]).format(_many(total, thing))
    listed = [name if n == total else f"{name} {n}" for name, n in known[:FEW]]
    listed += [f"and {len(known) - FEW} more"] if len(known) > FEW else []
    return f"{said} ({escaped(', '.join(listed))})." if listed else f"{said}."


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
