"""Whether the tables are what was written: the chain of commits read anew, and every row hashed again from its file.

Everything found is a sentence. What releases and bundles are held against is in `truth.verify`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from gt_platform.lake.chain import BEGINNING, Link, parsed
from gt_platform.lake.content import Content
from gt_platform.lake.outages import in_words
from gt_platform.lake.statistics import misleading, unborn
from gt_platform.lake.store import Store
from gt_platform.lake.tables import TABLES, Table

UNTOLD = [table for table in TABLES if "snapshot_id" in table.column_names()]
"""Append-only, so that all its rows stand. The feed of changes takes their column for the snapshot that it tells of."""
WITHIN = 6 * 3600
"""Seconds between what DuckLake and the link have as the moment of a commit: its beginning and its end."""
SHOWN = 3
"""Commits that are named of a table; the others are counted."""


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A snapshot and its link; none where it has none that is whole."""

    snapshot: int
    said: str
    link: Link | None
    linked: bool
    compaction: bool


@dataclass(frozen=True, kw_only=True)
class Chain:
    """All commits, and what is wrong with how they hang together."""

    commits: Sequence[Commit]
    wrong: Sequence[str]

    @property
    def heads(self) -> list[str]:
        """The head of every commit, the newest last."""
        return [link.head for link in self.links]

    @property
    def links(self) -> list[Link]:
        """Those of all commits that have one."""
        return [commit.link for commit in self.commits if commit.link]

    def follows(self, store: Store, table: Table, *sources: Table) -> bool:
        """Whether a table was written since those that it is made from were, or came to be as they are."""
        made = (link.snapshot for link in self.links if _names(store, table) & {*link.changed, *link.became})
        from_these = _names(store, *sources)
        news = (one.snapshot for one in self.links if from_these & {*one.changed, *one.became, *one.began})
        return max(made, default=0) >= max(news, default=0)


@dataclass(kw_only=True)
class _Course:
    """What a table was to hold after each commit that says so."""

    since: int = 0
    began: Content = field(default_factory=Content)
    holds: Content = field(default_factory=Content)
    made: dict[int, Content] = field(default_factory=dict)

    def follow(self, link: Link, name: str) -> None:
        self._erase(link.erased.get(name, {}))
        before = self.holds
        if name in link.began:
            self.since, self.began, self.made = link.snapshot, link.began[name], {}
            self.holds = self.began
            return
        self.holds = link.became.get(name, self.holds) + link.changed.get(name, Content())
        if self.holds != before:
            self.made[link.snapshot] = self.holds - before

    def _erase(self, erased: Mapping[int, Content]) -> None:
        """Earlier commits made something else, of rows that were emptied since."""
        for snapshot, content in erased.items():
            if snapshot <= self.since:
                self.began += content
            else:
                self.made[snapshot] = self.made.get(snapshot, Content()) + content
            self.holds += content

    def held(self, snapshot: int) -> Content:
        """What it was to hold then, from when on `since` tells."""
        return sum((made for at, made in self.made.items() if at <= snapshot), self.began)


def chain_of(store: Store) -> Chain:
    """The lake's chain of commits as it is, up to the snapshot that is read."""
    commits = commits_after(store, -1)
    return Chain(commits=commits, wrong=list(_unchained(commits)))


def commits_after(store: Store, snapshot: int) -> list[Commit]:
    """What was committed after a snapshot, up to the one that is read."""
    return [_commit(row) for row in store.commits(snapshot).iter_rows(named=True)]


def altered(store: Store, chain: Chain) -> Iterator[str]:
    """A sentence for each table, or commit to it, that does not hold what was written, and each view made otherwise."""
    for table in TABLES:
        try:
            yield from _altered(store, table, chain)
        except duckdb.Error as error:
            yield f"{table.name}: cannot be read: {in_words(error)}"
    try:
        yield from unborn(store)
        yield from (f"{name}: is not the view that gt_platform defines" for name in store.redefined())
    except duckdb.Error as error:
        yield f"views: cannot be read: {in_words(error)}"


