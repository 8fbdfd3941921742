"""What guidelines leave open is gathered by what is at odds and what it is about, and rules say what they resolve."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling.adjudicate import edge_case
from gt_platform.labeling.agenda import Topic, agenda
from gt_platform.lake import Store
from gt_platform.lake.tables import ADJUDICATIONS, EDGE_CASES, HONEYPOT_ANSWERS, HONEYPOTS, Table
from gt_platform.project import Project
from gt_platform.project.guidelines import Rule
from gt_platform.truth import fold, retire, settle
from tests.support.sentiment import declare, item_of
from tests.truth.answered import answer

LATE = datetime(2126, 1, 5, tzinfo=UTC)
IRONY = ["great, the lamp broke again", "great, the lamp fell down again", "great, the chair broke again"]
NUMBERS = "5 of 7"
EASY, POT = [f"plain word {number}" for number in range(3)], "the known one"


def put(store: Store, table: Table, *rows: dict[str, Any]) -> None:
    store.commit("rows", lambda writer: writer.append(table, table.frame(rows)))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path)


@pytest.fixture
def store(new_store: Callable[[], Store], project: Project) -> Store:
    """Three ties about irony, one of them ruled on since; a contested ruling; a disputed honeypot; and an edge case."""
    store = new_store()
    for text in IRONY:
        answer(store, project, text, ["positive", "negative"], slots=2)
    answer(store, project, NUMBERS, ["neutral", "neutral", "positive"])
    for text in (*EASY, POT):
        answer(store, project, text, ["positive"] * 3)
    settle(store, project)
    fold(store, project)
    versions = {"guideline_version": project.guideline_version, "schema_version": project.schema_version}
    ruling = {"adjudicator": "rita", "ruled_at": LATE, "answer": '"negative"'} | versions
    put(store, ADJUDICATIONS, *(
        ruling | {"item_id": item_of(text), "answers_digest": text, "reasoning": why}
        for text, why in ((IRONY[1], None), (NUMBERS, "less than all"))
    ))  # fmt: skip
    pot = {"honeypot_id": "h", "item_id": item_of(POT), "truth": '"positive"', "decision_id": "d", "stratum": "s"}
    put(store, HONEYPOTS, pot | {"input": f'"{POT}"', "requires": "[]", "injected_at": LATE})
    shown = {
        "honeypot_id": "h",
        "answer": '"negative"',
        "truth": '"positive"',
        "correct": False,
        "collected_at": LATE,
        "submitted_at": LATE,
    }
    put(store, HONEYPOT_ANSWERS, *(shown | {"annotator": f"a{at}", "seconds": 1.0} for at in range(5)))
    put(store, EDGE_CASES, edge_case(project, item_of(IRONY[2]), "irony", "ann", LATE))
    return store


def kinds(topic: Topic) -> list[tuple[str, str]]:
    return sorted((one.kind, one.state) for one in topic.cases)


def test_cases_come_together_and_the_costliest_topic_comes_first(store: Store, project: Project) -> None:
    irony, known, contested = agenda(store, project)
    assert irony.pair == "negative / positive"
    assert set(irony.about) == {"again", "broke", "lamp"}
    ties = [("not covered", "open"), ("tie", "discussed"), ("tie", "open"), ("tie", "open")]
    assert kinds(irony) == ties
    assert irony.cost == pytest.approx(100 * 3 / 8)  # of eight items three have none but different answers
    assert (known.pair, kinds(known)) == ("negative / positive", [("disputed honeypot", "open")])
    assert (contested.pair, kinds(contested)) == ("neutral / positive", [("contested ruling", "open")])
    assert [known.cost, contested.cost] == pytest.approx([100 / 8, 100 * 2 / 3 / 8])
    assert contested.cases[0].note == "less than all"
    assert irony.cases[0].votes == {'"negative"': 1, '"positive"': 1}


def test_a_ruling_is_contested_by_those_alone_who_were_asked_by_then(store: Store, project: Project) -> None:
    """What is asked anew after it is another question: of newer guidelines, say."""
    versions = {"guideline_version": project.guideline_version, "schema_version": project.schema_version}
    ruling = {"adjudicator": "rita", "answer": '"negative"', "answers_digest": "d"} | versions
    times = {EASY[0]: LATE.replace(year=2000), EASY[1]: LATE}
    put(store, ADJUDICATIONS, *(ruling | {"item_id": item_of(text), "ruled_at": at} for text, at in times.items()))
    contested = {
        one.item_id for topic in agenda(store, project) for one in topic.cases if one.kind == "contested ruling"
    }
    assert contested == {item_of(NUMBERS), item_of(EASY[1])}


def test_a_rule_resolves_the_cases_it_names_and_what_is_retired_is_no_case(store: Store, project: Project) -> None:
    irony, known, contested = agenda(store, project)
    named = tuple(one.case_id[:12] for one in irony.cases)
    rule = Rule(id="irony", definition="What is meant counts.", resolves=named)
    ruled = project.model_copy(update={"rules": (rule,)})
    assert ruled.guideline_version == project.guideline_version
    retire(store, project, [item_of(POT)], why="old", category="outdated", actor="lee")
    told = agenda(store, ruled)
    assert [one.pair for one in told] == [contested.pair, irony.pair]  # what is resolved comes last
    assert {(one.state, one.rule) for one in told[1].cases} == {("resolved", "irony")}
    assert {one.case_id for one in told[1].cases} == {one.case_id for one in irony.cases}
    assert known.cases[0].case_id not in {one.case_id for topic in told for one in topic.cases}
