"""Whatever order files, people and nights come in, the same facts end in equal tables.

A fact is what somebody outside says: a flag, a correction and what a reviewer makes of it, an outcome, an import, an
answer, an expert's blind answer. Nights are what the platform makes of the facts there are.
"""

import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gt_platform import benchmark, sampling, truth
from gt_platform.declarations import declare as note_declaration
from gt_platform.lake import Store
from gt_platform.lake.tables import ADJUDICATIONS, TABLES
from gt_platform.lake.urls import open_storage
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import Verdict
from tests.support.outcomes import Outcome, tell
from tests.support.sentiment import DAY, LABELS, declare, event, item_of, put_events, put_items
from tests.truth.answered import answer

LATER = DAY + timedelta(days=1)
EVENTS = 40
SHARED = {2: 1, 4: 3}
"""Events whose input is that of another."""
ASKED = range(5, 30)
OUTCOMES = (
    (1, "paid", 0, "bank"), (1, "chargeback", 24, "bank"), (1, "paid", 48, "bank"), (2, "paid", 0, "shop"),
    (3, "chargeback", 0, "bank"), (4, "paid", 0, "shop"), (6, "paid", 0, "bank"), (7, "paid", 0, "bank"),
    (8, "chargeback", 0, "bank"), (8, "paid", 5, "bank"), (8, "chargeback", 9, "bank"), (9, "pending", 0, "bank"),
    (10, "paid", 0, "bank"), (41, "paid", 0, "bank"),
)  # fmt: skip
PROPOSED = {6: "accept", 7: "refuse", 11: "accept", 12: "edit", 13: "refuse", 14: None, 41: None}
"""Events that a user corrects, and what a reviewer makes of it."""
FLAGS = ((15, 16, 17), (18, 30, 31, 14), (32, 33), (16, 34))
IMPORTED = {8: "neutral", 19: "negative", 35: "positive", 42: "neutral"}
EXPERTS, RULED = (20, 21, 10, 13), (22, 19)
FROM_NIGHTS = {"decisions", "phases", "changelog", "releases", "audit", "computed", "scorings"}
"""Tables of what was known when: they have as many rows as there were nights that knew otherwise."""
WHEN_DECIDED = {"ground_truth": ("decision_id", "answers"), "proposal_verdicts": ("decision_id",)}
"""Of these tables the columns that tell which answers there were when a person or an outcome decided."""
VIEWS = {
    "signals": "SELECT * EXCLUDE (hours_to_truth) FROM signals ORDER BY feedback_id",
    "proposals": "SELECT * EXCLUDE (decided_at, decision_id) FROM proposals ORDER BY feedback_id",
    "how_right": "FROM how_right ORDER BY ALL",
    "latency": "SELECT step, n FROM latency ORDER BY ALL",
}
Fact = Callable[[Store], None]


def text(number: int) -> str:
    return f"text {SHARED.get(number, number)}"


def said(number: int, who: int) -> str:
    """What an annotator or an expert answers."""
    drawn = random.Random(f"{number} {who}")
    return drawn.choice([*LABELS, *["positive"] * 3])


def answered(project: Project, slot: int, store: Store) -> None:
    for number in ASKED:
        answer(store, project, text(number), [said(number, slot)], slots=0, first=slot)


def bring_in(project: Project, file: Path, store: Store) -> None:
    lines = (json.dumps({"input": text(number), "answer": label}) for number, label in IMPORTED.items())
    file.write_text("\n".join(lines), encoding="utf-8")
    records = truth.records_in(file, project, source="elsewhere")
    truth.take_in(store, project, records, actor="kim", on_conflict="replace", ask=lambda _, __: 0)


def propose(number: int, store: Store) -> None:
    tell(store, (number, "neutral", 0, f"u{number}"), day=LATER, signal="correction", given_by="end_user")


def verdict(project: Project, number: int, act: Any, store: Store) -> None:
    instead = "negative" if act == "edit" else None
    one = Verdict(feedback_id=f"u{number}-{number}-neutral", act=act, why="so it is", answer=instead)
    truth.decide(store, project, [one], actor="rita")


def heard(outcome: Outcome, store: Store) -> None:
    tell(store, outcome)


def flag(events: Sequence[int], by: str, store: Store) -> None:
    tell(store, *((number, "down", 0, by) for number in events), day=LATER, signal="thumb", given_by="end_user")


def ruled(project: Project, numbers: Sequence[int], blind: bool, store: Store) -> None:
    digests = dict(store.read("SELECT item_id, answers_digest FROM answered_items").iter_rows())
    rows = [
        {"item_id": item_of(text(number)), "answers_digest": digests[item_of(text(number))],
         "answer": json.dumps(said(number, 9)), "adjudicator": "eve", "guideline_version": project.guideline_version,
         "schema_version": project.schema_version, "ruled_at": datetime.now(UTC), "blind": blind}
        for number in numbers
    ]  # fmt: skip
    store.commit("rulings", lambda writer: writer.append(ADJUDICATIONS, ADJUDICATIONS.frame(rows)))


