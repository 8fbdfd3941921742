"""Cases and rulings: one reviewer at a time, never about their own answer, and ruled once; on both databases."""

from typing import Any

import pytest

from gt_platform.labeling.messages import Briefing, Case, Opinion, Ruling
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import review
from gt_platform.workbench.desk.review import CaseTask
from gt_platform.workbench.desk.showing import Draft, Nothing
from gt_platform.workbench.store.errors import WorkError
from tests.support.sentiment import item_of
from tests.workbench.people import NOW, Shop, texts

OPINIONS = (Opinion("positive", "irony?"), Opinion("negative", None))


def case_of(text: str, digest: str = "d1", **facts: Any) -> Case:
    return Case(
        item_id=item_of(text), answers_digest=digest, input=text, opinions=OPINIONS, why="the answers tie", **facts
    )


def brief(shop: Shop, *cases: Case) -> None:
    shop.backend.brief(Briefing(cases=cases))


def given(shop: Shop, person: Account) -> CaseTask:
    found = review.next_case(shop.database, person, "sentiment", now=shop.now)
    assert isinstance(found, CaseTask), found
    return found


def rule(shop: Shop, person: Account, case_id: str, answer: Any = "neutral", edge_case: str | None = None) -> None:
    review.rule(shop.database, person, case_id, answer, "because", edge_case, now=shop.now)


def test_a_case_shows_the_answers_and_why_and_nothing_of_who_gave_them(shop: Shop) -> None:
    brief(shop, case_of("meh"))
    case = given(shop, shop.hire("rev", roles=["reviewer"]))
    assert (case.input, case.opinions, case.why, case.draft) == ("meh", OPINIONS, "the answers tie", None)
    assert case.case_id not in {item_of("meh"), "d1"}
    assert len(case.case_id) == 32


def test_a_ruling_reaches_the_platform_as_it_was_given(shop: Shop) -> None:
    case = case_of("meh")
    brief(shop, case, case_of("other"))
    reviewer = shop.hire("rev", roles=["reviewer"])
    found = given(shop, reviewer)
    ruled = {str(found.input): found}
    rule(shop, reviewer, found.case_id, edge_case=" emoji only ")
    other = given(shop, reviewer)
    ruled[str(other.input)] = other
    rule(shop, reviewer, other.case_id, "positive")
    rulings = {one.item_id: one for one in shop.backend.rulings([case, case_of("other"), case_of("unknown")])}
    first, second = item_of(str(found.input)), item_of(str(other.input))
    assert rulings[first] == Ruling(
        item_id=first,
        answers_digest="d1",
        answer="neutral",
        adjudicator=reviewer.code,
        reasoning="because",
        edge_case="emoji only",
        ruled_at=NOW,
    )
    assert rulings[second] == Ruling(
        item_id=second,
        answers_digest="d1",
        answer="positive",
        adjudicator=reviewer.code,
        reasoning="because",
        edge_case=None,
        ruled_at=NOW,
    )
    assert list(shop.backend.rulings([case_of("meh", "d2")])) == []


def test_reviewers_get_different_cases_the_most_urgent_first(shop: Shop) -> None:
    brief(shop, *(case_of(f"case {number}", priority=number % 3) for number in range(6)))
    reviewers = [shop.hire(f"rev {number}", roles=["reviewer"]) for number in range(7)]
    found = [review.next_case(shop.database, one, "sentiment", now=NOW) for one in reviewers]
    cases = [case for case in found if isinstance(case, CaseTask)]
    assert [int(str(case.input).split()[1]) % 3 for case in cases] == [2, 2, 1, 1, 0, 0]
    assert len({case.case_id for case in cases}) == 6
    assert isinstance(found[6], Nothing)
    assert given(shop, reviewers[0]) == cases[0]


def test_nobody_rules_on_what_they_answered(shop: Shop) -> None:
    shop.send(texts(1))
    ann = shop.hire("ann", roles=["annotator", "reviewer"])
    shop.work_off(ann)
    brief(shop, case_of("text 0"))
    assert isinstance(review.next_case(shop.database, ann, "sentiment", now=NOW), Nothing)
    case = given(shop, shop.hire("rev", roles=["reviewer"]))
    with pytest.raises(WorkError, match="no such case") as refused:
        rule(shop, ann, case.case_id)
    assert refused.value.status == 404


def test_a_case_is_one_reviewers_until_its_lease_is_over(shop: Shop) -> None:
    brief(shop, case_of("meh"))
    slow, quick = shop.hire("slow", roles=["reviewer"]), shop.hire("quick", roles=["reviewer"])
    case = given(shop, slow)
    with pytest.raises(WorkError, match="somebody else has it"):
        rule(shop, quick, case.case_id)
    shop.later(minutes=61)
    assert given(shop, quick).case_id == case.case_id
    with pytest.raises(WorkError, match="somebody else has it"):
        rule(shop, slow, case.case_id)
    rule(shop, quick, case.case_id)
    assert [one.adjudicator for one in shop.backend.rulings([case_of("meh")])] == [quick.code]
    refused = [entry.detail for entry in shop.backend.audit(0) if entry.did == "was refused a ruling on"]
    assert [detail["answer"] for detail in refused] == ['"neutral"', '"neutral"']


def test_a_lease_that_is_over_does_no_harm_while_nobody_else_has_the_case(shop: Shop) -> None:
    brief(shop, case_of("meh"))
    reviewer = shop.hire("rev", roles=["reviewer"])
    case = given(shop, reviewer)
    shop.later(hours=5)
    rule(shop, reviewer, case.case_id)
    assert len(list(shop.backend.rulings([case_of("meh")]))) == 1


