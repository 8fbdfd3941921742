"""Bad people: each is flagged with a reason, their answers are set aside, and truth is what the good ones say."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling import assign, collect
from gt_platform.labeling.evidence import DAYS
from gt_platform.labeling.standings import standings
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import fold, settle
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import Mind, People
from tests.support.sentiment import DAY, LABELS, declare, event, item_of, put_events, put_sample

NAMES = tuple(LABELS)
ITEMS = 120
LATEST = "FROM standings QUALIFY row_number() OVER (PARTITION BY annotator ORDER BY revision DESC) = 1"


def drawn(*parts: object) -> int:
    return int(hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest(), 16)


def right(item: str) -> str:
    return NAMES[drawn("truth", item) % 3]


def wrong(item: str, *parts: object) -> str:
    return NAMES[(NAMES.index(right(item)) + 1 + drawn(item, *parts) % 2) % 3]


def good(name: str) -> Mind:
    """On two items of five, one of the six good ones is wrong; so any three of them are right together."""
    return lambda item: (
        wrong(item) if drawn("slip", item) % 5 < 2 and name == f"good-{drawn('who', item) % 6}" else right(item)
    )


def half(item: str) -> str:
    return right(item) if drawn("copied", item) % 5 < 3 else wrong(item, "copied")


GOOD: dict[str, Mind] = {f"good-{at}": good(f"good-{at}") for at in range(6)}
BAD: dict[str, Mind] = {
    "always": lambda _: "positive",
    "random": lambda item: NAMES[drawn("random", item) % 3],
    "copy-1": half,
    "copy-2": half,
}


@dataclass(frozen=True)
class Outcome:
    truth: dict[str, str]
    standings: dict[str, tuple[str, str]]
    exclusions: dict[str, set[str]]
    answers: int
    people: People


def run(home: Path, minds: dict[str, Mind], **labeling: Any) -> Outcome:
    home.mkdir()
    project = declare(home, labeling={"backend": "workbench", "overlap": 5, "annotators": {}} | labeling)
    people = People(minds)
    with Lake.open(Settings(home=home)) as lake:
        store = lake.store("sentiment")
        rows = [event(at, f"text {at}") for at in range(ITEMS)]
        put_events(store, rows)
        put_sample(store, rows)
        assign(store, project, DAY, backend=people)
        while people.work():
            collect(store, project, backend=people)
            settle(store, project)
            fold(store, project)
        before = store.digests()
        collect(store, project, backend=people)
        assert settle(store, project).decisions == 0
        assert store.digests() == before
        reasons: dict[str, set[str]] = {}
        for name, reason in store.read("SELECT DISTINCT annotator, reason FROM exclusions").rows():
            reasons.setdefault(name, set()).add(reason)
        return Outcome(
            dict(store.read("SELECT item_id, answer FROM ground_truth").rows()),
            {row["annotator"]: (row["state"], row["reason"]) for row in store.read(LATEST).rows(named=True)},
            reasons,
            store.read("SELECT min(answers) FROM ground_truth").item(),
            people,
        )


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(tmp_path_factory.mktemp("mixed") / "home", GOOD | BAD)


@pytest.mark.slow
def test_everybody_bad_is_flagged_with_a_reason_and_nobody_good(mixed: Outcome) -> None:
    states = {name: state for name, (state, _) in mixed.standings.items()}
    assert {name: states[name] for name in BAD} == {
        "always": "paused",
        "random": "paused",
        "copy-1": "watched",
        "copy-2": "watched",
    }
    assert {states[name] for name in GOOD} == {"active"}
    reasons = {name: reason for name, (_, reason) in mixed.standings.items()}
    assert reasons["always"].startswith("one answer to 100% of ")
    assert "is not above chance" in reasons["random"]
    assert "mistakes with copy-2" in reasons["copy-1"]
    assert "mistakes with copy-1" in reasons["copy-2"]


@pytest.mark.slow
def test_their_answers_are_set_aside_with_the_reason_and_the_items_asked_again(mixed: Outcome) -> None:
    assert set(mixed.exclusions) == set(BAD)
    assert all(reason.startswith("paused: ") for name in ("always", "random") for reason in mixed.exclusions[name])
    copied = mixed.exclusions["copy-1"] | mixed.exclusions["copy-2"]
    assert all(reason.startswith("repeats another's answer: shares ") for reason in copied)
    assert mixed.answers >= 5  # what was set aside was replaced


@pytest.mark.slow
def test_truth_is_what_the_good_ones_alone_say(mixed: Outcome, tmp_path: Path) -> None:
    alone = run(tmp_path / "alone", GOOD)
    assert len(alone.truth) == ITEMS
    assert mixed.truth == alone.truth
    assert alone.exclusions == {}
    assert {json.loads(answer) == right(item) for item, answer in alone.truth.items()} == {True}


@pytest.mark.slow
def test_whoever_is_paused_is_told_why_and_gets_no_more(mixed: Outcome) -> None:
    told = {one.annotator: one for one in mixed.people.briefing.standings}
    assert told["always"].state == "paused"
    given = [one for one in mixed.people.seats.values() if one.annotator == "always"]
    assert len(given) == told["always"].answers == 60  # a tenth of what was asked first, and nothing since


@pytest.mark.slow
def test_without_the_declaration_nobody_is_judged(store: Store, project: Project, ask: Sample) -> None:
    people = People(dict.fromkeys("abc", BAD["always"]))
    ask(project, people, [f"text {at}" for at in range(20)])
    people.work()
    collected = collect(store, project, backend=people)
    assert (collected.annotations, collected.paused, collected.excluded) == (60, 0, 0)
    assert store.read("SELECT count(*) FROM standings").item() == 0


@pytest.mark.slow
def test_only_answers_since_somebody_was_last_active_are_set_aside(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by(overlap=4, annotators={})
    turned: set[str] = set()
    people = People(GOOD | {"good-5": lambda item: "positive" if turned else right(item)})
    ask(project, people, [f"text {at}" for at in range(60)])
    people.work()
    collect(store, project, backend=people)
    settle(store, project)
    assert standing_of(store, "good-5")["state"] == "active"
    sound = {one.assignment_id for one in people.seats.values() if one.annotator == "good-5"}

    turned.add("bad")
    ask(project, people, [f"later {at}" for at in range(150)])
    people.work()
    collect(store, project, backend=people)
    assert standing_of(store, "good-5")["state"] == "paused"
    excluded = set(store.read("SELECT assignment_id FROM exclusions WHERE annotator = 'good-5'").to_series())
    given = {one.assignment_id for one in people.seats.values() if one.annotator == "good-5"}
    assert len(sound) == 39  # a sixth of what was asked
    assert excluded == given - sound


@pytest.mark.slow
def test_somebody_paused_is_a_newcomer_again_when_nothing_speaks_against_them_any_more(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by(overlap=4, annotators={})
    people = People(GOOD | {"always": BAD["always"]})
    ask(project, people, [f"text {at}" for at in range(60)])
    people.work()
    collect(store, project, backend=people)
    assert standing_of(store, "always")["state"] == "paused"
    later = datetime.now(UTC) + timedelta(days=DAYS + 1)
    (stood,) = [one for one in standings(store, project, now=later, doubted=[]) if one.standing.annotator == "always"]
    assert (stood.standing.state, stood.standing.reason) == ("onboarding", "0 of 10 answers to compare with anything")


@pytest.mark.slow
def test_a_row_is_kept_only_when_there_is_news(store: Store, labeled_by: Declare, ask: Sample) -> None:
    project = labeled_by(annotators={})
    people = People(dict(list(GOOD.items())[:3]))
    ask(project, people, [f"text {at}" for at in range(12)])
    people.work()
    for _ in range(2):
        collect(store, project, backend=people)
    kept = store.read("SELECT annotator, revision, answers FROM standings ORDER BY ALL").rows()
    assert kept == [(f"good-{at}", 1, 12) for at in range(3)]
    ask(project, people, ["one more"])
    people.work()
    collect(store, project, backend=people)
    assert store.read("SELECT max(revision), max(answers) FROM standings").row(0) == (2, 13)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "truth", "others", "spoiled"),
    [
        (
            {"kind": "number", "minimum": 0, "maximum": 100, "unit": "points"},
            float,
            lambda n: n,
            lambda n: (n * 17 + 5) % 40,
        ),
        (
            {"kind": "text"},
            lambda n: f"answer {n}",
            lambda n: f"ANSWER  {n}",
            lambda _: "something else",
        ),
    ],
    ids=["number", "text"],
)
def test_other_kinds_are_judged_in_their_own_way(
    answer: dict[str, Any],
    truth: Callable[[int], Any],
    others: Callable[[int], Any],
    spoiled: Callable[[int], Any],
    store: Store,
    labeled_by: Declare,
    ask: Sample,
) -> None:
    metric = "absolute_error" if answer["kind"] == "number" else "exact_match"
    project = labeled_by({"answer": answer, "benchmark": {"metrics": [metric]}}, overlap=4, annotators={})
    number = {item_of(f"text {at}"): at for at in range(40)}
    minds: dict[str, Mind] = {name: lambda item: truth(number[item]) for name in ("ann", "ben")}
    people = People(minds | {"cat": lambda item: others(number[item]), "dan": lambda item: spoiled(number[item])})
    ask(project, people, [f"text {at}" for at in range(40)])
    people.work()
    collect(store, project, backend=people)
    assert store.read("SELECT count(*) FROM rejections").item() == 0
    states = {name: standing_of(store, name)["state"] for name in ("ann", "ben", "cat", "dan")}
    assert states == {"ann": "active", "ben": "active", "cat": "active", "dan": "paused"}


def standing_of(store: Store, name: str) -> dict[str, Any]:
    return store.read(LATEST).filter(annotator=name).row(0, named=True)