def facts_of(project: Project, home: Path) -> dict[str, tuple[set[str], Fact]]:
    """By name, each with those that must come before it."""
    facts: dict[str, tuple[set[str], Fact]] = {
        f"outcome {at}": (set(), partial(heard, one)) for at, one in enumerate(OUTCOMES)
    }
    facts |= {f"flags {at}": (set(), partial(flag, events, f"user {at}")) for at, events in enumerate(FLAGS)}
    facts |= {f"answers {slot}": (set(), partial(answered, project, slot)) for slot in (1, 2, 3)}
    facts["import"] = (set(), partial(bring_in, project, home / "golden.jsonl"))
    facts["late event"] = (set(), lambda store: put_events(store, [event(41, "text 41", day=LATER)]))
    answers = {f"answers {slot}" for slot in (1, 2, 3)}
    facts["experts"] = (answers, partial(ruled, project, EXPERTS, True))
    facts["rulings"] = (answers, partial(ruled, project, RULED, False))
    for number, act in PROPOSED.items():
        facts[f"correction {number}"] = (set(), partial(propose, number))
        if act:
            facts[f"verdict {number}"] = ({f"correction {number}"}, partial(verdict, project, number, act))
    return facts


def started(store: Store, project: Project) -> None:
    """A frame that is drawn, and its items asked."""
    note_declaration(store, project)
    outputs = [*LABELS, *["positive"] * 4]
    rows = [
        event(at, text(at), output=json.dumps(outputs[at % len(outputs)]), confidence=0.5 + at / 100, user_id=f"u{at}")
        for at in range(1, EVENTS + 1)
    ]
    put_events(store, rows)
    sampling.draw(store, project, DAY)
    for number in ASKED:
        answer(store, project, text(number), [])
    put_items(store, [rows[number - 1] for number in ASKED])


def night(store: Store, project: Project) -> None:
    sampling.draw(store, project, DAY)
    truth.settle(store, project)
    truth.fold(store, project)


def ended(store: Store, project: Project, home: Path) -> dict[str, Any]:
    """Every table's content, and what views say, after a night after which nothing is left to do."""
    night(store, project)
    assert (truth.verify_fold(store), truth.unsettled(store, project), store.doubled_keys()) == ([], False, {})
    truth.release(store, project, bundles=open_storage(str(home), Settings(home=home)))
    benchmark.score(store, project)
    left_out = {*FROM_NIGHTS, *WHEN_DECIDED}
    tables: dict[str, Any] = {name: digest for name, digest in store.digests().items() if name not in left_out}
    for table in TABLES:
        if table.name in WHEN_DECIDED:
            rows = store.read(f"FROM {table.name} ORDER BY ALL").select(table.column_names(stable_only=True))
            tables[table.name] = rows.drop(WHEN_DECIDED[table.name]).rows()
    return tables | {name: store.read(query).rows() for name, query in VIEWS.items()}


def in_turn(facts: dict[str, tuple[set[str], Fact]], order: Sequence[int]) -> list[str]:
    """Names in this order, but for those that something must come before."""
    waiting, done = [list(facts)[at] for at in order], list[str]()
    while waiting:
        done.append(next(name for name in waiting if facts[name][0] <= set(done)))
        waiting.remove(done[-1])
    return done


def ends_alike(
    new_store: Callable[[], Store], home: Path, order: Sequence[int], nights: Sequence[bool], **changes: Any
) -> None:
    project = declare(
        home,
        outcomes={"chargeback": "negative", "paid": "positive"},
        sampling={"budget": 20, "flagged": {"most": 20, "later": 2}},
        **changes,
    )
    whole, by_parts = new_store(), new_store()
    facts = facts_of(project, home)
    for store in (whole, by_parts):
        started(store, project)
    for _, happens in facts.values():
        happens(whole)
    for name, then in zip(in_turn(facts, order), nights, strict=True):
        facts[name][1](by_parts)
        if then:
            night(by_parts, project)
    first, second = ended(whole, project, home / "one"), ended(by_parts, project, home / "other")
    assert {name for name in first if first[name] != second[name]} == set()


COUNT = len(OUTCOMES) + len(FLAGS) + 3 + 4 + 2 * len(PROPOSED) - 2


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "changes"), [(0, {}), (1, {"no_outcome": {"after": "1d", "means": "positive"}})])
def test_facts_in_another_order_and_a_night_between(
    new_store: Callable[[], Store], tmp_path: Path, seed: int, changes: dict[str, Any]
) -> None:
    """The frame of the late event is the day after which having no outcome means something."""
    drawn = random.Random(seed)
    order = drawn.sample(range(COUNT), COUNT)
    ends_alike(new_store, tmp_path, order, [drawn.random() < 0.2 for _ in order], **changes)