def test_a_ruling_stands_and_the_same_again_is_the_same(shop: Shop) -> None:
    brief(shop, case_of("meh"))
    reviewer = shop.hire("rev", roles=["reviewer"])
    case = given(shop, reviewer)
    for _ in range(3):
        rule(shop, reviewer, case.case_id)
    with pytest.raises(WorkError, match="ruling stands"):
        rule(shop, reviewer, case.case_id, "negative")
    assert [one.answer for one in shop.backend.rulings([case_of("meh")])] == ["neutral"]
    assert [did for _, did in shop.did()].count("ruled on") == 1
    assert isinstance(review.next_case(shop.database, reviewer, "sentiment", now=NOW), Nothing)


def test_a_draft_keeps_the_case_and_is_its_reviewers_alone(shop: Shop) -> None:
    brief(shop, case_of("meh"))
    one, other = shop.hire("one", roles=["reviewer"]), shop.hire("other", roles=["reviewer"])
    case = given(shop, one)
    shop.later(minutes=50)
    review.save_draft(shop.database, one, case.case_id, {"typed": 1}, "well", now=shop.now)
    shop.later(minutes=50)
    assert isinstance(review.next_case(shop.database, other, "sentiment", now=shop.now), Nothing)
    assert review.case(shop.database, one, case.case_id).draft == Draft({"typed": 1}, "well")
    shop.later(minutes=11)
    assert given(shop, other).draft is None
    with pytest.raises(WorkError, match="somebody else has it"):
        review.save_draft(shop.database, one, case.case_id, 1, "", now=shop.now)
    with pytest.raises(WorkError, match="somebody else has it"):
        review.case(shop.database, one, case.case_id)


def test_what_is_put_back_goes_to_others_first(shop: Shop) -> None:
    brief(shop, case_of("one", priority=2), case_of("two", priority=1))
    reviewer, other = shop.hire("rev", roles=["reviewer"]), shop.hire("other", roles=["reviewer"])
    first = given(shop, reviewer)
    for _ in range(2):
        review.put_back(shop.database, reviewer, first.case_id, now=NOW)
    with pytest.raises(WorkError, match="ask for a case first"):
        rule(shop, reviewer, first.case_id)
    assert given(shop, reviewer).input == "two"
    assert given(shop, other).case_id == first.case_id
    review.put_back(shop.database, reviewer, first.case_id, now=NOW)
    assert given(shop, other).case_id == first.case_id


def test_cases_come_and_go_with_the_briefing_but_rulings_stay(shop: Shop) -> None:
    ruled, kept, gone = case_of("ruled", priority=3), case_of("kept", priority=2), case_of("gone", priority=1)
    brief(shop, ruled, kept, gone)
    reviewer, other, third = (shop.hire(name, roles=["reviewer"]) for name in ("rev", "other", "third"))
    rule(shop, reviewer, given(shop, reviewer).case_id)
    assert given(shop, other).input == "kept"
    vanishing = given(shop, third)
    brief(shop, case_of("kept", priority=2), case_of("gone", "d2"))
    with pytest.raises(WorkError, match="new answers came in"):
        rule(shop, third, vanishing.case_id)
    assert given(shop, other).input == "kept"
    changed = given(shop, third)
    assert (changed.input, changed.case_id != vanishing.case_id) == ("gone", True)
    brief(shop, ruled, gone)
    assert [one.item_id for one in shop.backend.rulings([ruled, kept, gone])] == [ruled.item_id]
    again = given(shop, third)
    assert again.case_id == vanishing.case_id


def test_whoever_does_not_belong_gets_no_case(shop: Shop) -> None:
    brief(shop, case_of("meh"))
    with pytest.raises(WorkError, match="no work in"):
        review.next_case(shop.database, shop.hire("x", roles=["reviewer"], projects=["another"]), "sentiment", now=NOW)


def test_a_blind_case_is_shown_without_opinions_until_the_answer_is_kept(shop: Shop) -> None:
    case = case_of("meh", blind=True)
    brief(shop, case)
    reviewer = shop.hire("rev", roles=["reviewer"])
    found = given(shop, reviewer)
    assert (found.input, found.opinions, found.why, found.blind) == ("meh", (), "", True)
    with pytest.raises(WorkError, match="on your own first"):
        review.answered(shop.database, reviewer, found.case_id)
    rule(shop, reviewer, found.case_id)
    seen = review.answered(shop.database, reviewer, found.case_id)
    assert (seen.answer, seen.opinions, seen.why) == ("neutral", OPINIONS, "the answers tie")
    (ruling,) = shop.backend.rulings([case])
    assert (ruling.answer, ruling.blind) == ("neutral", True)
    with pytest.raises(WorkError):
        review.answered(shop.database, shop.hire("other", roles=["reviewer"]), found.case_id)


def test_a_case_whose_opinions_somebody_has_seen_can_no_longer_be_answered_blind(shop: Shop) -> None:
    brief(shop, case_of("seen"))
    reviewer = shop.hire("rev", roles=["reviewer"])
    assert given(shop, reviewer).opinions == OPINIONS
    brief(shop, case_of("seen", blind=True), case_of("new", blind=True))
    assert given(shop, reviewer).opinions == ()
    for _ in range(2):
        rule(shop, reviewer, given(shop, reviewer).case_id)
    found = {one.item_id: one.blind for one in shop.backend.rulings([case_of("seen"), case_of("new")])}
    assert found == {item_of("seen"): False, item_of("new"): True}