def _altered(store: Store, table: Table, chain: Chain) -> Iterator[str]:
    course = _course(chain, f"{store.project}.{table.name}")
    holds = store.content(table)
    if not course.since and not course.made and not holds:
        return  # nothing was ever written to it, and nothing is there
    wrong = list(_misremembered(store, table, course, chain)) if table not in UNTOLD else []
    yield from wrong
    if holds.rows != course.holds.rows:
        yield f"{table.name}: holds {holds.rows} rows, where {course.holds.rows} were written"
    elif holds != course.holds and not wrong:
        yield f"{table.name}: its {holds.rows} rows are not those that were written"
    elif not wrong:
        yield from _miscounted(store, table, holds.rows)
        yield from misleading(store, table)


def _miscounted(store: Store, table: Table, rows: int) -> Iterator[str]:
    counted = store.row_counts([table])[table.name]
    if counted != rows:
        yield f"{table.name}: is counted as {counted} rows in the catalog, and holds {rows}"


def _misremembered(store: Store, table: Table, course: _Course, chain: Chain) -> Iterator[str]:
    newest = chain.commits[-1].snapshot
    found = store.content_by_commit(table, course.since + 1, newest) if newest > course.since else {}
    doubted = [
        (before, one)
        for before, one in zip([None, *chain.commits], chain.commits, strict=False)
        if one.snapshot > course.since
        and found.get(one.snapshot, Content()) != course.made.get(one.snapshot, Content())
    ]
    right = _right(store, table, course, {one.snapshot for pair in doubted for one in pair if one})
    commits = [one for before, one in doubted if not {one.snapshot, before.snapshot if before else 0} <= right]
    for commit in commits[:SHOWN]:
        yield f"{table.name}: what {commit.said} made of it is not what was written then"
    if len(commits) > SHOWN:
        yield f"{table.name}: nor is it with {len(commits) - SHOWN} further commits"


def _right(store: Store, table: Table, course: _Course, snapshots: set[int]) -> set[int]:
    """At which of these snapshots the table, read as it was then, held what it should; 0 and what was before `since`.

    The feed is quicker, and wrong of rows deleted from a file that was rewritten: it tells of them where they were
    inserted, and not where they were deleted.
    """
    return {0} | {
        snapshot
        for snapshot in snapshots
        if snapshot < course.since or store.content_at(table, snapshot) == course.held(snapshot)
    }


def _course(chain: Chain, name: str) -> _Course:
    course = _Course()
    for link in chain.links:
        course.follow(link, name)
    return course


def _commit(row: dict[str, Any]) -> Commit:
    snapshot, message, text = row["snapshot_id"], row["commit_message"], row["commit_extra_info"]
    link = parsed(text)
    if link and (link.snapshot != snapshot or link.message != message or _apart(link, row["snapshot_time"])):
        link = None
    return Commit(
        snapshot=snapshot,
        said=f"commit {snapshot} of {_moment(row['snapshot_time'])}" + (f" ({message})" if message else ""),
        link=link,
        linked=bool(text) and text.startswith("{"),
        compaction=all("compact" in kind or "merge" in kind or "rewrite" in kind for kind in row["changes"] or ()),
    )


def _unchained(commits: Sequence[Commit]) -> Iterator[str]:
    previous: str | None = BEGINNING
    for commit in commits:
        if commit.link is not None:
            if previous not in {None, commit.link.previous}:
                yield f"{commit.said}: does not follow on the commit before it, which is gone or was changed"
            previous = commit.link.head
        elif commit.linked:
            yield f"{commit.said}: its link in the chain of commits was changed"
            previous = None
        elif previous != BEGINNING and not commit.compaction:
            yield f"{commit.said}: was not made by gt_platform"
    if previous == BEGINNING:
        yield "the lake has no chain of commits, which gt_platform makes in every lake"


def _apart(link: Link, at: datetime | None) -> bool:
    return at is None or abs(at.timestamp() - link.at) > WITHIN


def _names(store: Store, *tables: Table) -> set[str]:
    return {f"{store.project}.{table.name}" for table in tables}


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "an unknown time"
