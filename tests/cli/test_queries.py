"""docs/queries.md: each question asked of a home whose nights went by, in the lake and in a file taken of it."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gt_platform.lake import Lake, Store
from gt_platform.lake.plain import take
from gt_platform.lake.reading import refuse_all_but_reading
from gt_platform.lake.tables import SCORES
from gt_platform.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")
QUESTION = re.compile(r"^## (\d+)\. .*?```sql\n(.*?)```", re.MULTILINE | re.DOTALL)
ASKED = {int(number): sql for number, sql in QUESTION.findall(PAGE)}
FIRST, SECOND, THIRD = (date(2026, 1, day) for day in (5, 6, 7))
# some columns of each answer, and what they hold
ANSWERS: dict[int, tuple[str, list[tuple[Any, ...]]]] = {
    1: ("slice n", [("*", 72), ("channel=mail", 24), ("channel=phone", 26), ("channel=web", 22)]),
    2: (
        "truth output n",
        [
            ("neutral", "negative", 4),
            ("positive", "neutral", 3),
            ("positive", "negative", 2),
            ("negative", "positive", 1),
        ],
    ),
    3: (
        "output said answers confidence",
        [
            ("negative", "neutral", 3, 0.701),
            ("negative", "neutral", 3, 0.687),
            ("negative", "positive", 3, 0.686),
            ("negative", "neutral", 3, 0.499),
        ],
    ),
    4: (
        "release after items",
        [
            (release, label, items)
            for release, given in ((1, (9, 4, 9)), (2, (5, 9, 9)), (3, (5, 11, 6)))
            for label, items in zip(("negative", "neutral", "positive"), given, strict=True)
        ],
    ),
    5: (
        "what who answer",
        [
            ("drawn", None, None),
            *[("asked", None, None)] * 3,
            *(("answered", f"ann_{number}", "neutral") for number in (1, 2, 3)),
            ("decided", None, "neutral"),
            ("released", None, "neutral"),
        ],
    ),
    6: ("week items agreement", [(FIRST, 70, 0.71)]),
    7: (
        "frame_day drawn answers settled waiting",
        [(FIRST, 24, 72, 22, 2), (SECOND, 24, 69, 23, 0), (THIRD, 24, 72, 23, 1)],
    ),
    8: ("signal value n wrong", [("thumb", "down", 6, 0.403), ("thumb", "up", 5, 0.0)]),
    9: (
        "frame_day verdict drifted surely_lower",
        [(FIRST, "reference", None, False), (SECOND, "reference", None, False), (THIRD, "drift", "words", False)],
    ),
    10: ("slice more_labels", [("*", 216), ("channel=mail", 72), ("channel=phone", 78), ("channel=web", 66)]),
    11: (
        "slice stands",
        [("channel=phone", "insufficient_evidence"), ("channel=mail", "pass"), ("channel=web", "pass")],
    ),
    12: ("answers settled answers_an_item price", [(213, 68, 3.13, 0.251)]),
    13: ("guidelines_in_force stale items oldest_days seen_this_week", [(True, False, 67, 2, 67)]),
    14: ("release items n estimate", [(1, 22, 24, 0.852), (2, 45, 48, 0.83), (3, 67, 72, 0.839)]),
    15: (
        "part truth items",
        [
            ("test", "negative", 1),
            ("test", "neutral", 4),
            ("test", "positive", 8),
            ("train", "negative", 18),
            ("train", "neutral", 20),
            ("train", "positive", 16),
        ],
    ),
    16: ("week accuracy low high n", [("2026-01-05", 0.839, 0.729, 0.91, 72)]),
    17: ("model labeled euros_answered_wrongly euros", [("lexicon-1", 72, 1533.0, 7525.0)]),
    18: (
        "name value events drawn",
        [("channel", "mail", 65, 24), ("channel", "phone", 61, 26), ("channel", "web", 54, 22)],
    ),
    19: ("annotator answers ability", [("ann_1", 70, 0.887), ("ann_2", 70, 0.811), ("ann_3", 70, 0.817)]),
    20: ("joined ties", [(0.8613, 3)]),
}


@pytest.fixture(scope="module")
def store(nights: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=nights), read_only=True) as lake:
        yield lake.store("sentiment")


@pytest.fixture(scope="module")
def file(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """`gt snapshot gt.duckdb`, opened as `duckdb gt.duckdb` opens it: there its name is that of the lake."""
    target = tmp_path_factory.mktemp("file") / "gt.duckdb"
    take(Settings(home=nights), target)
    with duckdb.connect(target, read_only=True) as session:
        session.execute("SET TimeZone = 'UTC'")
        yield session


def test_every_question_has_an_answer_here() -> None:
    assert sorted(ASKED) == sorted(ANSWERS) == list(range(1, 21))


@pytest.mark.parametrize("number", sorted(ANSWERS))
def test_a_question_is_answered_by_the_lake_and_by_a_file_alike(
    number: int, store: Store, file: duckdb.DuckDBPyConnection
) -> None:
    refuse_all_but_reading(ASKED[number])
    columns, expected = ANSWERS[number]
    found = store.read(ASKED[number])
    assert found.select(columns.split()).rows() == expected
    assert file.execute(ASKED[number]).pl().rows() == found.rows()


def test_the_score_by_hand_is_the_score_to_its_last_digit(store: Store) -> None:
    row = store.read(ASKED[20]).row(0, named=True)
    assert row["by_hand"] == row["by_labels_flat"] == row["in_scores"] != row["joined"]


def test_a_release_is_read_with_its_own_truth_and_scores(store: Store) -> None:
    truth = "SELECT count(DISTINCT item_id) FROM ground_truth AT (VERSION => ?)"
    columns, key = ", ".join(SCORES.column_names()), ", ".join(SCORES.key)
    then = f"SELECT {columns} FROM scores AT (VERSION => ?) ORDER BY {key}"  # noqa: S608 - of definitions
    kept = f"SELECT {columns} FROM score_history WHERE release = ? ORDER BY {key}"  # noqa: S608 - of definitions
    noted = store.read("SELECT release, items, scores_snapshot FROM release_scores ORDER BY release").rows()
    assert len(noted) == 3
    for release, items, snapshot in noted:
        assert store.read(truth, [snapshot]).item() == items
        assert store.read(then, [snapshot]).equals(store.read(kept, [release]))
