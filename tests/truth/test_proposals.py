"""What users say an output should have been is a proposal: truth once a reviewer says so, and then with its source."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from gt_platform import truth
from gt_platform.benchmark.evidence import gather
from gt_platform.canonical import canonical
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import FEEDBACK
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import Decided, TruthError, Verdict
from tests.support.sentiment import DAY, declare, event, item_of, put_events, put_sample
from tests.truth.answered import answer

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)
Act = Literal["accept", "edit", "refuse"]
LAMP, SOFA, RAIN, DOOR = "a lamp", "a sofa", "it rains", "a door"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=tmp_path)) as lake:
        yield lake.store("sentiment")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path)


def propose(store: Store, *said: tuple[str, int, str, Any], kind: str = "end_user") -> None:
    """Corrections by their ids: of an event, by somebody, to something; each a minute after the one before."""
    base = {"frame_day": DAY, "annotator_kind": kind, "signal": "correction", "content_digest": "d", "file_id": "f"}
    rows = [
        base
        | {"feedback_id": id_, "event_id": f"e-{number}", "annotator_id": by, "value": canonical(value), "line": at}
        | {"occurred_at": NOON + timedelta(minutes=at), "comment": f"{by} says so"}
        for at, (id_, number, by, value) in enumerate(said)
    ]
    store.commit("feedback", lambda writer: writer.append(FEEDBACK, FEEDBACK.frame(rows)))


@pytest.fixture
def house(store: Store, project: Project) -> Store:
    """Four items whose output is positive: the lamp was drawn and is truly positive; of the others nobody was asked."""
    rows = [event(number, text) for number, text in enumerate((LAMP, SOFA, RAIN, DOOR))]
    put_events(store, rows)
    put_sample(store, rows[:1])
    answer(store, project, LAMP, ["positive"] * 3)
    truth.settle(store, project)
    truth.fold(store, project)
    propose(
        store,
        ("f-lamp", 0, "ann", "negative"), ("f-same", 0, "bob", "positive"),
        ("f-sofa-1", 1, "ann", "negative"), ("f-sofa-2", 1, "bob", "negative"), ("f-sofa-3", 1, "cat", "neutral"),
        ("f-rain", 2, "ann", "awful"),
        ("f-door-1", 3, "ann", "negative"), ("f-door-2", 3, "ann", "neutral"),
        ("f-none", 9, "ann", "negative"),
    )  # fmt: skip
    return store


def decide(store: Store, project: Project, feedback: str, act: Act, by: str = "rita", **more: Any) -> Decided:
    return truth.decide(store, project, [Verdict(feedback_id=feedback, act=act, **more)], actor=by)


def test_what_differs_from_the_output_waits_and_what_is_no_answer_says_why(house: Store, project: Project) -> None:
    found = {one.feedback_id: one for one in truth.proposals(house, project)}
    assert {id_: (one.answer, one.state) for id_, one in found.items()} == {
        "f-lamp": ('"negative"', "open"),
        "f-sofa-1": ('"negative"', "open"),
        "f-sofa-2": ('"negative"', "open"),
        "f-sofa-3": ('"neutral"', "open"),
        "f-rain": (None, "open"),
        "f-door-1": ('"negative"', "superseded"),
        "f-door-2": ('"neutral"', "open"),
    }
    assert "'awful' is not one of negative, neutral, positive" in (found["f-rain"].invalid or "")
    assert found["f-door-1"].why == "whoever proposed it has said something else since"
    assert (found["f-lamp"].truth, found["f-sofa-1"].truth) == ('"positive"', None)
    assert {one.who for one in found.values()} == {"end_user ann", "end_user bob", "end_user cat"}


def test_what_is_accepted_is_truth_with_its_source_and_no_part_of_any_sample(house: Store, project: Project) -> None:
    before = gather(house, project, ["accuracy"])
    told = decide(house, project, "f-sofa-1", "accept", why="it broke", others=["f-sofa-3"], seen="")
    assert told == Decided(accepted=2, edited=0, refused=0, superseded=1, corrected=1)
    standing = house.read("SELECT answer, status, method, origin FROM ground_truth WHERE item_id = ?", [item_of(SOFA)])
    assert standing.rows() == [('"negative"', "corrected", "correction", "feedback")]
    assert truth.verify_fold(house) == []
    parts = truth.explain(house, item_of(SOFA)[:12])
    assert parts["truth"].row(0, named=True)["actor"] == "rita"
    assert parts["truth"]["reason"].item() == "a correction by end_user was accepted"
    found = parts["proposals"].select("feedback_id", "proposed_by", "verdict", "decided_by", "answer", "reason")
    assert found.rows() == [
        ("f-sofa-1", "ann", "accepted", "rita", "negative", "it broke"),
        ("f-sofa-2", "bob", "accepted", "rita", "negative", "it broke"),
        ("f-sofa-3", "cat", "superseded", "rita", None, "another proposal for its item was accepted"),
    ]
    history = house.read("SELECT what, who, detail FROM item_history WHERE item_id = ?", [item_of(SOFA)]).rows()
    assert ("proposal accepted", "rita", "feedback f-sofa-1 by end_user ann: it broke") in history
    linked = house.read("SELECT count(*) FROM proposal_verdicts SEMI JOIN ground_truth USING (item_id, decision_id)")
    assert linked.item() == 2
    noted = house.read("SELECT who, did FROM audit ORDER BY number").rows()
    assert noted == [("rita", "corrected"), ("rita", "decided proposals")]
    after = gather(house, project, ["accuracy"])
    assert (after.events, after.numerator.tolist()) == (before.events, before.numerator.tolist()) == (["e-0"], [[1.0]])
    assert house.read("SELECT count(*) FROM items WHERE first_frame IS NULL AND origin = 'feedback'").item() == 1


def test_an_edit_is_another_answer_and_a_refusal_none(house: Store, project: Project) -> None:
    told = decide(house, project, "f-rain", "edit", answer="negative", why="awful is negative")
    assert (told.edited, told.corrected) == (1, 1)
    told = decide(house, project, "f-sofa-1", "refuse", why="it is the sofa's colour", others=["f-sofa-3"])
    assert (told.refused, told.corrected) == (3, 0)
    told = decide(house, project, "f-door-2", "edit", answer='"negative"')
    assert (told.edited, told.corrected) == (1, 1)
    answers = dict(house.read("SELECT item_id, answer FROM ground_truth").iter_rows())
    said = {LAMP: '"positive"', RAIN: '"negative"', DOOR: '"negative"'}
    assert answers == {item_of(text): answer for text, answer in said.items()}
    fates = dict(house.read("SELECT feedback_id, verdict FROM signals WHERE verdict IS NOT NULL").iter_rows())
    assert fates == {"f-rain": "edited", "f-door-2": "edited"} | {f"f-sofa-{n}": "refused" for n in (1, 2, 3)}


def test_whatever_came_first_stands_and_is_told_in_a_sentence(house: Store, project: Project) -> None:
    wrong: list[tuple[str, Act, dict[str, Any]]] = [
        ("f-rain", "accept", {}), ("f-sofa-1", "refuse", {}), ("f-rain", "edit", {"answer": "meh"}),
        ("f-same", "accept", {}), ("f-none", "accept", {}), ("f-gone", "accept", {}), ("f-door-1", "accept", {}),
        ("f-sofa-1", "accept", {"others": ["f-lamp"]}), ("f-lamp", "accept", {"seen": ""}),
        ("f-lamp", "edit", {"answer": "positive"}),
    ]  # fmt: skip
    sentences = [
        "'awful' is not one of negative, neutral, positive; give an answer in its place, or refuse it", "say why",
        "'meh' is not one of", "says what the output of its event is already", "event e-9, which has not come yet",
        "'f-gone' is no feedback of this project", "superseded already: whoever proposed it", "are for two items",
        "has changed since it was looked at: it is \"positive\" now", "is what is true of item",
    ]  # fmt: skip
    at = house.snapshot_id
    for (feedback, act, more), sentence in zip(wrong, sentences, strict=True):
        with pytest.raises(TruthError) as refused:
            decide(house, project, feedback, act, **more)
        assert sentence in str(refused.value)
    both = [Verdict(feedback_id=f"f-sofa-{n}", act="accept") for n in (1, 3)]
    with pytest.raises(TruthError, match="is given two answers; nothing was entered"):
        truth.decide(house, project, both, actor="rita")
    assert house.snapshot_id == at
    truth.retire(house, project, [item_of(LAMP)], why="an old lamp", category="outdated", actor="lee")
    with pytest.raises(TruthError, match="superseded already: its item was retired"):
        decide(house, project, "f-lamp", "accept")


def test_of_two_reviewers_at_once_one_decides(house: Store, project: Project) -> None:
    def judge(by: str, act: Act) -> str:
        try:
            decide(house, project, "f-sofa-1", act, by, why="so", others=["f-sofa-3"])
        except TruthError as refused:
            return str(refused)
        return by

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(judge, ("rita", "lee"), ("accept", "refuse")))
    assert sum(one in {"rita", "lee"} for one in told) == 1
    assert sum(" already by " in one and "Nothing was entered" in one for one in told) == 1
    rows = house.read("SELECT feedback_id, decided_by FROM proposal_verdicts ORDER BY feedback_id").rows()
    assert [id_ for id_, _ in rows] == ["f-sofa-1", "f-sofa-2", "f-sofa-3"]
    assert len({by for _, by in rows}) == 1


def test_where_outputs_are_judged_a_correction_is_no_judgement_but_may_be_made_one(
    store: Store, tmp_path: Path
) -> None:
    labels = {"good": "it helps", "bad": "it does not"}
    judged = declare(
        tmp_path, ask="about the output", answer={"kind": "choice", "labels": labels},
        benchmark={"metrics": ["share of good"]},
    )  # fmt: skip
    item = item_of({"input": LAMP, "output": "positive"})
    put_events(store, [event(0, LAMP, item_id=item)])
    propose(store, ("f-0", 0, "ann", "good"), ("f-1", 0, "bob", "positive"))
    (one,) = truth.proposals(store, judged)
    assert (one.answer, "no judgement of it" in (one.invalid or "")) == (None, True)
    with pytest.raises(TruthError, match="what the output should have been"):
        decide(store, judged, "f-0", "accept")
    assert decide(store, judged, "f-0", "edit", answer="bad").edited == 1
    shown = store.read("SELECT input, answer FROM ground_truth").row(0)
    assert shown == ('{"input":"a lamp","output":"positive"}', '"bad"')
