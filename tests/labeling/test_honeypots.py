"""Honeypots: which truth people are held to, for how long, and what becomes of their answers."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from gt_platform.labeling import Submission, adjudication_queue, collect, waiting
from gt_platform.labeling.honeypots import known_honeypots
from gt_platform.labeling.messages import Case, Ruling
from gt_platform.lake import Store
from gt_platform.lake.tables import DECISIONS, GROUND_TRUTH
from gt_platform.lake.views.hard_cases import DOUBTED_FROM
from gt_platform.project import Project
from gt_platform.truth import fold, settle
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import START, People
from tests.support.sentiment import LABELS, event, item_of, put_assignment, put_events

NAMES = tuple(LABELS)
HONEYPOTS = {"pool": 6, "exposures": 8, "days": 30}


def put_truth(store: Store, project: Project, texts: dict[str, str], **changes: Any) -> None:
    """Items with standing truth, as if three people had agreed on each."""
    decisions, truth = [], []
    versions = {"guideline_version": project.guideline_version, "schema_version": project.schema_version}
    for text, answer in texts.items():
        put_assignment(store, project, text, 0)
        plain: dict[str, Any] = {
            "item_id": item_of(text),
            "answer": json.dumps(answer),
            "status": "consensus",
            "method": "majority",
            "confidence": 1.0,
            "answers": 3,
            "decision_id": f"decision on {text} as {answer}",
        }
        plain |= versions | changes
        truth.append(plain | {"input": json.dumps(text)})
        votes = {"votes": json.dumps({json.dumps(answer): plain["answers"]}), "answers_digest": f"answers to {text}"}
        decisions.append(plain | votes | {"revision": 1, "decided_at": datetime.now(UTC)})
    store.commit("truth", lambda writer: writer.append(GROUND_TRUTH, pl.DataFrame(truth)))
    store.commit("decisions", lambda writer: writer.append(DECISIONS, pl.DataFrame(decisions)))


def in_use(store: Store, project: Project, now: datetime | None = None) -> dict[str, Any]:
    """The truth of every honeypot in use, by its text."""
    kept = known_honeypots(store, project, now or datetime.now(UTC))
    return {one.honeypot.input: one.honeypot.truth for one in kept if one.in_use}


@pytest.mark.slow
def test_the_pool_is_balanced_over_labels_and_filled_up_in_an_order_that_never_changes(
    store: Store, labeled_by: Declare
) -> None:
    project = labeled_by(honeypots=HONEYPOTS)
    many = {f"positive {at}": "positive" for at in range(30)}
    put_truth(store, project, many | {"negative": "negative", "neutral 1": "neutral", "neutral 2": "neutral"})
    people = People({})
    collect(store, project, backend=people)
    chosen = in_use(store, project)
    assert Counter(chosen.values()) == {"positive": 3, "neutral": 2, "negative": 1}
    collect(store, project, backend=people)
    assert in_use(store, project) == chosen
    assert {one.input: one.truth for one in people.briefing.honeypots} == chosen
    assert {one.stratum for one in people.briefing.honeypots} == {f'"{label}" unanimous' for label in NAMES}


@pytest.mark.slow
def test_only_sure_truth_serves(store: Store, labeled_by: Declare) -> None:
    project = labeled_by(honeypots=HONEYPOTS)
    put_truth(store, project, {"two": "positive"}, answers=2)
    put_truth(store, project, {"gone": "furious"})  # a label that the schema no longer has
    put_truth(store, project, {"ruled": "neutral"}, answers=2, status="adjudicated")
    put_truth(store, project, {"sure": "negative"})
    collect(store, project, backend=People({}))
    assert in_use(store, project) == {"ruled": "neutral", "sure": "negative"}


@pytest.mark.slow
def test_none_are_put_to_use_where_nobody_mixes_them_in_or_none_are_declared(
    store: Store, labeled_by: Declare, project: Project
) -> None:
    put_truth(store, project, {"sure": "negative"})
    collect(store, project, backend=People({}))

    class Plain:
        def send(self, _: object) -> None:
            """Nothing to send."""

        def collect(self, _: object) -> tuple[Submission, ...]:
            return ()

    collect(store, labeled_by(honeypots=HONEYPOTS), backend=Plain())
    assert store.read("SELECT count(*) FROM honeypots").item() == 0


@pytest.mark.slow
def test_a_honeypot_comes_with_the_suggestion_that_work_comes_with(store: Store, labeled_by: Declare) -> None:
    project = labeled_by(honeypots=HONEYPOTS, suggestions=True)
    put_truth(store, project, {"sure": "negative", "odd": "neutral"})
    outputs = {"sure": '"positive"', "odd": '"no label"'}
    put_events(store, [event(at, text, output=output) for at, (text, output) in enumerate(outputs.items())])
    collect(store, project, backend=People({}))
    found = dict(store.read("SELECT input, suggestion FROM honeypots").rows())
    assert found == {'"sure"': '"positive"', '"odd"': None}


@pytest.mark.slow
def test_first_answers_are_kept_apart_from_annotations(store: Store, labeled_by: Declare) -> None:
    project = labeled_by(honeypots=HONEYPOTS)
    put_truth(store, project, {"sure": "negative"})
    people = People({"ann": lambda _: "negative", "ben": lambda _: "positive", "cat": lambda _: "what"})
    collect(store, project, backend=people)
    assert waiting(store, project, people) is None
    people.work()
    assert waiting(store, project, people) is not None
    assert collect(store, project, backend=people).honeypot_answers == 2
    (honeypot,) = people.briefing.honeypots
    people.checks[honeypot.honeypot_id, "again"] = Submission(
        assignment_id=honeypot.honeypot_id, annotator="ben", answer="negative", submitted_at=START + timedelta(hours=1)
    )
    people.checks["made up", "ann"] = Submission(
        assignment_id="made up", annotator="ann", answer="negative", submitted_at=START + timedelta(hours=1)
    )
    assert collect(store, project, backend=people).honeypot_answers == 0
    rows = store.read("SELECT annotator, answer, truth, correct, seconds FROM honeypot_answers ORDER BY ALL").rows()
    assert rows == [
        ("ann", '"negative"', '"negative"', True, 8.0),
        ("ben", '"positive"', '"negative"', False, 8.0),
    ]
    reasons = sorted(store.read("SELECT reason FROM rejections")["reason"])
    assert reasons == ["answer", "unknown_assignment"]
    assert store.read("SELECT count(*) FROM annotations").item() == 0
    assert people.briefing.honeypots[0].exposures == 2
    assert waiting(store, project, people) is None


@pytest.mark.slow
def test_a_honeypot_is_retired_by_exposure_by_age_and_when_its_truth_changes(store: Store, labeled_by: Declare) -> None:
    project = labeled_by(honeypots=HONEYPOTS | {"pool": 1, "exposures": 2})
    put_truth(store, project, {"first": "negative"})
    people = People({"ann": lambda _: "negative", "ben": lambda _: "negative"})
    collect(store, project, backend=people)
    now = datetime.now(UTC)
    assert set(in_use(store, project, now + timedelta(days=29))) == {"first"}
    assert set(in_use(store, project, now + timedelta(days=31))) == set()
    people.work()
    collect(store, project, backend=people)
    assert in_use(store, project) == {}
    put_truth(store, project, {"second": "positive"})
    collect(store, project, backend=people)
    assert in_use(store, project) == {"second": "positive"}  # fresh ones come after it, never the same again
    changed = store.read("SELECT * FROM ground_truth").with_columns(answer=pl.lit('"neutral"'))
    store.commit("changed", lambda writer: writer.replace(GROUND_TRUTH, changed))
    assert in_use(store, project) == {}


@pytest.mark.slow
def test_an_item_that_is_being_asked_is_no_honeypot_meanwhile(store: Store, labeled_by: Declare) -> None:
    project = labeled_by(honeypots=HONEYPOTS)
    put_truth(store, project, {"sure": "negative"})
    people = People({})
    collect(store, project, backend=people)
    assert set(in_use(store, project)) == {"sure"}
    put_assignment(store, project, "sure", 1)
    assert in_use(store, project) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("ruling", "truth"), [("positive", "positive"), ("negative", "negative")])
def test_a_known_answer_that_most_people_contradict_goes_to_a_reviewer(
    ruling: str, truth: str, store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by(honeypots=HONEYPOTS, annotators={})
    teachers = People({name: lambda _: "negative" for name in ("x", "y", "z")})
    ask(project, teachers, ["doubtful"])
    teachers.work()
    collect(store, project, backend=teachers)
    settle(store, project)
    fold(store, project)

    people = People({f"p{at}": lambda _: "positive" for at in range(DOUBTED_FROM)})
    collect(store, project, backend=people)
    (honeypot,) = people.briefing.honeypots
    people.work()
    collect(store, project, backend=people)
    (case,) = people.briefing.cases
    assert people.briefing.honeypots == ()
    assert (case.why, case.answers_digest) == ("most people disagree with the known answer", honeypot.honeypot_id)
    assert [one.answer for one in case.opinions] == ["positive"] * DOUBTED_FROM
    assert {one.n for one in people.briefing.standings if one.basis == "truth"} == set()  # it says nothing about them

    def rule(case: Case) -> Ruling:
        return Ruling(
            item_id=case.item_id,
            answers_digest=case.answers_digest,
            answer=ruling,
            adjudicator="rev",
            reasoning="looked again",
            edge_case=None,
            ruled_at=START,
        )

    people.rule = rule
    assert collect(store, project, backend=people).rulings == 1
    assert settle(store, project).adjudicated == 1
    assert settle(store, project).decisions == 0
    fold(store, project)
    assert store.read("SELECT answer, status FROM ground_truth").row(0) == (json.dumps(truth), "adjudicated")
    assert adjudication_queue(store, project).is_empty()
    before = store.digests()
    collect(store, project, backend=people)
    found = store.digests()
    assert {name for name in found if found[name] != before[name]} <= {"honeypots"}
