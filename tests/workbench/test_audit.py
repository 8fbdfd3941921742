"""The audit: everything is in it, in order, in the transaction it tells of, and nothing ever leaves it."""

import pytest
from sqlalchemy import Connection, Executable, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from gt_platform.labeling.messages import Briefing, Case
from gt_platform.workbench.desk import batches, review, work
from gt_platform.workbench.desk.review import CaseTask
from gt_platform.workbench.store import audit, tables
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError, WorkError
from tests.workbench.conftest import Opener
from tests.workbench.people import NOW, WRONG, Shop, texts


@pytest.mark.parametrize(
    "change", [update(tables.audit).values(who="nobody"), delete(tables.audit)], ids=["update", "delete"]
)
def test_an_entry_cannot_be_changed_or_removed(shop: Shop, change: Executable) -> None:
    shop.hire("ann")
    before = list(shop.backend.audit(0))
    with pytest.raises((SQLAlchemyError, DatabaseError), match="append-only"), shop.database.write() as connection:
        connection.execute(change)
    assert list(shop.backend.audit(0)) == before


def test_neither_by_truncating_nor_by_replacing(shop: Shop) -> None:
    shop.hire("ann")
    before = list(shop.backend.audit(0))
    ways = {
        "postgresql": "TRUNCATE audit",
        "sqlite": "INSERT OR REPLACE INTO audit (number, at, who, did, detail) VALUES (1, 0, 'nobody', 'did', '{}')",
    }
    with pytest.raises((SQLAlchemyError, DatabaseError), match="append-only"), shop.database.write() as connection:
        connection.exec_driver_sql(ways[shop.database.engine.dialect.name])
    assert list(shop.backend.audit(0)) == before


def test_opening_the_store_again_keeps_the_guard(shop: Shop, store_url: str) -> None:
    shop.hire("ann")
    again = Database.open(store_url)
    with pytest.raises((SQLAlchemyError, DatabaseError), match="append-only"), again.write() as connection:
        connection.execute(delete(tables.audit))
    again.close()


def test_entries_are_numbered_upwards_and_read_on_from_any(shop: Shop) -> None:
    shop.send(texts(3))
    ann = shop.hire("ann")
    shop.work_off(ann)
    entries = list(shop.backend.audit(0))
    numbers = [entry.number for entry in entries]
    assert numbers == sorted(set(numbers))
    for after in (numbers[0], numbers[3], numbers[-1]):
        assert list(shop.backend.audit(after)) == [entry for entry in entries if entry.number > after]


def test_each_project_reads_its_own_and_what_is_done_to_accounts(shop: Shop) -> None:
    with shop.database.write() as connection:
        audit.record(connection, "ann-1", "opened", "t1", at=NOW, project="sentiment", size=3)
        audit.record(connection, "ann-1", "opened", "t2", at=NOW, project="another")
        audit.record(connection, "operator", "disabled", "ann-1", at=NOW)
    found = [(entry.who, entry.did, entry.about, entry.at, entry.detail) for entry in shop.backend.audit(0)]
    assert found == [("ann-1", "opened", "t1", NOW, {"size": 3}), ("operator", "disabled", "ann-1", NOW, {})]


def test_everything_people_do_and_what_happens_by_itself_is_in_it(opener: Opener) -> None:
    shop = opener(batch=3, lease_minutes=10, suggestions=True, honeypots={"newcomer": 0})
    shop.send(texts(6), suggestion="neutral")
    ann, bob = shop.hire("ann"), shop.hire("bob")
    case = Case(item_id="an item", answers_digest="digest", input="input", opinions=(), why="tie")
    shop.backend.brief(Briefing(cases=(case,)))
    first = shop.task(ann)
    work.saw_suggestion(shop.database, ann, first.task_id, now=shop.now)
    shop.answer(ann, first)
    shop.answer(ann, first, WRONG)
    work.undo(shop.database, ann, "sentiment", now=shop.now)
    work.skip(shop.database, ann, first.task_id, "", not_covered=False, now=shop.now)
    shop.hand_in(ann, shop.answer_all(ann))
    with pytest.raises(WorkError):
        shop.answer(ann, first)
    late = shop.task(bob)
    shop.later(minutes=11)
    batches.release_expired(shop.database, now=shop.now)
    shop.answer(bob, late)
    shop.task(bob)
    shop.send(texts(1))
    given = review.next_case(shop.database, bob, "sentiment", now=shop.now)
    assert isinstance(given, CaseTask)
    review.put_back(shop.database, bob, given.case_id, now=shop.now)
    review.next_case(shop.database, bob, "sentiment", now=shop.now)
    review.rule(shop.database, bob, given.case_id, "neutral", "because", None, now=shop.now)
    did = {name: [what for who, what in shop.did() if who == name] for name in (ann.code, bob.code, "workbench")}
    assert did[ann.code][:7] == [
        "was given", "opened", "saw the suggestion of", "answered", "answered again", "undid the answer to", "skipped",
    ]  # fmt: skip
    assert did[ann.code][-2:] == ["handed in", "was refused an answer to"]
    assert did[bob.code] == [
        "was given", "opened", "answered late", "was given", "opened",
        "was given the case", "put back the case", "was given the case", "ruled on",
    ]  # fmt: skip
    assert did["workbench"][0] == "ended"
    assert set(did["workbench"][1:]) == {"withdrew"}


def test_taking_over_is_in_it(opener: Opener) -> None:
    shop = opener(batch=4)
    shop.send(texts(4))
    holder, idle = shop.hire("holder"), shop.hire("idle")
    shop.task(holder)
    shop.task(idle)
    taken = [entry for entry in shop.backend.audit(0) if entry.did == "took over"]
    assert [(entry.who, entry.detail["of"]) for entry in taken] == [(idle.code, holder.code)] * 2


def test_what_is_refused_to_the_database_is_not_in_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.send(texts(1))
    ann = shop.hire("ann")
    task = shop.task(ann)
    before = list(shop.backend.audit(0))

    def fails(connection: Connection, *_: object, **__: object) -> None:
        connection.execute(insert(tables.demands), [{"project": "p", "requires": "same"}] * 2)

    monkeypatch.setattr("gt_platform.workbench.desk.work.renew", fails)
    with pytest.raises(SQLAlchemyError):
        shop.answer(ann, task)
    assert list(shop.backend.audit(0)) == before
    with shop.database.read() as connection:
        query = select(tables.tasks.c.state, tables.tasks.c.answer)
        assert connection.execute(query).all() == [("open", None)]
