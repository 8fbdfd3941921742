"""What people decide about truth: it stands against what the same answers come to, and nothing of it is lost."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from gt_platform import truth
from gt_platform.labeling import ask_anew, assign, collect
from gt_platform.labeling.asking import waiting_assignments
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import Correction, TruthError
from tests.labeling.people import People
from tests.support.sentiment import DAY, declare, event, item_of, put_events, put_sample
from tests.truth.answered import answer

NAMES = ["ann", "bob", "cat"]
KEPT = "SELECT item_id, input, answer, answers, guideline_version FROM ground_truth ORDER BY item_id"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def lake(settings: Settings) -> Iterator[Lake]:
    with Lake.open(settings) as opened:
        yield opened


@pytest.fixture
def store(lake: Lake) -> Store:
    return lake.store("sentiment")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path)


def night(store: Store, project: Project) -> dict[str, tuple[str, str]]:
    """Settle and fold; the standing truth by text, with its status."""
    truth.settle(store, project)
    truth.fold(store, project)
    assert truth.verify_fold(store) == []
    rows = store.read("SELECT input ->> '$', answer ->> '$', status FROM ground_truth").rows()
    return {text: (said, status) for text, said, status in rows}


def corrected(store: Store, project: Project, text: str, said: str) -> truth.Corrected:
    return truth.correct(store, project, [Correction(item_of(text), said, "the rule of 3 May")], actor="lee")


@pytest.mark.slow
def test_a_correction_stands_against_its_answers_and_those_still_to_come(store: Store, project: Project) -> None:
    answer(store, project, "good", ["positive"] * 3)
    answer(store, project, "half", ["positive", "positive"])
    assert night(store, project) == {"good": ("positive", "consensus")}
    for text in ("good", "half"):
        assert corrected(store, project, text, '"negative"') == truth.Corrected(corrected=1, unchanged=0)
    assert corrected(store, project, "good", "negative") == truth.Corrected(corrected=0, unchanged=1)
    answer(store, project, "half", ["positive"], first=3, slots=0)
    expected = {"good": ("negative", "corrected"), "half": ("negative", "corrected")}
    assert night(store, project) == expected
    decided = store.read("""
        SELECT revision, status, actor, reason, revised, follows = (
            SELECT decision_id FROM decisions WHERE item_id = d.item_id AND revision = d.revision - 1
        ) FROM decisions d WHERE item_id = ? ORDER BY revision
    """, [item_of("good")])  # fmt: skip
    assert decided.rows() == [
        (1, "consensus", None, None, None, None),
        (2, "corrected", "lee", "the rule of 3 May", "correction", True),
    ]
    assert store.read("SELECT gold FROM pools").item() == 2


@pytest.mark.slow
def test_a_correction_gives_way_to_the_answers_of_who_is_asked_anew(store: Store, project: Project) -> None:
    people = People({name: lambda _: "positive" for name in NAMES})
    rows = [event(1, "good")]
    put_events(store, rows)
    put_sample(store, rows)
    assign(store, project, DAY, backend=people)
    people.work()
    collect(store, project, backend=people)
    assert night(store, project) == {"good": ("positive", "consensus")}
    corrected(store, project, "good", "negative")
    made = store.commit("anew", lambda writer: ask_anew(writer, project, [item_of("good")]))
    again = store.commit("anew", lambda writer: ask_anew(writer, project, [item_of("good")]))
    assert (made, again) == (3, 0)
    assert night(store, project) == {"good": ("negative", "corrected")}
    collect(store, project, backend=people)
    people.minds = {name.upper(): lambda _: "positive" for name in NAMES}
    people.work()
    collect(store, project, backend=people)
    assert night(store, project) == {"good": ("positive", "consensus")}
    assert store.read("SELECT revised FROM current_decisions").item() == "answers"


@pytest.mark.slow
def test_what_is_retired_stays_out_whatever_is_answered_and_comes_back_as_it_was(
    lake: Lake, store: Store, project: Project
) -> None:
    answer(store, project, "good", ["positive"] * 3)
    answer(store, project, "bad", ["negative"] * 2)
    night(store, project)
    corrected(store, project, "bad", "neutral")
    before = store.read(KEPT)
    truth.release(store, project, bundles=lake.files)
    both = [item_of("good"), item_of("bad")[:12]]
    told = truth.retire(store, project, both, why="an old product", category="outdated", actor="lee")
    assert told == truth.Retired(retired=2, unchanged=0)
    assert waiting_assignments(store, project) == []
    answer(store, project, "bad", ["negative"], first=2, slots=0)
    assert night(store, project) == {}
    made = truth.release(store, project, bundles=lake.files)
    assert (made.release, made.retired) == (2, 2)
    told_of = store.read("SELECT DISTINCT category, reason, actor FROM release_changes WHERE change = 'retired'")
    assert told_of.rows() == [("outdated", "an old product", "lee")]
    assert truth.restore(store, project, both, why="it is sold again", actor="kim") == 2
    assert night(store, project) == {"good": ("positive", "restored"), "bad": ("neutral", "restored")}
    assert store.read(KEPT).equals(before)
    noted = store.read("SELECT who, did FROM audit WHERE backend = 'gt' ORDER BY number").rows()
    assert noted == [("lee", "corrected"), ("lee", "retired"), ("kim", "restored")]
    assert truth.verify_releases(store, project, bundles=lake.files) == []


@pytest.mark.slow
def test_answers_to_what_was_retired_meanwhile_are_kept_all_the_same(store: Store, project: Project) -> None:
    people = People({name: lambda _: "positive" for name in NAMES})
    answer(store, project, "good", ["negative"] * 3)
    night(store, project)
    store.commit("anew", lambda writer: ask_anew(writer, project, [item_of("good")]))
    collect(store, project, backend=people)
    people.work()
    truth.retire(store, project, [item_of("good")], why="old", category="outdated", actor="lee")
    assert collect(store, project, backend=people).annotations == 3
    assert collect(store, project, backend=people).annotations == 0
    assert night(store, project) == {}
    assert truth.restore(store, project, [item_of("good")], why="sold again", actor="kim") == 1
    assert night(store, project) == {"good": ("positive", "consensus")}  # what was asked anew decides, as without it


def test_what_cannot_be_done_is_said_and_nothing_of_it_is(store: Store, project: Project) -> None:
    answer(store, project, "good", ["positive"] * 3)
    answer(store, project, "half", ["positive"])
    night(store, project)
    good, at = item_of("good"), store.snapshot_id

    def correct(*rows: tuple[str, str, str]) -> None:
        truth.correct(store, project, [Correction(*row) for row in rows], actor="lee")

    with pytest.raises(TruthError, match="'meh' is not one of negative, neutral, positive"):
        correct((good, "negative", "a"), (item_of("half"), "meh", "b"))
    with pytest.raises(TruthError, match="say why"):
        correct((good, "negative", " "))
    with pytest.raises(TruthError, match="corrected twice, to different answers"):
        correct((good, "negative", "a"), (good[:20], "neutral", "b"))
    with pytest.raises(TruthError, match="item 'elsewhere' is no item of this project"):
        correct(("elsewhere", "negative", "a"))
    with pytest.raises(TruthError, match="too short"):
        correct((good[:3], "negative", "a"))
    with pytest.raises(TruthError, match="has no truth to retire"):
        truth.retire(store, project, [good, item_of("half")], why="x", category="private", actor="lee")
    with pytest.raises(TruthError, match="category is 'old'; allowed: outdated, incorrect, duplicate, private"):
        truth.retire(store, project, [good], why="x", category="old", actor="lee")
    with pytest.raises(TruthError, match="is not retired"):
        truth.restore(store, project, [good], why="x", actor="lee")
    assert store.snapshot_id == at
    truth.retire(store, project, [good], why="x", category="private", actor="lee")
    with pytest.raises(TruthError, match="was retired; `gt truth restore"):
        correct((good, "negative", "a"))


@pytest.mark.slow
def test_a_rule_is_a_condition_that_reads_and_nothing_else(store: Store, settings: Settings, project: Project) -> None:
    rows = [event(1, "good", attributes='{"product":"v1"}'), event(2, "bad", attributes='{"product":"v2","a \\"b":1}')]
    put_events(store, rows)
    put_sample(store, rows)
    people = People({name: lambda _: "positive" for name in NAMES})
    assign(store, project, DAY, backend=people)
    people.work()
    collect(store, project, backend=people)
    night(store, project)
    assert truth.matching(settings, store, "attributes.product = 'v1'") == [item_of("good")]
    assert truth.matching(settings, store, "input = 'bad' AND answer = 'positive' -- both") == [item_of("bad")]
    wrong = {
        "attributes.prodct = 'v1'": 'Could not find key "prodct"',
        "attributes.product = 'v3'": "matches no item that has truth",
        "1=1) OR (1=1": "no condition in SQL",
        "1=1 UNION SELECT 1": "no condition in SQL",
        "1=1; DROP TABLE items": "no condition in SQL",
        "EXISTS (FROM read_csv('/etc/passwd'))": "reaches beyond the lake",
    }
    for rule, said in wrong.items():
        with pytest.raises(TruthError, match=said):
            truth.matching(settings, store, rule)


def test_an_item_is_explained_from_its_event_to_its_release(lake: Lake, store: Store, project: Project) -> None:
    rows = [event(1, "good", attributes='{"product":"v1"}')]
    put_events(store, rows)
    put_sample(store, rows)
    people = People({name: lambda _: "positive" for name in NAMES})
    assign(store, project, DAY, backend=people)
    people.work()
    collect(store, project, backend=people)
    night(store, project)
    corrected(store, project, "good", "negative")
    truth.release(store, project, bundles=lake.files)
    told = truth.explain(store, item_of("good")[:9])
    assert told["item"].select("input", "origin", "attributes").rows() == [("good", "event", '{"product":"v1"}')]
    assert told["truth"].select("status", "answer", "actor").rows() == [("corrected", "negative", "lee")]
    assert told["events"].select("event_id", "drawn_from", "inclusion_probability").rows() == [("e-1", "all", 1.0)]
    assert told["answers"].select("annotator", "answer").sort("annotator").rows() == [
        (name, "positive") for name in NAMES
    ]
    assert told["decisions"]["status"].to_list() == ["consensus", "corrected"]
    assert told["releases"].select("release", "change", "after").rows() == [(1, "added", "negative")]
    assert told["imports"].equals(pl.DataFrame(schema=told["imports"].schema))
