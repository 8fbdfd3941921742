"""What releases are called."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from gt_platform.truth.tags import ReleaseError, note, promote, release_named, tag
from tests.support.released import published
from tests.support.sentiment import declare


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with two releases."""
    home = tmp_path_factory.mktemp("released")
    with Lake.open(Settings(home=home)) as lake:
        project = declare(home)
        published(lake, project, {"good": "positive"})
        published(lake, project, {"bad": "negative"})
    return home / "lake"


@pytest.fixture
def store(released: Path, tmp_path: Path) -> Iterator[Store]:
    """Of a copy of it."""
    shutil.copytree(released, tmp_path / "lake")
    with Lake.open(Settings(home=tmp_path)) as lake:
        yield lake.store("sentiment")


def test_a_release_is_found_by_number_tag_role_and_as_the_newest(store: Store) -> None:
    assert tag(store, "1", "v1.0", note="the first", who="lee") == 1
    promote(store, "v1.0", "champion", who="lee")
    assert [release_named(store, name) for name in ("1", "v1.0", "champion", "newest")] == [1, 1, 1, 2]
    told = store.read("SELECT release, tags, roles, notes FROM release_tags").rows()
    assert told == [(1, "v1.0", "champion", "the first")]


def test_a_tag_stays_and_a_role_moves(store: Store) -> None:
    tag(store, "1", "v1", who="lee")
    tag(store, "1", "v1", who="lee")  # said twice is once
    with pytest.raises(ReleaseError, match="v1 is release 1 already, and a tag stays"):
        tag(store, "2", "v1", who="lee")
    assert promote(store, "1", "champion", who="lee").before is None
    moved = promote(store, "newest", "champion", who="kim")
    assert (moved.release, moved.before, release_named(store, "champion")) == (2, 1, 2)
    assert store.read("SELECT kind, release, given_by FROM tags ORDER BY number").rows() == [
        ("tag", 1, "lee"),
        ("role", 1, "lee"),
        ("role", 2, "kim"),
    ]


def test_only_a_role_there_is_can_be_given(store: Store) -> None:
    assert promote(store, "newest", "candidate", who="lee").release == 2
    with pytest.raises(ReleaseError, match="'king' is no role; roles: champion, candidate"):
        promote(store, "newest", "king", who="lee")


@pytest.mark.parametrize("name", ["12", "champion", "newest", "restore", "", "a b", "é", "-x", "x" * 65, "a\0"])
def test_what_would_be_taken_for_something_else_is_no_tag(store: Store, name: str) -> None:
    with pytest.raises(ReleaseError, match="cannot be a tag"):
        tag(store, "1", name, who="lee")
    assert store.read("FROM tags").is_empty()


def test_what_there_is_not_is_said_with_what_there_is(store: Store) -> None:
    tag(store, "1", "v1", note="why", who="lee")
    for name, said in (("7", "no release 7; there are 1 to 2"), ("v9", "called 'v9'; tags: v1; numbers: 1 to 2")):
        with pytest.raises(ReleaseError, match=said):
            release_named(store, name)
    with pytest.raises(ReleaseError, match="the note says nothing"):
        note(store, "1", "  ", who="lee")
    note(store, "v1", "good for the clinic", who="kim")
    assert store.read("SELECT notes FROM release_tags").item() == "why\ngood for the clinic"


def test_a_lake_without_a_release_says_how_one_is_made(tmp_path: Path) -> None:
    with Lake.open(Settings(home=tmp_path / "empty")) as lake, pytest.raises(ReleaseError, match="`gt refresh` makes"):
        release_named(lake.store("sentiment"), "newest")
