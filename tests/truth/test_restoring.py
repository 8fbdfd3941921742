"""Going back to a release."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.lake import Lake
from gt_platform.settings import Settings
from gt_platform.truth import fold, release, settle, unreleased, unsettled, verify_fold, verify_releases
from gt_platform.truth.corrections import Correction, correct
from gt_platform.truth.restoring import restore_release
from gt_platform.truth.tags import ReleaseError
from tests.support.released import answered, published
from tests.support.sentiment import declare, item_of, put_assignment

TRUTH = "SELECT json_extract_string(input, '$') AS input, json_extract_string(answer, '$') AS answer FROM ground_truth"


@pytest.fixture
def lake(lake_home: Path) -> Iterator[Lake]:
    with Lake.open(Settings(home=lake_home)) as opened:
        yield opened


@pytest.mark.slow
def test_a_restored_release_is_a_new_one_with_the_truth_of_the_old(lake: Lake, tmp_path: Path) -> None:
    store, project = lake.store("sentiment"), declare(tmp_path)
    published(lake, project, {"good": "positive", "bad": "negative"})
    correct(store, project, [Correction(item_of("good"), '"neutral"', "sarcasm")], actor="lee")
    published(lake, project, {"new": "neutral"})
    found = restore_release(store, project, "1", bundles=lake.files, actor="lee", why="the rule was wrong")
    assert (found.restored, found.items, found.made.release, found.made.items) == (1, 2, 3, 2)
    assert dict(store.read(TRUTH).iter_rows()) == {"good": "positive", "bad": "negative"}
    last = "SELECT status, method, actor, reason FROM current_decisions WHERE item_id = ?"
    assert store.read(last, [item_of("new")]).row(0) == ("retired", "release", "lee", "the rule was wrong")
    assert store.read(last, [item_of("good")]).row(0)[:2] == ("restored", "release")
    assert verify_fold(store) == []
    assert verify_releases(store, project, bundles=lake.files) == []
    assert store.read("SELECT change, status FROM changelog WHERE release = 3 ORDER BY ALL").rows() == [
        ("changed", "restored"),
        ("retired", "retired"),
    ]


@pytest.mark.slow
def test_it_stands_until_somebody_is_asked_anew(lake: Lake, tmp_path: Path) -> None:
    store, project = lake.store("sentiment"), declare(tmp_path)
    published(lake, project, {"good": "positive"})
    correct(store, project, [Correction(item_of("good"), '"neutral"', "sarcasm")], actor="lee")
    fold(store, project)
    release(store, project, bundles=lake.files)
    restore_release(store, project, "1", bundles=lake.files, actor="lee")
    settle(store, project)  # the answer is no longer gold, so it is settled anew, and decides nothing
    assert not unsettled(store, project)
    fold(store, project)
    assert not unreleased(store)
    again = restore_release(store, project, "1", bundles=lake.files, actor="lee")
    assert (again.items, again.made.new, again.made.release) == (0, False, 3)


@pytest.mark.slow
def test_what_is_being_asked_is_not_decided_over_unless_forced(lake: Lake, tmp_path: Path) -> None:
    store, project = lake.store("sentiment"), declare(tmp_path)
    published(lake, project, {"good": "positive"})
    answered(store, project, {"odd": "neutral"})
    settle(store, project)
    fold(store, project)
    release(store, project, bundles=lake.files)
    put_assignment(store, project, "odd", 4)
    with pytest.raises(ReleaseError, match="1 items that differ from release 1 wait for answers or a ruling"):
        restore_release(store, project, "1", bundles=lake.files, actor="lee")
    assert store.read(TRUTH).height == 2
    assert restore_release(store, project, "1", bundles=lake.files, actor="lee", force=True).made.items == 1
