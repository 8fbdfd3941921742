"""All answers settle together: a function of the data, whatever nights they came in."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gt_platform.answers import Answers, Known, Settlement
from gt_platform.answers.choice import Choice
from gt_platform.declarations import declare as tell
from gt_platform.labeling import adjudicate
from gt_platform.lake import Lake, Store, Writer
from gt_platform.lake.tables import (
    ADJUDICATIONS,
    DECISIONS,
    EXCLUSIONS,
    EXPERT_CHECKS,
    HONEYPOT_ANSWERS,
    HONEYPOTS,
    Table,
)
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import fold, settle, verify_fold
from gt_platform.truth.settlements import settled_anew
from tests.support.rows import rows
from tests.support.sentiment import LABELS, declare
from tests.truth.crowd import frame_of, put_answers, put_frame

SETTLED = "SELECT * FROM settlements ORDER BY item_id"
STANDING = "SELECT item_id, status, answer, decision_id, answers_digest FROM current_decisions ORDER BY item_id"
TRUTH = "SELECT * FROM ground_truth ORDER BY item_id"
FRAMES = (0, 1, 2)


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path)


def night_by_night(store: Store, project: Project, nights: Sequence[Sequence[int]]) -> tuple[pl.DataFrame, ...]:
    """What stands after each night's frames were settled in turn."""
    for frames in nights:
        for frame in frames:
            put_frame(store, project, frame)
        settle(store, project)
        fold(store, project)
    return store.read(SETTLED), store.read(STANDING), store.read(TRUTH)


@pytest.mark.parametrize("nights", [[[2], [1], [0]], [[1, 0, 2]], [[1], [2, 0]]])
@pytest.mark.slow
def test_any_order_of_frames_ends_in_the_same(nights: list[list[int]], tmp_path: Path, project: Project) -> None:
    found = []
    for name, order in (("in order", [[frame] for frame in FRAMES]), ("otherwise", nights)):
        (tmp_path / name).mkdir()
        with Lake.open(Settings(home=tmp_path / name)) as lake:
            found.append(night_by_night(lake.store("sentiment"), project, order))
    for one, other in zip(*found, strict=True):
        assert one.equals(other)


@pytest.mark.slow
def test_the_order_of_answers_within_the_lake_leaves_no_trace(store: Store, project: Project, tmp_path: Path) -> None:
    given = [answer for frame in FRAMES for answer in frame_of(frame)]
    put_answers(store, project, given)
    settle(store, project)
    with Lake.open(Settings(home=tmp_path / "other")) as lake:
        other = lake.store("sentiment")
        put_answers(other, project, [given[at * 7 % len(given)] for at in range(len(given))])
        settle(other, project)
        assert other.read(SETTLED).equals(store.read(SETTLED))


@pytest.mark.slow
def test_what_others_answer_later_revises_a_decision_and_says_so(store: Store, project: Project) -> None:
    put_answers(store, project, frame_of(0, items=30))
    first = settle(store, project)
    assert (first.revised, first.settled_anew) == (0, 30)
    assert store.read("SELECT DISTINCT confidence_is FROM settlements").item() == "share of votes"
    for frame in FRAMES[1:]:
        put_frame(store, project, frame)
    second = settle(store, project)
    assert second.settled_anew == 150
    assert second.decisions == 120 + second.revised
    assert second.revised == second.revised_for_annotators > 0
    revisions = store.read("SELECT revised, status, answer FROM decisions WHERE revision = 2 ORDER BY item_id")
    assert set(revisions["revised"]) == {"annotators"}
    assert revisions.height == second.revised
    fold(store, project)
    assert verify_fold(store) == []


def test_a_night_without_news_settles_and_writes_nothing(store: Store, project: Project) -> None:
    put_frame(store, project, 0)
    settle(store, project)
    before = store.read("SELECT max(snapshot_id) FROM gt.snapshots()").item()
    again = settle(store, project)
    assert (again.decisions, again.settled_anew) == (0, 0)
    assert store.read("SELECT max(snapshot_id) FROM gt.snapshots()").item() == before


