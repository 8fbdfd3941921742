"""Near-duplicates that are asked once: one of each group has answers, and all of it has truth."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from gt_platform import truth
from gt_platform.frames import unfinished
from gt_platform.labeling import assign, collect
from gt_platform.lake import Store
from gt_platform.project import Project
from tests.labeling.people import People
from tests.support.sentiment import DAY, declare, event, item_of, put_events, put_sample

LONG = "The delivery came a week late, and the box was open when it was left at the door."
WEEK, MONTH, BOTH = LONG, LONG.replace("week", "month"), LONG.replace("week", "month").replace("box", "parcel")
GREAT, SHOUTED, ALONE = "great", "GREAT!", "Nothing of the sort was ever said in this house."
FRAMES = {DAY: (MONTH, GREAT, ALONE), DAY + timedelta(days=1): (WEEK, SHOUTED), DAY + timedelta(days=2): (BOTH,)}
SETTLED = "SELECT input ->> '$' AS text, answer ->> '$' AS answer, method FROM ground_truth ORDER BY ALL"
FOLLOWED = """
    SELECT d.item_id, l.item_id AS followed, d.status, d.answer ->> '$' AS answer, d.revised
    FROM current_decisions d JOIN decisions l ON l.decision_id = d.follows WHERE d.method = 'near_duplicate'
"""
ASKED = "SELECT item_id FROM assignments"


@pytest.fixture
def once(tmp_path: Path) -> Project:
    return declare(tmp_path, duplicates={"ask_once": True})


def happy() -> People:
    return People({name: lambda _: "positive" for name in ("ann", "bob", "cat")})


def draw(store: Store, frames: Iterable[date]) -> None:
    numbers = iter(range(1, 100))
    for day in sorted(frames):
        drawn = [event(next(numbers), text, day=day) for text in FRAMES[day]]
        put_events(store, drawn)
        put_sample(store, drawn)


def night(store: Store, project: Project, people: People, days: Sequence[date] = ()) -> None:
    for day in days:
        assign(store, project, day, backend=people)
    people.work()
    collect(store, project, backend=people)
    truth.settle(store, project)
    truth.fold(store, project)


def asked(store: Store) -> list[str]:
    return sorted(store.read(ASKED)["item_id"])


def followed(store: Store) -> dict[str, tuple[str, str, str, str | None]]:
    return {item: tuple(rest) for item, *rest in store.read(FOLLOWED).iter_rows()}


@pytest.mark.slow
def test_one_of_a_group_is_asked_and_all_of_it_has_truth(store: Store, once: Project) -> None:
    people = happy()
    draw(store, FRAMES)
    for day in [*reversed(FRAMES), DAY]:  # the last again, which is nothing
        night(store, once, people, [day])
    first = {item_of(text) for text in (BOTH, SHOUTED, ALONE)}
    assert asked(store) == sorted([*first] * 3)
    assert followed(store).keys() == {item_of(text) for day in FRAMES.values() for text in day} - first
    assert store.read(SETTLED)["answer"].to_list() == ["positive"] * 6
    assert unfinished(store, once) == []
    assert truth.verify_fold(store) == []
    assert not truth.unsettled(store, once)


@pytest.mark.slow
def test_what_follows_is_revised_with_what_it_follows_and_a_persons_word_is_its_own(
    store: Store, once: Project
) -> None:
    people = happy()
    draw(store, FRAMES)
    night(store, once, people, list(FRAMES))
    month, week, both = map(item_of, (MONTH, WEEK, BOTH))
    assert asked(store) == sorted([month, item_of(GREAT), item_of(ALONE)] * 3)
    assert followed(store)[week] == (month, "consensus", "positive", None)

    def say(item: str, answer: str) -> None:
        truth.correct(store, once, [truth.Correction(item=item, answer=answer, why="it is so")], actor="kim")
        truth.settle(store, once)

    say(both, "neutral")
    assert followed(store)[week] == (month, "consensus", "positive", None)
    say(month, "negative")
    assert followed(store)[week] == (month, "adjudicated", "negative", "near_duplicate")
    assert store.read("SELECT answer ->> '$' FROM current_decisions WHERE item_id = ?", [both]).item() == "neutral"

    truth.retire(store, once, [month], why="old", category="outdated", actor="kim")
    truth.settle(store, once)
    assert followed(store)[week][2] == "negative"  # until the next of the group is settled
    night(store, once, people, [DAY])
    assert asked(store).count(week) == 3
    settled = dict(store.read(SETTLED).select("text", pl.struct("answer", "method")).iter_rows())
    assert settled[WEEK]["answer"] == "positive"
    assert settled[WEEK]["method"] != "near_duplicate"
    assert settled[BOTH] == {"answer": "neutral", "method": "correction"}
    assert MONTH not in settled


@pytest.mark.slow
def test_imported_truth_counts_as_asked(store: Store, once: Project, tmp_path: Path) -> None:
    people, file = happy(), tmp_path / "golden.csv"
    file.write_text("question,answer\ngreat,negative\n")
    records = truth.records_in(file, once, source="golden")
    truth.take_in(store, once, records, actor="kim", ask=lambda *_: 0)
    draw(store, FRAMES)
    night(store, once, people, list(FRAMES))
    assert {item_of(GREAT), item_of(SHOUTED)}.isdisjoint(asked(store))
    assert followed(store)[item_of(SHOUTED)] == (item_of(GREAT), "adjudicated", "negative", None)
