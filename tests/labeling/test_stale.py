"""New guidelines: what they make stale, what of it is asked again, and that truth stands until then."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from gt_platform.labeling import collect, still_stale, waiting
from gt_platform.labeling.guidelines import keep_guidelines
from gt_platform.labeling.leaked import compared, leak
from gt_platform.labeling.narrowing import misread
from gt_platform.labeling.stale import newly_stale
from gt_platform.labeling.touched import changes
from gt_platform.lake import LakeError, Store
from gt_platform.lake.tables import EXCLUSIONS
from gt_platform.project import Project, Rule
from gt_platform.project.guidelines import with_rules
from gt_platform.truth import fold, settle
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import People
from tests.labeling.test_cases import ruled
from tests.support.rows import CLOCK, put_checks
from tests.support.sentiment import LABELS, item_of

NEWER = {"guidelines": "Read it three times."}
FIRST = {
    "agreed": ["positive", "positive", "positive"],
    "divided": ["negative", "negative", "neutral"],
    "tied": list(LABELS),
}
Labeled = Callable[..., tuple[Project, People]]


@pytest.fixture
def labeled(store: Store, labeled_by: Declare, ask: Sample) -> Labeled:
    """A project that asked, settled and ruled; people then answer `next` to whatever is asked again."""

    def make(**labeling: Any) -> tuple[Project, People]:
        project = labeled_by(**labeling)
        said = {item_of(text): list(given) for text, given in FIRST.items()}
        people = People({f"a{at}": lambda item: (said[item] or ["neutral"] * 3).pop(0) for at in range(6)})
        ask(project, people, list(FIRST))
        people.work()
        people.rule = lambda case: ruled("negative")(case) if case.input == "tied" else None
        for _ in range(2):
            once(store, project, people)
        assert truth(store) == {"agreed": "positive", "divided": "negative", "tied": "negative"}
        return project, people

    return make


def once(store: Store, project: Project, people: People) -> int:
    """One run; returns how many assignments it made anew."""
    collected = collect(store, project, backend=people)
    settle(store, project)
    fold(store, project)
    return collected.asked_again


def truth(store: Store) -> dict[str, str]:
    return {
        json.loads(text): json.loads(answer)
        for text, answer in store.read("SELECT input, answer FROM ground_truth").rows()
    }


def marks(store: Store) -> dict[str, tuple[bool, str]]:
    rows = store.read("SELECT item_id, asked_again, reason FROM stale").rows()
    return {text: (again, reason) for text in FIRST for item, again, reason in rows if item == item_of(text)}


@pytest.mark.slow
def test_contested_truth_is_asked_again_and_stands_until_the_new_answers_settle(
    store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    project, people = labeled()
    assert waiting(store, project, people) is None
    newer = labeled_by(NEWER)
    assert waiting(store, newer, people) is not None
    before = truth(store)
    assert once(store, newer, people) == 6
    assert marks(store) == {
        "agreed": (False, "decided under other guidelines; not asked again: all answers were equal"),
        "divided": (True, "decided under other guidelines; asked again: answers differed"),
        "tied": (True, "decided under other guidelines; asked again: it took a ruling"),
    }
    assert truth(store) == before
    assert still_stale(store, newer) == people.briefing.board.stale == 3
    assert once(store, newer, people) == 0
    assert waiting(store, newer, people) is None

    people.work()
    assert once(store, newer, people) == 0
    assert truth(store) == {"agreed": "positive", "divided": "neutral", "tied": "neutral"}
    assert still_stale(store, newer) == 1
    rows = store.read("SELECT round, slot, guideline_version FROM assignments WHERE round = 2 ORDER BY ALL").rows()
    assert rows == [(2, slot, newer.guideline_version) for slot in (1, 1, 2, 2, 3, 3)]
    latest = "SELECT votes, answers, guideline_version FROM decisions WHERE item_id = ? ORDER BY revision DESC"
    votes = store.read(latest, [item_of("divided")]).row(0)
    assert votes == ('{"\\"neutral\\"":3}', 3, newer.guideline_version)  # by the new answers alone


@pytest.mark.slow
@pytest.mark.parametrize(("relabel", "asked"), [("all", 9), ("none", 0)])
def test_the_project_says_what_is_asked_again(
    relabel: str, asked: int, store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    _, people = labeled()
    newer = labeled_by(NEWER, relabel=relabel)
    assert once(store, newer, people) == asked
    assert {again for again, _ in marks(store).values()} == {relabel == "all"}
    assert still_stale(store, newer) == 3


@pytest.mark.slow
def test_an_edge_case_is_asked_again_though_all_were_of_one_mind(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by()
    people = People({f"a{at}": lambda _: "positive" for at in range(6)})
    ask(project, people, ["agreed"])
    people.work()
    once(store, project, people)
    put_checks(store, {"agreed": True})
    people.rule = ruled("positive", edge_case="sarcasm")
    once(store, project, people)
    assert once(store, labeled_by(NEWER), people) == 3
    assert marks(store)["agreed"] == (True, "decided under other guidelines; asked again: an edge case")


@pytest.mark.slow
def test_guidelines_that_change_back_ask_once_more_and_lose_nothing(
    store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    project, people = labeled()
    newer = labeled_by(NEWER)
    once(store, newer, people)
    people.work()
    once(store, newer, people)
    annotations = store.read("SELECT count(*) FROM annotations").item()
    assert once(store, project, people) == 0  # all answers under the newer ones were equal
    assert still_stale(store, project) == 2
    everything = labeled_by(relabel="all")
    assert once(store, everything, people) == 0  # they were looked at under these guidelines already
    assert store.read("SELECT count(*) FROM annotations").item() == annotations
    assert store.doubled_keys() == {}


@pytest.mark.slow
def test_an_answer_that_the_schema_no_longer_allows_is_asked_again_and_one_it_allows_is_not(
    store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    _, people = labeled()
    wider = labeled_by({"answer": {"kind": "choice", "labels": LABELS | {"mixed": "both"}}})
    assert once(store, wider, people) == 0
    assert still_stale(store, wider) == 0
    narrower = labeled_by({"answer": {"kind": "choice", "labels": {"negative": "unhappy", "neutral": "neither"}}})
    assert once(store, narrower, people) == 3
    assert marks(store) == {"agreed": (True, "the answer schema no longer allows it; asked again")}
    people.work()
    once(store, narrower, people)
    assert truth(store)["agreed"] == "neutral"


@pytest.mark.slow
def test_an_item_whose_new_answers_were_all_set_aside_has_none_that_count_and_is_asked_again(
    store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    _, people = labeled()
    newer = labeled_by(NEWER)
    once(store, newer, people)
    people.work()
    once(store, newer, people)
    of_item = {"item_id": item_of("divided")}
    again = store.read("SELECT assignment_id FROM live_annotations WHERE item_id = $item_id", of_item)
    set_aside = (row | {"annotator": "a", "reason": "copied", "excluded_at": CLOCK} for row in again.to_dicts())
    store.commit("set aside", lambda writer: writer.append(EXCLUSIONS, EXCLUSIONS.frame(set_aside)))
    for view in ("live_assignments", "live_annotations", "answered_items", "waiting_items"):
        assert store.read(f"FROM {view} WHERE item_id = $item_id", of_item).is_empty(), view
    assert store.read("SELECT round, asked, live FROM rounds WHERE item_id = $item_id", of_item).row(0) == (2, 3, 0)
    # the answers of the first round still tell how far annotators agreed then
    assert store.read("SELECT round FROM valid_annotations WHERE item_id = $item_id", of_item).rows() == [(1,)] * 3
    assert once(store, newer, people) == 3
    assert store.read("SELECT item_id FROM waiting_items").rows() == [(item_of("divided"),)] * 3


def ruled_by(labeled_by: Declare, *rules: dict[str, Any], text: str = "", **labeling: Any) -> Project:
    found = tuple(Rule.model_validate({"definition": "It is so."} | rule) for rule in rules)
    return labeled_by({"guidelines": with_rules(text, found), "rules": found}, **labeling)


@pytest.mark.slow
def test_what_changed_rules_touch_is_asked_again_and_nothing_else(
    store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    project, people = labeled()
    at_odds = {"id": "irony", "labels": ["positive"], "touches": {"pairs": [["negative", "neutral"]]}}
    newer = ruled_by(labeled_by, at_odds, text=project.guidelines, relabel="touched")
    store.commit("guidelines", lambda writer: keep_guidelines(writer, [project.guidelines]))
    assert once(store, newer, people) == 6
    assert {text: again for text, (again, _) in marks(store).items()} == {
        "agreed": False, "divided": True, "tied": True,
    }  # fmt: skip
    assert marks(store)["tied"][1] == "decided under other guidelines; asked again: touched by rule irony"
    assert marks(store)["agreed"][1].endswith("not asked again: no rule that changed touches it")


def test_a_rule_touches_what_is_like_its_examples_and_what_its_query_finds(
    store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    project, _ = labeled()
    store.commit("guidelines", lambda writer: keep_guidelines(writer, [project.guidelines]))

    def asked(**touches: Any) -> set[str]:
        rule = {"id": "irony", "good": ["divided, they fall"], "touches": touches}
        newer = ruled_by(labeled_by, rule, text=project.guidelines, relabel="touched")
        with store.snapshot():
            return {json.loads(row["input"]) for row in newly_stale(store, newer) if row["asked_again"]}

    assert asked(similar=0.3) == {"divided"}
    assert asked(similar=0.9) == set()
    found = "SELECT item_id FROM gt.sentiment.{} WHERE {}"
    assert asked(query=found.format("events", "input = '\"tied\"'")) == {"tied"}
    assert asked(query=found.format("decisions", "answer = '\"positive\"'"), similar=0.3) == set()
    for query, said in (
        ("DROP TABLE gt.sentiment.events", "give exactly one SELECT"),
        ("SELECT item_id FROM gt.sentiment.evnts", "evnts"),
        ("FROM gt.sentiment.releases", "SELECT item_id and nothing else"),
        ("SELECT item_id FROM read_csv('/etc/passwd')", "reaches beyond the lake"),
    ):
        with pytest.raises(LakeError, match=rf"guidelines.yaml: rule irony: touches.query: .*{said}"):
            asked(query=query)
    wrong = ruled_by(labeled_by, {"id": "irony", "touches": {"query": "SELECT item_id FROM gt.sentiment.evnts"}})
    assert [one.path for one in misread(wrong, store)] == [("rules", 0, "touches", "query")]
    assert list(misread(wrong)) == []  # whether the table is there, the lake knows
    with pytest.raises(ValidationError, match=r"touches\.similar is to the rule's examples: give some"):
        ruled_by(labeled_by, {"id": "irony", "touches": {"similar": 0.3}})


def test_what_is_likeliest_to_change_is_asked_first_as_far_as_a_budget_goes(
    store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    labeled()

    def asked(total: float) -> list[str]:
        newer = labeled_by(NEWER, relabel="all", cost={"total": total, "expert": 1})
        return [json.loads(row["input"]) for row in newly_stale(store, newer)]

    paid = 9 + 1  # three answers of three, and a ruling
    assert asked(paid + 9) == ["tied", "divided", "agreed"]
    assert asked(paid + 6) == ["tied", "divided"]
    assert asked(paid + 5) == ["tied"]


@pytest.mark.slow
def test_of_what_no_rule_touches_some_is_asked_again_with_a_known_chance(
    store: Store, labeled: Labeled, labeled_by: Declare
) -> None:
    project, people = labeled()
    rule = {"id": "irony", "labels": ["positive"], "touches": {"slice": {"channel": "nowhere"}}}
    store.commit("guidelines", lambda writer: keep_guidelines(writer, [project.guidelines]))

    def asked(recheck: int, cost: float = 1e6) -> list[tuple[bool, float | None]]:
        declared: dict[str, Any] = {"relabel": "touched", "recheck": recheck, "cost": {"total": cost}}
        newer = ruled_by(labeled_by, rule, text=project.guidelines, **declared)
        return [(row["asked_again"], row["inclusion_probability"]) for row in newly_stale(store, newer)]

    assert asked(0) == [(False, None)] * 3
    assert sorted(asked(2)) == [(False, 2 / 3), (True, 2 / 3), (True, 2 / 3)]
    assert asked(9) == [(True, 1.0)] * 3  # more than there are
    assert sorted(asked(2, cost=1)) == sorted(asked(2))  # with a spent budget the chance would be another
    newer = ruled_by(labeled_by, rule, text=project.guidelines, relabel="touched", recheck=1)
    before = truth(store)
    assert once(store, newer, people) == 3
    assert truth(store) == before
    assert [again for again, _ in marks(store).values()].count(True) == 1
    assert leak(store, newer, project.guidelines).missing == 1  # type: ignore[union-attr]
    people.work()
    once(store, newer, people)
    found = leak(store, newer, project.guidelines)
    assert found is not None
    assert (found.missing, found.after.units, found.verdict) == (0, 1, "insufficient evidence")
    everything = ruled_by(labeled_by, {"id": "irony"}, text=project.guidelines, relabel="touched", recheck=1)
    assert {row["inclusion_probability"] for row in newly_stale(store, everything)} == {None}


def test_a_rule_leaks_where_more_changes_than_by_repeat_answers_alone() -> None:
    def verdict(changed: int, of: int, anyway: int, tried: int, missing: int = 0) -> tuple[str, int]:
        found = compared([at < changed for at in range(of)], [at < anyway for at in range(tried)], missing=missing)
        return found.verdict, found.after.units

    assert verdict(0, 73, 0, 0) == ("did not leak", 73)
    assert verdict(0, 72, 0, 0) == ("insufficient evidence", 72)
    assert verdict(20, 60, 2, 60) == ("leaked", 60)
    assert verdict(20, 60, 0, 19) == ("insufficient evidence", 60)  # how much changes anyway is not known
    assert verdict(60, 600, 60, 600) == ("did not leak", 600)
    assert verdict(0, 73, 0, 0, missing=9) == ("insufficient evidence", 73)
    gain = compared([True] * 56 + [False] * 14, [True] * 48 + [False] * 32).gain  # Newcombe (1998), table II, row a
    assert (gain.value, gain.low, gain.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_a_recheck_without_touched_is_refused(labeled_by: Declare) -> None:
    with pytest.raises(ValidationError, match=r"recheck \(5\) is of items that no rule touches: add relabel: touched"):
        labeled_by(recheck=5)


def test_whom_a_change_touches(labeled_by: Declare) -> None:
    plain = labeled_by().guidelines
    irony, other = {"id": "irony", "labels": ["positive"]}, {"id": "other", "labels": ["neutral"]}
    row = {
        "item_id": "i",
        "answer": '"positive"',
        "votes": '{"\\"positive\\"":2,"\\"negative\\"":1}',
        "attributes": '{"channel":"app"}',
    }

    def touching(before: Project, *rules: dict[str, Any], text: str = plain) -> str | None:
        return changes(before.guidelines, ruled_by(labeled_by, *rules, text=text)).touching(row)

    before = ruled_by(labeled_by, irony, other, text=plain)
    new = {"definition": "It is not so."}
    assert touching(before, irony, other) is None
    assert touching(before, other, irony) is None  # another order
    assert touching(before, irony | new, other) == "irony"
    assert touching(before, irony, other | new) is None
    assert touching(before, other) == "irony"  # it is gone
    assert touching(before, irony, {"id": "other"}) == "other"  # about everything now
    assert touching(before, irony, other | new | {"touches": {"slice": {"channel": "app"}}}) == "other"
    assert touching(before, irony, other | new | {"touches": {"slice": {"channel": "web"}}}) is None
    assert touching(before, irony | new | {"touches": {"pairs": [["positive", "neutral"]]}}, other) is None
    assert touching(before, irony | {"touches": {"labels": ["negative"]}}, other) is None  # no other words, no change
    above = changes(before.guidelines, ruled_by(labeled_by, irony, other, text="Read it four times."))
    assert (above.text, above.rules) == (True, {})