def test_answers_that_are_all_set_aside_leave_nothing_settled_and_decisions_standing(
    store: Store, project: Project
) -> None:
    put_answers(store, project, [("a", who, "positive") for who in ("lee", "kim")])
    settle(store, project)
    gone = [{"assignment_id": f"a {who}", "annotator": who} for who in ("lee", "kim")]
    store.commit("exclusions", lambda writer: writer.append(EXCLUSIONS, rows(EXCLUSIONS, *gone)))
    assert settle(store, project).decisions == 0
    assert [store.read(f"FROM {table}").height for table in ("settlements", "annotators", "pools")] == [0, 0, 0]
    assert store.read(STANDING)["status"].to_list() == ["consensus"]
    assert settle(store, project).settled_anew == 0


def test_what_is_true_is_declared_anew_and_all_is_settled_by_it(store: Store, project: Project, tmp_path: Path) -> None:
    put_answers(store, project, [("a", "lee", "positive"), ("a", "kim", "negative")])
    assert settle(store, project).tied == 1
    opinions = settle(store, declare(tmp_path, truth="distribution"))
    assert (opinions.consensus, opinions.revised_for_method) == (1, 1)


def test_answers_that_come_while_others_are_settled_are_settled_with_them(
    store: Store, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_frame(store, project, 0)
    calls: list[Store | Writer] = []

    def late(tables: Store | Writer, *rest: Any) -> Any:
        found = settled_anew(tables, *rest)
        if not calls:
            put_frame(store, project, 1)
        calls.append(tables)
        return found

    monkeypatch.setattr(sys.modules[settle.__module__], "settled_anew", late)
    assert settle(store, project).settled_anew == 120
    assert [type(tables) for tables in calls] == [Store, Writer]
    assert settle(store, project).settled_anew == 0


def test_a_night_that_dies_between_the_tables_leaves_none_of_them(
    store: Store, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_frame(store, project, 0)
    append = Writer.append

    def dies(writer: Writer, table: Table, rows: pl.DataFrame) -> int:
        if table is DECISIONS:
            raise KeyboardInterrupt
        return append(writer, table, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "append", dies)
        with pytest.raises(KeyboardInterrupt):
            settle(store, project)
    assert store.read("SELECT count(*) FROM settlements").item() == 0
    assert settle(store, project).decisions == 60


def test_a_ruling_is_known_to_the_settlement_of_others(store: Store, project: Project) -> None:
    put_answers(
        store,
        project,
        [("a", "lee", "positive"), ("a", "kim", "negative"), ("b", "lee", "positive"), ("b", "kim", "negative")],
    )
    assert settle(store, project).tied == 2
    ruling = pl.DataFrame({"item_id": ["a"], "answer": ["negative"], "adjudicator": ["max"]})
    adjudicate(store, project, ruling)
    ruled = settle(store, project)
    assert (ruled.adjudicated, ruled.revised_for_ruling, ruled.settled_anew) == (1, 1, 2)
    assert store.read("SELECT gold FROM pools").item() == 1
    assert store.read("SELECT item_id, leading_answer FROM settlements ORDER BY item_id").rows() == [
        ("a", '"negative"'),
        ("b", '"negative"'),
    ]
    assert store.read(STANDING).select("item_id", "status").rows() == [("a", "adjudicated"), ("b", "adjudicate")]


def test_what_an_expert_said_of_items_that_chance_drew_is_known_with_its_chance(
    store: Store, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_answers(store, project, [(item, who, "positive") for item in "abc" for who in ("lee", "kim")])
    digests = dict(store.read("SELECT item_id, answers_digest FROM answered_items").rows())
    check = {"wave": 1, "drawn": True, "inclusion_probability": 0.25}
    checks = rows(EXPERT_CHECKS, check | {"item_id": "a"}, check | {"item_id": "b"})
    ruling = {"answer": '"negative"', "blind": True}
    ruled = [ruling | {"item_id": item, "answers_digest": digests[item]} for item in "ac"]
    store.commit("checks", lambda writer: writer.append(EXPERT_CHECKS, checks))
    store.commit("rulings", lambda writer: writer.append(ADJUDICATIONS, rows(ADJUDICATIONS, *ruled)))
    told: list[Any] = []
    settle_as = Choice.settle

    def listening(kind: Choice, answers: Answers, known: Any = None) -> dict[str, Settlement]:
        told.append(known)
        return settle_as(kind, answers, known)

    monkeypatch.setattr(Choice, "settle", listening)
    settle(store, project)
    assert told == [Known({"a": "negative", "c": "negative"}, {"a": 0.25})]


def test_answers_to_honeypots_tell_of_annotators_and_settle_nothing(store: Store, project: Project) -> None:
    put_answers(store, project, [("a", "lee", "positive"), ("a", "kim", "negative")])
    known = {"item_id": "h", "input": '"text"', "truth": '"negative"'}
    pots = rows(HONEYPOTS, *(known | {"honeypot_id": f"h{at}"} for at in range(9)))
    told = [
        {"honeypot_id": f"h{at}", "annotator": who, "answer": json.dumps(label), "truth": '"negative"'}
        for at in range(9)
        for who, label in (("lee", "positive"), ("kim", "negative"), ("sam", "negative"))
    ]
    store.commit("honeypots", lambda writer: writer.append(HONEYPOTS, pots))
    store.commit("honeypots", lambda writer: writer.append(HONEYPOT_ANSWERS, rows(HONEYPOT_ANSWERS, *told)))
    settle(store, project)
    assert store.read("SELECT items, answers, honeypots FROM pools").row(0) == (1, 2, 27)
    assert store.read("SELECT item_id, leading_answer FROM settlements").rows() == [("a", '"negative"')]


@pytest.mark.slow
def test_answers_that_the_present_schema_refuses_are_settled_apart(store: Store, tmp_path: Path) -> None:
    older = declare(tmp_path, answer={"kind": "choice", "labels": LABELS | {"mixed": "both"}})
    tell(store, older)
    put_answers(store, older, [("a", "lee", "mixed"), ("a", "kim", "mixed"), ("a", "sam", "neutral")])
    assert settle(store, older).consensus == 1
    newer = declare(tmp_path)
    put_answers(store, newer, [("b", "lee", "neutral"), ("b", "kim", "neutral")])
    assert settle(store, newer).decisions == 1
    assert store.read("SELECT item_id, pool, leading_answer FROM settlements ORDER BY item_id").rows() == [
        ("a", older.schema_version, '"mixed"'),
        ("b", "present", '"neutral"'),
    ]


@pytest.mark.slow
def test_answers_that_the_present_schema_allows_belong_with_the_present_ones(store: Store, tmp_path: Path) -> None:
    older = declare(tmp_path)
    put_answers(store, older, [("a", "lee", "neutral"), ("a", "kim", "neutral")])
    settle(store, older)
    newer = declare(tmp_path, answer={"kind": "choice", "labels": LABELS | {"mixed": "both"}})
    found = settle(store, newer)
    assert (found.decisions, found.settled_anew) == (0, 1)
    assert store.read("SELECT DISTINCT pool FROM settlements").item() == "present"


def test_a_decision_keeps_its_evidence_its_probabilities_and_why_it_waits(store: Store, project: Project) -> None:
    put_answers(store, project, frame_of(0, items=300))
    settle(store, project)
    decisions = store.read("SELECT * FROM decisions")
    row = decisions.filter(status="consensus").row(0, named=True)
    assert row["method"].startswith("weighted votes + skill + habits + matrices; answers to an item correlate by ")
    assert abs(sum(json.loads(row["soft"]).values()) - 1) < 1e-5
    assert json.loads(row["soft"])[row["answer"]] == row["confidence"]
    assert row["reason"] is None
    assert set(decisions.filter(status="adjudicate")["reason"]) <= {
        "no answer is more probable than not",
        "a tie for first place",
    }
