"""What a lead decides about an annotator: answers that no longer count, and a pause that is over."""

from datetime import UTC, datetime

import pytest

from gt_platform.labeling import collect, waiting
from gt_platform.labeling.leading import REINSTATED, VOIDED
from gt_platform.labeling.messages import AuditEntry
from gt_platform.lake import Store
from gt_platform.project import Project
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import People

TEXTS = [f"text {at}" for at in range(30)]
STATE = "SELECT state, reason FROM current_standings WHERE annotator = ?"
COUNTS = "SELECT annotator, count(*) AS answers FROM live_annotations GROUP BY ALL ORDER BY ALL"


def decided(people: People, did: str, about: str, why: str) -> None:
    entry = AuditEntry(
        number=len(people.entries) + 1, at=datetime.now(UTC), who="lea", did=did, about=about, detail={"why": why}
    )
    people.entries.append(entry)


def right(item: str) -> str:
    return "positive" if int(item, 16) % 2 else "negative"


@pytest.mark.slow
def test_voided_answers_count_no_more_and_others_are_asked(store: Store, project: Project, ask: Sample) -> None:
    people = People(dict.fromkeys(("ann", "ben", "cat", "dan"), right))
    ask(project, people, TEXTS)
    people.work()
    before = collect(store, project, backend=people)
    given = dict(store.read(COUNTS).iter_rows())
    assert (before.annotations, sum(given.values())) == (90, 90)
    assert waiting(store, project, people) is None

    decided(people, VOIDED, "ann", "sold the account")
    assert waiting(store, project, people) is not None
    after = collect(store, project, backend=people)
    assert (after.excluded, after.asked_again) == (given["ann"], given["ann"])
    assert "ann" not in dict(store.read(COUNTS).iter_rows())
    assert store.read("SELECT DISTINCT annotator, reason FROM exclusions").row(0) == ("ann", "voided: sold the account")
    assert waiting(store, project, people) is None

    people.minds = {name: mind for name, mind in people.minds.items() if name != "ann"}
    people.work()
    collect(store, project, backend=people)
    assert sum(dict(store.read(COUNTS).iter_rows()).values()) == 90  # as many as before, of others
    again = collect(store, project, backend=people)
    assert (again.excluded, again.asked_again) == (0, 0)


@pytest.mark.slow
def test_somebody_reinstated_is_judged_by_what_they_answer_from_then_on(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by(overlap=4, annotators={})
    learned: set[str] = set()
    minds = {f"good-{at}": right for at in range(5)}
    people = People(minds | {"new": lambda item: right(item) if learned else "neutral"})
    ask(project, people, TEXTS * 2)
    people.work()
    collect(store, project, backend=people)
    assert store.read(STATE, ["new"]).item(0, "state") == "paused"
    excluded = store.read("SELECT count(*) FROM exclusions WHERE annotator = 'new'").item()

    learned.add("how")
    decided(people, REINSTATED, "new", "had misread the guideline")
    assert collect(store, project, backend=people).paused == 0
    assert store.read(STATE, ["new"]).row(0)[0] == "onboarding"
    assert next(one for one in people.briefing.standings if one.annotator == "new").state == "onboarding"
    ask(project, people, [f"later {at}" for at in range(60)])
    people.ticks = int((datetime.now(UTC) - datetime(2026, 1, 5, 9, tzinfo=UTC)).total_seconds()) + 60
    people.work()
    collect(store, project, backend=people)
    assert store.read(STATE, ["new"]).row(0)[0] == "active"
    assert store.read("SELECT count(*) FROM exclusions WHERE annotator = 'new'").item() == excluded
