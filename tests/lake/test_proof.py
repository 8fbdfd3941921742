"""The chain of commits and the hashes of rows: what was written is known by them, whatever became of the files."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from gt_platform.lake import KeyConflictError, Lake, Store, Writer, proof
from gt_platform.lake.chain import Link, parsed
from gt_platform.lake.content import Content
from gt_platform.lake.tables import EVENTS, FILES, POOLS, QUARANTINE, ROW_SCORES, TABLES
from gt_platform.settings import Settings
from tests.lake.test_model import STEPS, Model, apply
from tests.support.rows import CLOCK, DAY, keyed, rows
from tests.support.tampering import CATALOG_EDITS, UntouchedError, catalog, edit_catalog, settings_of
from tests.support.world import NAME

EMBEDDED = "sqlite+folder"


@pytest.fixture
def own(settings_for: Callable[[str], Settings]) -> Iterator[Lake]:
    """A lake of files that no other test reads."""
    with Lake.open(settings_for(EMBEDDED)) as opened:
        yield opened


@pytest.fixture
def written(own: Lake) -> Store:
    """Three commits to two tables."""
    store = own.store("sentiment")
    store.commit("first", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a", "b")))
    store.commit("second", lambda writer: writer.append(EVENTS, keyed(EVENTS, "c")))
    store.commit("third", lambda writer: writer.replace(ROW_SCORES, keyed(ROW_SCORES, "a", "b")))
    return store


def found(store: Store) -> list[str]:
    chain = proof.chain_of(store)
    return [*chain.wrong, *proof.altered(store, chain)]


def behind(lake: Lake, store: Store, sql: str) -> None:
    """A statement past the platform."""
    lake._session.cursor(store.project).execute(sql)


@given(steps=STEPS)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_whatever_is_written_and_compacted_is_found_as_it_was_written(
    lake: Lake, store: Store, steps: list[tuple[str, Model, date]]
) -> None:
    for kind, drawn, day in steps:
        frame = {key: (day if kind == "replace_day" else row[0], row[1]) for key, row in drawn.items()}
        try:
            apply(lake, store, kind, frame, day)
        except KeyConflictError:
            continue
    assert found(store) == []


@pytest.mark.slow
def test_rows_deleted_from_a_file_that_was_rewritten_are_no_finding(lake: Lake, store: Store) -> None:
    monday, tuesday = DAY, DAY + timedelta(days=1)
    first: Model = {"a": (tuesday, 0.5), "b": (tuesday, 0.0), "c": (monday, 1.0), "d": (monday, 0.5)}
    for kind, frame, day in (
        ("replace", first, monday),
        ("replace", first | {"c": (monday, 0.5), "d": (tuesday, 0.5)}, monday),
        ("compact", {}, monday),
        ("replace_day", {"a": (tuesday, 1.0), "b": (tuesday, 0.0), "d": (tuesday, 0.0)}, tuesday),
    ):
        apply(lake, store, kind, frame, day)
    feed = store.content_by_commit(ROW_SCORES, 1, proof.chain_of(store).commits[-1].snapshot)
    # else DuckLake tells them right, and `_right` can go
    assert sum(made.rows for made in feed.values()) != 4
    assert found(store) == []


@pytest.mark.slow
def test_every_table_of_every_type_is_found_as_it_was_written(lake: Lake, store: Store) -> None:
    for table in TABLES:
        store.commit(table.name, lambda writer, t=table: writer.append(t, rows(t, {})))  # type: ignore[misc]
    lake.compact()
    assert found(store) == []


@pytest.mark.slow
def test_what_differs_in_clocks_only_is_counted_as_it_is_kept(store: Store) -> None:
    later = [CLOCK + timedelta(hours=hour) for hour in range(8)]
    store.commit("twice", lambda writer: writer.append(FILES, rows(FILES, *({"seen_at": at} for at in later))))
    store.commit("again", lambda writer: writer.append(FILES, keyed(FILES, "x", "y", seen_at=later[3])))
    for number in range(3):
        pools = keyed(POOLS, *"abc"[number:], settled_at=later[number])
        store.commit("anew", lambda writer, pools=pools: writer.replace(POOLS, pools))  # type: ignore[misc]
    assert store.row_counts([FILES, POOLS]) == {"files": 2, "pools": 1}
    assert found(store) == []


def test_zeros_are_alike(store: Store) -> None:
    for zero in (0.0, -0.0, 0.0):
        zeros = keyed(ROW_SCORES, "a", drift_score=zero)
        store.commit("zero", lambda writer, zeros=zeros: writer.replace(ROW_SCORES, zeros))  # type: ignore[misc]
    assert found(store) == []


def test_several_writes_to_a_table_in_one_commit(store: Store) -> None:
    store.commit("before", lambda writer: writer.append(ROW_SCORES, keyed(ROW_SCORES, "a", "b")))

    def work(writer: Writer) -> int:
        writer.append(ROW_SCORES, keyed(ROW_SCORES, "b", "c"))
        writer.replace(ROW_SCORES, keyed(ROW_SCORES, "d"))
        return writer.append(ROW_SCORES, keyed(ROW_SCORES, "e"))

    assert store.commit("all at once", work) == 1
    assert found(store) == []


@pytest.mark.parametrize(
    ("sql", "sentences"),
    [
        ("UPDATE events SET line = 7 WHERE event_id = 'a'", ["events: what commit"]),
        ("DELETE FROM events WHERE event_id = 'b'", ["events: what commit", "events: holds 2 rows, where 3 were"]),
        ("INSERT INTO row_scores FROM row_scores LIMIT 1", ["row_scores: what commit", "row_scores: holds 3 rows"]),
        ("ALTER TABLE events RENAME COLUMN model TO machine", ["events: cannot be read", "views: cannot be read"]),
        ("DROP TABLE decisions", ["decisions: cannot be read", "views: cannot be read"]),
    ],
)
@pytest.mark.slow
def test_what_is_done_past_the_platform_is_found(own: Lake, written: Store, sql: str, sentences: list[str]) -> None:
    assert found(written) == []
    behind(own, written, sql)
    first, *others = found(written)
    assert "was not made by gt_platform" in first
    assert [told for told, begins in zip(others, sentences, strict=True) if not told.startswith(begins)] == []


def test_values_that_look_alike_are_told_apart(store: Store) -> None:
    raws = [b"\x00", rb"\x00", b"a", b"", None]
    kept = [rows(QUARANTINE, {"quarantine_id": "q", "raw": raw}) for raw in raws]
    contents = []
    for frame in kept:
        store.commit("raw", lambda writer, frame=frame: writer.replace(QUARANTINE, frame))  # type: ignore[misc]
        contents.append(store.content(QUARANTINE))
    assert len(set(contents)) == len(raws)


def test_each_link_names_the_one_before(written: Store) -> None:
    chain = proof.chain_of(written)
    links = [commit.link for commit in chain.commits if commit.link]
    assert [one.previous for one in links] == ["", *chain.heads[:-1]]
    assert [link.message for link in links[-3:]] == ["first", "second", "third"]
    events = f"{written.project}.{EVENTS.name}"
    assert [link.changed[events].rows for link in links[-3:-1]] == [2, 1]


def test_a_link_is_read_back_to_the_letter_or_not_at_all() -> None:
    link = Link(
        snapshot=3, message="é", at=4, token="", previous="", changed={"p.events": Content(1, (1, 2, 3, 2**64 - 1))}
    )
    assert parsed(link.text) == link
    changed = [link.text.replace(*pair) for pair in (('"é"', '"e"'), ("[1,", "[2,"), (":3", ":4"), ("{", "{ ", 1))]
    assert [parsed(text) for text in (*changed, "", None, "[]", "{}", '"x"', "ab" * 16)] == [None] * 10


def test_contents_are_added_and_taken_away() -> None:
    one, other = Content(2, (1, 2**64 - 1, 5, 0)), Content(1, (3, 4, 2**64 - 5, 9))
    assert one + other == Content(3, (4, 3, 0, 9))
    assert (one + other) - other == one
    assert Content.told(one.said) == one
    assert not Content()
    assert one


@pytest.mark.slow
def test_the_day_that_is_replaced_alone_is_counted(store: Store) -> None:
    next_day = DAY + timedelta(days=1)
    store.commit("one", lambda writer: writer.replace(ROW_SCORES, keyed(ROW_SCORES, "a", frame_day=DAY), day=DAY))
    before = store.content(ROW_SCORES)
    other = keyed(ROW_SCORES, "b", frame_day=next_day)
    store.commit("other", lambda writer: writer.replace(ROW_SCORES, other, day=next_day))
    store.commit("gone", lambda writer: writer.replace(ROW_SCORES, other.clear(), day=next_day))
    assert store.content(ROW_SCORES) == before
    assert found(store) == []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose lake has several files to a table, and a list of deleted rows."""
    made = tmp_path_factory.mktemp("made")
    with Lake.open(settings_of(made)) as lake:
        store = lake.store(NAME)
        for events in ("ab", "cd"):
            store.commit("events", lambda writer, new=events: writer.append(EVENTS, keyed(EVENTS, *new)))  # type: ignore[misc]
        for number in (5, 4):
            scored = keyed(ROW_SCORES, *"abcde"[:number])
            store.commit("scores", lambda writer, scored=scored: writer.replace(ROW_SCORES, scored))  # type: ignore[misc]
    return made


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of it to be edited."""
    return shutil.copytree(made, tmp_path / "home")


@pytest.mark.parametrize("what", CATALOG_EDITS)
@pytest.mark.slow
def test_what_is_done_to_the_catalog_itself_is_found(home: Path, what: str) -> None:
    with Lake.open(settings_of(home), read_only=True) as lake:
        assert found(lake.store(NAME)) == []
    for seed in range(50):
        with suppress(UntouchedError):
            edit_catalog(home, what, Random(seed))
            break
    else:
        pytest.fail(f"{what}: nothing to edit")
    with Lake.open(settings_of(home), read_only=True) as lake:
        assert found(lake.store(NAME)) != []


LINKS_EDITED = {
    "gone": "NULL",
    "changed": "replace(commit_extra_info, '[', '[1')",
    "with spaces": "replace(commit_extra_info, ',', ', ')",
    "of no sense": "'{}'",
}
LINKS = {
    "some": "WHERE commit_message = 'events'",
    "the last": "WHERE snapshot_id = (SELECT max(snapshot_id) FROM ducklake_snapshot)",
    "all": "WHERE commit_extra_info IS NOT NULL",
}


@pytest.mark.parametrize("how", LINKS_EDITED)
@pytest.mark.parametrize("which", LINKS)
@pytest.mark.slow
def test_links_that_were_edited_are_found(home: Path, how: str, which: str) -> None:
    edit = f"UPDATE ducklake_snapshot_changes SET commit_extra_info = {LINKS_EDITED[how]} {LINKS[which]}"  # noqa: S608
    catalog(home, edit)
    with Lake.open(settings_of(home), read_only=True) as lake:
        assert found(lake.store(NAME)) != []


def test_deletions_that_were_forgotten_are_found(home: Path) -> None:
    assert catalog(home, "DELETE FROM ducklake_delete_file") == [("changed", 1)]
    with Lake.open(settings_of(home), read_only=True) as lake:
        first, *_ = found(lake.store(NAME))
    assert first.startswith("row_scores: what commit")
