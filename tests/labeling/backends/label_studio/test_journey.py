"""A batch through a real Label Studio: three users answer, a reviewer rules, and the truth is that of its replay."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from gt_platform import truth
from gt_platform.labeling import BackendError, collect, open_backend, waiting
from gt_platform.labeling.asking import waiting_assignments
from gt_platform.labeling.base import Forgetful, Forgetting
from gt_platform.labeling.dealing.mixing import BLOCK
from gt_platform.labeling.messages import Assignment, Briefing, Case, Honeypot, Opinion, Standing, Unreadable
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.labeling.backends.label_studio.conftest import PEOPLE, Studio, chosen, declared
from tests.labeling.backends.label_studio.stand_in import Asked, Said, forwarded, stand_in
from tests.support.sentiment import LABELS, declare, put_assignment

pytestmark = pytest.mark.slow
TEXTS = [f"text {number}" for number in range(20)]
NAMES = list(LABELS)
SAID = {
    "ann": dict(zip(TEXTS, islice(cycle(NAMES), 20), strict=True)),
    "ben": dict(zip(TEXTS, islice(cycle([*NAMES, NAMES[0]]), 20), strict=True)),
    "cat": dict(zip(TEXTS, islice(cycle([*NAMES, *NAMES, NAMES[2]]), 20), strict=True)),
}
POTS = [
    Honeypot(
        honeypot_id=f"honeypot-{number}",
        item_id=f"known-item-{number}",
        input=f"text x{number}",
        truth=NAMES[number % 3],
        stratum="stratum-of-it",
        exposures=0,
    )
    for number in range(10)
]


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


def answer_all(studio: Studio, name: str) -> None:
    """Everybody answers what waits for them as they would, honeypots rightly."""
    rightly = {pot.input: pot.truth for pot in POTS}

    def work(who: str) -> None:
        for task in studio.tasks(studio.projects(name)[who]):
            if not task["annotations"]:
                text = task["data"]["input"]
                studio.annotate(who, task["id"], chosen(rightly.get(text) or SAID[who][text]))

    with ThreadPoolExecutor() as pool:
        list(pool.map(work, PEOPLE))


def as_replay(home: Path) -> Project:
    """The same batch answered by the same people at once."""
    rows = [
        {"input": text, "answers": [{"annotator": who, "answer": SAID[who][text]} for who in PEOPLE]} for text in TEXTS
    ]
    (home / "replay.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return declare(home)


def settled(store: Store, project: Project) -> list[tuple[Any, ...]]:
    truth.settle(store, project)
    truth.fold(store, project)
    return store.read("SELECT item_id, status, answer, confidence, votes FROM decisions ORDER BY item_id").rows()


def inputs(studio: Studio, project: Project, who: str) -> list[str]:
    return [task["data"]["input"] for task in studio.tasks(studio.projects(project.name)[who])]


def test_a_batch_comes_to_the_same_truth_as_its_replay(studio: Studio, store: Store, tmp_path: Path) -> None:
    project = declared(tmp_path, "sentiment", labeling={"honeypots": {"share": 0.1, "newcomer": 2}})
    for text in TEXTS:
        put_assignment(store, project, text)
    backend = studio.backend(project, tmp_path)
    backend.brief(Briefing(honeypots=tuple(POTS)))
    backend.send(waiting_assignments(store, project))
    for who in PEOPLE:
        shown = inputs(studio, project, who)
        assert len(shown) - 20 in range(2, 8)
        assert sum(text.startswith("text x") for text in shown[:BLOCK]) >= 2
        assert sorted(set(shown) & set(TEXTS)) == sorted(TEXTS)
    check_secrets(studio, store)

    assert waiting(store, project, backend) is None
    answer_all(studio, "sentiment")
    pots = {pot.honeypot_id: pot.truth for pot in POTS}
    checked = list(backend.checked(None))
    assert {one.annotator for one in checked} == set(PEOPLE)
    assert all(one.answer == pots[one.assignment_id] and one.seconds == 2.5 for one in checked)
    latest = max(one.submitted_at for one in checked if one.submitted_at)
    assert [one.submitted_at for one in backend.checked(latest)] == [latest]

    assert waiting(store, project, backend) is not None
    taken = collect(store, project, backend=backend)
    assert (taken.annotations, taken.waiting) == (60, 0)
    before = store.digests()
    again = collect(store, project, backend=studio.backend(project, tmp_path))
    assert (again.annotations, again.rejected) == (0, 0)
    assert store.digests()["annotations"] == before["annotations"]
    found = settled(store, project)

    home = tmp_path / "replay"
    home.mkdir()
    with Lake.open(Settings(home=home)) as lake:
        replayed, twin = lake.store("sentiment"), as_replay(home)
        for text in TEXTS:
            put_assignment(replayed, twin, text)
        collect(replayed, twin, backend=open_backend(twin, Settings(home=home)))
        assert found == settled(replayed, twin)
    assert len(found) == 20


def check_secrets(studio: Studio, store: Store) -> None:
    """Nothing in any task tells honeypots from other work, or names an item."""
    tasks = [task for number in studio.projects("sentiment").values() for task in studio.tasks(number)]
    ids = {name for pair in store.read("SELECT item_id, assignment_id FROM assignments").rows() for name in pair}
    sent = json.dumps(tasks)
    assert not any(word in sent for word in ("honeypot", "known-item", "stratum", *ids))
    assert {tuple(task["data"]) for task in tasks} == {("ref", "input")}
    refs = [task["data"]["ref"] for task in tasks]
    assert len(set(refs)) == len(refs)
    assert len({len(ref) for ref in refs}) == 1
    assert {json.dumps([task["meta"], task["predictions"], task["overlap"]]) for task in tasks} == {"[{}, [], 1]"}


def test_sending_again_adds_nothing_and_takes_back_what_is_no_longer_asked(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "again")
    backend = studio.backend(project, tmp_path)
    asked = work(6)
    backend.send(asked)
    backend.send(asked)
    backend.setup.file.unlink()  # only what the server holds counts
    backend.send(asked)
    assert [len(inputs(studio, project, who)) for who in PEOPLE] == [6, 6, 6]
    first = studio.tasks(studio.projects("again")["ann"])[0]
    studio.annotate("ann", first["id"], chosen("positive"))
    backend.send([])
    assert [inputs(studio, project, who) for who in PEOPLE] == [[first["data"]["input"]], [], []]


def test_a_new_schema_keeps_the_queue_if_it_fits_and_makes_another_if_not(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "schema", labeling={"overlap": 1})
    backend = studio.backend(project, tmp_path)
    backend.send(work(6, 1))
    before = studio.projects("schema")
    task = studio.tasks(before["ann"])[0]
    studio.annotate("ann", task["id"], chosen("positive"))

    wider = declared(tmp_path, "schema", labeling={"overlap": 1},
                     answer={"kind": "choice", "labels": {**LABELS, "mixed": ""}})  # fmt: skip
    studio.backend(wider, tmp_path).send(work(6, 1))
    assert studio.projects("schema") == before
    other = declared(tmp_path, "schema", labeling={"overlap": 1}, benchmark={"metrics": ["absolute_error"]},
                     answer={"kind": "number", "minimum": 0, "maximum": 9, "unit": "stars"})  # fmt: skip
    changed = studio.backend(other, tmp_path)
    changed.send(work(6, 1))
    after = studio.projects("schema")
    assert {who for who in before if before[who] != after[who]} == {"ann"}
    assert [one["id"] for one in studio.tasks(before["ann"])] == [task["id"]]
    # the answer is none under the new schema, so that its item goes to somebody else
    asked = Counter(text for who in PEOPLE for text in inputs(studio, other, who))
    assert asked == Counter({f"text {number}": 1 for number in range(6)})
    (came,) = changed.collect(work(6, 1))
    assert isinstance(came, Unreadable)
    assert came.reason == "type"


def test_people_get_what_they_are_able_to_answer_and_the_paused_get_nothing(studio: Studio, tmp_path: Path) -> None:
    people = {"ann": {"email": "ann@example.test", "languages": ["de"]}, "ben": {"email": "ben@example.test"}}
    project = declared(tmp_path, "able", labeling={"overlap": 1, "options": {"annotators": people}})
    backend = studio.backend(project, tmp_path)
    asked = [
        Assignment(
            assignment_id=f"a{n}", item_id=f"i{n}", slot=1, input=f"text {n}", requires=("language:de",) * (n % 2)
        )
        for n in range(8)
    ]
    backend.send(asked)
    assert set(inputs(studio, project, "ann")) >= {"text 1", "text 3", "text 5", "text 7"}
    backend.brief(
        Briefing(
            standings=(
                Standing(
                    annotator="ann",
                    state="paused",
                    reason="too hasty",
                    answers=9,
                    honeypots=0,
                    basis="others",
                    share=0.1,
                    low=0.0,
                    high=0.2,
                    n=9,
                ),
            )
        )
    )
    backend.send(asked)
    assert inputs(studio, project, "ann") == []
    assert sorted(inputs(studio, project, "ben")) == ["text 0", "text 2", "text 4", "text 6"]
    settings = studio.server.api("GET", f"/api/projects/{studio.projects('able')['ann']}")
    assert "paused and get no new work: too hasty" in settings["expert_instruction"]
    backend.brief(Briefing())
    backend.send(asked)
    assert sorted(inputs(studio, project, "ann")) == ["text 1", "text 3", "text 5", "text 7"]


def test_the_audit_tells_who_did_what(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gt_platform.labeling.backends.label_studio.audit.SETTLED", timedelta(seconds=-60))
    project = declared(tmp_path, "audited")
    backend = studio.backend(project, tmp_path)
    backend.send(work(2))
    one, two = studio.tasks(studio.projects("audited")["ann"])
    done = studio.annotate("ann", one["id"], chosen("positive"))
    studio.annotate("ann", two["id"], [], was_cancelled=True)
    studio.server.api("PATCH", f"/api/annotations/{done}", {"result": chosen("negative")}, by=studio.users["ben"])
    found = list(backend.audit(0))
    assert [(entry.who, entry.did) for entry in found] == [("ann", "answered"), ("ann", "skipped"), ("ben", "changed")]
    assert {entry.about for entry in found} <= {one.assignment_id for one in work(2)}
    assert found == sorted(found, key=lambda entry: entry.number)
    assert list(backend.audit(found[0].number)) == found[1:]


def test_what_is_erased_is_gone_from_the_server_with_its_answers(studio: Studio, tmp_path: Path) -> None:
    project, mark = declared(tmp_path, "erased", labeling={"honeypots": {"share": 0.1, "newcomer": 1}}), "Zyzzogeton"
    asked = [replace(one, input=f"{mark} wrote {one.input}") if one.item_id != "item 2" else one for one in work(3)]
    pot = replace(POTS[0], input=f"{mark} was known")
    with stand_in(fails_once("/actions", studio.server.url)) as relay:
        backend = studio.backend(project, tmp_path, url=relay.url)
        opinion = Opinion(answer="positive", comment=f"so says {mark}")
        case = Case(item_id="item 1", answers_digest="d", input=asked[3].input, opinions=(opinion,), why="", priority=1)
        backend.brief(Briefing(honeypots=(pot,), cases=(case,)))
        backend.send(asked)
        queue = studio.tasks(studio.projects("erased")["ann"])
        done, drafted = (one for one in queue if "wrote" in one["data"]["input"])
        studio.annotate("ann", done["id"], chosen("positive"))
        draft = {"result": chosen("negative"), "lead_time": 1.0}
        studio.server.api("POST", f"/api/tasks/{drafted['id']}/drafts", draft, by=studio.users["ann"])
        backend.send(asked)  # the mirror has them all, too
        assert isinstance(backend, Forgetful)
        what = Forgetting(items=dict.fromkeys(("item 0", "item 1", pot.item_id), "k"), assignments={}, honeypots={})
        with pytest.raises(BackendError, match="failed with 500"):
            backend.forget(what)
        assert backend.forget(what).tasks >= 6
        assert backend.forget(what).tasks == 0
        assert list(backend.collect(asked)) == []
    with closing(sqlite3.connect(studio.server.server.folder / "ls.sqlite3")) as database:
        assert [line for line in database.iterdump() if mark in line] == []
    assert mark not in backend.setup.file.read_text("utf-8")
    assert {text for who in PEOPLE for text in inputs(studio, project, who)} == {"text 2"}


def fails_once(what: str, url: str) -> Callable[[Asked], Said]:
    """Forwards to the real server; the first request of such a path fails."""
    left = [what]

    def answer(asked: Asked) -> Said:
        if left and asked.path.endswith(left[0]):
            left.clear()
            return Said(500, "boom")
        return forwarded(asked, url)

    return answer


def work(items: int, overlap: int = 3) -> Sequence[Assignment]:
    slots = range(1, overlap + 1)
    return [
        Assignment(assignment_id=f"{n}-{slot}", item_id=f"item {n}", slot=slot, input=f"text {n}")
        for n in range(items)
        for slot in slots
    ]
