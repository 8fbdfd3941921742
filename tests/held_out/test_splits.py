"""Splits and training files in a lake: frozen for ever, kept from training, and asked of every release."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from gt_platform.checks import held_out as checks
from gt_platform.held_out import (
    SplitError,
    benchmark_of,
    blocking,
    draw_splits,
    exported,
    forget,
    freeze,
    remember,
    search,
    unsplit,
)
from gt_platform.lake import Store
from gt_platform.lake.tables import DECISIONS, ITEMS, RELEASES
from gt_platform.likeness import find_duplicates
from gt_platform.project import Project
from gt_platform.truth import fold, verify_fold
from tests.support.rows import rows
from tests.support.sentiment import declare, item_of

SPLITS = {"test": 20, "evaluation": 10, "train": "rest"}
TEXTS = [f"{word} was the {number}th of all the things they told us" for number in range(20)
         for word in ("Alpha", "Beta", "Gamma", "Delta", "Omega")]  # fmt: skip
COUNTS = "SELECT split, count(*) FROM ground_truth GROUP BY split ORDER BY split"
SIDES = "SELECT item_id, split FROM splits"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path, splits=SPLITS)


def unlike(number: int) -> str:
    """A text of ten words that is like no other."""
    return " ".join(f"w{number}x{at}" for at in range(10))


def settle(
    store: Store, project: Project, texts: Iterable[str], *, status: str = "consensus", revision: int = 1
) -> None:
    """Items with truth, as a night leaves them."""
    made = [(item_of(text), json.dumps(text), ("positive", "negative")[len(text) % 2]) for text in texts]
    items = rows(ITEMS, *({"item_id": item, "input": text, "first_seen": datetime.now(UTC)} for item, text, _ in made))
    decisions = rows(DECISIONS, *(
        {"item_id": item, "decision_id": item, "revision": revision, "status": status, "answer": f'"{answer}"',
         "votes": "{}"}
        for item, _, answer in made
    ))  # fmt: skip
    store.commit("items", lambda writer: (writer.append(ITEMS, items), writer.append(DECISIONS, decisions)))
    night(store, project)


def night(store: Store, project: Project) -> None:
    find_duplicates(store, project)
    draw_splits(store, project)
    fold(store, project)


def release(store: Store, number: int) -> None:
    made = rows(RELEASES, {"release": number, "digest_columns": "[]"})
    store.commit("release", lambda writer: writer.append(RELEASES, made))


def sides(store: Store) -> dict[str, str]:
    return dict(store.read(SIDES).iter_rows())


@pytest.mark.slow
def test_splits_are_frozen_and_grow_without_moving_anybody(new_store: Callable[[], Store], project: Project) -> None:
    store = new_store()
    settle(store, project, map(unlike, range(25)))
    assert dict(store.read(COUNTS).rows()) == {"evaluation": 10, "test": 15}  # by name, until more comes
    assert checks.sizes(store, project).verdict == "insufficient_evidence"
    with pytest.raises(SplitError, match="no release"):
        freeze(store, project)
    release(store, 1)
    assert freeze(store, project).frozen == 25
    first = sides(store)
    settle(store, project, map(unlike, range(25, 80)))
    assert dict(store.read(COUNTS).rows()) == {"evaluation": 10, "test": 20, "train": 50}
    assert {item: sides(store)[item] for item in first} == first
    assert checks.sizes(store, project).verdict == "pass"
    assert not unsplit(store, project)
    assert verify_fold(store) == []
    release(store, 2)
    assert freeze(store, project).frozen == 80
    since = "SELECT since, count(*) FROM splits GROUP BY since ORDER BY since"
    assert store.read(since).rows() == [(1, 25), (2, 55)]
    assert freeze(store, project).changed == 0


@pytest.mark.slow
def test_a_smaller_declaration_and_a_retired_item_move_nobody(
    new_store: Callable[[], Store], project: Project, tmp_path: Path
) -> None:
    store = new_store()
    settle(store, project, map(unlike, range(40)))
    release(store, 1)
    freeze(store, project)
    first = sides(store)
    tested = next(text for text in map(unlike, range(40)) if first[item_of(text)] == "test")
    settle(store, project, [tested], status="retired", revision=2)
    smaller = declare(tmp_path, splits={"test": 5, "train": "rest"})
    night(store, smaller)
    assert sides(store) == first
    found = checks.sizes(store, smaller)
    assert found.verdict == "fail"
    assert "evaluation holds 10 frozen items and is no longer declared" in found.said
    assert "test holds 14 items more than declared" in found.said
    settle(store, project, [unlike(99)])
    assert sides(store)[item_of(unlike(99))] == "test"  # in place of the one that was retired


@pytest.mark.slow
def test_of_near_duplicates_on_both_sides_what_is_trained_on_is_withheld(
    new_store: Callable[[], Store], project: Project
) -> None:
    store = new_store()
    settle(store, project, map(unlike, range(60)))
    release(store, 1)
    freeze(store, project)
    one = next(text for text in map(unlike, range(60)) if sides(store)[item_of(text)] == "test")
    other = next(text for text in map(unlike, range(60)) if sides(store)[item_of(text)] == "train")
    first = one.split()
    settle(store, project, [one.upper()])
    assert sides(store)[item_of(one.upper())] == "test"
    chain = [" ".join([*other.split()[:at], *first[at:]]) for at in (2, 4, 6, 8)]
    settle(store, project, chain)
    assert {sides(store)[item_of(text)] for text in chain} == {"test"}
    assert sides(store)[item_of(other)] == "train"
    withheld = store.read("SELECT item_id, withheld_for FROM splits WHERE withheld_for IS NOT NULL").rows()
    assert withheld == [(item_of(other), "test")]
    found = checks.duplicates(store)
    assert found.verdict == "fail"
    assert "lies in test and train" in found.said
    given = exported(store, store.read("SELECT * FROM ground_truth"), splits=["train"])
    assert given.height == 29
    assert item_of(other) not in set(given["item_id"])


def test_what_is_held_out_leaves_only_as_a_benchmark(new_store: Callable[[], Store], project: Project) -> None:
    store = new_store()
    settle(store, project, map(unlike, range(50)))
    truth = store.read("SELECT * FROM ground_truth")
    with pytest.raises(SplitError, match="may still move"):
        exported(store, truth)
    release(store, 1)
    freeze(store, project)
    assert set(exported(store, truth)["split"]) == {"train"}
    assert exported(store, truth, benchmark=True).height == 50
    assert exported(store, truth, splits=["test"], benchmark=True).height == 20
    with pytest.raises(SplitError, match="test is held out"):
        exported(store, truth, splits=["test"])
    with pytest.raises(SplitError, match="in a split exam"):
        exported(store, truth, splits=["exam"])


@pytest.mark.slow
def test_a_training_file_that_holds_the_benchmark_is_in_the_way(
    new_store: Callable[[], Store], project: Project, tmp_path: Path
) -> None:
    store = new_store()
    settle(store, project, map(unlike, range(50)))
    release(store, 1)
    freeze(store, project)
    assert (blocking(store), checks.contamination(store).verdict) == (None, "pass")
    tested = [text for text in map(unlike, range(50)) if sides(store)[item_of(text)] == "test"]
    trained = [text for text in map(unlike, range(50)) if sides(store)[item_of(text)] == "train"]
    path = tmp_path / "train.jsonl"
    changed = tested[1].replace("x3 ", "y3 ")
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in [*trained, tested[0], changed]))
    looked = benchmark_of(store, project)
    assert (looked.items, looked.what) == (30, "evaluation, test")
    found = search(path, looked)
    assert {(item, one[0].line, one[0].kind) for item, one in found.matches.items()} == {
        (item_of(tested[0]), len(trained) + 1, "exact"), (item_of(tested[1]), len(trained) + 2, "near"),
    }  # fmt: skip
    remember(store, found, looked, by="ann")
    assert "train.jsonl holds 2 of its items, 1 of them nearly" in str(blocking(store))
    assert checks.contamination(store).verdict == "fail"
    settle(store, project, [tested[0]], status="retired", revision=2)
    assert "holds 1 of its items" in str(blocking(store))
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in trained))
    remember(store, search(path, looked), looked, by="ann")
    assert blocking(store) is None
    assert store.read("SELECT records, exact, near FROM training_files").rows() == [(len(trained), 0, 0)]
    assert forget(store, path)
    assert not forget(store, path)


def test_without_splits_all_truth_is_the_benchmark(new_store: Callable[[], Store], tmp_path: Path) -> None:
    store, project = new_store(), declare(tmp_path)
    settle(store, project, TEXTS)
    assert benchmark_of(store, project).items == len(TEXTS)
    truth = store.read("SELECT * FROM ground_truth")
    assert exported(store, truth).equals(truth)
    with pytest.raises(SplitError, match="declare splits"):
        exported(store, truth, splits=["test"])
    with pytest.raises(SplitError, match="declares no splits"):
        freeze(store, project)


@pytest.mark.parametrize(
    ("splits", "said"),
    [
        ({"test": 0}, "test is 0; a split takes a number of items, or the rest"),
        ({"test": 0.2}, "test is 0.2"),
        ({"test": "rest", "train": "rest"}, "both take the rest"),
        ({"train": "rest"}, "nothing is held out"),
        (["test"], "name each split"),
        ({"My Test": 5}, "My Test"),
    ],
)
def test_a_wrong_declaration_is_refused_in_a_sentence(tmp_path: Path, splits: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        declare(tmp_path, splits=splits)
    assert declare(tmp_path, splits={"test": 5}).splits == {"test": 5}
