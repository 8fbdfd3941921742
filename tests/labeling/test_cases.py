"""Cases for a reviewer, and what their rulings come to."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from gt_platform.labeling import Asked, adjudicate, adjudication_queue, ask_experts, collect, waiting
from gt_platform.labeling.cases import CHECKED, EXPERT_CHECK, UNDECIDED, WAITS
from gt_platform.labeling.messages import AuditEntry, Case, Ruling
from gt_platform.lake import LakeError, Store
from gt_platform.project import Project
from gt_platform.truth import fold, settle
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import START, Mind, People
from tests.support.rows import put_checks
from tests.support.sentiment import LABELS, item_of

NAMES = tuple(LABELS)
AGREED: dict[str, Mind] = {name: lambda _: "positive" for name in ("ann", "ben", "cat")}
SPLIT: dict[str, Mind] = {
    "ann": lambda _: NAMES[0],
    "ben": lambda _: NAMES[1],
    "cat": lambda _: NAMES[2],
}


def ruled(answer: Any = "negative", **changes: Any) -> Callable[[Case], Ruling]:
    def rule(case: Case) -> Ruling:
        plain = Ruling(
            item_id=case.item_id,
            answers_digest=case.answers_digest,
            answer=answer,
            adjudicator="rev",
            reasoning="read it twice",
            edge_case=None,
            ruled_at=START,
        )
        return replace(plain, **changes)

    return rule


def answered(store: Store, project: Project, ask: Sample, minds: dict[str, Mind], texts: list[str]) -> People:
    """All of it answered, settled, and the backend told."""
    people = People(minds)
    ask(project, people, texts)
    people.work()
    collect(store, project, backend=people)
    settle(store, project)
    fold(store, project)
    collect(store, project, backend=people)
    return people


@pytest.mark.slow
def test_a_tie_is_shown_without_names_in_an_order_that_tells_nothing(
    store: Store, project: Project, ask: Sample
) -> None:
    texts = [f"text {at}" for at in range(12)]
    people = answered(store, project, ask, SPLIT, texts)
    cases = people.briefing.cases
    assert {case.input for case in cases} == set(texts)
    assert {case.why for case in cases} == {"a tie for first place"}
    orders = {tuple(one.answer for one in case.opinions) for case in cases}
    assert len(orders) > 2  # not that of the people
    assert all(sorted(order) == sorted(NAMES) for order in orders)
    assert {tuple(vars(one)) for case in cases for one in case.opinions} == {("answer", "comment")}


@pytest.mark.slow
def test_a_ruling_settles_once_and_keeps_its_reasoning_and_edge_case(
    store: Store, project: Project, ask: Sample
) -> None:
    people = answered(store, project, ask, SPLIT, ["odd"])
    people.rule = ruled(edge_case="irony is not covered")
    assert waiting(store, project, people) is not None
    assert collect(store, project, backend=people).rulings == 1
    assert waiting(store, project, people) is None
    assert settle(store, project).adjudicated == 1
    assert settle(store, project).decisions == 0
    rows = store.read("SELECT item_id, answer, adjudicator, reasoning, ruled_at FROM adjudications").rows()
    assert rows == [(item_of("odd"), '"negative"', "rev", "read it twice", START)]
    assert store.read("SELECT item_id, note, raised_by FROM edge_cases").rows() == [
        (item_of("odd"), "irony is not covered", "rev")
    ]
    people.rule = ruled("positive")
    assert collect(store, project, backend=people).rulings == 0
    assert people.briefing.cases == ()
    assert people.briefing.board.edge_cases == 1


@pytest.mark.slow
def test_a_bad_ruling_is_kept_as_a_rejection_and_the_case_stays_open(
    store: Store, project: Project, ask: Sample
) -> None:
    people = answered(store, project, ask, SPLIT, ["odd"])
    for number, rule in enumerate((ruled("furious"), ruled(item_id="other"), ruled(reasoning="a\0b")), 1):
        people.rule = rule
        collected = collect(store, project, backend=people)
        assert (collected.rulings, collected.rejected) == (0, 1)
        assert collect(store, project, backend=people).rejected == 0
        assert store.read("SELECT count(*) FROM rejections").item() == number
        assert len(people.briefing.cases) == 1
    assert sorted(store.read("SELECT reason FROM rejections")["reason"]) == ["answer", "answer", "unknown_case"]


@pytest.mark.slow
def test_a_remark_of_the_backend_sends_an_item_to_a_reviewer(store: Store, project: Project, ask: Sample) -> None:
    people = People(AGREED)
    ask(project, people, ["agreed"])
    people.work()
    first = min(people.seats)
    people.seats[first] = replace(people.seats[first], remark="failed the honeypots of its batch", comment="hm")
    collect(store, project, backend=people)
    assert settle(store, project).tied == 1
    (reason,) = store.read("SELECT reason FROM decisions")["reason"]
    assert reason == "failed the honeypots of its batch"
    collect(store, project, backend=people)
    (case,) = people.briefing.cases
    assert (case.why, sorted(one.comment or "" for one in case.opinions)) == (reason, ["", "", "hm"])
    people.rule = ruled("positive")
    collect(store, project, backend=people)
    assert settle(store, project).adjudicated == 1


@pytest.mark.slow
def test_what_was_drawn_for_an_expert_is_a_blind_case_and_comes_first(
    store: Store, project: Project, ask: Sample
) -> None:
    split = {item_of("tied"), item_of("odd")}

    def mind(name: str) -> Mind:
        return lambda item: SPLIT[name](item) if item in split else "positive"

    minds = {name: mind(name) for name in SPLIT}
    people = answered(store, project, ask, minds, ["tied", "odd", "agreed", "plain"])
    put_checks(store, {"tied": True, "agreed": True, "odd": False, "plain": False})
    collect(store, project, backend=people)
    found = [(case.input, case.why, case.priority, case.blind) for case in people.briefing.cases]
    tie = "a tie for first place"
    assert found == [
        ("tied", tie, UNDECIDED, True),
        ("agreed", EXPERT_CHECK, CHECKED, True),
        ("odd", tie, WAITS, False),
    ]

    people.rule = lambda case: ruled("neutral", blind=case.blind)(case)
    assert collect(store, project, backend=people).rulings == 3
    assert settle(store, project).adjudicated == 3
    fold(store, project)
    truth = store.read("SELECT input ->> '$', answer ->> '$', status FROM ground_truth ORDER BY 1").rows()
    assert truth == [
        ("agreed", "neutral", "adjudicated"),
        ("odd", "neutral", "adjudicated"),
        ("plain", "positive", "consensus"),
        ("tied", "neutral", "adjudicated"),
    ]
    answers = "SELECT item_id, consensus, answer, expert FROM expert_answers ORDER BY consensus NULLS FIRST"
    assert store.read(answers).rows() == [
        (item_of("tied"), None, '"neutral"', "rev"),
        (item_of("agreed"), '"positive"', '"neutral"', "rev"),
    ]
    collect(store, project, backend=people)
    assert people.briefing.cases == ()


@pytest.mark.slow
def test_what_experts_are_asked_for_is_a_blind_case_once_and_has_no_chance(
    store: Store, project: Project, ask: Sample
) -> None:
    people = answered(store, project, ask, AGREED, ["hard", "drawn", "plain"])
    put_checks(store, {"hard": False, "drawn": True, "plain": False})
    wanted = [item_of(text) for text in ("hard", "drawn", "unknown", "plain")]
    assert ask_experts(store, project, wanted, 1) == Asked(asked=1, before=1, not_settled=1)
    assert ask_experts(store, project, wanted[:3], 1) == Asked(asked=0, before=2, not_settled=1)
    collect(store, project, backend=people)
    found = [(case.input, case.why, case.opinions != (), case.blind) for case in people.briefing.cases]
    assert found == [("drawn", EXPERT_CHECK, True, True), ("hard", EXPERT_CHECK, True, True)]
    people.rule = lambda case: ruled("neutral", blind=case.blind)(case)
    assert collect(store, project, backend=people).rulings == 2
    assert settle(store, project).adjudicated == 2
    fold(store, project)
    assert store.read("SELECT item_id FROM expert_answers").rows() == [(item_of("drawn"),)]
    collect(store, project, backend=people)
    assert people.briefing.cases == ()
    assert ask_experts(store, project, wanted[:1], 1) == Asked(asked=0, before=1, not_settled=0)


@pytest.mark.slow
def test_a_ruling_by_somebody_who_saw_the_answers_corrects_no_score(
    store: Store, project: Project, ask: Sample
) -> None:
    people = answered(store, project, ask, SPLIT, ["odd"])
    put_checks(store, {"odd": True})
    people.rule = ruled("neutral", blind=False)
    assert collect(store, project, backend=people).rulings == 1
    assert store.read("SELECT blind FROM adjudications").rows() == [(False,)]
    assert store.read("SELECT answer FROM expert_answers").rows() == [(None,)]


@pytest.mark.slow
def test_a_sheet_may_rule_on_any_case_and_is_blind_where_that_is_asked(
    store: Store, project: Project, ask: Sample
) -> None:
    answered(store, project, ask, AGREED, ["agreed"])
    put_checks(store, {"agreed": True})
    queue = adjudication_queue(store, project)
    assert queue.select("item_id", "input", "votes", "why").rows() == [
        (item_of("agreed"), '"agreed"', None, EXPERT_CHECK)
    ]
    sheet = queue.with_columns(answer=pl.lit("neutral"), adjudicator=pl.lit("lee"))
    with pytest.raises(LakeError, match=r"ruling 1: no item .* waits"):
        adjudicate(store, project, sheet.with_columns(answers_digest=pl.lit("of other answers")))
    assert adjudicate(store, project, sheet) == 1
    assert settle(store, project).adjudicated == 1
    fold(store, project)
    assert json.loads(store.read("SELECT answer FROM ground_truth").item()) == "neutral"
    assert store.read("SELECT expert, answer FROM expert_answers").rows() == [("lee", '"neutral"')]


@pytest.mark.slow
def test_a_sheet_shows_the_votes_of_what_was_not_drawn(store: Store, project: Project, ask: Sample) -> None:
    answered(store, project, ask, SPLIT, ["odd"])
    (votes,) = adjudication_queue(store, project)["votes"]
    assert json.loads(votes) == dict.fromkeys((f'"{name}"' for name in NAMES), 1)


@pytest.mark.slow
def test_what_an_annotator_skips_as_not_covered_is_an_edge_case_and_the_audit_is_copied_once(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project, people = labeled_by(), People({"ann": lambda _: "positive"})
    ask(project, people, ["good"])
    item = item_of("good")
    skipped = {"why": "irony about irony", "not_covered": True, "item": item}
    people.entries += [
        AuditEntry(number=1, at=START, who="ann", did="skipped", about="task", detail=skipped),
        AuditEntry(
            number=2,
            at=START,
            who="ann",
            did="skipped",
            about="task",
            detail={"why": "unreadable", "not_covered": False, "item": item},
        ),
    ]
    for _ in range(2):
        collect(store, project, backend=people)
    assert store.read("SELECT item_id, note, raised_by FROM edge_cases").rows() == [(item, "irony about irony", "ann")]
    assert store.read("SELECT number, who, did, detail ->> 'why' FROM audit ORDER BY number").rows() == [
        (1, "ann", "skipped", "irony about irony"),
        (2, "ann", "skipped", "unreadable"),
    ]


def skipped(people: People, text: str, *who: str) -> None:
    for name in who:
        entry = AuditEntry(
            number=len(people.entries) + 1,
            at=START,
            who=name,
            did="skipped",
            about="task",
            detail={"item": item_of(text), "why": "I cannot tell", "not_covered": False},
        )
        people.entries.append(entry)


@pytest.mark.slow
def test_an_item_that_everybody_skips_becomes_a_case_and_one_that_some_skip_does_not(
    store: Store, project: Project, ask: Sample
) -> None:
    people = People({})
    ask(project, people, ["hard", "odd"])
    skipped(people, "hard", "ann", "ben", "cat")
    skipped(people, "odd", "ann", "ben")
    collect(store, project, backend=people)
    (case,) = people.briefing.cases
    assert (case.item_id, case.opinions, case.blind) == (item_of("hard"), (), False)
    assert case.why == "skipped by 3: I cannot tell"

    people.rule = ruled("negative")
    assert collect(store, project, backend=people).rulings == 1
    assert settle(store, project).adjudicated == 1
    fold(store, project)
    assert store.read("SELECT item_id, answer, status FROM ground_truth").rows() == [
        (item_of("hard"), '"negative"', "adjudicated")
    ]
    collect(store, project, backend=people)
    assert people.briefing.cases == ()


@pytest.mark.parametrize("minds", [SPLIT, {}], ids=["tied", "skipped"])
@pytest.mark.slow
def test_no_valid_answer_is_an_outcome_without_truth(
    store: Store, project: Project, ask: Sample, minds: dict[str, Mind]
) -> None:
    people = People(minds)
    ask(project, people, ["odd"])
    people.work()
    if not minds:
        skipped(people, "odd", "ann", "ben", "cat")
    for _ in range(2):
        collect(store, project, backend=people)
        settle(store, project)
    people.rule = ruled(None)
    assert collect(store, project, backend=people).rulings == 1
    found = settle(store, project)
    assert (found.no_valid_answer, found.adjudicated, found.decisions) == (1, 0, 1)
    assert fold(store, project).items == 0
    assert store.read("SELECT status, answer, method FROM current_decisions").row(0) == (
        "no_valid_answer", None, "adjudication",
    )  # fmt: skip
    collect(store, project, backend=people)
    assert people.briefing.cases == ()
    assert settle(store, project).decisions == 0


@pytest.mark.slow
def test_a_sheet_says_that_no_valid_answer_is_right(store: Store, project: Project, ask: Sample) -> None:
    answered(store, project, ask, SPLIT, ["odd"])
    sheet = pl.DataFrame([{"item_id": item_of("odd"), "answer": "no_valid_answer", "adjudicator": "rev"}])
    assert adjudicate(store, project, sheet) == 1
    assert settle(store, project).no_valid_answer == 1
