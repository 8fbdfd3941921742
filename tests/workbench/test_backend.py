"""The workbench as the platform sees it: idempotent, complete, and a clear message when it cannot be reached."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from gt_platform.canonical import canonical
from gt_platform.labeling.base import Backend, BackendError, Staffed, open_backend
from gt_platform.labeling.messages import Assignment, Board, Briefing, Case, Standing
from gt_platform.project import ProjectError
from gt_platform.settings import Settings
from gt_platform.workbench.desk.showing import Nothing
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store import tables
from gt_platform.workbench.store.database import Database
from tests.support.sentiment import declare
from tests.workbench.conftest import Opener
from tests.workbench.people import NOW, TRUTH, WRONG, Shop, asked_of, honeypot, texts


def declared(home: Path, **options: Any) -> Any:
    return declare(home, labeling={"backend": "workbench", "options": options})


def snapshot(shop: Shop) -> dict[str, int]:
    """How many rows each table of work has."""
    with shop.database.read() as connection:
        counted = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar()
            for table in tables.metadata.sorted_tables
        }
    return {name: number or 0 for name, number in counted.items()}


def test_a_project_opens_it_by_name_and_finds_its_work_again(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GT_WORKBENCH", store_url)
    backend = open_backend(declared(tmp_path), Settings(home=tmp_path))
    assert isinstance(backend, WorkbenchBackend)
    assert isinstance(backend, Staffed)
    assert isinstance(backend, Backend)
    backend.send([asked_of("hello")])
    backend.database.close()
    again = open_backend(declared(tmp_path), Settings(home=tmp_path))
    assert isinstance(again, WorkbenchBackend)
    shop = Shop(again.database, again.project)
    assert shop.task(shop.hire("ann")).input == "hello"
    again.database.close()


def test_the_default_store_is_a_file_under_home(tmp_path: Path) -> None:
    backend = open_backend(declared(tmp_path), Settings(home=tmp_path / "home"))
    assert isinstance(backend, WorkbenchBackend)
    assert (tmp_path / "home" / "workbench.sqlite").exists()
    backend.database.close()


def test_an_option_it_does_not_know_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"labeling\.options\.colour"):
        open_backend(declared(tmp_path, colour="red"), Settings(home=tmp_path))


def test_sending_again_changes_nothing(shop: Shop) -> None:
    asked = shop.send(texts(30), overlap=2, priority=1, requires=("skill:tax",))
    before = snapshot(shop)
    for _ in range(3):
        shop.backend.send(asked)
    assert snapshot(shop) == before
    assert before["seats"] == 60
    assert before["items"] == 30


def test_a_large_send_comes_in_parts_and_is_whole(shop: Shop) -> None:
    asked = [asked_of(text, slot) for text in texts(1200) for slot in (1, 2)]
    shop.backend.send(asked)
    assert snapshot(shop)["seats"] == 2400
    shop.backend.send(asked[:100])
    with shop.database.read() as connection:
        by_state = select(tables.seats.c.state, func.count()).group_by(tables.seats.c.state)
        assert dict(connection.execute(by_state).all()) == {"free": 100, "withdrawn": 2300}


def test_what_changes_about_an_assignment_is_followed(shop: Shop) -> None:
    low = [asked_of(text) for text in texts(6)]
    shop.backend.send(low)
    by_id = {one.assignment_id: one.input for one in low}
    raised = [*low[:5], Assignment(**(vars(low[5]) | {"priority": 9, "requires": ("skill:tax",)}))]
    shop.backend.send(raised)
    able = shop.hire("tax", abilities=["skill:tax"])
    assert shop.task(able).input == low[5].input
    shop.work_off(shop.hire("plain"))
    assert {one.input for one in low} - {by_id[one.assignment_id] for one in shop.collected(low)} == {low[5].input}


def test_two_projects_share_a_store_and_nothing_else(opener: Opener, tmp_path: Path) -> None:
    shop = opener(honeypots={"newcomer": 1})
    other = Shop(shop.database, declare(tmp_path, name="other", labeling={"backend": "workbench"}))
    first = shop.send(texts(3))
    other.backend.send(
        [
            Assignment(assignment_id=f"other {number}", item_id=one.item_id, slot=1, input=one.input)
            for number, one in enumerate(first)
        ]
    )
    shop.pool(["pot"])
    ann = shop.hire("ann")
    assert shop.task(ann).size == 4
    assert other.task(ann).size == 3
    shop.work_off(ann)
    assert (len(shop.collected(first)), len(list(shop.backend.checked(None)))) == (3, 1)
    assert list(other.backend.checked(None)) == []
    assert {entry.did for entry in other.backend.audit(0)} == {"added", "was given", "opened"}
    other.backend.brief(Briefing())
    other.backend.send([])
    assert isinstance(other.next(ann), Nothing)
    assert len(list(shop.backend.checked(None))) == 1


def test_honeypots_are_reported_from_the_moment_they_were_handed_in(opener: Opener) -> None:
    shop = opener(batch=4, honeypots={"newcomer": 4, "share": 0.0})
    asked = shop.send(texts(4))
    pots = shop.pool(texts(4, "pot"))
    ann = shop.hire("ann")
    first_pot = shop.pots(ann)[0]
    while (task := shop.task(ann)).task_id != first_pot.task_id:
        shop.answer(ann, task)
    shop.answer(ann, task, WRONG, comment="eh", seconds=9)
    assert list(shop.backend.checked(None)) == []
    shop.later(minutes=1)
    shop.hand_in(ann, shop.answer_all(ann))
    first = list(shop.backend.checked(None))
    assert {one.answer: one.seconds for one in first} == {WRONG: 9, TRUTH: 3}
    assert {one.assignment_id for one in first} < {pot.honeypot_id for pot in pots}
    shop.later(minutes=1)
    shop.hand_in(ann, shop.answer_all(ann))
    assert len(list(shop.backend.checked(None))) == 4
    assert len(list(shop.backend.checked(NOW + timedelta(minutes=2)))) == 2
    assert len(list(shop.backend.checked(NOW + timedelta(minutes=1)))) == 4
    assert list(shop.backend.checked(NOW + timedelta(minutes=3))) == []
    assert {one.assignment_id for one in shop.collected(asked)} == {one.assignment_id for one in asked}


def test_a_briefing_replaces_the_one_before_altogether(opener: Opener) -> None:
    shop = opener(batch=2, honeypots={"newcomer": 2, "share": 0.0})
    shop.send(texts(10))
    ann, bob = shop.hire("ann"), shop.hire("bob")
    paused = Standing(
        annotator=ann.code,
        state="paused",
        reason="",
        answers=1,
        honeypots=1,
        basis="truth",
        share=0.1,
        low=0.0,
        high=0.2,
        n=9,
    )
    full = Briefing(
        honeypots=(honeypot("old"), honeypot("older")),
        cases=(Case(item_id="i", answers_digest="d", input=1, opinions=(), why="tie"),),
        standings=(paused,),
        board=Board(items=7),
    )
    for _ in range(2):
        shop.backend.brief(full)
    assert isinstance(shop.next(ann), Nothing)
    shop.backend.brief(Briefing(honeypots=(honeypot("new"),)))
    for person in (ann, bob):
        assert [task.input for task in shop.held(person) if not str(task.input).startswith("text")] == ["new"]
    counts = snapshot(shop)
    assert (counts["honeypots"], counts["standings"], counts["cases"]) == (3, 0, 1)


def test_a_store_that_cannot_be_reached_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GT_WORKBENCH", "postgresql://gt:secret@127.0.0.1:1/workbench")
    with pytest.raises(BackendError, match="cannot be used: connection") as error:
        open_backend(declared(tmp_path), Settings(home=tmp_path))
    assert "secret" not in str(error.value)
    monkeypatch.setenv("GT_WORKBENCH", "nonsense")
    with pytest.raises(BackendError, match="no database URL"):
        open_backend(declared(tmp_path), Settings(home=tmp_path))


def test_a_store_that_breaks_later_is_said_so_by_every_call(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'workbench.sqlite'}")
    backend = WorkbenchBackend(database, declared(tmp_path))
    database.close()
    for file in tmp_path.glob("workbench.sqlite*"):
        file.unlink()
    (tmp_path / "workbench.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    calls: list[Callable[[], object]] = [
        lambda: backend.send([asked_of("x")]),
        lambda: list(backend.collect([asked_of("x")])),
        lambda: backend.brief(Briefing()),
        lambda: list(backend.checked(None)),
        lambda: list(backend.rulings([Case(item_id="i", answers_digest="d", input=1, opinions=(), why="")])),
        lambda: list(backend.audit(0)),
    ]
    for call in calls:
        with pytest.raises(BackendError, match="not a database"):
            call()


def test_what_production_wrote_comes_through_unchanged(shop: Shop) -> None:
    odd = [
        "<script>alert(1)</script>",
        "'; DROP TABLE tasks; --",
        "Z̷a̷l̷g̷o̷",
        "\u202eright to left",
        "\x00\x01",
        "🧑‍🔬",
        "",
    ]
    inputs: list[Any] = [*odd, {"text": odd, "deep": [[[{"x": None}]]]}, 1.5, None, True]
    asked = [
        Assignment(assignment_id=f"a{number}", item_id=f"i{number}", slot=1, input=given)
        for number, given in enumerate(inputs)
    ]
    shop.backend.send(asked)
    ann = shop.hire("ann")
    seen = []
    while True:
        task = shop.next(ann)
        if isinstance(task, Nothing):
            if task.batch_id is None:
                break
            shop.hand_in(ann, task.batch_id)
            continue
        seen.append(task.input)
        shop.answer(ann, task)
    assert sorted(map(canonical, seen)) == sorted(map(canonical, inputs))
